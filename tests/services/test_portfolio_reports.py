"""A portfolio report: every contract one may see, with its period or named as without it."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import make
from web import world
from xla.core.window import parse_period
from xla.documents.portfolio_data import PortfolioData
from xla.models import Report
from xla.services import people
from xla.services.portfolio_reports import contracts_of, portfolio


def found(session: Session, period: str = "2026-03", person: str | None = None) -> PortfolioData:
    return portfolio(
        session,
        contracts_of(session, people.by_email(session, world.email(person)) if person else None),
        parse_period(period),
        provider="Nordfast",
        language="sv",
        now=world.CLOSED_AT + timedelta(days=1),
    )


def test_it_holds_the_contracts_one_may_see(session: Session) -> None:
    world.add_people(session)
    world.add_contracts(session)
    assert [each.data.contract_key for each in found(session, person="manager").contracts] == ["harbour"]
    assert [each.data.contract_key for each in found(session, person="admin").contracts] == [
        "harbour",
        "quay",
    ]
    assert len(found(session).contracts) == 2


def test_a_closed_period_has_its_credits_and_a_running_one_none(session: Session) -> None:
    contract = make.contract(session, world.terms())
    world.live(session, contract)
    (closed,) = found(session).contracts
    assert (closed.credit, closed.currency) == (Decimal("2000.00"), "SEK")
    assert (closed.data.is_draft, closed.data.language) == (True, "sv")
    (running,) = found(session, "2026-04").contracts
    assert (running.credit, running.currency) == (None, "")


def test_a_contract_without_a_fee_has_no_credits(session: Session) -> None:
    kpis = [{name: told for name, told in kpi.items() if name != "credit"} for kpi in world.KPIS]
    terms = {"key": "free", "title": "Free", "monthly_fee": None}
    world.live(session, make.contract(session, make.agreement(kpis=kpis, contract=terms)))
    assert [each.credit for each in found(session).contracts] == [None]


def test_contracts_that_have_no_such_period_are_named(session: Session) -> None:
    world.live(session, make.contract(session, world.terms()))
    for period in ("2026-06", "2025-03", "2026-Q1"):
        data = found(session, period)
        assert (data.contracts, [each.title for each in data.missing]) == ((), ["Harbour house"]), period


def test_those_with_most_breaches_come_first(session: Session) -> None:
    make.contract(session, world.terms("alpha", "Alpha"))
    world.live(session, make.contract(session, world.terms("zulu", "Zulu")))
    assert [each.data.contract_key for each in found(session).contracts] == ["zulu", "alpha"]


def test_nothing_is_kept(session: Session) -> None:
    world.live(session, make.contract(session, world.terms()))
    found(session)
    assert session.scalar(select(func.count(Report.id))) == 0
