"""Report tables: what a report's parts say, row by row, with the figures as they are printed.

Expects `visible` values. A part that has no rows has no table.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from xla.core.agreement import Metric
from xla.core.privacy import K_VALUE, is_few
from xla.core.verdict import Thresholds
from xla.documents.credits_data import CreditStatement
from xla.documents.figures import PERCENT, Figures, agreed, half_up, printed, rounded
from xla.documents.report_data import KpiResult, ReportData, SiteCell
from xla.documents.words import RULES, STATES, Words

FEW = "<5"


@dataclass(frozen=True)
class Per100:
    """A number that is shown as per cent: 72.3 % is 0.723 in its cell."""

    value: Decimal
    """In per cent, as printed."""


Cell = str | int | Decimal | Per100 | date | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """One sheet."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


def tables(data: ReportData) -> tuple[Table, ...]:
    """Every table of the report that has rows, in the order of its parts."""
    words = Words(data.language)
    found = (
        _about(data, words),
        _commitments(data, words),
        _history(data, words),
        _sites(data, words),
        _breaches(data, words),
        _steps(data, words),
        _credits(data.credits, words),
        _corrected(data, words),
    )
    return tuple(table for table in found if table and table.rows)


def _about(data: ReportData, words: Words) -> Table:
    figures = Figures(data.language, data.timezone)
    rows: list[Row] = [
        (words("Client"), data.client),
        (words("Provider"), data.provider),
        (words("Contract"), data.contract_title),
        (words("Agreement"), f"{data.contract_key}, {data.agreement_version}"),
        (words("Period"), figures.period(data.start, data.end)),
        (words("Issue"), words("Draft") if data.issue is None else data.issue),
        (words("As known at:").rstrip(":"), f"{figures.instant(data.as_of)}, {data.timezone}"),
        (words("XLA score"), None if data.score is None else half_up(data.score, 1)),
        (words("Late"), data.late_total),
        (words("Excluded"), data.excluded_total),
    ]
    if data.shown_as_known_at is not None:
        at = figures.instant(data.shown_as_known_at)
        rows.insert(6, (words("Draft"), words("As known at %(at)s – not an issue") % {"at": at}))
    return Table(words("Report"), (words("About"), words("Says")), tuple(rows))


def _commitments(data: ReportData, words: Words) -> Table:
    heads = (
        words("Commitment"),
        words("Service"),
        words("Verdict"),
        words("Value"),
        words("n"),
        words("Interval, low"),
        words("Interval, high"),
        words("Floor"),
        words("Target"),
        words("Chance worse than floor"),
        words("Least n"),
        words("Decision rule"),
        words("Weight"),
        words("Late"),
        words("Excluded"),
    )
    return Table(words("Commitments"), heads, tuple(_kpi(kpi, words) for kpi in data.kpis))


def _kpi(kpi: KpiResult, words: Words) -> Row:
    measured, terms = kpi.measurement, kpi.thresholds
    return (
        kpi.title,
        kpi.service,
        words.verdict(kpi.verdict),
        words("hidden") if kpi.hidden else _value(measured.value, kpi),
        FEW if kpi.hidden else measured.n,
        _bound(measured.low, kpi.metric),
        _bound(measured.high, kpi.metric),
        _limit(terms.floor, kpi.metric),
        _limit(terms.target, kpi.metric),
        _chance(kpi.chance_below_floor, words),
        terms.min_responses,
        words(RULES[terms.decision_rule][0]),
        kpi.weight,
        kpi.late,
        kpi.excluded,
    )


def _history(data: ReportData, words: Words) -> Table:
    heads = (
        words("Commitment"),
        words("From"),
        words("Until"),
        words("Verdict"),
        words("Value"),
        words("n"),
        words("Interval, low"),
        words("Interval, high"),
    )
    rows = tuple(
        (
            kpi.title,
            point.start,
            point.end - timedelta(days=1),
            words.verdict(point.verdict),
            _value(point.value, kpi),
            None if point.value is None else point.n,
            _bound(point.low, kpi.metric),
            _bound(point.high, kpi.metric),
        )
        for kpi in data.kpis
        for point in kpi.trend
    )
    return Table(words("History"), heads, rows)


