"""Sites: every commitment at every site in one table, the worst site first."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from xla.documents.commitments import number
from xla.documents.figures import DASH, THIN, Figures
from xla.documents.levels import GLYPHS, LEVELS, NOTES, Level, level_of
from xla.documents.report_data import KpiResult, ReportData, SiteCell, SiteRow
from xla.documents.words import Words

MOST_COLUMNS = 12
MANY_COLUMNS = 9
"""Columns beyond which the names of sites get less room."""
ROOMY_ROWS = 26
"""Rows up to which there is room for larger figures on one page."""
MOST_ROWS = 500
"""Table rows in one PDF; beyond, the deepest sites stand in the attached file only, and the page says so."""
HEAD_LINES = 2
WIDTH_OF_LETTER = 1.38
"""Of a column's head, in millimetres."""
WITHHELD = "×"


def _both(one: str, many: str) -> tuple[str, str]:
    """Mark a text and its plural for the catalogue."""
    return one, many


CLEARLY = _both(
    "%(site)s clearly misses the floor of %(count)s commitment",
    "%(site)s clearly misses the floor of %(count)s commitments",
)
MISSES = _both(
    "%(site)s misses the floor of %(count)s commitment",
    "%(site)s misses the floor of %(count)s commitments",
)
PARTLY = _both(
    "%(site)s misses the floor of %(count)s commitment, clearly of %(clear)s",
    "%(site)s misses the floor of %(count)s commitments, clearly of %(clear)s",
)


@dataclass(frozen=True)
class Cell:
    """One value at one site: what it says, and its class."""

    text: str
    kind: str


@dataclass(frozen=True)
class Row:
    """One site."""

    title: str
    depth: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class SiteTable:
    """Some of the commitments, all of the sites, and last the whole contract."""

    label: str
    """Empty where one table holds everything."""
    size: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    whole: Row


@dataclass(frozen=True)
class Sites:
    """The part on sites."""

    heading: str
    tables: tuple[SiteTable, ...]
    key: tuple[tuple[str, str, str], ...]
    """Class, glyph and words of each level."""
    notes: tuple[str, ...]
    left_out: str


