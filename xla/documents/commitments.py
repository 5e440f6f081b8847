"""The commitments: the table of page 1, and one strip for each with its trend and facts."""

from dataclasses import dataclass

from markupsafe import Markup

from xla.core.verdict import Verdict
from xla.documents import charts
from xla.documents.changes import Changes, previous, year_before
from xla.documents.figures import DASH, Figures
from xla.documents.findings import Findings
from xla.documents.report_data import KpiResult, ReportData, TrendPoint
from xla.documents.words import MARKS, OBSERVED, WORST_FIRST, Words

STRIPS_A_PAGE = 5
LETTERS_A_LINE = 26
"""Of a title in the table of page 1, as a rule."""
LINE = 3.46
"""Of that table, in millimetres."""
LETTERS_A_CLOSE_LINE, CLOSE_LINE = 31, 2.9
"""The same where page 1 is crowded."""
ROOM = 72
"""Millimetres of the table that page 1 has room for as a rule."""


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


def _both(one: str, many: str) -> tuple[str, str]:
    """Mark a text and its plural for the catalogue."""
    return one, many


CAME_TO = {
    Verdict.BREACHED: _both("%(list)s was breached", "%(list)s were breached"),
    Verdict.AT_RISK: _both("%(list)s is at risk", "%(list)s are at risk"),
    Verdict.INCONCLUSIVE: _both("%(list)s is inconclusive", "%(list)s are inconclusive"),
    Verdict.NO_DATA: _both("%(list)s has no data", "%(list)s have no data"),
    Verdict.MET: _both("%(list)s was met", "%(list)s were met"),
}


@dataclass(frozen=True)
class Chip:
    """A verdict: its mark, its word, its class."""

    kind: str
    mark: str
    word: str


@dataclass(frozen=True)
class TableRow:
    """One commitment on page 1."""

    number: str
    title: str
    chip: Chip
    value: str
    chart: Markup
    n: str
    chance: str
    since: str


@dataclass(frozen=True)
class Strip:
    """One commitment in full."""

    number: str
    title: str
    how: str
    value: str
    chip: Chip
    finding: str
    chart: Markup
    facts: tuple[tuple[str, str], ...]
    question: str
    counts: str


@dataclass(frozen=True)
class StripPage:
    """Up to five strips under the sentence they come to."""

    heading: str
    label: str
    strips: tuple[Strip, ...]


def number(index: int) -> str:
    """A commitment's number in this report: K1, K2."""
    return f"K{index + 1}"


def chip(verdict: Verdict, words: Words) -> Chip:
    """The verdict as shape, word and colour."""
    return Chip(verdict.value, MARKS[verdict], words.verdict(verdict))


def answer_count(kpi: KpiResult, figures: Figures) -> str:
    """n, or that it is too small to be told."""
    return "<5" if kpi.hidden else figures.number(kpi.measurement.n)


def table(data: ReportData) -> tuple[TableRow, ...]:
    """The rows of page 1."""
    words, figures, changes = Words(data.language), Figures(data.language), Changes(data.language)
    size = _close_size if is_crowded(data) else _bar_size
    return tuple(
        TableRow(
            number=number(index),
            title=kpi.title,
            chip=chip(kpi.verdict, words),
            value=figures.value(kpi.measurement.value, kpi.metric, kpi.thresholds),
            chart=charts.evidence_bar(kpi, language=data.language, size=size(kpi.title)),
            n=answer_count(kpi, figures),
            chance=figures.chance(kpi.chance_below_floor),
            since=changes.text(kpi, _then(kpi, data.kpis)),
        )
        for index, kpi in enumerate(data.kpis)
    )


def since_heading(data: ReportData, words: Words, figures: Figures) -> str:
    """What the last column compares with: the same period a year ago, else the last; '' without a past."""
    then = next((then for kpi in data.kpis if (then := _then(kpi, data.kpis))), None)
    if then is None:
        return ""
    return words("Since %(period)s") % {"period": figures.short_period(then.start, then.end)}


def _then(kpi: KpiResult, kpis: tuple[KpiResult, ...]) -> TrendPoint | None:
    """One column compares all with the same period, or its heading would not hold."""
    has_year = any(year_before(each) for each in kpis)
    return year_before(kpi) if has_year else previous(kpi)


def is_crowded(data: ReportData) -> bool:
    """Whether page 1 must be set closer, so that it stays one page."""
    high = sum(_bar_size(kpi.title)[1] for kpi in data.kpis)
    return high > ROOM or data.correction is not None


