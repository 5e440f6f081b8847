"""The overview: every contract with its latest verdicts, live breaches and issued reports."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.outcome import Outcome
from xla.models import AgreementVersion, Breach, Contract, Evaluation, Period, Report
from xla.models.contract import contracts
from xla.services.agreements import agreement_of
from xla.services.evaluations import outcome_of


@dataclass(frozen=True)
class Line:
    """One contract at a glance."""

    agreement: Agreement
    closed: Outcome | None
    """Its newest closed period."""
    running: Outcome | None
    """The newest evaluation of a period not closed yet."""
    live_breaches: int
    reports: Sequence[Report]
    """Issued, newest first, without their bytes."""


def overview(session: Session) -> list[Line]:
    """Every contract, those with live breaches first, then by title; always the same number of queries."""
    agreements = {
        version.contract_id: agreement_of(version)
        for version in session.scalars(select(AgreementVersion).order_by(AgreementVersion.number))
    }
    newest = {
        period.contract_id: period for period in session.scalars(select(Period).order_by(Period.start_on))
    }
    running = _running(session, newest)
    live: dict[int, int] = {}
    for contract_id in session.scalars(select(Breach.contract_id).where(Breach.closed_at.is_(None))):
        live[contract_id] = live.get(contract_id, 0) + 1
    reports: dict[int, list[Report]] = {}
    for report in session.scalars(select(Report).order_by(Report.issue.desc())):
        reports.setdefault(report.contract_id, []).append(report)
    lines = [
        Line(
            agreement=agreements[contract.id],
            closed=outcome_of(newest[contract.id].evaluation) if contract.id in newest else None,
            running=outcome_of(running[contract.id]) if contract.id in running else None,
            live_breaches=live.get(contract.id, 0),
            reports=reports.get(contract.id, []),
        )
        for contract in session.scalars(contracts())
    ]
    return sorted(lines, key=lambda line: (not line.live_breaches, line.agreement.contract.title.casefold()))


def _running(session: Session, newest: dict[int, Period]) -> dict[int, Evaluation]:
    """The newest evaluation a contract has of a period after its newest closed one."""
    found: dict[int, Evaluation] = {}
    order = (Evaluation.start_on, Evaluation.known_at)
    frozen = select(Period.evaluation_id)
    for evaluation in session.scalars(
        select(Evaluation).where(Evaluation.id.not_in(frozen)).order_by(*order)
    ):
        closed = newest.get(evaluation.contract_id)
        if closed is None or evaluation.start_on >= closed.end_on:
            found[evaluation.contract_id] = evaluation
    return found


def report_of(session: Session, contract_key: str, issue: int) -> Report | None:
    """An issued report by its contract and number; its bytes are read when asked for."""
    return session.scalar(
        select(Report)
        .join(Contract, Contract.id == Report.contract_id)
        .where(Contract.key == contract_key, Report.issue == issue)
    )
