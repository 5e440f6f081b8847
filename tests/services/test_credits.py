"""The credits of closed periods: from what was frozen, the cap used up in the order of closing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

import make
from rated import rate
from statements import sent
from xla.core.verdict import Verdict
from xla.core.window import parse_period
from xla.models import Contract, Period
from xla.services import addenda, agreements, periods
from xla.services.credits import PeriodCredits, credits_of_contract, credits_of_period, credits_of_year

CLOSED_AT = datetime(2027, 12, 1, tzinfo=UTC)
CLEAN = {
    "key": "clean",
    "question": "clean",
    "metric": "csat",
    "target": 80,
    "credit": {"breached": "2", "cap": "5"},
}
FOOD = {"key": "food", "question": "food", "metric": "csat", "target": 80, "credit": {"breached": "1.5"}}
INDEX = {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70}


def terms(**changes: Any) -> dict[str, Any]:
    return {"kpis": [CLEAN, FOOD, INDEX], "contract": {"starts_on": "2026-02-15"}} | changes


def close(session: Session, contract: Contract, *names: str, poor: int = 30) -> list[Period]:
    """Those months closed in that order, each with thirty ratings of `clean`, so many of them poor."""
    closed = []
    for name in names:
        period = parse_period(name)
        rate(session, contract, "clean", {1: poor, 5: 30 - poor}, on=f"{period.last_day}")
        closed.append(periods.close(session, contract, period, known_at=CLOSED_AT, now=CLOSED_AT).period)
    return closed


@pytest.fixture
def contract(session: Session) -> Contract:
    """From 15 February 2026; a breach of `clean` costs 2 % of 100,000 kronor, at most 5 % a year."""
    return make.contract(session, make.agreement(**terms()))


def due(found: list[PeriodCredits]) -> list[str]:
    return [str(each.credits.total) for each in found]


def test_a_breached_month_costs_its_percent_of_the_fee(session: Session, contract: Contract) -> None:
    (march,) = close(session, contract, "2026-03")
    found = credits_of_period(session, march)
    assert [(line.kpi, line.verdict, line.due) for line in found.lines] == [
        ("clean", Verdict.BREACHED, Decimal("2000.00")),
        ("food", Verdict.NO_DATA, Decimal("0.00")),
        ("index", Verdict.NO_DATA, Decimal("0.00")),
    ]
    assert (found.currency, str(found.total)) == ("SEK", "2000.00")


def test_a_month_as_promised_costs_nothing(session: Session, contract: Contract) -> None:
    (march,) = close(session, contract, "2026-03", poor=0)
    assert credits_of_period(session, march).total == 0


def test_the_cap_takes_what_earlier_months_of_the_contract_year_left(
    session: Session, contract: Contract
) -> None:
    closed = close(session, contract, "2026-02", "2026-03", "2026-04", "2026-05")
    found = credits_of_year(session, closed[-1])
    assert due(found) == ["2000.00", "2000.00", "1000.00", "0.00"]
    assert [each.period for each in found] == closed
    assert [credits_of_period(session, each).total for each in closed] == [2000, 2000, 1000, 0]


def test_an_anniversary_opens_the_cap_again(session: Session, contract: Contract) -> None:
    closed = close(session, contract, "2026-11", "2026-12", "2027-01", "2027-02", "2027-03")
    assert due(credits_of_contract(session, contract)) == [
        "2000.00",
        "2000.00",
        "1000.00",
        "2000.00",
        "2000.00",
    ]
    assert due(credits_of_year(session, closed[-1])) == ["2000.00", "2000.00"]
    assert due(credits_of_year(session, closed[2])) == ["2000.00", "2000.00", "1000.00"]


def test_a_month_closed_late_takes_nothing_back(session: Session, contract: Contract) -> None:
    closed = close(session, contract, "2026-03", "2026-05", "2026-06")
    before = [credits_of_period(session, each) for each in closed]
    (april,) = close(session, contract, "2026-04")
    assert [credits_of_period(session, each) for each in closed] == before
    assert credits_of_period(session, april).total == 0


def test_each_month_costs_what_the_version_that_judged_it_says(session: Session, contract: Contract) -> None:
    (march,) = close(session, contract, "2026-03")
    dearer = terms(
        effective_from="2026-04-01", contract={"starts_on": "2026-02-15", "monthly_fee": "200000.00"}
    )
    agreements.apply(session, make.agreement(**dearer), make.NOW)
    april, may = close(session, contract, "2026-04", "2026-05")
    found = [credits_of_period(session, each).total for each in (march, april, may)]
    assert found == [2000, 4000, 2000]


def test_a_kpi_left_out_for_a_while_keeps_what_it_used(session: Session, contract: Contract) -> None:
    close(session, contract, "2026-03", "2026-04")
    agreements.apply(session, make.agreement(**terms(effective_from="2026-05-01", kpis=[FOOD])), make.NOW)
    close(session, contract, "2026-05")
    agreements.apply(session, make.agreement(**terms(effective_from="2026-06-01")), make.NOW)
    (june,) = close(session, contract, "2026-06")
    assert credits_of_period(session, june).total == 1000


def corrected(session: Session, contract: Contract, month: str, days: int, scores: dict[int, int]) -> Decimal:
    """What an addendum by late answers, told so many days after the closes, makes of a month's credit."""
    period, at = parse_period(month), CLOSED_AT + timedelta(days=days)
    rate(session, contract, "clean", scores, on=f"{period.last_day}", at=at)
    found = addenda.correct(session, contract, period, reason="Late cards.", by=None, now=at)
    row = session.get_one(Period, found.period_id)
    return credits_of_period(session, row, found.number).total


def test_what_an_addendum_takes_back_is_left_for_later_months(session: Session, contract: Contract) -> None:
    march, april = close(session, contract, "2026-03", "2026-04")
    assert corrected(session, contract, "2026-03", 1, {5: 300}) == 0
    (may,) = close(session, contract, "2026-05")
    assert [credits_of_period(session, each).total for each in (march, april, may)] == [2000, 2000, 2000]
    assert credits_of_period(session, may).lines[0].used == 2


def test_an_addendum_gets_what_later_months_left_of_the_cap(session: Session, contract: Contract) -> None:
    close(session, contract, "2026-03", poor=0)
    close(session, contract, "2026-04", "2026-05")
    assert corrected(session, contract, "2026-03", 1, {1: 300}) == 1000
    assert corrected(session, contract, "2026-04", 2, {5: 300}) == 0
    assert corrected(session, contract, "2026-03", 3, {1: 5}) == 2000


def test_another_contracts_months_use_nothing_up(session: Session, contract: Contract) -> None:
    other = make.contract(session, make.agreement(**terms(contract={"key": "quay", "title": "Quay"})))
    close(session, other, "2026-03", "2026-04", "2026-05")
    (march,) = close(session, contract, "2026-03")
    assert credits_of_period(session, march).total == 2000


def test_the_number_of_queries_does_not_grow_with_the_periods(session: Session, contract: Contract) -> None:
    months = close(session, contract, "2026-03", "2026-04", "2026-05", "2026-06")
    numbers = []
    for month in (months[0].id, months[-1].id):
        session.expire_all()
        period = session.get_one(Period, month)
        with sent(session) as statements:
            credits_of_period(session, period)
        numbers.append(len(statements))
    assert numbers == [2, 2]


def test_a_contract_without_closed_periods_has_no_credits(session: Session, contract: Contract) -> None:
    assert credits_of_contract(session, contract) == []