def _bar_size(title: str) -> tuple[float, float]:
    """As high as its row, so that the floor runs down the table unbroken."""
    width, least = charts.EVIDENCE_SIZE
    lines = -(-len(title) // LETTERS_A_LINE)
    return width, max(least, LINE * lines)


def _close_size(title: str) -> tuple[float, float]:
    """The same in a table that is set closer."""
    lines = -(-len(title) // LETTERS_A_CLOSE_LINE)
    return charts.EVIDENCE_SIZE[0], max(6.4, CLOSE_LINE * lines)


def chance_heading(kpis: tuple[KpiResult, ...], words: Words) -> str:
    """Which side of the floor is the wrong one."""
    if all(kpi.thresholds.higher_is_better for kpi in kpis):
        return words("Chance below floor")
    return words("Chance worse than floor")


def strip_pages(data: ReportData) -> tuple[StripPage, ...]:
    """All strips, five a page."""
    words = Words(data.language)
    strips = [_strip(index, kpi, data) for index, kpi in enumerate(data.kpis)]
    pages = []
    for first in range(0, len(strips), STRIPS_A_PAGE):
        part = tuple(strips[first : first + STRIPS_A_PAGE])
        label = words("Commitments %(first)s to %(last)s") % {
            "first": part[0].number,
            "last": part[-1].number,
        }
        if len(part) == 1:
            label = words("Commitment %(first)s") % {"first": part[0].number}
        kpis = data.kpis[first : first + STRIPS_A_PAGE]
        pages.append(StripPage(page_heading(kpis, first, words), label, part))
    return tuple(pages)


def page_heading(kpis: tuple[KpiResult, ...], first: int, words: Words) -> str:
    """What the commitments of one page came to: the worst verdict, and the next worst."""
    numbers = {
        verdict: [number(first + index) for index, kpi in enumerate(kpis) if kpi.verdict is verdict]
        for verdict in WORST_FIRST
    }
    parts = [
        words.plural(*CAME_TO[verdict], len(found)) % {"list": words.all_of(found)}
        for verdict, found in numbers.items()
        if found
    ]
    return "; ".join(parts[:2])


def _strip(index: int, kpi: KpiResult, data: ReportData) -> Strip:
    words, figures = Words(data.language), Figures(data.language)
    counts = data.counts.get(kpi.key)
    return Strip(
        number=number(index),
        title=kpi.title,
        how=kpi.how[:1].upper() + kpi.how[1:],
        value=words("No value")
        if kpi.measurement.value is None
        else figures.value(kpi.measurement.value, kpi.metric, kpi.thresholds),
        chip=chip(kpi.verdict, words),
        finding=Findings(data.language).of(kpi),
        chart=charts.trend_chart(kpi, language=data.language),
        facts=_facts(kpi, _share(kpi, data), words, figures),
        question=kpi.question,
        counts=figures.tally(counts.items()) if counts else "",
    )


def _facts(
    kpi: KpiResult, share: float | None, words: Words, figures: Figures
) -> tuple[tuple[str, str], ...]:
    """Label and figure, in the order an auditor asks for them; what does not apply is left out."""
    measured, higher = kpi.measurement, kpi.thresholds.higher_is_better
    facts = [
        (words.answers(kpi.metric), answer_count(kpi, figures)),
        (
            words("%(level)s interval") % {"level": figures.percent(kpi.confidence)},
            figures.interval(measured.low, measured.high, kpi.metric),
        ),
        (
            words("Chance below floor") if higher else words("Chance above floor"),
            figures.chance(kpi.chance_below_floor),
        ),
    ]
    if kpi.more_ratings_needed is not None:
        needed = words("Cases needed") if kpi.metric in OBSERVED else words("Ratings needed")
        facts.append((needed, figures.number(kpi.more_ratings_needed)))
    facts += _since(kpi, words, figures)
    if share is not None:
        facts.append((words("Weight in score"), figures.chance(share)))
    facts += [(words(label), figures.number(count)) for label, count in _left_out(kpi) if count]
    if measured.design_effect is not None and not kpi.hidden:
        facts.append((words("Design effect"), figures.score(measured.design_effect)))
    return tuple(facts)


def _left_out(kpi: KpiResult) -> tuple[tuple[str, int], ...]:
    return ((_("Late"), kpi.late), (_("Excluded"), kpi.excluded))


def _share(kpi: KpiResult, data: ReportData) -> float | None:
    """Its part of the weights in a weighted score; None where it has none."""
    total = sum(each.weight for each in data.kpis if each.points is not None)
    if data.score_method != "weighted" or kpi.points is None or not total:
        return None
    return float(kpi.weight / total)


def _since(kpi: KpiResult, words: Words, figures: Figures) -> list[tuple[str, str]]:
    changes = Changes(figures.language)
    facts = []
    for then in (previous(kpi), year_before(kpi)):
        if then is None:
            continue
        label = words("Since %(period)s") % {"period": figures.short_period(then.start, then.end)}
        fact = (label, changes.text(kpi, then))
        if fact[1] != DASH and fact not in facts:
            facts.append(fact)
    return facts
