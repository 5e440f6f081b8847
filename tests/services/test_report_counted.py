"""What a report's figures were counted from: enough to compute them again, and nothing of a few."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

import closed_march
import make
from rated import rate, respond
from xla.core.summary import measure_summary
from xla.documents.counted import CountedKpi
from xla.models import Contract
from xla.services import periods, reports
from xla.services.agreement_files import parse

CLEAN = {"key": "clean", "question": "clean", "metric": "csat", "target": 80}
AT_A = {"key": "at-a", "question": "clean", "metric": "mean", "target": 4, "scope": {"sites": ["a"]}}
PEOPLE = {"key": "people", "question": "clean", "metric": "mean", "cluster": "respondent", "target": 4}
INDEX = {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70}


def contract_of(session: Session, *kpis: dict[str, Any]) -> Contract:
    return make.contract(session, make.agreement(kpis=kpis))


def counted(session: Session, contract: Contract) -> dict[str, CountedKpi]:
    data = reports.gather(session, contract, closed_march.MARCH, provider="Nordfast", now=make.NOW)
    return {each.key: each for each in data.counted}


def test_every_figure_comes_of_what_was_counted_by_the_agreement_beside_it(session: Session) -> None:
    contract = closed_march.build(session)
    data = reports.gather(session, contract, closed_march.MARCH, provider="Nordfast", now=make.NOW)
    agreement = parse(data.agreement_text)
    shown = [each for each in data.counted if each.summary]
    assert {each.key for each in shown} == {"clean", "weeks", "index"}
    for each in shown:
        assert each.summary is not None
        again = measure_summary(agreement, agreement.kpi(each.key), each.summary)
        printed = next(kpi for kpi in data.kpis if kpi.key == each.key).measurement
        assert (again.n, again.value, again.low, again.high) == (
            printed.n, printed.value, printed.low, printed.high,
        )  # fmt: skip


@pytest.mark.parametrize(("n", "told"), [(7, False), (8, True)])
def test_counts_are_told_from_eight_answers(session: Session, n: int, told: bool) -> None:  # noqa: FBT001 -- a column of examples
    contract = contract_of(session, CLEAN)
    rate(session, contract, "clean", {5: n})
    assert bool(counted(session, contract)["clean"].summary) == told


def test_an_index_with_a_question_of_few_answers_tells_no_counts(session: Session) -> None:
    contract = contract_of(session, INDEX)
    respond(session, contract, {"expected": 8}, times=20)
    respond(session, contract, {"ideal": 9}, times=7)
    assert counted(session, contract)["index"].summary is None


@pytest.mark.parametrize(("people", "told"), [(7, False), (8, True)])
def test_sums_over_respondents_are_told_from_eight_of_them(session: Session, people: int, told: bool) -> None:  # noqa: FBT001 -- a column of examples
    contract = contract_of(session, PEOPLE)
    for person in range(people):
        rate(session, contract, "clean", {5: 1, 2 + person % 2: 2}, respondent=f"p{person}")
    assert bool(counted(session, contract)["people"].summary) == told


@pytest.mark.parametrize(("elsewhere", "told"), [(0, True), (7, False), (8, True)])
def test_counts_that_taken_from_others_leave_a_few_are_not_told(
    session: Session,
    elsewhere: int,
    told: bool,  # noqa: FBT001 -- a column of examples
) -> None:
    contract = contract_of(session, CLEAN, AT_A)
    rate(session, contract, "clean", {5: 20, 1: 3}, site="a")
    rate(session, contract, "clean", {4: elsewhere}, site="b")
    found = counted(session, contract)
    assert found["clean"].summary
    assert bool(found["at-a"].summary) == told


def test_what_a_report_does_not_tell_of_counts_it_tells_nowhere(session: Session) -> None:
    contract = contract_of(session, CLEAN, AT_A)
    rate(session, contract, "clean", {5: 20, 1: 3}, site="a")
    rate(session, contract, "clean", {4: 7}, site="b")
    data = reports.gather(session, contract, closed_march.MARCH, provider="Nordfast", now=make.NOW)
    assert set(data.counts) == {"clean"}


def test_where_other_ratings_stand_than_were_frozen_nothing_is_told(session: Session) -> None:
    contract = contract_of(session, CLEAN)
    rate(session, contract, "clean", {5: 20}, at=make.NOW - timedelta(days=9))
    periods.close(session, contract, closed_march.MARCH, known_at=make.NOW, now=make.NOW)
    rate(session, contract, "clean", {1: 9}, at=make.NOW - timedelta(days=9))  # bent: as if known before
    assert counted(session, contract)["clean"].summary is None