def _sites(data: ReportData, words: Words) -> Table:
    heads = (
        words("Site"),
        words("Commitment"),
        words("Verdict"),
        words("Value"),
        words("n"),
    )
    rows = tuple(
        (row.title, kpi.title, *_cell(cell, kpi, words))
        for row in data.sites
        for kpi, cell in zip(data.kpis, row.cells, strict=True)
        if not cell.outside
    )
    return Table(words("Sites"), heads, rows)


def _cell(cell: SiteCell, kpi: KpiResult, words: Words) -> Row:
    """Verdict, value and number of answers at one site; what is hidden says so and nothing more."""
    if cell.hidden:
        return None, words("hidden"), None
    verdict = None if cell.verdict is None else words.verdict(cell.verdict)
    return verdict, _value(cell.value, kpi), cell.n


def _breaches(data: ReportData, words: Words) -> Table:
    heads = (
        words("Number"),
        words("Commitment"),
        words("Opened"),
        words("Value"),
        words("Floor"),
        words("State"),
    )
    rows = tuple(
        (
            line.number,
            line.kpi_title,
            line.opened_on,
            None if line.value is None else _shown(_held(line.value, line.floor, line.metric), line.metric),
            _limit(line.floor, line.metric),
            words(STATES[line.state]),
        )
        for line in data.breaches
    )
    return Table(words("Breaches"), heads, rows)


def _steps(data: ReportData, words: Words) -> Table:
    heads = (words("Breach"), words("Day"), words("What happened"))
    rows = tuple((line.number, day, what) for line in data.breaches for day, what in line.steps)
    return Table(words("Steps"), heads, rows)


def _credits(told: CreditStatement | None, words: Words) -> Table | None:
    if told is None:
        return None
    heads = (
        words("Commitment"),
        words("Verdict"),
        words("Agreed"),
        words("Cap"),
        words("Used before"),
        words("Falls due"),
        words("Credit, %(currency)s") % {"currency": told.currency},
    )
    rows: list[Row] = [
        (
            item.title,
            words.verdict(item.verdict),
            Per100(item.agreed),
            None if item.cap is None else Per100(item.cap),
            Per100(item.used),
            Per100(item.percent_due),
            item.due,
        )
        for item in told.items
    ]
    rows.append((words("Total"), None, None, None, None, Per100(told.percent_due), told.total))
    return Table(words("Credits"), heads, tuple(rows))


def _corrected(data: ReportData, words: Words) -> Table | None:
    if data.correction is None:
        return None
    heads = (
        words("Commitment"),
        words("Figures"),
        words("Verdict"),
        words("Value"),
        words("n"),
        words("Credit, %(currency)s") % {"currency": data.correction.currency},
    )
    rows = tuple(
        (
            kpi.title,
            which,
            words.verdict(figure.verdict),
            None
            if figure.value is None
            else _shown(printed(figure.value, kpi.metric, kpi.thresholds), kpi.metric),
            FEW if is_few(figure.n, K_VALUE) else figure.n,
            figure.credit,
        )
        for kpi in data.correction.kpis
        for which, figure in ((words("Old"), kpi.old), (words("New"), kpi.new))
    )
    return Table(words("Addendum %(number)s") % {"number": data.correction.number}, heads, rows)


def _value(value: Fraction | None, kpi: KpiResult) -> Cell:
    return None if value is None else _shown(printed(value, kpi.metric, kpi.thresholds), kpi.metric)


def _held(value: Fraction, floor: Decimal, metric: Metric) -> Decimal:
    """A value where only its floor is known."""
    return printed(value, metric, Thresholds(target=floor, floor=floor))


def _bound(bound: float | None, metric: Metric) -> Cell:
    return None if bound is None else _shown(rounded(bound, metric), metric)


def _limit(limit: Decimal, metric: Metric) -> Cell:
    return _shown(agreed(limit), metric)


def _shown(value: Decimal, metric: Metric) -> Cell:
    return Per100(value) if metric in PERCENT else value


def _chance(chance: float | None, words: Words) -> Cell:
    """A number, or what stands on paper where it is nearly 0 or 1."""
    if chance is None:
        return None
    percent = half_up(100 * Fraction(chance), 0)
    return Per100(percent) if 1 <= percent <= 99 else Figures(words.language).chance(chance)  # noqa: PLR2004 - per cent
