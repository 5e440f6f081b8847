"""Report tables: what a report's parts say, row by row, with the figures as they are printed.

Expects `visible` values. A part that has no rows has no table.
"""

from datetime import timedelta

from xla.core.privacy import K_VALUE, is_few
from xla.documents.credits_data import CreditStatement
from xla.documents.figures import HARD_SPACE, Figures, half_up
from xla.documents.next import dates
from xla.documents.report_data import KpiResult, ReportData, SiteCell
from xla.documents.sample_tables import sample_tables
from xla.documents.since import since
from xla.documents.table import FEW, Per100, Row, Table, bound, likelihood, limit, measured, value
from xla.documents.why_tables import why_tables
from xla.documents.words import RULES, Words
from xla.documents.work_tables import work_tables


def tables(data: ReportData) -> tuple[Table, ...]:
    """Every table of the report that has rows, in the order of its parts."""
    words = Words(data.language)
    found = (
        _about(data, words),
        _commitments(data, words),
        _history(data, words),
        _sites(data, words),
        *why_tables(data, words),
        *work_tables(data, words),
        _credits(data.credits, words),
        _ahead(data, words),
        *sample_tables(data, words),
        _since(data, words),
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
    found, terms = kpi.measurement, kpi.thresholds
    return (
        kpi.title,
        kpi.service,
        words.verdict(kpi.verdict),
        words("hidden") if kpi.hidden else value(found.value, kpi),
        FEW if kpi.hidden else found.n,
        bound(found.low, kpi.metric),
        bound(found.high, kpi.metric),
        limit(terms.floor, kpi.metric),
        limit(terms.target, kpi.metric),
        likelihood(kpi.chance_below_floor, words),
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
            value(point.value, kpi),
            None if point.value is None else point.n,
            bound(point.low, kpi.metric),
            bound(point.high, kpi.metric),
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
    return verdict, value(cell.value, kpi), cell.n


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


def _ahead(data: ReportData, words: Words) -> Table:
    told = [each for row in dates(data) for each in row]
    rows = tuple((each.day.replace(HARD_SPACE, " "), " ".join(each.what)) for each in told)
    return Table(words("What happens next"), (words("Day"), words("What happens")), rows)


def _since(data: ReportData, words: Words) -> Table | None:
    told = since(data)
    if told is None:
        return None
    heading, sentences = told
    return Table(words("Since the last issue"), (heading,), tuple((sentence,) for sentence in sentences))


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
            measured(figure.value, kpi.metric, kpi.thresholds),
            FEW if is_few(figure.n, K_VALUE) else figure.n,
            figure.credit,
        )
        for kpi in data.correction.kpis
        for which, figure in ((words("Old"), kpi.old), (words("New"), kpi.new))
    )
    return Table(words("Addendum %(number)s") % {"number": data.correction.number}, heads, rows)
