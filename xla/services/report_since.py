"""Since the last issue: a report's period beside the one before it, as that one was closed."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Language
from xla.core.agreement_texts import words
from xla.core.changes import changes
from xla.core.outcome import Outcome
from xla.core.window import Window
from xla.documents.since_data import SinceLast, Turned
from xla.documents.tongues import tongue
from xla.models import Breach, Period, Report
from xla.services import addenda
from xla.services.agreements import agreement_of
from xla.services.evaluations import outcome_of
from xla.services.report_subject import Subject
from xla.services.tallies import late_count


def since_last(session: Session, subject: Subject, outcome: Outcome, language: Language) -> SinceLast | None:
    """What is other than in the period before; None where none was closed before."""
    row = _before(session, subject)
    if row is None:
        return None
    version = row.evaluation.version
    old, new = agreement_of(version), subject.agreement
    then = outcome_of(row.evaluation)
    titles = _titles(old, language) | _titles(new, language)
    was = {each.kpi.key: each.verdict for each in then.kpis}
    now = {each.kpi.key: each.verdict for each in outcome.kpis}
    opened, closed = _breaches(session, subject, row)
    corrected = (each for each in addenda.of_period(session, row) if each.at <= subject.told_until)
    altered = changes(old, new, tongue(language)) if version.id != subject.version.id else []
    return SinceLast(
        start=row.start_on,
        end=row.end_on,
        issue=_issue(session, subject, row),
        turned=tuple(
            Turned(key, titles[key], was[key], verdict)
            for key, verdict in now.items()
            if key in was and was[key] is not verdict
        ),
        added=tuple(titles[key] for key in now if key not in was),
        removed=tuple(titles[key] for key in was if key not in now),
        version_was=version.number,
        version_now=subject.version.number,
        altered=tuple(each.sentence for each in altered),
        score_was=then.score,
        score_now=outcome.score,
        opened=tuple(titles.get(key, key) for key in opened),
        closed=tuple(titles.get(key, key) for key in closed),
        addenda=tuple((each.number, each.reason) for each in corrected),
        late=_late(session, subject, row),
    )


def _before(session: Session, subject: Subject) -> Period | None:
    """The closed period that ends where this one begins."""
    found = select(Period).where(
        Period.contract_id == subject.contract.id, Period.end_on == subject.period.start
    )
    row = session.scalar(found)
    return row if row and row.evaluation.known_at <= subject.told_until else None


def _issue(session: Session, subject: Subject, row: Period) -> int | None:
    """The first number under which the period before was issued, by the instant it is asked for."""
    first = select(func.min(Report.issue)).where(Report.period_id == row.id)
    return session.scalar(first.where(Report.issued_at <= subject.shown_at) if subject.shown_at else first)


def _titles(agreement: Agreement, language: Language) -> dict[str, str]:
    return {kpi.key: words(kpi.title, language, agreement.contract.language) for kpi in agreement.kpis}


def _breaches(session: Session, subject: Subject, row: Period) -> tuple[list[str], list[str]]:
    """The KPIs whose breach was opened, and whose was closed, since the period before was closed."""
    since, until = row.evaluation.known_at, subject.told_until
    rows = session.scalars(
        select(Breach).where(Breach.contract_id == subject.contract.id).order_by(Breach.id)
    ).all()
    opened = [each.kpi_key for each in rows if since < each.opened_at <= until and each.period_id != row.id]
    closed = [each.kpi_key for each in rows if each.closed_at and since < each.closed_at <= until]
    return opened, closed


def _late(session: Session, subject: Subject, row: Period) -> int:
    """Ratings of the period before that came after it was closed, as far as is told."""
    window = Window(row.start_on, row.end_on)
    about = (session, subject.contract.id, window)
    return late_count(*about, after=row.evaluation.known_at, until=subject.told_until)
