"""Focus: the commitment that most needs explaining, site by site, the worst first."""

from dataclasses import dataclass

from markupsafe import Markup

from xla.documents.chart_focus import Reach, Seen, site_row
from xla.documents.commitments import number
from xla.documents.figures import DASH, HARD_SPACE, Figures, printed
from xla.documents.levels import Level, level_at
from xla.documents.report_data import KpiResult, ReportData
from xla.documents.why_data import FocusRow, Span
from xla.documents.words import Words

MOST_ROWS = 9


@dataclass(frozen=True)
class Line:
    """One site."""

    title: str
    n: str
    value: str
    interval: str
    chart: Markup
    before: str
    change: str


@dataclass(frozen=True)
class Focus:
    """The table and the two sentences below it."""

    heading: str
    sub: str
    heads: tuple[str, ...]
    floor: str
    target: str
    lines: tuple[Line, ...]
    then: str
    """The period compared with; empty where there is none."""
    ends: tuple[tuple[str, str], ...]
    """The worst and the best site: lead and sentence."""


def numbered(data: ReportData, key: str) -> tuple[str, KpiResult]:
    """A commitment with its number in this report."""
    index = [kpi.key for kpi in data.kpis].index(key)
    return number(index), data.kpis[index]


def span(then: Span | None, figures: Figures) -> str:
    """The name of the period compared with, or nothing."""
    return figures.period(then.start, then.end) if then else ""


def focus(data: ReportData) -> Focus | None:
    """The part; None where no commitment needs it, or sites to compare are too few."""
    told = data.site_focus
    if told is None:
        return None
    words, figures = Words(data.language), Figures(data.language)
    name, kpi = numbered(data, told.kpi)
    then = span(told.then, figures)
    rows, terms = told.rows[:MOST_ROWS], kpi.thresholds
    reach = Reach.over(
        [
            float(edge)
            for row in rows
            for edge in (row.value, row.low, row.high, row.before, terms.floor, terms.target)
            if edge is not None
        ]
    )
    level = figures.percent(kpi.confidence)
    return Focus(
        heading=words("%(title)s (%(number)s) by site, worst first") % {"title": kpi.title, "number": name},
        sub=_sub(level, then, (len(rows), len(told.rows)), words),
        heads=(
            words("Site"),
            words.answers(kpi.metric),
            figures.period(data.start, data.end).replace(HARD_SPACE, " "),
            words("%(level)s interval") % {"level": level},
        ),
        floor=words("floor %(value)s") % {"value": figures.threshold(terms.floor, kpi.metric)},
        target=words("target %(value)s") % {"value": figures.threshold(terms.target, kpi.metric)},
        lines=tuple(_line(row, kpi, reach, figures, words) for row in rows),
        then=then.replace(HARD_SPACE, " "),
        ends=(
            _end(words("Worst: %(site)s, %(value)s"), told.rows[0], kpi, figures, words),
            _end(words("Best: %(site)s, %(value)s"), told.rows[-1], kpi, figures, words),
        ),
    )


def level_of_row(row: FocusRow, kpi: KpiResult) -> Level:
    """Where a site stands."""
    return level_at(row.value, row.low, row.high, kpi.thresholds)


def _sub(level: str, then: str, count: tuple[int, int], words: Words) -> str:
    parts = [words("Bar: %(level)s interval.") % {"level": level}]
    if then:
        parts.append(words("Tick: %(period)s.") % {"period": then})
    if count[0] < count[1]:
        parts.append(
            words("The %(shown)s worst of %(all)s sites whose value may be shown.")
            % {"shown": count[0], "all": count[1]}
        )
    return " ".join(parts)


def _line(row: FocusRow, kpi: KpiResult, reach: Reach, figures: Figures, words: Words) -> Line:
    terms, value = kpi.thresholds, figures.value(row.value, kpi.metric, kpi.thresholds, unit=False)
    before, change = DASH, DASH
    if row.before is not None:
        before = figures.value(row.before, kpi.metric, terms, unit=False)
        change = figures.change(printed(row.value, kpi.metric, terms), printed(row.before, kpi.metric, terms))
    seen = Seen(
        float(row.value),
        row.low,
        row.high,
        None if row.before is None else float(row.before),
        level_of_row(row, kpi),
    )
    title = words("%(site)s: %(value)s") % {"site": row.title, "value": value}
    return Line(
        title=row.title,
        n=figures.number(row.n),
        value=value,
        interval=figures.interval(row.low, row.high, kpi.metric),
        chart=site_row(seen, terms, reach, title),
        before=before,
        change=change,
    )


def _end(lead: str, row: FocusRow, kpi: KpiResult, figures: Figures, words: Words) -> tuple[str, str]:
    terms = kpi.thresholds
    told = {
        "site": row.title,
        "value": figures.value(row.value, kpi.metric, terms),
        "interval": figures.interval(row.low, row.high, kpi.metric),
        "floor": figures.threshold(terms.floor, kpi.metric),
        "target": figures.threshold(terms.target, kpi.metric),
    }
    level = level_of_row(row, kpi)
    if level is Level.CLEAR:
        text = words("The whole interval (%(interval)s) is worse than the floor of %(floor)s.")
    elif level is Level.BELOW and row.low is None:
        text = words("It is worse than the floor of %(floor)s.")
    elif level is Level.BELOW:
        text = words("It is worse than the floor of %(floor)s, but the interval (%(interval)s) reaches it.")
    elif level is Level.BETWEEN:
        text = words("It holds the floor of %(floor)s, but not the target of %(target)s.")
    else:
        text = words("It reaches the target of %(target)s.")
    counted = words.plural("%(count)s answer.", "%(count)s answers.", row.n) % {
        "count": figures.number(row.n)
    }
    return lead % told, f"{text % told} {counted}"