def sites(data: ReportData) -> Sites | None:
    """The part on sites; None where there are none."""
    if not data.sites or not data.kpis:
        return None
    words = Words(data.language)
    count = ceil(len(data.kpis) / MOST_COLUMNS)
    width = ceil(len(data.kpis) / count)
    rows = worst_first(_shown(data.sites, MOST_ROWS // count), data.kpis)
    tables = tuple(
        _table(data, rows, slice(first, first + width)) for first in range(0, len(data.kpis), width)
    )
    left_out = ""
    if len(rows) < len(data.sites):
        left_out = words(
            "%(shown)s of %(all)s sites are printed; all of them are in the attached report.json."
        ) % {
            "shown": len(rows),
            "all": len(data.sites),
        }
    key = tuple((level.value, GLYPHS[level], words(text)) for level, text in LEVELS.items())
    return Sites(heading(data, words), tables, key, _notes(data, words), left_out)


def worst_first(rows: Sequence[SiteRow], kpis: Sequence[KpiResult]) -> tuple[SiteRow, ...]:
    """The rows with the worst site first; what lies inside a site stays under it."""
    blocks: list[list[SiteRow]] = []
    for row in rows:
        if blocks and row.depth > blocks[0][0].depth:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    blocks.sort(key=lambda block: min(_rank(row, kpis) for row in block))
    return tuple(row for block in blocks for row in (block[0], *worst_first(block[1:], kpis)))


def heading(data: ReportData, words: Words) -> str:
    """Which site misses the floor of most commitments: of the innermost, or else of those that hold them."""
    most, below = 0, []
    for rows in (innermost(data.sites), data.sites):
        below = [(_count(row, data.kpis, Level.CLEAR, Level.BELOW), row) for row in rows]
        most = max(count for count, _ in below)
        if most:
            break
    worst = [row for count, row in below if count == most]
    if all(_count(row, data.kpis, *LEVELS) == 0 for row in data.sites):
        return words("No site has enough answers to be judged")
    if not most:
        return words("No site misses the floor of any commitment")
    if len(worst) > 1:
        text = words.plural(
            "%(sites)s sites miss the floor of %(count)s commitment",
            "%(sites)s sites miss the floor of %(count)s commitments each",
            most,
        )
        return text % {"sites": len(worst), "count": most}
    clear = _count(worst[0], data.kpis, Level.CLEAR)
    if not clear or clear == most:
        return words.plural(*(CLEARLY if clear else MISSES), most) % {"site": worst[0].title, "count": most}
    text = words.plural(*PARTLY, most)
    return text % {"site": worst[0].title, "count": most, "clear": clear}


def innermost(rows: Sequence[SiteRow]) -> list[SiteRow]:
    """The sites that hold no others."""
    following = [*rows[1:], None]
    return [
        row for row, after in zip(rows, following, strict=True) if after is None or after.depth <= row.depth
    ]


def head(title: str, letters: int) -> str:
    """A title cut to fit a column, a few short lines; its number leads to the whole one."""
    lines = [""]
    for told in title.split():
        word = told if len(told) <= letters else told[: letters - 1].rstrip(",;:-") + "."
        if not lines[-1] or len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] = f"{lines[-1]} {word}".strip()
        elif len(lines) < HEAD_LINES:
            lines[-1] = lines[-1].rstrip(",;:")
            lines.append(word)
        else:
            break
    return "\n".join(lines).rstrip(",;:")


def _count(row: SiteRow, kpis: Sequence[KpiResult], *levels: Level) -> int:
    return sum(level_of(cell, kpi) in levels for cell, kpi in zip(row.cells, kpis, strict=True))


def _rank(row: SiteRow, kpis: Sequence[KpiResult]) -> tuple[int, ...]:
    """Smaller is worse: by how many cells are clearly below, then below, then between."""
    return tuple(-_count(row, kpis, level) for level in (Level.CLEAR, Level.BELOW, Level.BETWEEN))


def _shown(rows: tuple[SiteRow, ...], most: int) -> tuple[SiteRow, ...]:
    """All rows, or those of the upper levels that fit."""
    depth = max(row.depth for row in rows)
    while len(rows) > most and depth > 0:
        depth -= 1
        rows = tuple(row for row in rows if row.depth <= depth)
    return rows[:most]


def _notes(data: ReportData, words: Words) -> tuple[str, ...]:
    """How to read the cells; only of kinds there are."""
    levels = {
        level_of(cell, kpi) for row in data.sites for cell, kpi in zip(row.cells, data.kpis, strict=True)
    }
    notes = [words(text) for level, text in NOTES.items() if level in levels]
    if Level.CLEAR in levels:
        level = " / ".join(sorted({Figures(data.language).percent(kpi.confidence) for kpi in data.kpis}))
        clearly = words("Clearly: the whole interval (%(level)s) lies on the wrong side of the floor.")
        notes.insert(0, clearly % {"level": level})
    return tuple(notes)


def _table(data: ReportData, rows: tuple[SiteRow, ...], part: slice) -> SiteTable:
    words, figures = Words(data.language), Figures(data.language)
    kpis = data.kpis[part]
    is_many = len(kpis) > MANY_COLUMNS
    letters = int((138 if is_many else 128) / len(kpis) / WIDTH_OF_LETTER)
    heads = tuple(
        f"{number(part.start + index)}\n{head(kpi.title, min(letters, 18))}" for index, kpi in enumerate(kpis)
    )
    label = ""
    if len(kpis) < len(data.kpis):
        label = words("By site: %(first)s to %(last)s") % {
            "first": number(part.start),
            "last": number(part.start + len(kpis) - 1),
        }
    whole = tuple(Cell(_whole(kpi, figures), "whole") for kpi in kpis)
    return SiteTable(
        label=label,
        size=" ".join(
            name for name, holds in (("many", is_many), ("dense", len(rows) > ROOMY_ROWS)) if holds
        ),
        heads=heads,
        rows=tuple(
            Row(
                row.title,
                min(row.depth, 4),
                tuple(
                    _cell(cell, kpi, figures, words) for cell, kpi in zip(row.cells[part], kpis, strict=True)
                ),
            )
            for row in rows
        ),
        whole=Row(words("All sites"), 0, whole),
    )


def _cell(cell: SiteCell, kpi: KpiResult, figures: Figures, words: Words) -> Cell:
    """Value with its glyph, and n below it."""
    level = level_of(cell, kpi)
    n = figures.number(cell.n or 0)
    if level in GLYPHS:
        value = figures.value(cell.value, kpi.metric, kpi.thresholds, unit=False)
        return Cell(f"{GLYPHS[level]}{THIN}{value}\n{n}", level.value)
    text = {
        Level.FEW: words("n %(count)s") % {"count": n},
        Level.NONE: n,
        Level.HIDDEN: WITHHELD,
        Level.OUTSIDE: DASH,
    }[level]
    return Cell(text, level.value)


def _whole(kpi: KpiResult, figures: Figures) -> str:
    if kpi.hidden:
        return WITHHELD
    value = figures.value(kpi.measurement.value, kpi.metric, kpi.thresholds, unit=False)
    return f"{value}\n{figures.number(kpi.measurement.n)}"
