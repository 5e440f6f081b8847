"""Report work: which reports are to be made once a period is proposed, final, or corrected."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.window import CalendarPeriod
from xla.core.work import Kind
from xla.models import Addendum, Contract, Period, ReportRecipient
from xla.services.agreements import agreement_of
from xla.services.work import Wanted


def draft(contract: Contract, period: CalendarPeriod, now: datetime) -> Wanted:
    """The draft of a proposed period, for the contract's managers."""
    document = {"what": "draft", "period": str(period)}
    return Wanted(Kind.RENDER, f"{contract.key}/{period}/draft", now, contract.id, document)


def all_issues(session: Session, contract: Contract, row: Period, now: datetime) -> list[Wanted]:
    """A final period's report, and its corrections while it was proposed."""
    numbers = session.scalars(select(Addendum.number).where(Addendum.period_id == row.id))
    asked = (0, *sorted(numbers))
    return [each for number in asked for each in issues(session, contract, row, now, addendum=number)]


def issues(
    session: Session, contract: Contract, row: Period, now: datetime, *, addendum: int = 0
) -> Iterator[Wanted]:
    """A closed period's report, or a correction's: in the contract's language and in each read."""
    terms = agreement_of(row.evaluation.version).contract
    period, own = CalendarPeriod(row.start_on, row.end_on, terms.period), terms.language
    rows = session.scalars(
        select(ReportRecipient.language).where(ReportRecipient.contract_id == contract.id).distinct()
    )
    what = f"addendum {addendum}" if addendum else "issue"
    for language in (own, *sorted(set(rows) - {own})):
        yield Wanted(
            Kind.RENDER,
            f"{contract.key}/{period}/{what}/{language}",
            now,
            contract.id,
            {"what": "issue", "period": str(period), "language": language, "addendum": addendum},
        )
