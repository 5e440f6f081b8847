"""Would a verdict change? The commitments beside what they would be with another sample."""

from dataclasses import dataclass

from xla.core.verdict import Verdict
from xla.documents.commitments import number
from xla.documents.figures import HARD_SPACE, Figures
from xla.documents.report_data import KpiResult, ReportData
from xla.documents.sampling_data import Supposed, Supposition, WhatIfLine, WhatIfs
from xla.documents.sampling_words import HEADS
from xla.documents.words import MARKS, WORST_FIRST, Words

MOST_ROWS = 6


@dataclass(frozen=True)
class Cell:
    """One figure and, on a second line, what stands behind it; its class."""

    text: str
    kind: str


@dataclass(frozen=True)
class WhatIfRow:
    """One commitment."""

    number: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class WhatIfTable:
    """The table: a row a commitment, as published and on each supposition."""

    heads: tuple[str, ...]
    rows: tuple[WhatIfRow, ...]
    rest: str


def what_if_table(data: ReportData, words: Words, figures: Figures) -> WhatIfTable | None:
    """The commitments that would differ: those whose verdict would change first, then the worst."""
    told = data.what_ifs
    if told is None:
        return None
    kpis = {kpi.key: (index, kpi) for index, kpi in enumerate(data.kpis)}
    lines = sorted(told.lines, key=lambda line: _importance(line, *kpis[line.kpi]))
    rows = tuple(_row(line, *kpis[line.kpi], told, words) for line in lines[:MOST_ROWS])
    return WhatIfTable(_heads(told, words, figures), rows, _rest(lines[MOST_ROWS:], words, figures))


def _importance(line: WhatIfLine, index: int, kpi: KpiResult) -> tuple[bool, int, int]:
    return not any(_is_changed(each) for each in line.then.values()), WORST_FIRST.index(kpi.verdict), index


def _heads(told: WhatIfs, words: Words, figures: Figures) -> tuple[str, ...]:
    heads = [words("As published")]
    for each in told.asked:
        if each is not Supposition.OUTAGE:
            heads.append(words(HEADS[each]))
        elif len(told.outage_sites) == 1:
            heads.append(words("Without %(site)s") % {"site": told.outage_sites[0]})
        else:
            text = words.plural(
                "Without the %(count)s silent site",
                "Without the %(count)s silent sites",
                len(told.outage_sites),
            )
            heads.append(text % {"count": figures.number(len(told.outage_sites))})
    return tuple(heads)


def _row(line: WhatIfLine, index: int, kpi: KpiResult, told: WhatIfs, words: Words) -> WhatIfRow:
    figures = Figures(words.language)
    published = Cell(
        f"{MARKS[kpi.verdict]} {figures.value(kpi.measurement.value, kpi.metric, kpi.thresholds)}\n"
        f"{figures.chance(kpi.chance_below_floor)}",
        kpi.verdict.value,
    )
    cells = [_cell(asked, line.then.get(asked), kpi, words) for asked in told.asked]
    return WhatIfRow(number(index), kpi.title, (published, *cells))


def _cell(asked: Supposition, told: Supposed | None, kpi: KpiResult, words: Words) -> Cell:
    """Value, verdict and chance; in words where the value may not be shown."""
    if told is None:
        return Cell(words("the same") + "\n", "same")
    figures = Figures(words.language)
    count = _count(asked, told, figures)
    if told.verdict is None:
        text = words("same verdict") if told.is_same else words("hidden")
        return Cell(f"{text}\n{count}", "hidden")
    word = words.verdict(told.verdict)
    if told.value is None:
        return Cell(f"{MARKS[told.verdict]} {word}\n{count}", _kind(told))
    value = figures.value(told.value, kpi.metric, kpi.thresholds)
    chance = figures.chance(told.chance_below_floor)
    below = [word] if _is_changed(told) else [chance, count]
    return Cell(
        f"{MARKS[told.verdict]} {value}\n{f'{HARD_SPACE}· '.join(each for each in below if each)}",
        _kind(told),
    )


def _kind(told: Supposed) -> str:
    verdict = told.verdict or Verdict.NO_DATA
    return f"{verdict.value} changed" if _is_changed(told) else verdict.value


def _count(asked: Supposition, told: Supposed, figures: Figures) -> str:
    side = -1 if asked in {Supposition.OUTAGE, Supposition.UNFLAGGED} else 1
    return figures.number(side * told.count, sign=True) if told.count else ""


def _is_changed(told: Supposed) -> bool:
    return told.verdict is not None and not told.is_same


def _rest(lines: list[WhatIfLine], words: Words, figures: Figures) -> str:
    if not lines:
        return ""
    text = words.plural(
        "%(count)s more commitment would differ; it is in the attached report.json.",
        "%(count)s more commitments would differ; they are in the attached report.json.",
        len(lines),
    )
    return text % {"count": figures.number(len(lines))}
