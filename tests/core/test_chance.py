from decimal import Decimal
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.measurement import Measurement
from xla.core.metric import (
    Cluster,
    OwnIndex,
    WeightedMetric,
    measure,
    measure_amount,
    measure_index,
    measure_rate,
)
from xla.core.scale import Scale
from xla.core.verdict import (
    DecisionRule,
    Thresholds,
    Verdict,
    chance_below_floor,
    judge,
    more_ratings_needed,
)

LEVEL = Decimal("0.95")
CSAT = WeightedMetric("share", {score: Fraction(100 * (score > 3)) for score in range(1, 6)})
MEAN = WeightedMetric("mean", {score: Fraction(score) for score in range(1, 6)})
NPS = WeightedMetric("net", {score: Fraction(100 * ((score > 8) - (score < 7))) for score in range(11)})
SIMPLE, REJECTION, ACCEPTANCE = DecisionRule
BREACHED, INCONCLUSIVE = Verdict.BREACHED, Verdict.INCONCLUSIVE


def promised(target: str, floor: str, rule: DecisionRule = SIMPLE, **more: int) -> Thresholds:
    return Thresholds(Decimal(target), Decimal(floor), decision_rule=rule, **more)


def at_most(target: str, floor: str, rule: DecisionRule = SIMPLE) -> Thresholds:
    return Thresholds(Decimal(target), Decimal(floor), higher_is_better=False, decision_rule=rule)


def measured(value: Fraction | int, low: float | None = None, high: float | None = None) -> Measurement:
    return Measurement(40, Fraction(value), low, high)


RESTROOMS = measure(CSAT, {1: 19, 2: 109, 3: 567, 4: 1021, 5: 873}, LEVEL)

# By hand. Dirichlet(11, 31, 61) on -1, 0, 1; Dirichlet(1, 1, 1, 1, 2) on 1-5.
NET_TAIL = NormalDist(50 / 103, sqrt((72 / 103 - (50 / 103) ** 2) / 104)).cdf(0.4)
MEAN_TAIL = NormalDist(20 / 6, sqrt((80 / 6 - (20 / 6) ** 2) / 7)).cdf(3)

CHANCES = [
    ("a share has an exact Beta", RESTROOMS, promised("78", "75"), 0.98479),
    ("lower is better: the other side", RESTROOMS, at_most("70", "75"), 1 - 0.98479),
    ("a flat prior alone: one good answer", measure(CSAT, {5: 1}, LEVEL), promised("50", "50"), 0.25),
    ("a floor under all shares is safe", RESTROOMS, promised("0", "-5"), 0),
    ("a floor over all shares is lost", RESTROOMS, promised("120", "120"), 1),
    ("a net has a normal tail", measure(NPS, {0: 10, 7: 30, 9: 60}, LEVEL), promised("40", "40"), NET_TAIL),
    ("a mean has a normal tail", measure(MEAN, {5: 1}, LEVEL), promised("3", "3"), MEAN_TAIL),
    (
        "a rate has an exact Beta",
        measure_rate(Decimal(1), Decimal(1), subset=True, confidence=LEVEL),
        promised("50", "50"),
        0.25,
    ),
    (
        "an index has a normal tail with its responses' spread",
        measure_index(
            {"a": {10: 1, 1: 1}}, Scale(1, 10), [OwnIndex(Fraction(100 * k), 1) for k in (0, 1)], LEVEL
        ),
        promised("0", "0"),
        0.15866,
    ),
    (
        "an amount with squares as well",
        measure_amount(Decimal(9), 3, Decimal(35), LEVEL),
        at_most("3", "3"),
        0.5,
    ),
    ("without squares nobody knows", measure_amount(Decimal(9), 3, None, LEVEL), at_most("3", "3"), None),
    (
        "without any spread nobody knows",
        measure_amount(Decimal(9), 3, Decimal(27), LEVEL),
        at_most("3", "3"),
        None,
    ),
    ("without data nobody knows", measure(CSAT, {}, LEVEL), promised("80", "80"), None),
    ("a measurement read back cannot tell", measured(80, 70, 90), promised("80", "80"), None),
    (
        "weights that are all the same leave no doubt",
        measure(WeightedMetric("mean", {1: Fraction(5), 2: Fraction(5)}), {1: 1}, LEVEL),
        promised("6", "6"),
        1,
    ),
]


