from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.measurement import Measurement
from xla.core.metric import (
    Cluster,
    WeightedMetric,
    measure,
)
from xla.core.verdict import (
    DecisionRule,
    Thresholds,
    Verdict,
    judge,
)

LEVEL = Decimal("0.95")
CSAT = WeightedMetric("share", {score: Fraction(100 * (score > 3)) for score in range(1, 6)})
MEAN = WeightedMetric("mean", {score: Fraction(score) for score in range(1, 6)})
NPS = WeightedMetric("net", {score: Fraction(100 * ((score > 8) - (score < 7))) for score in range(11)})
SIMPLE, REJECTION, ACCEPTANCE = DecisionRule
MET, AT_RISK, BREACHED, INCONCLUSIVE, NO_DATA = Verdict
THIRD = Fraction(200, 3)


def promised(target: str, floor: str, rule: DecisionRule = SIMPLE, **more: int) -> Thresholds:
    return Thresholds(Decimal(target), Decimal(floor), decision_rule=rule, **more)


def at_most(target: str, floor: str, rule: DecisionRule = SIMPLE) -> Thresholds:
    return Thresholds(Decimal(target), Decimal(floor), higher_is_better=False, decision_rule=rule)


def measured(value: Fraction | int, low: float | None = None, high: float | None = None) -> Measurement:
    return Measurement(40, Fraction(value), low, high)


VERDICTS = [
    ("nobody answered: no data, never green", Measurement(0, None, None, None), promised("0", "0"), NO_DATA),
    ("an index without a value is no data", Measurement(9, None, None, None), promised("0", "0"), NO_DATA),
    (
        "no data comes before too few",
        Measurement(0, None, None, None),
        promised("0", "0", min_responses=9),
        NO_DATA,
    ),
    ("39 of 40 wanted are too few", measured(90), promised("80", "70", min_responses=41), INCONCLUSIVE),
    ("40 of 40 wanted are enough", measured(90), promised("80", "70", min_responses=40), MET),
    ("too few even when all are poor", measured(0), promised("80", "70", min_responses=41), INCONCLUSIVE),
    ("on the target is met", measured(80), promised("80", "70"), MET),
    (
        "just under the target is at risk",
        measured(Fraction(7999999999, 10**8)),
        promised("80", "70"),
        AT_RISK,
    ),
    ("on the floor is at risk, not breached", measured(70), promised("80", "70"), AT_RISK),
    (
        "just under the floor is breached",
        measured(Fraction(6999999999, 10**8)),
        promised("80", "70"),
        BREACHED,
    ),
    ("66 2/3 does not reach 66.67 by rounding", measured(THIRD), promised("66.67", "66.67"), BREACHED),
    ("66 2/3 reaches 66.66", measured(THIRD), promised("66.66", "66.66"), MET),
    ("a floor on the target leaves no at risk", measured(79), promised("80", "80"), BREACHED),
    ("simple ignores the interval", measured(69, 50, 88), promised("80", "70"), BREACHED),
    (
        "rejection spares what may be noise",
        measured(69, 50, 88),
        promised("80", "70", REJECTION),
        INCONCLUSIVE,
    ),
    (
        "rejection spares up to the floor itself",
        measured(60, 50, 70),
        promised("80", "70", REJECTION),
        INCONCLUSIVE,
    ),
    (
        "rejection breaches when all of it is below",
        measured(60, 50, 69.9),
        promised("80", "70", REJECTION),
        BREACHED,
    ),
    ("rejection accepts luck", measured(80, 60, 90), promised("80", "70", REJECTION), MET),
    ("rejection knows at risk", measured(70, 60, 80), promised("80", "70", REJECTION), AT_RISK),
    ("acceptance doubts luck", measured(80, 60, 90), promised("80", "70", ACCEPTANCE), INCONCLUSIVE),
    (
        "acceptance believes when all of it is at the floor",
        measured(80, 70, 90),
        promised("80", "70", ACCEPTANCE),
        MET,
    ),
    ("acceptance knows at risk", measured(79, 70, 90), promised("80", "70", ACCEPTANCE), AT_RISK),
    (
        "acceptance breaches by the value alone",
        measured(69, 50, 88),
        promised("80", "70", ACCEPTANCE),
        BREACHED,
    ),
    ("without any interval rejection is simple", measured(69), promised("80", "70", REJECTION), BREACHED),
    ("without any interval acceptance is simple", measured(80), promised("80", "70", ACCEPTANCE), MET),
    ("lower is better: on the target is met", measured(5), at_most("5", "8"), MET),
    ("lower is better: over the target is at risk", measured(6), at_most("5", "8"), AT_RISK),
    ("lower is better: on the floor is at risk", measured(8), at_most("5", "8"), AT_RISK),
    ("lower is better: over the floor is breached", measured(9), at_most("5", "8"), BREACHED),
    (
        "lower is better: rejection looks at the lower end",
        measured(9, 8, 12),
        at_most("5", "8", REJECTION),
        INCONCLUSIVE,
    ),
    (
        "lower is better: rejection breaches above",
        measured(9, 8.1, 12),
        at_most("5", "8", REJECTION),
        BREACHED,
    ),
    (
        "lower is better: acceptance looks at the upper end",
        measured(4, 2, 9),
        at_most("5", "8", ACCEPTANCE),
        INCONCLUSIVE,
    ),
    ("lower is better: acceptance believes below", measured(4, 2, 8), at_most("5", "8", ACCEPTANCE), MET),
]


