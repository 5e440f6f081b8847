"""What a KPI's figure is made of: days, places, reasons and comments, as far as they may be shown."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

import make
from rated import rate, respond
from web import world
from xla.models import Contract, Response
from xla.services import periods
from xla.services.comments import Comments
from xla.services.kept import Kept
from xla.services.kpi_page import Details, comments_of, details, kpi_page

AT = make.utc(2026, 4, 1)
LATER = world.CLOSED_AT + timedelta(days=1)
CLEAN: dict[str, Any] = {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "floor": 70}


def close(session: Session, contract: Contract) -> None:
    periods.close(session, contract, world.MARCH, known_at=world.CLOSED_AT, now=world.CLOSED_AT)


def said(session: Session, reasons: str | None = None, comment: str | None = None) -> None:
    """What every response so far without a word said."""
    session.execute(
        update(Response)
        .where(Response.reasons.is_(None), Response.comment.is_(None))
        .values(reasons=reasons, comment=comment)
    )


def read(session: Session, contract: Contract, key: str = "clean", number: int = 1) -> Comments | None:
    page = kpi_page(session, contract, key, period="2026-03", language="en", kept=Kept())
    assert page
    return comments_of(page, number)


def of(session: Session, contract: Contract, key: str = "clean") -> Details:
    page = kpi_page(session, contract, key, period="2026-03", language="en", kept=Kept())
    assert page
    return details(page, Kept(), site_page=1)


def test_each_day_and_all_days_so_far_have_their_values(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[CLEAN]))
    rate(session, contract, "clean", {5: 6}, on="2026-03-01", at=AT)
    rate(session, contract, "clean", {1: 3}, on="2026-03-02", at=AT)
    rate(session, contract, "clean", {1: 6}, on="2026-03-03", at=AT)
    rate(session, contract, "clean", {1: 3}, on="2026-03-04", at=AT)
    close(session, contract)
    days = of(session, contract).days
    assert [(day.n, day.value, day.so_far_n, day.so_far) for day in days[:4]] == [
        (6, 100, 6, 100),
        (0, None, 0, None),
        (6, 0, 0, None),
        (0, None, 18, pytest.approx(100 / 3)),
    ]
    assert len(days) == 31
    assert days[-1].low is not None


def test_days_know_only_what_was_known_at_the_close(session: Session) -> None:
    terms = make.agreement(kpis=[{**CLEAN, "scope": {"personas": ["visitor"]}}])
    contract = make.contract(session, terms)
    rate(session, contract, "clean", {5: 6}, on="2026-03-01", persona="visitor", at=AT)
    close(session, contract)
    rate(session, contract, "clean", {1: 6}, on="2026-03-01", persona="visitor", at=LATER)
    rate(session, contract, "clean", {1: 6}, on="2026-03-01", persona="employee", at=LATER)
    rate(session, contract, "food", {1: 6}, on="2026-03-01", at=LATER)
    assert (of(session, contract).days[0].n, of(session, contract).days[0].value) == (6, 100)


def test_a_running_period_shows_no_day_to_come(session: Session) -> None:
    contract = make.contract(session, world.terms())
    world.live(session, contract)
    page = kpi_page(session, contract, "clean", period="2026-04", language="en", kept=Kept())
    assert page
    assert [day.day.day for day in details(page, Kept(), site_page=1).days] == [1, 2, 3, 4, 5]


def test_people_counted_once_have_no_interval_by_the_day(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[{**CLEAN, "cluster": "respondent"}]))
    rate(session, contract, "clean", {5: 9}, respondent="ann", at=AT)
    close(session, contract)
    last = of(session, contract).days[-1]
    assert (last.so_far, last.low, last.high) == (100, None, None)


def test_operations_have_no_days_reasons_or_comments(session: Session) -> None:
    kpi = {"key": "churn", "observation": "tenants", "metric": "rate", "target": 5, "higher_is_better": False}
    contract = make.contract(session, make.agreement(kpis=[kpi]))
    close(session, contract)
    found = of(session, contract, "churn")
    assert (found.days, found.touchpoints, found.personas) == ((), (), ())
    assert read(session, contract, "churn") is None
    assert not found.reasons.is_shown


def test_an_index_has_comments_without_a_score(session: Session) -> None:
    kpi = {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70}
    contract = make.contract(session, make.agreement(kpis=[kpi]))
    respond(session, contract, {"expected": 3, "ideal": 4}, times=9, at=AT)
    said(session, comment="So so.")
    close(session, contract)
    found = of(session, contract, "index")
    assert found.days == ()
    written = read(session, contract, "index")
    assert written
    assert {(each.text, each.score) for each in written.shown} == {("So so.", None)}
    assert found.reasons.poor_count == 9


def test_reasons_are_those_of_poor_scores_beside_the_period_before(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[CLEAN]))
    rate(session, contract, "clean", {1: 9}, on="2026-02-10", at=make.utc(2026, 3, 1))
    said(session, reasons="paper")
    periods.close(
        session, contract, world.MARCH.preceding, known_at=make.utc(2026, 3, 5), now=make.utc(2026, 3, 5)
    )
    rate(session, contract, "clean", {1: 8}, at=AT)
    said(session, reasons="smell;paper")
    rate(session, contract, "clean", {5: 30}, at=AT)
    said(session, reasons="smell")
    close(session, contract)
    found = of(session, contract)
    assert (found.reasons.poor_count, dict(found.reasons.given)) == (8, {"smell": 8, "paper": 8})
    assert found.reasons_before
    assert (found.reasons_before.poor_count, dict(found.reasons_before.given)) == (9, {"paper": 9})


def test_a_reason_for_another_question_is_none_for_this_one(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[CLEAN]))
    rate(session, contract, "clean", {1: 9}, at=AT)
    said(session, reasons="cold;smell")
    close(session, contract)
    found = of(session, contract).reasons
    assert (found.poor_count, found.named_count, dict(found.given)) == (9, 9, {"smell": 9})


def test_comments_are_shown_from_eight_answers_newest_first_in_pages(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[CLEAN]))
    rate(session, contract, "clean", {5: 7}, on="2026-03-01", at=AT)
    said(session, comment="Old.")
    page = kpi_page(session, contract, "clean", period=None, language="en", kept=Kept())
    assert page is None
    close(session, contract)
    assert read(session, contract) is None
    many = make.contract(session, make.agreement(kpis=[CLEAN], contract={"key": "quay"}))
    rate(session, many, "clean", {5: 20}, on="2026-03-01", at=AT)
    said(session, comment="Old.")
    rate(session, many, "clean", {2: 1}, on="2026-03-02", at=AT)
    said(session, comment="New.")
    close(session, many)
    first, last = read(session, many), read(session, many, number=9)
    assert first
    assert last
    assert (first.count, first.page, first.pages, len(first.shown)) == (21, 1, 2, 20)
    assert (first.shown[0].text, first.shown[0].score) == ("New.", 2)
    assert (last.page, len(last.shown)) == (2, 1)
