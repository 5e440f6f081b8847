from decimal import Decimal
from math import comb, erf, inf, sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import stdtrit

from xla.core.interval import (
    Interval,
    adjusted_wald,
    difference,
    finite_population_correction,
    quantile,
    student_t,
    wilson,
)

INTERVALS = [
    ("nobody answered: no share", wilson(0, 0, 0.95), None),
    ("nobody answered: no net", adjusted_wald(0, 0, 0, 0.95), None),
    ("nobody answered: no mean", student_t(0, 0, 0, 0.95), None),
    ("one answer says nothing about how answers differ", student_t(4, 0, 1, 0.95), None),
    ("one good answer leaves nearly all open", wilson(1, 1, 0.95), (0.2065493, 1)),
    ("part of an answer is one, to an effective n", wilson(0.5, 0.5, 0.95), (0.1151703, 1)),
    ("one detractor leaves nearly all open", adjusted_wald(1, 0, 0, 0.95), (-0.9849865, 0.4849865)),
    (
        "part of a detractor is one, to an effective n",
        adjusted_wald(0.5, 0, 0, 0.95),
        (-0.9205317, 0.6348175),
    ),
    ("half a degree of freedom is enough", student_t(4, 0, 1.5, 0.95), (4, 4)),
    ("answers that do not differ give the mean twice", student_t(4, 0, 2, 0.95), (4, 4)),
    ("two answers have one degree of freedom", student_t(0, 2, 2, 0.95), (-12.7062047, 12.7062047)),
    ("degrees of freedom may be told", student_t(0, 2, 2, 0.95, freedom=1e9), (-1.959964, 1.959964)),
    ("a share of none begins at 0", wilson(0, 20, 0.95), (0, 0.1611251580528)),
    ("a share of all ends at 1", wilson(20, 20, 0.95), (1 - 0.1611251580528, 1)),
    ("a level may be a Decimal", wilson(81, 263, Decimal("0.95")), (0.2552885198783, 0.3662095769828)),
    ("half the counts, root 2 the z", wilson(40.5, 131.5, 0.95), wilson(81, 263, erf(1.95996398454))),
    ("a net is clipped at 1", adjusted_wald(0, 0, 10, 0.95), (0.4750355154479, 1)),
    ("a net is clipped at -1", adjusted_wald(10, 0, 0, 0.95), (-1, -0.4750355154479)),
    (
        "a design effect of 4 doubles a net's interval",
        adjusted_wald(10, 30, 60, 0.95, design_effect=4),
        (0.4854368932 - 0.2615416805, 0.4854368932 + 0.2615416805),
    ),
]


@pytest.mark.parametrize(("found", "expected"), [r[1:] for r in INTERVALS], ids=[r[0] for r in INTERVALS])
def test_an_interval(found: Interval | None, expected: tuple[float, float] | None) -> None:
    assert found is None if expected is None else found == pytest.approx(expected, abs=1e-5)


def test_the_difference_of_two_shares_is_newcombes() -> None:
    first, second = wilson(56, 70, 0.95), wilson(48, 80, 0.95)
    assert first is not None
    assert second is not None
    assert difference((0.8, first), (0.6, second)) == pytest.approx((0.0524315, 0.3338727), abs=1e-7)


def test_the_difference_of_two_certain_values_is_certain() -> None:
    assert difference((4, Interval(4, 4)), (3, Interval(3, 3))) == (1, 1)


CORRECTIONS = [
    ("nobody of many", 0, 100, 1),
    ("everybody", 100, 100, 0),
    ("three of four", 75, 100, 0.5),
    ("an endless population corrects nothing", 1000, inf, 1),
    ("nobody of nobody", 0, 0, 0),
]


@pytest.mark.parametrize(
    ("n", "population", "factor"), [r[1:] for r in CORRECTIONS], ids=[r[0] for r in CORRECTIONS]
)
def test_a_finite_population_shrinks_the_error(n: int, population: float, factor: float) -> None:
    assert finite_population_correction(n, population) == factor


@pytest.mark.parametrize("n", [-1, 101])
def test_more_cannot_answer_than_there_are(n: int) -> None:
    with pytest.raises(ValueError, match="of 100"):
        finite_population_correction(n, 100)


def test_the_quantile_of_95_per_cent() -> None:
    assert quantile(0.95) == pytest.approx(1.959963984540054)


levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
counts = st.integers(0, 10**9)


@given(counts, counts, levels)
def test_wilson_holds_the_share_and_lies_within_0_and_1(good: int, poor: int, level: float) -> None:
    assume(good + poor)
    interval = wilson(good, good + poor, level)
    assert interval is not None
    assert 0 <= interval.low <= good / (good + poor) <= interval.high <= 1


@given(counts, counts, counts, levels)
def test_an_adjusted_wald_lies_within_minus_1_and_1(det: int, pas: int, pro: int, level: float) -> None:
    assume(det + pas + pro)
    interval = adjusted_wald(det, pas, pro, level)
    assert interval is not None
    assert -1 <= interval.low <= interval.high <= 1


@given(counts, counts, levels)
def test_good_and_poor_mirror_each_other(good: int, poor: int, level: float) -> None:
    assume(good + poor)
    interval, mirrored = wilson(good, good + poor, level), wilson(poor, good + poor, level)
    assert interval is not None
    assert mirrored is not None
    assert interval == pytest.approx((1 - mirrored.high, 1 - mirrored.low), abs=1e-12)


@given(st.floats(-100, 100), st.floats(0, 1000), st.integers(2, 10**6), levels)
def test_students_interval_is_centred_on_the_mean(mean: float, spread: float, n: int, level: float) -> None:
    interval = student_t(mean, spread, n, level)
    assert interval is not None
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * sqrt(spread / n)
    assert interval == pytest.approx((mean - half, mean + half))


def covered(share: float, n: int) -> float:
    """How often Wilson's interval holds the true share, over every outcome."""
    return sum(
        comb(n, x) * share**x * (1 - share) ** (n - x)
        for x in range(n + 1)
        if (interval := wilson(x, n, 0.95)) and interval.low <= share <= interval.high
    )


def test_a_95_per_cent_interval_holds_the_truth_about_95_times_of_100() -> None:
    shares = [number / 100 for number in range(5, 96)]
    held = [covered(share, 40) for share in shares]
    assert sum(held) / len(held) == pytest.approx(0.95, abs=0.01)
    assert min(held) > 0.88
