"""A report's credits: each commitment's line, what is left of its cap, how far it is agreed, old and new."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

import make
from rated import rate
from xla.core.verdict import Verdict
from xla.core.window import parse_period
from xla.documents.credits_data import CreditStatement, Standing
from xla.documents.report_data import ReportData
from xla.models import Contract
from xla.services import addenda, decisions, periods, reports

CLEAN = {
    "key": "clean",
    "question": "clean",
    "title": {"en": "Clean rooms", "sv": "Rena rum"},
    "metric": "csat",
    "target": 80,
    "min_responses": 10,
    "credit": {"breached": "2", "cap": "5"},
}
FOOD = {"key": "food", "question": "food", "metric": "csat", "target": 80, "credit": {"breached": "1.5"}}
PLAIN = {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70}
MARCH = parse_period("2026-03")


@pytest.fixture
def contract(session: Session) -> Contract:
    """A breach of `clean` costs 2 % of 100,000 kronor, at most 5 % a year; one of `food` 1.5 %."""
    return make.contract(session, make.agreement(kpis=[CLEAN, FOOD, PLAIN]))


def at(month: str) -> datetime:
    return datetime.combine(parse_period(month).end + timedelta(days=4), datetime.min.time(), UTC)


def rated(session: Session, contract: Contract, month: str, scores: dict[int, int]) -> None:
    rate(session, contract, "clean", scores, on=str(parse_period(month).start), at=at(month))


def poor(session: Session, contract: Contract, *months: str) -> None:
    """Those months closed, `clean` breached in each."""
    for month in months:
        rated(session, contract, month, {1: 30})
        periods.close(session, contract, parse_period(month), known_at=at(month), now=at(month))


def gather(session: Session, contract: Contract, month: str = "2026-03", **told: Any) -> ReportData:
    told = {"now": at(month)} | told
    return reports.gather(session, contract, parse_period(month), provider="Nordfast", **told)


def statement(session: Session, contract: Contract, month: str = "2026-03", **told: Any) -> CreditStatement:
    found = gather(session, contract, month, **told).credits
    assert found
    return found


def test_each_commitment_with_an_agreed_credit_has_its_line(session: Session, contract: Contract) -> None:
    poor(session, contract, "2026-03")
    found = statement(session, contract)
    assert [(item.title, item.verdict, item.agreed, item.cap, item.due) for item in found.items] == [
        ("Clean rooms", Verdict.BREACHED, 2, 5, 2000),
        (found.items[1].title, Verdict.NO_DATA, Decimal("1.5"), None, 0),
    ]
    assert (found.currency, found.monthly_fee, str(found.total)) == ("SEK", 100000, "2000.00")
    assert (found.year_start, found.year_end) == (date(2026, 1, 1), date(2027, 1, 1))
    assert found.percent_due == 2


def test_the_caps_say_what_was_used_what_this_period_uses_and_what_is_left(
    session: Session, contract: Contract
) -> None:
    poor(session, contract, "2026-01", "2026-02", "2026-03")
    clean, food = statement(session, contract).items
    assert (clean.used, clean.percent, clean.percent_due, clean.left) == (4, 2, 1, 0)
    assert (clean.amount, clean.due, clean.capped, clean.cap_share) == (2000, 1000, 1000, 100)
    assert (food.left, food.cap_share, food.capped) == (None, None, 0)


def test_an_agreement_without_credits_or_without_a_fee_has_no_statement(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[PLAIN]))
    assert gather(session, contract).credits is None


def test_a_contract_without_a_fee_has_no_statement(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[PLAIN], contract={"monthly_fee": None}))
    assert gather(session, contract).credits is None


def test_few_ratings_and_no_data_never_move_money(session: Session, contract: Contract) -> None:
    rated(session, contract, "2026-03", {1: 9})
    found = statement(session, contract)
    assert [item.verdict for item in found.items] == [Verdict.INCONCLUSIVE, Verdict.NO_DATA]
    assert found.total == 0


def test_a_draft_says_what_would_fall_due_under_what_closed_periods_left(
    session: Session, contract: Contract
) -> None:
    poor(session, contract, "2026-01", "2026-02")
    rated(session, contract, "2026-03", {1: 30})
    found = statement(session, contract)
    assert (found.standing, found.is_final, found.items[0].used, found.total) == (
        Standing.DRAFT,
        False,
        4,
        1000,
    )


def test_a_year_that_begins_anew_has_its_whole_cap(session: Session, contract: Contract) -> None:
    poor(session, contract, "2026-12")
    rated(session, contract, "2027-01", {1: 30})
    assert statement(session, contract, "2027-01").items[0].used == 0


def test_as_known_before_a_close_its_credit_is_not_used_yet(session: Session, contract: Contract) -> None:
    poor(session, contract, "2026-02")
    rated(session, contract, "2026-03", {1: 30})
    early = statement(session, contract, as_known_at=at("2026-02") - timedelta(days=1))
    assert early.items[0].used == 0
    assert statement(session, contract, as_known_at=at("2026-03")).items[0].used == 2


def test_a_proposed_statement_becomes_final_with_its_period(session: Session, contract: Contract) -> None:
    poor(session, contract, "2026-03")
    assert statement(session, contract).standing is Standing.PROPOSED
    decisions.finalise_due(session, contract, at("2026-03") + timedelta(days=60))
    assert statement(session, contract, now=at("2026-06")).is_final
    then = at("2026-03") + timedelta(days=1)
    assert statement(session, contract, as_known_at=then, now=at("2026-06")).standing is Standing.PROPOSED


def test_an_addendum_has_the_old_credit_beside_the_new(session: Session, contract: Contract) -> None:
    poor(session, contract, "2026-03")
    later = at("2026-03") + timedelta(days=9)
    rate(session, contract, "clean", {5: 300}, on="2026-03-02", at=later)
    addenda.correct(session, contract, MARCH, reason="Late cards.", by=None, now=later)
    assert statement(session, contract, now=later).total_before is None
    found = statement(session, contract, addendum=1, now=later)
    assert (found.total_before, found.total) == (2000, 0)
    assert [item.told_before for item in found.items] == [2000, 0]


def test_titles_are_in_the_reports_language(session: Session, contract: Contract) -> None:
    assert statement(session, contract, language="sv").items[0].title == "Rena rum"
