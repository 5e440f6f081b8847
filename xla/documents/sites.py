"""Sites: a table of sites and commitments, turned into as many tables as the paper's width asks for."""

from dataclasses import dataclass
from math import ceil

from xla.core.verdict import Verdict
from xla.documents.commitments import number
from xla.documents.figures import DASH, Figures
from xla.documents.report_data import KpiResult, ReportData, SiteCell, SiteRow
from xla.documents.words import MARKS, Words

MOST_COLUMNS = 8
LONGEST_HEAD = 40
MOST_ROWS = 500
"""Table rows in one PDF; beyond, the deepest sites stand in the attached file only, and the page says so."""


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
    """Some of the commitments, all of the sites."""

    label: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sites:
    """The part on sites."""

    heading: str
    tables: tuple[SiteTable, ...]
    left_out: str


def sites(data: ReportData) -> Sites | None:
    """The part on sites; None where there are none."""
    if not data.sites or not data.kpis:
        return None
    words = Words(data.language)
    count = ceil(len(data.kpis) / MOST_COLUMNS)
    width = ceil(len(data.kpis) / count)
    rows = _shown(data.sites, MOST_ROWS // count)
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
    return Sites(heading(data, words), tables, left_out)


def heading(data: ReportData, words: Words) -> str:
    """Where most commitments were breached."""
    breached = [
        (sum(cell.verdict is Verdict.BREACHED for cell in row.cells), row.title) for row in data.sites
    ]
    most = max(count for count, _ in breached)
    worst = [title for count, title in breached if count == most]
    if all(cell.value is None for row in data.sites for cell in row.cells):
        return words("No site has enough answers to be judged")
    if not most:
        return words("No commitment was breached at any site")
    if len(worst) == 1:
        text = words.plural(
            "%(site)s: %(count)s commitment was breached",
            "%(site)s: %(count)s commitments were breached",
            most,
        )
        return text % {"site": worst[0], "count": most}
    text = words.plural(
        "%(count)s commitment was breached at each of %(sites)s sites",
        "%(count)s commitments were breached at each of %(sites)s sites",
        most,
    )
    return text % {"sites": len(worst), "count": most}


def _shown(rows: tuple[SiteRow, ...], most: int) -> tuple[SiteRow, ...]:
    """All rows, or those of the upper levels that fit."""
    depth = max(row.depth for row in rows)
    while len(rows) > most and depth > 0:
        depth -= 1
        rows = tuple(row for row in rows if row.depth <= depth)
    return rows[:most]


def _table(data: ReportData, rows: tuple[SiteRow, ...], part: slice) -> SiteTable:
    words, figures = Words(data.language), Figures(data.language)
    kpis = data.kpis[part]
    first = part.start
    heads = tuple(f"{number(first + index)}\n{_short(kpi.title)}" for index, kpi in enumerate(kpis))
    label = words("By site: %(first)s to %(last)s") % {
        "first": number(first),
        "last": number(first + len(kpis) - 1),
    }
    return SiteTable(label, heads, tuple(_row(row, part, kpis, figures, words) for row in rows))


def _short(title: str) -> str:
    """A title that leaves the column heads low; its number leads to the whole one."""
    return title if len(title) <= LONGEST_HEAD else title[: LONGEST_HEAD - 1].rstrip() + "…"


def _row(row: SiteRow, part: slice, kpis: tuple[KpiResult, ...], figures: Figures, words: Words) -> Row:
    cells = tuple(_cell(cell, kpi, figures, words) for cell, kpi in zip(row.cells[part], kpis, strict=True))
    return Row(row.title, min(row.depth, 4), cells)


def _cell(cell: SiteCell, kpi: KpiResult, figures: Figures, words: Words) -> Cell:
    """Value with its mark, and n below it."""
    if cell.outside:
        return Cell(DASH, "outside")
    if cell.hidden:
        return Cell(words("hidden"), "hidden")
    if cell.value is None or cell.verdict is None:
        nothing = words("no data")
        return Cell(f"{MARKS[Verdict.NO_DATA]} {nothing}", Verdict.NO_DATA.value)
    value = figures.value(cell.value, kpi.metric, kpi.thresholds, unit=False)
    return Cell(f"{MARKS[cell.verdict]} {value}\n{figures.number(cell.n or 0)}", cell.verdict.value)