@pytest.mark.parametrize(
    ("measurement", "thresholds", "verdict"), [r[1:] for r in VERDICTS], ids=[r[0] for r in VERDICTS]
)
def test_the_verdict_of_a_measurement(
    measurement: Measurement, thresholds: Thresholds, verdict: Verdict
) -> None:
    assert judge(measurement, thresholds) is verdict


def test_a_guarded_rule_finds_a_single_answer_too_thin() -> None:
    assert judge(measure(MEAN, {1: 1}, LEVEL), promised("4", "3", REJECTION)) is INCONCLUSIVE
    assert judge(measure(MEAN, {5: 1}, LEVEL), promised("4", "3", ACCEPTANCE)) is INCONCLUSIVE
    assert judge(measure(MEAN, {5: 1}, LEVEL), promised("4", "3", REJECTION)) is MET


def test_a_guarded_rule_finds_a_single_respondent_too_thin() -> None:
    alone = measure(CSAT, {1: 40}, LEVEL, [Cluster(40, Fraction(0), 1)])
    assert judge(alone, promised("80", "70", REJECTION)) is INCONCLUSIVE


def binomial(n: int, share: float, hits: range) -> float:
    return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in hits)


def is_green(good: int) -> bool:
    return judge(measure(CSAT, {5: good, 1: 40 - good}, LEVEL), promised("80", "80")) is MET


def test_forty_ratings_a_month_cry_breach_in_41_months_of_100_when_all_is_as_promised() -> None:
    red = sum(binomial(40, 0.80, range(good, good + 1)) for good in range(41) if not is_green(good))
    assert round(red, 2) == 0.41


def test_forty_ratings_a_month_look_fine_in_30_months_of_100_when_they_are_not() -> None:
    green = sum(binomial(40, 0.75, range(good, good + 1)) for good in range(41) if is_green(good))
    assert round(green, 2) == 0.30


counts_of_five = st.fixed_dictionaries({score: st.integers(0, 40) for score in range(1, 6)})
counts_of_eleven = st.fixed_dictionaries({score: st.integers(0, 20) for score in range(11)})
measurements = st.one_of(
    st.builds(lambda counts: measure(CSAT, counts, LEVEL), counts_of_five),
    st.builds(lambda counts: measure(MEAN, counts, LEVEL), counts_of_five),
    st.builds(lambda counts: measure(NPS, counts, LEVEL), counts_of_eleven),
)
floors = st.integers(-120, 120)


@given(measurements, floors, st.sampled_from(DecisionRule), st.booleans())
def test_a_rule_only_turns_a_verdict_into_inconclusive(
    measurement: Measurement,
    floor: int,
    rule: DecisionRule,
    higher: bool,  # noqa: FBT001 -- hypothesis
) -> None:
    guarded = Thresholds(Decimal(floor), Decimal(floor), higher, 1, rule)
    plain = Thresholds(Decimal(floor), Decimal(floor), higher)
    assert judge(measurement, guarded) in {judge(measurement, plain), INCONCLUSIVE}
