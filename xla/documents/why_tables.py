"""Why tables: the commitment to explain, at its sites and by what speaks for a cause."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from xla.documents.drivers import driver_part
from xla.documents.figures import HARD_SPACE, Figures, printed
from xla.documents.focus import numbered, span
from xla.documents.mix_steps import mix_steps
from xla.documents.report_data import KpiResult, ReportData
from xla.documents.table import Per100, Row, Table, bound, share, shown, value
from xla.documents.why_data import (
    DriversTold,
    FocusRow,
    Hours,
    MixAndReal,
    Quote,
    ReasonsGiven,
    SiteFocus,
    Why,
)
from xla.documents.words import Words


def why_tables(data: ReportData, words: Words) -> Iterator[Table]:
    """The tables that have rows."""
    if data.site_focus:
        yield _focus(data, data.site_focus, words)
    if data.why:
        yield from _why(data, data.why, words)


def _focus(data: ReportData, told: SiteFocus, words: Words) -> Table:
    """All of its sites that may be shown; the paper has the worst."""
    kpi = numbered(data, told.kpi)[1]
    then = span(told.then, Figures(data.language)) or words("before")
    heads = (
        words("Site"),
        words.answers(kpi.metric),
        kpi.title,
        words("Interval, low"),
        words("Interval, high"),
        _plain(then),
        words("Change"),
    )
    return Table(words("Focus"), heads, tuple(_site(row, kpi) for row in told.rows))


def _site(row: FocusRow, kpi: KpiResult) -> Row:
    change = None
    if row.before is not None:
        now, then = (printed(each, kpi.metric, kpi.thresholds) for each in (row.value, row.before))
        change = now - then
    return (
        row.title,
        row.n,
        value(row.value, kpi),
        bound(row.low, kpi.metric),
        bound(row.high, kpi.metric),
        value(row.before, kpi),
        change,
    )


def _why(data: ReportData, told: Why, words: Words) -> Iterator[Table]:
    kpi, figures = numbered(data, told.kpi)[1], Figures(data.language)
    then, now = span(told.then, figures), figures.period(data.start, data.end)
    if told.mix:
        yield _mix(kpi, told.mix, (_plain(then), _plain(now)), words)
    if told.reasons:
        yield _reasons(told.reasons, _plain(then), words)
    if told.hours:
        yield _hours(kpi, told.hours, words)
    if told.drivers:
        yield _drivers(told.drivers, words)
    if told.quotes:
        heads = (words("In their words"), words("Site"), words("Month"))
        yield Table(words("Words"), heads, tuple(_quote(each, figures) for each in told.quotes))


def _mix(kpi: KpiResult, mix: MixAndReal, periods: tuple[str, str], words: Words) -> Table:
    found = mix_steps(kpi, mix, words)
    rows: list[Row] = [(periods[0], shown(found.then, kpi.metric))]
    rows += list(found.changes)
    rows.append((periods[1], shown(found.now, kpi.metric)))
    return Table(words("Mix and real effect"), (words("Step"), kpi.title), tuple(rows))


def _reasons(told: ReasonsGiven, then: str, words: Words) -> Table:
    has_past = any(line.share_before is not None for line in told.lines)
    heads = (
        words("Reason"),
        words("n"),
        words("Share"),
        *([words("Share, %(period)s") % {"period": then}] if has_past else []),
    )
    total = sum(line.n for line in told.lines)
    rows = tuple(
        (
            line.text,
            line.n,
            share(Fraction(line.n, total), 0),
            *([share(line.share_before, 0)] if has_past else []),
        )
        for line in told.lines
    )
    return Table(words("Reasons"), heads, rows)


def _hours(kpi: KpiResult, told: Hours, words: Words) -> Table:
    heads = (
        words("Hours"),
        words("Site"),
        kpi.title,
        words("n"),
        words("Interval, low"),
        words("Interval, high"),
    )
    rows = tuple(
        (
            f"{bar.start:02d}–{bar.end:02d}",
            told.site,
            value(bar.value, kpi),
            bar.n,
            bound(bar.low, kpi.metric),
            bound(bar.high, kpi.metric),
        )
        for bar in told.bars
    )
    return Table(words("Hours"), heads, rows)


def _drivers(told: DriversTold, words: Words) -> Table:
    """Shares of R² in per cent, rounded as on paper; what they are shares of stands above them."""
    heads = (
        _plain(driver_part(told, words).sub),
        words("Share"),
        words("Interval, low"),
        words("Interval, high"),
        words("Surely above the next"),
    )
    rows: list[Row] = [
        (
            line.text,
            Per100(Decimal(line.share)),
            Per100(Decimal(line.low)),
            Per100(Decimal(line.high)),
            words("yes") if line.is_clear else words("no"),
        )
        for line in told.lines
    ]
    return Table(words("Drivers of an overall score"), heads, tuple(rows))


def _quote(told: Quote, figures: Figures) -> Row:
    return " ".join(told.text.split()), told.site or None, _plain(figures.month(told.on.replace(day=1)))


def _plain(text: str) -> str:
    return text.replace(HARD_SPACE, " ")
