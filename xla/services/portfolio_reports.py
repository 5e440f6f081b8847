"""Portfolio reports: one period of many contracts, each as its own report has it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.verdict import Verdict
from xla.core.window import CalendarPeriod
from xla.documents.portfolio_data import Missing, PortfolioData, Reported
from xla.models import Contract, Period, Person
from xla.services import periods
from xla.services.credits import credits_of_period
from xla.services.memberships import visible
from xla.services.previews import preview
from xla.services.reports import closed_period

Rank = tuple[int, int, str, str]


def contracts_of(session: Session, person: Person | None) -> Sequence[Contract]:
    """The contracts a person may see, by key; all of them where it is nobody's question."""
    query = select(Contract).order_by(Contract.key)
    return session.scalars(query if person is None else query.where(visible(person, Contract.id))).all()


def portfolio(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contracts: Sequence[Contract],
    period: CalendarPeriod,
    *,
    provider: str,
    language: Language,
    now: datetime,
) -> PortfolioData:
    """The period of each of the contracts, those with most breaches first; nothing is kept."""
    found, missing = [], []
    for contract in contracts:
        row = closed_period(session, contract, period)
        if row is None and period not in periods.running(session, contract, now):
            terms = periods.latest(session, contract).contract
            missing.append(Missing(terms.client, terms.title))
            continue
        told = preview(session, contract, period, provider=provider, language=language, now=now)
        found.append(Reported(told.data, *_credit(session, row)))
    return PortfolioData(
        provider=provider,
        language=language,
        start=period.start,
        end=period.end,
        at=now,
        contracts=tuple(sorted(found, key=_rank)),
        missing=tuple(sorted(missing, key=lambda each: (each.client, each.title))),
    )


def _rank(each: Reported) -> Rank:
    verdicts = [kpi.verdict for kpi in each.data.kpis]
    breached, at_risk = verdicts.count(Verdict.BREACHED), verdicts.count(Verdict.AT_RISK)
    return -breached, -at_risk, each.data.client, each.data.contract_key


def _credit(session: Session, row: Period | None) -> tuple[Decimal | None, str]:
    """What a closed period's breaches cost, and the currency."""
    if row is None:
        return None, ""
    costs = credits_of_period(session, row)
    return (None if costs.monthly_fee is None else costs.total), costs.currency
