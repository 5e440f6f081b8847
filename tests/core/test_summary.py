"""A summary says as much as the ratings: the same figures come of it."""

from decimal import Decimal
from fractions import Fraction

import pytest

import make
from xla.core.agreement import Agreement, Kpi
from xla.core.cluster import Cluster, summed
from xla.core.metric import (
    OwnIndex,
    index_sums,
    measure,
    measure_amount,
    measure_index,
    measure_rate,
    weighted,
)
from xla.core.scale import Scale
from xla.core.summary import Observed, Summary, measure_summary

LEVEL = Decimal("0.95")
FIVE, TEN = Scale(1, 5), Scale(1, 10)


def agreement(**kpi: object) -> tuple[Agreement, Kpi]:
    told = make.agreement(kpis=[{"key": "one", "target": 70} | kpi])
    return told, told.kpis[0]


def test_a_share_comes_of_its_counts() -> None:
    told, kpi = agreement(question="clean", metric="csat")
    counts = {1: 2, 2: 0, 3: 4, 4: 8, 5: 16}
    again = measure_summary(told, kpi, Summary({"clean": counts}))
    assert again == measure(weighted(kpi, FIVE), counts, LEVEL)


def test_a_clustered_mean_comes_of_sums_over_respondents() -> None:
    told, kpi = agreement(question="clean", metric="mean", cluster="respondent", target=4)
    counts = {1: 0, 2: 3, 3: 0, 4: 0, 5: 6}
    clusters = [Cluster(3, Fraction(6), 1), Cluster(2, Fraction(10), 3)]
    again = measure_summary(told, kpi, Summary({"clean": counts}, respondents=summed(clusters)))
    assert again == measure(weighted(kpi, FIVE), counts, LEVEL, clusters)
    assert again.design_effect is not None


def test_an_index_comes_of_the_sums_of_the_own_indices() -> None:
    told, kpi = agreement(questions=["expected", "ideal"], metric="nki")
    items = {"expected": {8: 6, 3: 6}, "ideal": {9: 12}}
    own = [OwnIndex(Fraction(500, 6), 6), OwnIndex(Fraction(1000, 18), 6)]
    again = measure_summary(told, kpi, Summary(items, index=index_sums(own)))
    assert again == measure_index(items, TEN, own, LEVEL)


def test_a_rate_comes_of_its_sums() -> None:
    told, kpi = agreement(observation="tenants", metric="rate")
    again = measure_summary(told, kpi, Summary(observed=Observed(Decimal(3), Decimal(40), None)))
    assert again == measure_rate(Decimal(3), Decimal(40), True, LEVEL)  # noqa: FBT003 -- as the agreement says


def test_an_amount_comes_of_its_sums() -> None:
    told, kpi = agreement(observation="minutes", metric="amount_mean")
    again = measure_summary(told, kpi, Summary(observed=Observed(Decimal(30), Decimal(10), Decimal(120))))
    assert again == measure_amount(Decimal(30), 10, Decimal(120), LEVEL)


@pytest.mark.parametrize(
    ("kpi", "told", "problem"),
    [
        ({"question": "clean", "metric": "csat"}, Summary(), "asks clean, not nothing"),
        ({"question": "clean", "metric": "csat"}, Summary({"ideal": {}}), "asks clean, not ideal"),
        ({"question": "clean", "metric": "csat"}, Summary({"clean": {6: 1}}), "do not fit the scale"),
        (
            {"question": "clean", "metric": "mean", "cluster": "respondent", "target": 4},
            Summary({"clean": {5: 1}}),
            "no sums over respondents",
        ),
        (
            {"questions": ["expected", "ideal"], "metric": "nki"},
            Summary({"expected": {}, "ideal": {}}),
            "no sums of the responses",
        ),
        ({"observation": "tenants", "metric": "rate"}, Summary(), "no sums of tenants"),
    ],
)
def test_what_is_missing_is_told(kpi: dict[str, object], told: Summary, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        measure_summary(*agreement(**kpi), told)
