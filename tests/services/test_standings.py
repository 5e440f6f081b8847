"""Standings: where a contract stands, computed from what is stored."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from rated import rate
from xla.core.window import days_between, parse_period
from xla.models import Contract, Standing
from xla.services import periods, standings

KPIS = [
    {"key": "clean", "question": "clean", "metric": "csat", "target": 80},
    {"key": "food", "question": "food", "metric": "mean", "target": 4, "floor": 3},
    {"key": "churn", "observation": "tenants", "metric": "rate", "target": 5, "higher_is_better": False},
]
FIGURES = {
    "value", "low", "high", "spent", "allowed_so_far", "allowed", "left", "left_share", "left_share_due",
    "burn", "runs_out_on", "chance", "chance_week_ago", "unit", "lane",
}  # fmt: skip
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


@pytest.fixture
def contract(session: Session) -> Contract:
    return make.contract(session, make.agreement(kpis=KPIS))


def daily(
    session: Session, contract: Contract, first: str, end: str, counts: Mapping[int, int], **told: Any
) -> None:
    question = told.pop("question", "clean")
    for day in days_between(date.fromisoformat(first), date.fromisoformat(end)):
        rate(session, contract, question, counts, on=day.isoformat(), source="web", **told)


def close(session: Session, contract: Contract, *months: str) -> None:
    for month in months:
        periods.close(session, contract, parse_period(month), known_at=make.NOW, now=make.NOW)


def document(standing: Standing) -> dict[str, Any]:
    return json.loads(standing.document)


def running(session: Session, contract: Contract, now: datetime = NOON) -> dict[str, Any]:
    return document(standings.refresh(session, contract, now))["running"]


# --- the running period -------------------------------------------------------------------------------------


def test_a_kpi_of_the_running_period_has_its_value_budget_and_chance(
    session: Session, contract: Contract
) -> None:
    daily(session, contract, "2026-01-04", "2026-03-16", {5: 15, 1: 5})
    told = running(session, contract)
    kpi = told["kpis"]["clean"]
    assert (told["period"], told["start"], told["end"]) == ("2026-03", "2026-03-01", "2026-04-01")
    assert (told["days_left"], told["day_count"], told["verdict"]) == (16, 31, "breached")
    assert told["known_at"] == NOON.isoformat()
    assert (kpi["n"], kpi["value"], kpi["verdict"]) == (300, 75, "breached")
    assert kpi["low"] < 75 < kpi["high"]
    assert (kpi["spent"], kpi["allowed_so_far"], kpi["allowed"], kpi["left"]) == (75, 60, 124, 49)
    assert kpi["left_share"] == pytest.approx(49 / 124)
    assert kpi["left_share_due"] == pytest.approx(16 / 31)
    assert (kpi["burn"], kpi["runs_out_on"], kpi["unit"]) == (1.25, "2026-03-25", "ratings")
    assert 0.9 < kpi["chance"] < 1
    assert 0.8 < kpi["chance_week_ago"] < kpi["chance"]


def test_a_mean_spends_points(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-01-04", "2026-03-16", {5: 1, 4: 1}, question="food")
    kpi = running(session, contract)["kpis"]["food"]
    assert (kpi["spent"], kpi["allowed_so_far"], kpi["unit"]) == (15, 60, "points")
    assert (kpi["burn"], kpi["runs_out_on"], kpi["chance"]) == (0.25, None, pytest.approx(0, abs=1e-6))


def test_figures_of_under_five_answers_are_left_out(session: Session, contract: Contract) -> None:
    rate(session, contract, "clean", {1: 4}, on="2026-03-10")
    kpis = running(session, contract)["kpis"]
    assert (kpis["clean"]["n"], kpis["clean"]["verdict"]) == (4, "inconclusive")
    assert kpis["clean"].keys() == kpis["food"].keys() == {"n", "verdict", "floor"} | FIGURES
    assert [kpi[name] for kpi in kpis.values() for name in FIGURES] == [None] * 3 * len(FIGURES)
    rate(session, contract, "clean", {1: 1}, on="2026-03-10")
    kpi = running(session, contract)["kpis"]["clean"]
    assert [name for name in FIGURES if kpi[name] is None] == ["chance_week_ago"]
    assert (kpi["lane"], kpi["floor"]) == ("evidence", 80)


def test_a_kpi_that_is_not_of_ratings_has_a_verdict_alone(session: Session, contract: Contract) -> None:
    kpi = running(session, contract)["kpis"]["churn"]
    assert (kpi["n"], kpi["verdict"], kpi["burn"], kpi["chance"]) == (0, "no_data", None, None)


def test_the_tightest_has_least_of_its_budget_left_and_the_riskiest_is_likeliest_to_be_breached(
    session: Session, contract: Contract
) -> None:
    daily(session, contract, "2026-03-01", "2026-03-16", {5: 9, 1: 1})
    daily(session, contract, "2026-03-01", "2026-03-16", {5: 1, 1: 1}, question="food")
    standing = standings.refresh(session, contract, NOON)
    told = document(standing)["running"]
    assert told["tightest"] == told["riskiest"] == "food"
    assert standing.budget_left == told["kpis"]["food"]["left_share"]
    assert standing.chance == told["kpis"]["food"]["chance"]


def test_of_two_used_up_budgets_the_one_that_burns_most_is_the_tightest(
    session: Session, contract: Contract
) -> None:
    daily(session, contract, "2026-03-01", "2026-03-17", {1: 9})
    daily(session, contract, "2026-03-01", "2026-03-17", {1: 5}, question="food")
    told = running(session, contract)
    assert [told["kpis"][key]["left_share"] for key in ("clean", "food")] == [0, 0]
    assert [told["kpis"][key]["burn"] for key in ("clean", "food")] == [5, 2]
    assert told["tightest"] == "clean"


@pytest.mark.parametrize(("poor", "good", "is_warned"), [(5, 5, True), (5, 4, False), (1, 15, False)])
def test_a_warning_needs_a_chance_of_a_third_and_ten_answers(
    session: Session, contract: Contract, poor: int, good: int, *, is_warned: bool
) -> None:
    rate(session, contract, "clean", {1: poor, 5: good}, on="2026-03-10")
    assert standings.refresh(session, contract, NOON).warned is is_warned


# --- closed periods -----------------------------------------------------------------------------------------


def test_the_score_of_the_newest_closed_period_and_its_change(session: Session, contract: Contract) -> None:
    rate(session, contract, "clean", {5: 30, 1: 10}, on="2026-01-10")
    rate(session, contract, "clean", {5: 36, 1: 4}, on="2026-02-10")
    rate(session, contract, "food", {3: 40}, on="2026-02-10")
    close(session, contract, "2026-01")
    first = standings.refresh(session, contract, NOON)
    assert (first.score, first.score_change) == (75, None)
    assert document(first)["closed"]["score_before"] is None
    close(session, contract, "2026-02")
    second = standings.refresh(session, contract, NOON)
    assert (second.score, second.score_change) == (70, -5)
    assert document(second)["closed"] == {
        "period": "2026-02", "start": "2026-02-01", "end": "2026-03-01", "score": 70, "score_before": 75,
        "counts": {"met": 1, "at_risk": 1, "no_data": 1},
    }  # fmt: skip
    assert [(each["period"], each["verdict"]) for each in document(second)["strip"]] == [
        ("2026-01", "breached"), ("2026-02", "at_risk"),
    ]  # fmt: skip


def test_the_strip_holds_twelve_periods_oldest_first(session: Session) -> None:
    agreement = make.agreement(kpis=KPIS, contract={"starts_on": "2025-01-01"}, effective_from="2025-01-01")
    contract = make.contract(session, agreement)
    months = [f"2025-{month:02d}" for month in range(1, 13)] + ["2026-01", "2026-02"]
    close(session, contract, *months)
    told = document(standings.refresh(session, contract, NOON))
    assert [each["period"] for each in told["strip"]] == months[-12:]
    assert {each["verdict"] for each in told["strip"]} == {"no_data"}
    assert told["closed"]["score"] is None


def test_before_the_first_close_nothing_is_closed(session: Session, contract: Contract) -> None:
    standing = standings.refresh(session, contract, NOON)
    assert (standing.score, standing.score_change) == (None, None)
    assert (document(standing)["closed"], document(standing)["strip"]) == (None, [])


def test_a_month_that_waits_for_its_close_does_not_run(session: Session, contract: Contract) -> None:
    assert running(session, contract, make.utc(2026, 4, 2))["period"] == "2026-04"


@pytest.mark.parametrize("now", [make.utc(2025, 12, 1), make.utc(2028, 1, 15)], ids=["before", "after"])
def test_a_contract_not_begun_or_ended_has_no_running_period_and_no_silence(
    session: Session, contract: Contract, now: datetime
) -> None:
    daily(session, contract, "2026-02-01", "2026-03-09", {5: 2}, site="a")
    standing = standings.refresh(session, contract, now)
    assert document(standing)["running"] is None
    assert (standing.budget_left, standing.chance, standing.warned) == (None, None, False)
    assert (standing.silent_count, document(standing)["silent"]) == (0, [])


# --- silence, words, keeping --------------------------------------------------------------------------------


def test_silent_points_are_told_with_since_when_and_how_many_are_missing(
    session: Session, contract: Contract
) -> None:
    daily(session, contract, "2026-02-01", "2026-03-11", {5: 2}, site="a", touchpoint="lunch")
    standing = standings.refresh(session, contract, NOON)
    assert standing.silent_count == 1
    assert document(standing)["silent"] == [
        {"site": "a", "touchpoint": "lunch", "last_on": "2026-03-10", "since": "2026-03-11", "expected": 10}
    ]


def test_a_search_finds_contract_client_kpis_and_sites_in_any_case(session: Session) -> None:
    titles = {"en": "Clean STAIRS", "sv": "Rena trappor"}
    contract = make.contract(session, make.agreement(kpis=[KPIS[0] | {"title": titles}]))
    standing = standings.refresh(session, contract, NOON)
    assert (standing.title, standing.client) == ("Harbour house", "Aurland Port")
    for word in ("harbour", "aurland port", "clean stairs", "rena trappor", "house a", "floor 1"):
        assert word in standing.words


def test_a_standing_takes_the_place_of_the_one_before(session: Session, contract: Contract) -> None:
    standings.refresh(session, contract, NOON)
    rate(session, contract, "clean", {5: 12}, on="2026-03-10")
    standings.refresh(session, contract, NOON + timedelta(hours=1))
    (kept,) = session.scalars(select(Standing)).all()
    assert kept.computed_at == NOON + timedelta(hours=1)
    assert document(kept)["running"]["kpis"]["clean"]["n"] == 12


def test_a_standing_is_stale_when_there_is_none_or_its_day_is_over_there(
    session: Session, contract: Contract
) -> None:
    assert standings.is_stale(session, contract, NOON)
    standings.refresh(session, contract, NOON)
    assert not standings.is_stale(session, contract, make.utc(2026, 3, 16, 22, 59))
    assert standings.is_stale(session, contract, make.utc(2026, 3, 16, 23))
