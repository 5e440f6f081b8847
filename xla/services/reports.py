"""Reports: gather everything one says as plain values; keep what was issued."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from xla.core.agreement import Agreement, Language, Rolling
from xla.core.agreement_texts import words
from xla.core.outcome import Outcome
from xla.core.period_state import respond_by
from xla.core.window import CalendarPeriod, Window, history, local_day
from xla.documents.report_data import ReportData, as_draft
from xla.models import (
    AgreementVersion,
    Breach,
    BreachStep,
    Contract,
    Exclusion,
    Observation,
    Period,
    Report,
    Response,
)
from xla.services import addenda, agreement_files, clients, report_seal
from xla.services.agreements import agreement_of, began_on, judging
from xla.services.evaluations import Knowing, Moment, evaluate, outcome_of
from xla.services.knowledge import Knowledge
from xla.services.report_actions import action_lines, ahead
from xla.services.report_breaches import breach_lines
from xla.services.report_correction import corrected
from xla.services.report_counted import counted, distributions
from xla.services.report_credits import credit_statement
from xla.services.report_kpis import kpi_results
from xla.services.report_sample import with_sample
from xla.services.report_since import since_last
from xla.services.report_sites import site_rows
from xla.services.report_subject import Subject
from xla.services.report_what_ifs import Published
from xla.services.report_why import Asked, explained
from xla.services.tallies import late_count, within

PERIODS_SHOWN = 13


def gather(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contract: Contract,
    period: CalendarPeriod,
    *,
    provider: str,
    base_url: str = "",
    language: Language | None = None,
    addendum: int = 0,
    as_known_at: datetime | None = None,
    now: datetime,
) -> ReportData:
    """The report of a period: of a closed one as it was frozen, of an open one a draft of what is known.

    With the number of an `addendum`, what the closed period comes to by that correction. Asked as known at an
    instant, what the report would have been then; never an issue.
    """
    if as_known_at is not None:
        now = as_known_at = min(as_known_at, now)
    subject = _subject(session, contract, period, addendum, as_known_at, now)
    agreement = subject.agreement
    if language:
        spoken = agreement.contract.model_copy(update={"language": language})
        agreement = agreement.model_copy(update={"contract": spoken})
    data = _composed(session, subject, agreement, provider=provider, now=now)
    data = replace(data, shown_as_known_at=as_known_at)
    if subject.closed is not None and subject.addendum is not None:
        data = corrected(session, subject.closed, subject.addendum, subject.agreement.contract, data)
    if not data.is_draft:
        data = replace(data, seal=report_seal.mark(session, subject.as_of, base_url, sealed_by=now))
    return data if as_known_at is None else as_draft(data)


def closed_period(session: Session, contract: Contract, period: CalendarPeriod) -> Period | None:
    """The period's row, once it was closed."""
    return session.scalar(
        select(Period).where(
            Period.contract_id == contract.id, Period.start_on == period.start, Period.end_on == period.end
        )
    )


def issued(session: Session, period: Period, language: str, addendum: int = 0) -> Report | None:
    """The report issued of a closed period, or of an addendum to it, in a language; with its bytes."""
    return session.scalar(
        select(Report)
        .where(Report.period_id == period.id, Report.language == language, Report.addendum == addendum)
        .options(undefer(Report.pdf))
    )


def is_issued(session: Session, contract: Contract, period: CalendarPeriod, *, below: int) -> bool:
    """Whether what an addendum of that number corrects was issued, in whatever language."""
    found = (
        select(Report.id)
        .join(Period)
        .where(
            Period.contract_id == contract.id,
            Period.start_on == period.start,
            Report.addendum == below - 1,
        )
    )
    return session.scalar(found.limit(1)) is not None


def issue(session: Session, period: Period, data: ReportData, pdf: bytes, now: datetime) -> Report:
    """Keep the bytes of an issued report for good, under the number printed in it."""
    if data.issue is None:
        raise ValueError("a draft is not issued")
    report = Report(
        contract_id=period.contract_id,
        period_id=period.id,
        issue=data.issue,
        language=data.language,
        addendum=data.correction.number if data.correction else 0,
        issued_at=now,
        sha256=hashlib.sha256(pdf).hexdigest(),
        pdf=pdf,
    )
    session.add(report)
    session.flush()
    return report


def _composed(
    session: Session, subject: Subject, agreement: Agreement, *, provider: str, now: datetime
) -> ReportData:
    agreed = agreement.contract
    *_before, outcome = past = list(_outcomes(session, subject, now))
    window = Window(subject.period.start, subject.period.end)
    known = Knowledge(session, subject.contract, agreement, window, subject.as_of)
    knowing = Knowing(session, subject.contract, agreement, subject.period, Moment(subject.as_of, now))
    data = ReportData(
        contract_key=agreed.key,
        contract_title=agreed.title,
        client=agreed.client,
        provider=provider,
        agreement_version=subject.version.number,
        agreement_effective_from=subject.version.effective_from,
        language=agreed.language,
        timezone=agreed.timezone,
        period=str(subject.period),
        start=subject.period.start,
        end=subject.period.end,
        is_draft=subject.closed is None,
        issue=_issue(session, subject, agreed.language),
        as_of=subject.as_of,
        promise=words(agreement.promise, agreed.language, subject.agreement.contract.language),
        close_after_days=agreed.close_after_days,
        respond_within_days=agreed.respond_within_days,
        respond_by=_respond_by(subject),
        final_on=subject.final_on,
        score=outcome.score,
        score_method=outcome.method,
        score_trend=tuple((each.start, each.score) for each in past),
        kpis=kpi_results(outcome, subject.agreement, past, agreed.language),
        sites=site_rows(knowing, agreement, outcome.kpis),
        breaches=breach_lines(session, subject, agreed.language),
        late_total=_late(session, subject, known),
        excluded_total=known.excluded_count,
        counts={},
    )
    return _with_parts(session, subject, outcome, knowing, data)


