"""The overview: every contract with its latest verdicts, live breaches and issued reports."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.outcome import Outcome
from xla.models import AgreementVersion, Breach, Contract, Evaluation, Period, Report
from xla.models.contract import contracts
from xla.services.agreements import agreement_of
from xla.services.evaluations import outcome_of

MOST_ISSUES = 2**31 - 1
"""The largest number the database keeps."""


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
    order = (Evaluation.start_on.desc(), Evaluation.known_at.desc(), Evaluation.id.desc())
    place = func.row_number().over(partition_by=Evaluation.contract_id, order_by=order)
    placed = select(Evaluation.id, place.label("place")).subquery()
    found = session.scalars(
        select(Evaluation).join(placed, placed.c.id == Evaluation.id).where(placed.c.place == 1)
    )
    return {
        evaluation.contract_id: evaluation
        for evaluation in found
        if evaluation.contract_id not in newest
        or evaluation.start_on >= newest[evaluation.contract_id].end_on
    }


def report_of(session: Session, contract_key: str, issue: int) -> Report | None:
    """An issued report by its contract and number; its bytes are read when asked for."""
    if "\0" in contract_key or issue > MOST_ISSUES:  # neither can be in the database, nor be asked of it
        return None
    return session.scalar(
        select(Report)
        .join(Contract, Contract.id == Report.contract_id)
        .where(Contract.key == contract_key, Report.issue == issue)
    )
