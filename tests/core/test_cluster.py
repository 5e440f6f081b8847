from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit

from xla.core.interval import wilson
from xla.core.metric import Cluster, WeightedMetric, measure

LEVEL = Decimal("0.95")
CSAT = WeightedMetric("share", {score: Fraction(100 * (score > 3)) for score in range(1, 6)})
MEAN = WeightedMetric("mean", {score: Fraction(score) for score in range(1, 6)})
NPS = WeightedMetric("net", {score: Fraction(100 * ((score > 8) - (score < 7))) for score in range(11)})

Given = tuple[WeightedMetric, dict[int, int]]

# Ten people; five gave 4 good ratings each, five gave 4 poor ones.
LOYAL = [Cluster(4, Fraction(400), 5), Cluster(4, Fraction(0), 5)]


def test_people_who_repeat_themselves_count_once_each() -> None:
    measured = measure(CSAT, {1: 20, 5: 20}, LEVEL, LOYAL)
    assert measured.design_effect == pytest.approx(4 * (10 / 9) / (40 / 39))
    low = wilson(20 / measured.design_effect, 40 / measured.design_effect, 0.95).low
    assert measured.low == pytest.approx(100 * low)


def test_a_clustered_mean_has_students_t_with_respondents_less_one() -> None:
    clusters = [Cluster(4, Fraction(20), 5), Cluster(4, Fraction(4), 5)]
    measured = measure(MEAN, {1: 20, 5: 20}, LEVEL, clusters)
    robust = 10 / 9 * 10 * (4 * 2) ** 2 / 40**2
    assert measured.high - 3 == pytest.approx(float(stdtrit(9, 0.975)) * sqrt(robust))


def test_a_clustered_net_has_its_variance_times_the_design_effect() -> None:
    naive = measure(NPS, {0: 20, 10: 20}, LEVEL)
    clusters = [Cluster(4, Fraction(400), 5), Cluster(4, Fraction(-400), 5)]
    robust = measure(NPS, {0: 20, 10: 20}, LEVEL, clusters)
    assert robust.high / naive.high == pytest.approx(sqrt(robust.design_effect))


def test_one_rating_each_is_a_design_effect_of_exactly_one() -> None:
    clusters = [Cluster(1, Fraction(100), 30), Cluster(1, Fraction(0), 10)]
    measured = measure(CSAT, {2: 10, 5: 30}, LEVEL, clusters)
    assert measured.design_effect == 1
    assert replace(measured, design_effect=None) == measure(CSAT, {2: 10, 5: 30}, LEVEL)


@pytest.mark.parametrize(
    ("clusters", "counts"),
    [([Cluster(4, Fraction(400), 10)], {5: 40}), ([Cluster(2, Fraction(100), 20)], {1: 20, 5: 20})],
    ids=["all agree", "everybody is as torn as everybody else"],
)
def test_where_respondents_do_not_differ_each_has_one_opinion(
    clusters: list[Cluster], counts: dict[int, int]
) -> None:
    measured = measure(CSAT, counts, LEVEL, clusters)
    assert measured.design_effect == clusters[0].size


def test_one_respondent_gives_no_interval() -> None:
    measured = measure(CSAT, {5: 40}, LEVEL, [Cluster(40, Fraction(4000), 1)])
    assert (measured.value, measured.low, measured.high, measured.design_effect) == (100, None, None, None)


@pytest.mark.parametrize("clusters", [[], [Cluster(4, Fraction(400), 5)], [Cluster(4, Fraction(400), 10)]])
def test_clusters_of_other_ratings_are_refused(clusters: list[Cluster]) -> None:
    with pytest.raises(ValueError, match="clusters"):
        measure(CSAT, {1: 20, 5: 20}, LEVEL, clusters)


@st.composite
def metric_and_counts(draw: st.DrawFn) -> Given:
    metric = draw(st.sampled_from([CSAT, MEAN]))
    return metric, {score: draw(st.integers(0, 60)) for score in metric.weights} | {3: 1}


@given(metric_and_counts(), st.integers(1, 4))
def test_as_many_opinions_as_respondents(given_counts: Given, times: int) -> None:
    """Everybody answering `times` over in the same words leaves the interval about as wide as once."""
    metric, counts = given_counts
    once = [Cluster(1, weight, counts[score]) for score, weight in metric.weights.items()]
    often = [Cluster(times, times * each.total, each.times) for each in once]
    many = {score: times * count for score, count in counts.items()}
    single, repeated = measure(metric, counts, LEVEL, once), measure(metric, many, LEVEL, often)
    assert repeated.value == single.value
    if single.low is not None:
        slack = 1e-9 if metric is MEAN else 0.25
        assert repeated.high - repeated.low == pytest.approx(single.high - single.low, rel=slack)