def _with_parts(
    session: Session, subject: Subject, outcome: Outcome, knowing: Knowing, data: ReportData
) -> ReportData:
    """The report with its parts, each gathered by a service of its own.

    An addendum's explains nothing: beside those of the report it corrects, figures of sites, hours and
    reasons could tell of fewer than five answers.
    """
    behind = counted(knowing, outcome.kpis)
    sampled = with_sample(data, Published(knowing, outcome.kpis, data.sites), subject)
    moment = Moment(subject.as_of, subject.as_of)
    asked = Asked(session, subject.contract, subject.agreement, data.language, subject.period, moment)
    told = (None, None) if subject.addendum else explained(asked, knowing, outcome.kpis, data.sites)
    return replace(
        sampled,
        since_last=since_last(session, subject, outcome, data.language),
        site_focus=told[0],
        why=told[1],
        look=clients.look_of(session, subject.contract),
        actions=action_lines(session, subject, data.language),
        ahead=ahead(subject),
        credits=credit_statement(session, subject, outcome, data.language),
        counts=distributions(outcome, behind),
        counted=behind,
        agreement_text=agreement_files.export(subject.agreement),
    )


def _subject(  # noqa: PLR0913, PLR0917 -- what a report is about depends on all of it
    session: Session,
    contract: Contract,
    period: CalendarPeriod,
    addendum: int,
    shown_at: datetime | None,
    now: datetime,
) -> Subject:
    closed = closed_period(session, contract, period)
    if closed and (shown_at is None or shown_at >= closed.evaluation.known_at):
        if shown_at:
            told = [each.number for each in addenda.of_period(session, closed) if each.at <= shown_at]
            addendum = max((each for each in told if each <= (addendum or each)), default=0)
        found = addenda.numbered(session, closed, addendum) if addendum else None
        evaluation = found.evaluation if found else closed.evaluation
        return Subject(contract, period, evaluation.version, closed, evaluation.known_at, found, shown_at)
    version = judging(session, contract, period.start, period.end, known_at=shown_at)
    if shown_at:
        return Subject(contract, period, version, None, shown_at, shown_at=shown_at)
    return Subject(contract, period, version, None, _last_learned(session, contract, period, version, now))


def _last_learned(
    session: Session, contract: Contract, period: CalendarPeriod, version: AgreementVersion, now: datetime
) -> datetime:
    """When the last thing was learned about an open period: what a draft stands for, whenever it is made."""
    windows = [kpi.window for kpi in agreement_of(version).kpis]
    days = max((window.rolling_days for window in windows if isinstance(window, Rolling)), default=0)
    felt = Window(period.start - timedelta(days=days), period.end)
    told = (
        (Response, Response.received_at, within(Response.rated_on, felt)),
        (Response, Response.withdrawn_at, within(Response.rated_on, felt)),
        (Observation, Observation.received_at, within(Observation.observed_on, felt)),
        (Exclusion, Exclusion.provider_agreed_at, (Exclusion.start_on < period.end,)),
        (Exclusion, Exclusion.client_agreed_at, (Exclusion.start_on < period.end,)),
    )
    learned = [
        session.scalar(select(func.max(at)).where(row.contract_id == contract.id, at <= now, *about))
        for row, at, about in told
    ]
    steps = select(func.max(BreachStep.at)).join(Breach)
    learned.append(session.scalar(steps.where(Breach.contract_id == contract.id, BreachStep.at <= now)))
    return max(each for each in (min(version.applied_at, now), *learned) if each is not None)


def _outcomes(session: Session, subject: Subject, now: datetime) -> Iterator[Outcome]:
    """The period and up to twelve before it, as the contract has them; the period last."""
    began = began_on(session, subject.contract)
    for period in history(subject.period, PERIODS_SHOWN):
        if period == subject.period and subject.addendum:
            yield outcome_of(subject.addendum.evaluation)
        elif period == subject.period and subject.closed:
            yield evaluate(session, subject.contract, period, as_known_at=subject.shown_at, now=now)
        elif period.end > began:
            as_of = subject.as_of
            yield evaluate(session, subject.contract, period, as_known_at=as_of, now=now)


def _late(session: Session, subject: Subject, known: Knowledge) -> int:
    """How many ratings of a closed period came after it was frozen, as far as is told."""
    if subject.closed is None:
        return 0
    if subject.shown_at is None:
        return known.later_count
    about = (session, subject.contract.id, known.window)
    return late_count(*about, after=subject.as_of, until=subject.shown_at)


def _issue(session: Session, subject: Subject, language: str) -> int | None:
    if subject.closed is None:
        return None
    report = issued(session, subject.closed, language, subject.addendum.number if subject.addendum else 0)
    if report:
        return report.issue
    highest = select(func.max(Report.issue)).where(Report.contract_id == subject.closed.contract_id)
    return (session.scalar(highest) or 0) + 1


def _respond_by(subject: Subject) -> date | None:
    if subject.closed is None:
        return None
    contract = subject.agreement.contract
    proposed_on = local_day(subject.closed.proposed_at, ZoneInfo(contract.timezone))
    return respond_by(proposed_on, contract.respond_within_days)
