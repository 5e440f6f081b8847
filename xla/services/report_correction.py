"""A report's correction: what an addendum changed, old beside new, as far as each figure may be shown."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Contract as AgreedContract
from xla.core.agreement_texts import words
from xla.core.outcome import Judged
from xla.documents.counted import hide
from xla.documents.report_data import CorrectedKpi, Correction, Figure, ReportData
from xla.models import Addendum, Period, Report
from xla.services import addenda
from xla.services.addenda import Change
from xla.services.report_kpis import shown


def corrected(
    session: Session, row: Period, addendum: Addendum, agreed: AgreedContract, data: ReportData
) -> ReportData:
    """The report with what was corrected, and without what the two reports together would tell of few.

    Its sites are left out, whose figures may differ by a few answers; and so are the score counts of a KPI
    of which fewer than eight differ from an earlier report.
    """
    changes = addenda.changes(session, row, addendum)
    own = agreed.language
    few = addenda.with_few(session, row, addendum)
    correction = Correction(
        number=addendum.number,
        to_issue=_issue_of(session, row, data.language, data.shown_as_known_at),
        reason=addendum.reason,
        currency=agreed.currency,
        kpis=tuple(_kpi(change, words(change.old.kpi.title, data.language, own)) for change in changes),
    )
    counts = {key: scores for key, scores in data.counts.items() if key not in few}
    return replace(data, correction=correction, sites=(), counts=counts, counted=hide(data.counted, few))


def _issue_of(session: Session, row: Period, language: str, until: datetime | None) -> int | None:
    """The first issue of the period in the language, or else in any; by an instant, where it is for one."""
    issues = select(func.min(Report.issue)).where(Report.period_id == row.id, Report.addendum == 0)
    if until is not None:
        issues = issues.where(Report.issued_at <= until)
    same: int | None = session.scalar(issues.where(Report.language == language))
    first: int | None = same or session.scalar(issues)
    return first


def _kpi(change: Change, title: str) -> CorrectedKpi:
    kpi = change.old.kpi
    return CorrectedKpi(
        key=kpi.key,
        title=title,
        metric=kpi.metric,
        thresholds=kpi.thresholds,
        old=_figure(change.old, change.old_credit),
        new=_figure(change.new, change.new_credit),
    )


def _figure(judged: Judged, credit: Decimal | None) -> Figure:
    return Figure(judged.measurement.n, shown(judged.measurement).value, judged.verdict, credit)
