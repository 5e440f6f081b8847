"""Evaluations: each metric measured from the database, where and for whom the KPI looks."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.orm import Session

import make
from rated import rate, respond
from xla.core.measurement import Measurement
from xla.core.outcome import Outcome
from xla.core.window import parse_period
from xla.models import Contract, Observation
from xla.services.evaluations import evaluate

MARCH = parse_period("2026-03")
QUESTIONS = [
    {"key": "clean", "scale": "csat5", "text": {"en": "Clean?"}},
    {"key": "face", "scale": "smiley4", "text": {"en": "How was it?"}},
    {"key": "easy", "scale": "ces7", "text": {"en": "Easy?"}},
    {"key": "recommend", "scale": "nps11", "text": {"en": "Recommend?"}},
    {"key": "expected", "scale": "nki10", "text": {"en": "As expected?"}},
    {"key": "ideal", "scale": "nki10", "text": {"en": "Near the ideal?"}},
]


def agreed(session: Session, *kpis: dict[str, Any], **changes: Any) -> Contract:
    """A contract that measures these KPIs; the first is called `kpi` unless it says otherwise."""
    named = [{"key": f"kpi{number or ''}", "target": 50, "floor": 0} | kpi for number, kpi in enumerate(kpis)]
    return make.contract(session, make.agreement(kpis=named, **({"questions": QUESTIONS} | changes)))


def outcome(session: Session, contract: Contract, period: str = "2026-03") -> Outcome:
    return evaluate(session, contract, parse_period(period), now=make.NOW)


def measured(session: Session, contract: Contract, key: str = "kpi") -> Measurement:
    return outcome(session, contract).kpi(key).measurement


@pytest.mark.parametrize(
    ("kpi", "counts", "value"),
    [
        ({"question": "clean", "metric": "csat"}, {1: 2, 3: 3, 4: 4, 5: 1}, Fraction(50)),
        ({"question": "clean", "metric": "csat", "top": 1}, {1: 2, 3: 3, 4: 4, 5: 1}, Fraction(10)),
        ({"question": "clean", "metric": "share", "scores": [1, 3]}, {1: 2, 3: 3, 4: 5}, Fraction(50)),
        ({"question": "clean", "metric": "mean", "target": 4, "floor": 3}, {1: 2, 5: 4}, Fraction(11, 3)),
        ({"question": "recommend", "metric": "nps"}, {0: 1, 6: 2, 7: 3, 9: 4, 10: 2}, Fraction(25)),
        ({"question": "recommend", "metric": "enps"}, {6: 3, 8: 1}, Fraction(-75)),
        ({"question": "easy", "metric": "ces_mean", "target": 5, "floor": 4}, {1: 1, 7: 2}, Fraction(5)),
        ({"question": "easy", "metric": "ces_agree"}, {4: 1, 5: 1, 7: 2}, Fraction(75)),
        ({"question": "easy", "metric": "ces_net"}, {1: 1, 3: 1, 5: 4, 6: 2, 7: 2}, Fraction(20)),
        ({"question": "face", "metric": "happiness"}, {1: 1, 2: 1, 3: 1, 4: 1}, Fraction(50)),
        (
            {"question": "face", "metric": "happiness", "weights": {"1": 0, "2": 10, "3": 60, "4": 100}},
            {2: 1, 3: 1},
            Fraction(35),
        ),
    ],
)
def test_a_metrics_value_is_exact(
    session: Session, kpi: dict[str, Any], counts: dict[int, int], value: Fraction
) -> None:
    contract = agreed(session, kpi)
    rate(session, contract, kpi["question"], counts)
    found = measured(session, contract)
    assert (found.n, found.value) == (sum(counts.values()), value)
    assert {score: n for score, n in found.counts.items() if n} == counts
    assert found.low is not None
    assert found.high is not None
    assert found.low <= value <= found.high


def test_an_index_is_the_mean_of_its_items(session: Session) -> None:
    contract = agreed(session, {"questions": ["expected", "ideal"], "metric": "nki"})
    respond(session, contract, {"expected": 10, "ideal": 1}, times=3)
    respond(session, contract, {"expected": 10, "ideal": 10})
    respond(session, contract, {"ideal": 10})
    found = measured(session, contract)
    # 100 for the one item; (3 * 0 + 2 * 100) / 5 for the other.
    assert (found.n, found.value) == (5, Fraction(70))
    assert (found.counts[1], found.counts[10]) == (3, 6)


def observed(contract: Contract, kind: str, amount: str, base: str, **told: Any) -> Observation:
    return Observation(
        contract_id=contract.id,
        kind_key=kind,
        site_key=told.get("site", ""),
        observed_on=MARCH.start,
        received_at=make.NOW,
        amount=Decimal(amount),
        base=Decimal(base),
        squares=told.get("squares"),
    )


LOWER = {"higher_is_better": False, "target": 5, "floor": 50}


def test_a_rate_is_its_observations_summed(session: Session) -> None:
    contract = agreed(session, {"observation": "tenants", "metric": "rate"} | LOWER)
    session.add_all([observed(contract, "tenants", "1", "30"), observed(contract, "tenants", "4", "20")])
    session.add(observed(contract, "minutes", "999", "1"))
    found = measured(session, contract)
    assert (found.n, found.value) == (50, Fraction(10))
    assert found.low is not None


def test_a_rate_whose_cases_are_no_part_of_its_base_has_no_interval(session: Session) -> None:
    kinds = [{"key": "tenants", "kind": "rate", "subset": False}]
    contract = agreed(session, {"observation": "tenants", "metric": "rate"} | LOWER, observations=kinds)
    session.add(observed(contract, "tenants", "3", "20"))
    found = measured(session, contract)
    assert (found.value, found.low, found.high) == (Fraction(15), None, None)


def test_an_amount_is_a_mean_with_an_interval_where_every_row_tells_its_squares(session: Session) -> None:
    contract = agreed(session, {"observation": "minutes", "metric": "amount_mean"} | LOWER)
    session.add(observed(contract, "minutes", "30", "2", squares=Decimal(500)))
    assert measured(session, contract).low is not None
    session.add(observed(contract, "minutes", "15", "1"))
    found = measured(session, contract)
    assert (found.n, found.value, found.low) == (3, Fraction(15), None)


def test_observations_are_counted_where_the_kpi_looks(session: Session) -> None:
    kpi = {"observation": "tenants", "metric": "rate", "scope": {"sites": ["a"]}} | LOWER
    contract = agreed(session, kpi)
    session.add_all(observed(contract, "tenants", "1", "10", site=site) for site in ("a", "a-1", "b", ""))
    assert measured(session, contract).n == 20


@pytest.mark.parametrize(
    ("scope", "n"),
    [
        ({}, 31),
        ({"sites": ["a"]}, 6),  # a site brings what is inside it
        ({"sites": ["a-1"]}, 4),
        ({"sites": ["b", "a-1"]}, 12),
        ({"touchpoints": ["lunch"]}, 16),
        ({"personas": ["visitor"]}, 16),
        ({"touchpoints": ["lunch", "arrive"], "personas": ["visitor", "employee"]}, 16),
        ({"sites": ["a"], "touchpoints": ["lunch"]}, 0),
    ],
)
def test_a_kpi_counts_where_and_whom_it_looks_at(session: Session, scope: dict[str, Any], n: int) -> None:
    contract = agreed(session, {"question": "clean", "metric": "csat", "scope": scope})
    rate(session, contract, "clean", {5: 1})
    rate(session, contract, "clean", {5: 2}, site="a")
    rate(session, contract, "clean", {5: 4}, site="a-1")
    rate(session, contract, "clean", {5: 8}, site="b")
    rate(session, contract, "clean", {5: 16}, touchpoint="lunch", persona="visitor")
    rate(session, contract, "expected", {5: 32}, site="b")
    assert measured(session, contract).n == n


def test_only_ratings_felt_in_the_window_count(session: Session) -> None:
    rolling = {"window": {"rolling_days": 10}}
    contract = agreed(
        session,
        {"question": "clean", "metric": "csat"},
        {"question": "clean", "metric": "csat"} | rolling,
        {"question": "clean", "metric": "csat", "window": {"rolling_days": 40}},
    )
    for day, times in {"2026-02-19": 1, "2026-02-20": 2, "2026-02-28": 4, "2026-03-01": 8}.items():
        rate(session, contract, "clean", {5: times}, on=day)
    for day, times in {"2026-03-21": 16, "2026-03-22": 32, "2026-03-31": 64, "2026-04-01": 128}.items():
        rate(session, contract, "clean", {5: times}, on=day)
    found = outcome(session, contract)
    assert [each.measurement.n for each in found.kpis] == [120, 96, 126]


def test_of_a_running_period_a_rolling_window_ends_with_today(session: Session) -> None:
    contract = agreed(session, {"question": "clean", "metric": "csat", "window": {"rolling_days": 7}})
    for day, times in {"2026-06-08": 1, "2026-06-09": 2, "2026-06-15": 4}.items():
        rate(session, contract, "clean", {5: times}, on=day)
    assert outcome(session, contract, "2026-06").kpi("kpi").measurement.n == 6


@pytest.mark.parametrize("metric", [{"metric": "csat"}, {"metric": "mean", "target": 4, "floor": 3}])
def test_repeat_raters_widen_the_interval(session: Session, metric: dict[str, Any]) -> None:
    clustered = {"question": "clean", "cluster": "respondent"} | metric
    contract = agreed(session, clustered, {"question": "clean"} | metric)
    for person, score in (("ann", 5), ("bo", 1), ("eva", 5), ("ida", 1), ("kim", 5)):
        rate(session, contract, "clean", {score: 6}, respondent=person)
    robust, naive = measured(session, contract), measured(session, contract, "kpi1")
    assert (robust.n, robust.value) == (naive.n, naive.value)
    assert naive.design_effect is None
    # Five people of one opinion each: 6 ratings count as one, a little more for so few people.
    assert robust.design_effect == pytest.approx(6 * 29 / 30 * 5 / 4)
    assert robust.high - robust.low > 1.5 * (naive.high - naive.low)


def test_who_left_no_key_is_a_person_of_their_own(session: Session) -> None:
    contract = agreed(session, {"question": "clean", "metric": "csat", "cluster": "respondent"})
    rate(session, contract, "clean", {1: 10, 5: 30})
    assert measured(session, contract).design_effect == pytest.approx(1)
    rate(session, contract, "clean", {1: 10}, respondent="ann")
    assert measured(session, contract).design_effect > 2


def test_without_answers_there_is_no_data_and_no_score(session: Session) -> None:
    contract = agreed(
        session,
        *({"question": "clean", "metric": "csat", "cluster": each} for each in (None, "respondent")),
        {"questions": ["expected", "ideal"], "metric": "nki"},
        {"observation": "tenants", "metric": "rate"} | LOWER,
        {"observation": "minutes", "metric": "amount_mean"} | LOWER,
    )
    found = outcome(session, contract)
    assert {str(each.verdict) for each in found.kpis} == {"no_data"}
    for each in found.kpis:
        measurement = each.measurement
        assert (measurement.n, measurement.value, measurement.low, measurement.high) == (0, None, None, None)
        assert (each.chance_below_floor, each.more_ratings_needed) == (None, None)
    assert found.score is None


def test_another_contracts_ratings_do_not_count(session: Session) -> None:
    contract = agreed(session, {"question": "clean", "metric": "csat"})
    other = agreed(session, {"question": "clean", "metric": "csat"}, contract={"key": "other"})
    rate(session, other, "clean", {5: 9})
    assert measured(session, contract).n == 0


def test_the_document_names_its_period_and_version(session: Session) -> None:
    found = outcome(session, agreed(session, {"question": "clean", "metric": "csat"}))
    assert (found.contract, found.version, found.period, found.state) == ("harbour", 1, "2026-03", "open")
    assert (found.start, found.end, found.timezone) == (MARCH.start, MARCH.end, "Europe/Stockholm")
    assert found.known_at == make.NOW


@pytest.mark.parametrize(("period", "n"), [("2026-03", 4), ("2026-Q1", 6), ("2026", 14), ("2026-04", 8)])
def test_any_period_may_be_asked_for(session: Session, period: str, n: int) -> None:
    contract = agreed(session, {"question": "clean", "metric": "csat"})
    for day, times in {"2026-01-31": 2, "2026-03-01": 4, "2026-04-30": 8}.items():
        rate(session, contract, "clean", {5: times}, on=day)
    assert outcome(session, contract, period).kpi("kpi").measurement.n == n


def test_a_kpi_without_such_a_key_is_a_key_error(session: Session) -> None:
    found = outcome(session, agreed(session, {"question": "clean", "metric": "csat"}))
    with pytest.raises(KeyError, match="nothing"):
        found.kpi("nothing")


def test_people_are_told_apart_only_among_whom_the_kpi_looks_at(session: Session) -> None:
    scope = {"touchpoints": ["lunch"], "personas": ["visitor"]}
    contract = agreed(
        session, {"question": "clean", "metric": "csat", "cluster": "respondent", "scope": scope}
    )
    for person, score in (("ann", 5), ("bo", 1), ("eva", 5)):
        rate(session, contract, "clean", {score: 4}, respondent=person, touchpoint="lunch", persona="visitor")
        rate(
            session, contract, "clean", {score: 9}, respondent=person, touchpoint="lunch", persona="employee"
        )
        rate(session, contract, "clean", {score: 9}, respondent=person, persona="visitor")
    found = measured(session, contract)
    assert found.n == 12
    assert found.design_effect == pytest.approx(4 * 11 / 12 * 3 / 2)
