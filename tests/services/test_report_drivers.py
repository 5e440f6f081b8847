"""Drivers in the report: which question is explained by which others, over which responses."""

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from sqlalchemy.orm import Session

import make
from rated import rate, respond
from xla.core.window import parse_period
from xla.documents.why_data import DriversTold
from xla.models import Contract, Exclusion
from xla.services import reports
from xla.services.report_drivers import overall_question

MARCH = parse_period("2026-03")
AT = datetime(2026, 4, 1, tzinfo=UTC)
CLEAN = {"key": "clean", "question": "clean", "metric": "csat", "target": 90, "floor": 80, "min_responses": 5}
RECOMMEND = {"key": "recommend", "question": "recommend", "metric": "nps", "target": 20}


def agreed(session: Session, *kpis: dict[str, Any], **changes: object) -> Contract:
    return make.contract(session, make.agreement(**{"kpis": list(kpis) or [CLEAN, RECOMMEND], **changes}))


def drivers_of(session: Session, contract: Contract) -> DriversTold | None:
    why = reports.gather(session, contract, MARCH, provider="Nordfast", now=make.NOW).why
    return why.drivers if why else None


def told_of(session: Session, contract: Contract) -> DriversTold:
    found = drivers_of(session, contract)
    assert found is not None
    return found


def crowd(session: Session, contract: Contract, *left_out: str, times: int = 7, **told: Any) -> None:
    """Sixteen kinds of people, `times` of each: who recommends looks at cleanness first, then at food."""
    for clean, food, expected, mood in product((1, 5), (2, 5), (3, 9), (-1, 1)):
        scores = {
            "recommend": clean + (food - 2) // 2 + 2 + mood,
            "clean": clean,
            "food": food,
            "expected": expected,
        }
        kept = {key: score for key, score in scores.items() if key not in left_out}
        respond(session, contract, kept, times=times, at=AT, **told)


def test_the_question_about_the_whole_is_explained_by_those_answered_with_it(session: Session) -> None:
    contract = agreed(session)
    crowd(session, contract)
    told = told_of(session, contract)
    assert (told.question, told.answered, told.n) == ("Would you recommend us?", 112, 112)
    # Nobody's answers go together, so each has its squared correlation: 4, 0.25 and 0 of 5.25.
    assert told.r2 == 81
    assert [(line.text, line.share, line.is_clear) for line in told.lines] == [
        ("Is it clean?", 94, True),
        ("Is the food good?", 6, True),
        ("As expected?", 0, True),
    ]
    assert all(line.low <= line.share <= line.high for line in told.lines[:2])


def test_who_did_not_answer_everything_does_not_count_and_is_told(session: Session) -> None:
    contract = agreed(session)
    crowd(session, contract)
    crowd(session, contract, "food", times=1)
    told = told_of(session, contract)
    assert (told.answered, told.n, len(told.lines)) == (128, 112, 3)


def test_the_question_answered_least_is_left_out_where_too_few_answered_everything(session: Session) -> None:
    contract = agreed(session)
    crowd(session, contract, times=4)
    crowd(session, contract, "food", times=3)
    told = told_of(session, contract)
    assert (told.n, [line.text for line in told.lines]) == (112, ["Is it clean?", "As expected?"])


def test_a_question_that_under_half_answered_explains_nothing(session: Session) -> None:
    contract = agreed(session)
    crowd(session, contract, "food", times=15)
    crowd(session, contract, times=7)
    assert [line.text for line in told_of(session, contract).lines] == ["Is it clean?", "As expected?"]


@pytest.mark.parametrize("left_out", [("recommend",), ("food", "expected")])
def test_without_the_whole_or_two_others_nothing_is_said(session: Session, left_out: tuple[str, ...]) -> None:
    contract = agreed(session)
    crowd(session, contract, *left_out)
    assert drivers_of(session, contract) is None


def test_under_a_hundred_complete_responses_say_nothing(session: Session) -> None:
    contract = agreed(session)
    crowd(session, contract, times=6)
    assert drivers_of(session, contract) is None


def test_answers_that_explain_nothing_have_no_drivers(session: Session) -> None:
    contract = agreed(session)
    for clean, food in product((1, 5), repeat=2):
        respond(session, contract, {"recommend": 9, "clean": clean, "food": food}, times=30, at=AT)
    assert drivers_of(session, contract) is None


def test_only_what_the_report_knows_counts(session: Session) -> None:
    contract = agreed(session)
    crowd(session, contract)
    rate(session, contract, "recommend", {9: 40}, at=AT)
    for when in ({"on": "2026-02-27"}, {"site": "b"}):
        respond(session, contract, {"recommend": 1, "clean": 5, "food": 2, "expected": 9}, times=9, **when)
    session.add(
        Exclusion(
            contract_id=contract.id, site_key="b", start_on=MARCH.start, end_on=MARCH.end, reason="Works",
            provider_agreed_at=AT, client_agreed_at=AT,
        )
    )  # fmt: skip
    session.flush()
    told = told_of(session, contract)
    assert (told.answered, told.n) == (152, 112)


def test_a_kpi_of_the_whole_says_whose_answers_count(session: Session) -> None:
    contract = agreed(session, CLEAN, RECOMMEND | {"scope": {"personas": ["visitor"]}})
    crowd(session, contract, persona="employee")
    crowd(session, contract, times=8, persona="visitor")
    assert told_of(session, contract).n == 128


def test_the_whole_is_what_the_agreement_names_or_else_who_would_recommend() -> None:
    assert overall_question(make.agreement(overall="food")) == "food"
    assert overall_question(make.agreement()) == "recommend"
    assert overall_question(make.agreement(kpis=[CLEAN])) is None


def test_without_a_question_about_the_whole_nothing_is_said(session: Session) -> None:
    contract = agreed(session, CLEAN)
    rate(session, contract, "clean", {1: 20}, comment="Dirty", at=AT)
    why = reports.gather(session, contract, MARCH, provider="Nordfast", now=make.NOW).why
    assert why is not None
    assert why.drivers is None


def test_questions_are_in_the_readers_language(session: Session) -> None:
    questions = [
        {"key": "clean", "scale": "csat5", "text": {"en": "Is it clean?", "sv": "Är det rent?"}},
        *make.HARBOUR["questions"][1:],
    ]
    contract = agreed(session, questions=questions)
    crowd(session, contract)
    data = reports.gather(session, contract, MARCH, provider="Nordfast", language="sv", now=make.NOW)
    assert data.why is not None
    assert data.why.drivers is not None
    assert data.why.drivers.lines[0].text == "Är det rent?"
