"""Foresight: budget and forecast of a running period, from the counts of each day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.orm import Session

import make
from rated import rate, respond
from statements import sent
from xla.core.budget import Budget
from xla.core.window import days_between, parse_period
from xla.models import Contract, Exclusion
from xla.services import periods
from xla.services.foresight import Foreseen, foresee, latest_closed

MARCH, APRIL = parse_period("2026-03"), parse_period("2026-04")
KPIS = [
    {"key": "clean", "question": "clean", "metric": "csat", "target": 80},
    {"key": "house-a", "question": "clean", "metric": "csat", "scope": {"sites": ["a"]}, "target": 80},
    {
        "key": "visitors",
        "question": "clean",
        "metric": "csat",
        "scope": {"personas": ["visitor"]},
        "target": 80,
    },
    {"key": "lunch", "question": "food", "metric": "mean", "scope": {"touchpoints": ["lunch"]}, "target": 4},
    {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70},
    {"key": "churn", "observation": "tenants", "metric": "rate", "target": 5, "higher_is_better": False},
]


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)


def seen(session: Session, contract: Contract, now: str, period: str = "2026-03") -> Mapping[str, Foreseen]:
    chosen = parse_period(period)
    closed = latest_closed(session, contract, chosen.start)
    return foresee(session, contract, chosen, closed=closed, now=noon(now))


def budget(foreseen: Foreseen) -> Budget:
    assert foreseen.budget is not None
    return foreseen.budget


def daily(
    session: Session, contract: Contract, first: str, end: str, counts: Mapping[int, int], **told: Any
) -> None:
    for day in days_between(date.fromisoformat(first), date.fromisoformat(end)):
        rate(session, contract, "clean", counts, on=day.isoformat(), **told)


@pytest.fixture
def contract(session: Session) -> Contract:
    return make.contract(session, make.agreement(kpis=KPIS))


def test_each_kpi_counts_its_own_question_places_and_people(session: Session, contract: Contract) -> None:
    rate(session, contract, "clean", {5: 8, 1: 2}, on="2026-03-02", site="a-1", persona="employee")
    rate(session, contract, "clean", {5: 1, 1: 3}, on="2026-03-03", site="b", persona="visitor")
    rate(session, contract, "clean", {2: 1}, on="2026-03-03", persona="visitor")
    rate(session, contract, "food", {3: 4}, on="2026-03-03", site="b", touchpoint="lunch")
    rate(session, contract, "food", {1: 9}, on="2026-03-03", site="b", touchpoint="arrive")
    found = seen(session, contract, "2026-03-04")
    told = {key: (each.budget.n, each.budget.spent) for key, each in found.items() if each.budget}
    assert told == {
        "clean": (15, 600),
        "house-a": (10, 200),
        "visitors": (5, 400),
        "lunch": (4, 8),
    }
    assert budget(found["clean"]).poor_count == 6


def test_an_index_and_a_rate_are_not_foreseen(session: Session, contract: Contract) -> None:
    respond(session, contract, {"expected": 8, "ideal": 9}, times=9, on="2026-03-02")
    found = seen(session, contract, "2026-03-04")
    assert found["index"] == found["churn"] == Foreseen(None, None, None, 0)


def test_a_contract_without_any_rating_has_nothing_to_forecast(session: Session, contract: Contract) -> None:
    found = seen(session, contract, "2026-03-04")
    assert (budget(found["clean"]).n, found["clean"].chance) == (0, None)


def test_a_contract_without_kpis_of_ratings_asks_for_no_days(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=KPIS[-1:]))
    assert seen(session, contract, "2026-03-04") == {"churn": Foreseen()}


def test_what_is_to_come_follows_the_eight_weeks_before(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-01-04", "2026-03-16", {5: 4, 1: 1})
    found = seen(session, contract, "2026-03-16")["clean"]
    assert (budget(found).n, budget(found).expected) == (75, 155)
    assert budget(found).used == 1
    assert budget(found).runs_out_on is None
    assert found.chance == pytest.approx(0.45, abs=0.1)
    assert found.chance_week_ago == pytest.approx(0.45, abs=0.1)
    assert found.n_week_ago == 40


def test_a_poor_week_raises_the_chance_and_names_the_day_the_budget_runs_out(
    session: Session, contract: Contract
) -> None:
    daily(session, contract, "2026-02-01", "2026-03-09", {5: 9, 1: 1})
    daily(session, contract, "2026-03-09", "2026-03-16", {5: 4, 1: 6})
    found = seen(session, contract, "2026-03-16")["clean"]
    assert budget(found).runs_out_on == date(2026, 3, 19)
    assert found.chance > 0.95
    assert found.chance_week_ago < 0.1


def test_a_week_ago_may_lie_before_the_period(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-02-20", "2026-03-05", {5: 4, 1: 1})
    found = seen(session, contract, "2026-03-05")["clean"]
    assert (found.chance_week_ago, found.n_week_ago) == (None, 0)


def test_today_is_the_contracts_own_day(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-02-01", "2026-03-31", {5: 10})
    closed = latest_closed(session, contract, MARCH.start)
    late = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    found = foresee(session, contract, MARCH, closed=closed, now=late)["clean"]
    assert budget(found).expected == budget(found).n == 300


def test_a_contract_that_ends_inside_the_period_expects_nothing_after(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=KPIS, contract={"ends_on": "2026-03-20"}))
    daily(session, contract, "2026-02-01", "2026-03-16", {5: 10})
    assert budget(seen(session, contract, "2026-03-16")["clean"]).expected == 150 + 5 * 10


def test_agreed_exclusions_are_neither_spent_nor_expected(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-02-01", "2026-03-16", {5: 4}, site="a")
    daily(session, contract, "2026-02-01", "2026-03-16", {1: 1}, site="b")
    told = {"provider_agreed_at": make.NOW, "client_agreed_at": make.NOW, "reason": "Rebuilding"}
    days = {"start_on": date(2026, 1, 1), "end_on": date(2026, 4, 1)}
    session.add(Exclusion(contract_id=contract.id, site_key="b", **days, **told))
    session.flush()
    found = budget(seen(session, contract, "2026-03-16")["clean"])
    assert (found.n, found.spent, found.expected) == (60, 0, 124)


def test_a_rolling_window_is_foreseen_for_the_window_its_close_will_judge(session: Session) -> None:
    kpis = [KPIS[0] | {"key": f"of-{days}", "window": {"rolling_days": days}} for days in (7, 45)]
    contract = make.contract(session, make.agreement(kpis=kpis))
    daily(session, contract, "2026-02-01", "2026-03-16", {5: 10})
    found = seen(session, contract, "2026-03-16")
    assert (budget(found["of-7"]).n, budget(found["of-7"]).expected) == (0, 70)
    assert (budget(found["of-45"]).n, budget(found["of-45"]).expected) == (290, 450)


# --- the past -----------------------------------------------------------------------------------------------


def test_without_closed_periods_the_days_before_are_the_past(session: Session, contract: Contract) -> None:
    before = seen(session, contract, "2026-03-01")["clean"].chance
    daily(session, contract, "2026-02-01", "2026-03-01", {1: 5})
    after = seen(session, contract, "2026-03-01")["clean"].chance
    assert before is None
    assert after > 0.95


def test_frozen_counts_of_closed_periods_are_the_past(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-03-01", "2026-03-31", {5: 5})
    periods.close(session, contract, parse_period("2026-01"), known_at=make.NOW, now=make.NOW)
    periods.close(session, contract, MARCH, known_at=make.NOW, now=make.NOW)
    closed = latest_closed(session, contract, APRIL.start)
    assert [outcome.period for outcome in closed] == ["2026-01", "2026-03"]
    # Received after the close: late, and no part of the past.
    daily(session, contract, "2026-03-01", "2026-03-31", {1: 50})
    assert seen(session, contract, "2026-04-01", "2026-04")["clean"].chance < 0.2


def test_a_kpi_that_asked_elsewhere_then_has_no_past_there(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-02-01", "2026-03-01", {1: 5}, site="a")
    periods.close(session, contract, parse_period("2026-02"), known_at=make.NOW, now=make.NOW)
    moved = [KPIS[0] | {"scope": {"sites": ["b"]}}]
    now = make.utc(2026, 2, 20)
    later = make.agreement(kpis=moved, effective_from="2026-03-01", note="Only house B")
    make.contract(session, later, now)
    rate(session, contract, "clean", {5: 1}, on="2026-03-02", site="b")
    found = seen(session, contract, "2026-03-03")["clean"]
    assert budget(found).n == 1
    assert found.chance < 0.9


def test_only_the_thirteen_newest_closed_periods_are_looked_at(session: Session) -> None:
    agreement = make.agreement(contract={"starts_on": "2024-01-01"}, effective_from="2024-01-01")
    contract = make.contract(session, agreement)
    months = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
    for month in months[-15:]:
        periods.close(session, contract, parse_period(month), known_at=make.NOW, now=make.NOW)
    closed = latest_closed(session, contract, date(2025, 12, 1))
    assert [outcome.period for outcome in closed] == months[-14:-1]


# --- what it costs ------------------------------------------------------------------------------------------


def test_the_number_of_queries_grows_neither_with_kpis_nor_with_days(session: Session) -> None:
    few = make.contract(session, make.agreement(kpis=KPIS[:1]))
    many = make.contract(
        session,
        make.agreement(
            contract={"key": "quay"},
            kpis=[kpi | {"key": f"{kpi['key']}-{number}"} for kpi in KPIS for number in range(5)],
        ),
    )
    rate(session, few, "clean", {5: 1}, on="2026-03-02")
    daily(session, many, "2026-02-20", "2026-03-03", {5: 4}, site="a")
    session.expire_all()
    with sent(session) as asked_few:
        foresee(session, few, MARCH, closed=[], now=noon("2026-03-04"))
    session.expire_all()
    with sent(session) as asked_many:
        foresee(session, many, MARCH, closed=[], now=noon("2026-03-04"))
    assert len(asked_many) == len(asked_few) <= 7


def test_the_share_left_and_the_tick_come_from_one_pace(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-02-01", "2026-03-11", {5: 9, 1: 1})
    found = budget(seen(session, contract, "2026-03-11")["clean"])
    assert found.even_share == Fraction(21, 31)
    assert found.left_share == Fraction(62 - 10, 62)
