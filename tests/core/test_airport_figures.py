"""A real survey: three years of an airport's ratings 1-5, worked out independently of this project."""

import json
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from xla.core.composite import points
from xla.core.interval import Interval, difference, wilson
from xla.core.metric import Cluster, WeightedMetric, measure
from xla.core.verdict import Thresholds, Verdict, chance_below_floor, judge

Row = dict[str, Any]

DATA = json.loads((Path(__file__).parent / "data" / "airport_expected_2014_2016.json").read_text())
LEVEL = Decimal("0.95")
CSAT = WeightedMetric("share", {score: Fraction(100 * (score > 3)) for score in range(1, 6)})
MEAN = WeightedMetric("mean", {score: Fraction(score) for score in range(1, 6)})


def named(row: Row) -> str:
    return "-".join(str(row[name]) for name in ("year", "area", "dimension"))


def test_all_rows_are_there() -> None:
    assert len(DATA["ratings"]) == 93


@pytest.mark.parametrize("row", DATA["ratings"], ids=named)
def test_a_rows_figures_follow_from_its_score_counts(row: Row) -> None:
    counts = {int(score): count for score, count in row["hist"].items()}
    share, mean = measure(CSAT, counts, LEVEL), measure(MEAN, counts, LEVEL)
    assert share.n == mean.n == row["n"]
    assert share.value is not None
    assert mean.value is not None
    assert mean.low is not None
    assert mean.high is not None
    figures = {
        "mean": mean.value,
        "csat_top2_pct": share.value,
        "index_0_100": points(mean.value, Fraction(1), Fraction(5), higher_is_better=True),
    }
    assert figures == pytest.approx({name: row[name] for name in figures}, abs=1e-8)
    assert (share.low, share.high) == pytest.approx(row["top2_wilson95"], abs=1e-8)
    assert (mean.low, mean.high) == pytest.approx(row["mean_t_ci95"], abs=1e-8)
    assert deviation(counts, mean.value) == pytest.approx(row["sd"], abs=1e-8)
    assert row["bottom2"] == counts.get(1, 0) + counts.get(2, 0)


def deviation(counts: dict[int, int], mean: Fraction) -> float:
    """Sample standard deviation (n-1)."""
    return sqrt(
        sum(count * (score - mean) ** 2 for score, count in counts.items()) / (sum(counts.values()) - 1)
    )


@pytest.mark.parametrize(
    "row", DATA["comparisons"], ids=lambda row: f"{row['dimension']}-{row['from_year']}-{row['to_year']}"
)
def test_the_difference_of_two_years(row: Row) -> None:
    first, second = (
        (x / n, wilson(x, n, LEVEL) or Interval(0, 1)) for x, n in zip(row["x"], row["n"], strict=True)
    )
    assert difference(first, second) == pytest.approx(row["newcombe95_p1_minus_p2"], abs=1e-8)


RESTROOMS = {1: 19, 2: 109, 3: 567, 4: 1021, 5: 873}
PROMISED = Thresholds(target=Decimal(78), floor=Decimal(75), min_responses=30)


def test_the_restrooms_of_may_2018_are_breached_and_it_is_hardly_noise() -> None:
    measured = measure(CSAT, RESTROOMS, LEVEL)
    assert measured.n == 2589
    assert measured.value is not None
    assert float(measured.value) == 73.15565855542681
    assert (measured.low, measured.high) == pytest.approx((71.4, 74.8), abs=0.05)
    assert judge(measured, PROMISED) is Verdict.BREACHED
    assert chance_below_floor(measured, PROMISED) == pytest.approx(0.985, abs=0.0005)


def test_repeat_raters_make_an_interval_four_times_as_wide() -> None:
    """Sixteen ratings each, always the same: a design effect of about sixteen."""
    counts = {1: 16 * 20, 5: 16 * 60}
    alike = [Cluster(16, Fraction(1600), 60), Cluster(16, Fraction(0), 20)]
    naive, robust = measure(CSAT, counts, LEVEL), measure(CSAT, counts, LEVEL, alike)
    assert robust.design_effect == pytest.approx(16, rel=0.02)
    assert None not in (naive.low, naive.high, robust.low, robust.high)
    assert (robust.high - robust.low) / (naive.high - naive.low) == pytest.approx(4, rel=0.05)