@pytest.mark.parametrize(
    ("measurement", "thresholds", "chance"), [r[1:] for r in CHANCES], ids=[r[0] for r in CHANCES]
)
def test_the_chance_that_the_true_level_is_worse_than_the_floor(
    measurement: Measurement, thresholds: Thresholds, chance: float
) -> None:
    found = chance_below_floor(measurement, thresholds)
    assert found is None if chance is None else found == pytest.approx(chance, abs=5e-5)


def test_a_design_effect_shrinks_the_evidence() -> None:
    counts, floor = {1: 20, 5: 20}, promised("70", "60")
    alike = [Cluster(4, Fraction(400), 5), Cluster(4, Fraction(0), 5)]
    apart = chance_below_floor(measure(CSAT, counts, LEVEL), floor)
    assert 0.5 < chance_below_floor(measure(CSAT, counts, LEVEL, alike), floor) < apart


MORE = [
    ("a settled verdict needs none", measured(90, 80, 95), promised("80", "70"), None),
    ("no data is not inconclusive", measure(CSAT, {}, LEVEL), promised("80", "70"), None),
    (
        "too few need what is missing",
        measure(CSAT, {5: 10}, LEVEL),
        promised("80", "70", min_responses=30),
        20,
    ),
    (
        "a value on its floor never settles",
        measure(CSAT, {5: 30, 1: 10}, LEVEL),
        promised("80", "75", ACCEPTANCE),
        None,
    ),
    ("a measurement read back cannot tell", measured(69, 50, 88), promised("80", "70", REJECTION), None),
    ("but it knows what is missing", measured(69, 50, 88), promised("80", "70", min_responses=50), 10),
]


@pytest.mark.parametrize(
    ("measurement", "thresholds", "further"), [r[1:] for r in MORE], ids=[r[0] for r in MORE]
)
def test_how_many_more_ratings_settle_a_verdict(
    measurement: Measurement, thresholds: Thresholds, further: int | None
) -> None:
    assert more_ratings_needed(measurement, thresholds, LEVEL) == further


def test_more_ratings_in_the_same_proportions_do_settle_it() -> None:
    measurement = measure(CSAT, {5: 28, 1: 12}, LEVEL)
    rule = promised("80", "75", REJECTION)
    further = more_ratings_needed(measurement, rule, LEVEL)
    times = -(-(40 + further) // 40)
    assert judge(measure(CSAT, {5: 28 * times, 1: 12 * times}, LEVEL), rule) is BREACHED
    assert judge(measure(CSAT, {5: 28 * (times - 1), 1: 12 * (times - 1)}, LEVEL), rule) is INCONCLUSIVE


counts_of_five = st.fixed_dictionaries({score: st.integers(0, 40) for score in range(1, 6)})
counts_of_eleven = st.fixed_dictionaries({score: st.integers(0, 20) for score in range(11)})
measurements = st.one_of(
    st.builds(lambda counts: measure(CSAT, counts, LEVEL), counts_of_five),
    st.builds(lambda counts: measure(MEAN, counts, LEVEL), counts_of_five),
    st.builds(lambda counts: measure(NPS, counts, LEVEL), counts_of_eleven),
)
floors = st.integers(-120, 120)


@given(measurements, floors, floors)
def test_a_chance_lies_in_0_to_1_and_grows_with_the_floor(
    measurement: Measurement, low: float, high: float
) -> None:
    low, high = sorted((low, high))
    chances = [chance_below_floor(measurement, promised(str(floor), str(floor))) for floor in (low, high)]
    assert chances == [None, None] if measurement.n == 0 else 0 <= chances[0] <= chances[1] <= 1


@given(measurements, floors, st.integers(1, 60), st.sampled_from(DecisionRule))
def test_the_fewest_further_ratings_settle_it_and_one_less_does_not(
    measurement: Measurement, floor: int, n: int, rule: DecisionRule
) -> None:
    thresholds = promised(str(floor), str(floor), rule, min_responses=n)
    further = more_ratings_needed(measurement, thresholds, LEVEL)
    if further is not None:
        assert further > 0
        assert measurement.n + further >= n
        fewer = promised(str(floor), str(floor), rule, min_responses=measurement.n + further)
        assert more_ratings_needed(measurement, fewer, LEVEL) == further
    elif judge(measurement, thresholds) is INCONCLUSIVE:
        assert rule is not SIMPLE


def test_of_a_single_respondent_nobody_can_tell() -> None:
    alone = measure(CSAT, {1: 40}, LEVEL, [Cluster(40, Fraction(0), 1)])
    assert chance_below_floor(alone, promised("80", "70")) is None
    assert more_ratings_needed(alone, promised("80", "70", REJECTION), LEVEL) is None
