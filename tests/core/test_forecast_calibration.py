"""The forecast comes true as often as it says: months replayed, simulated and from a real survey."""

import csv
import gzip
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from pathlib import Path
from typing import NamedTuple

import pytest

from xla.core.forecast import chance_of_breach
from xla.core.pace import coming
from xla.core.verdict import Thresholds
from xla.core.weight import WeightedMetric
from xla.core.window import Window, days_between

RATINGS = Path(__file__).parent.parent / "data" / "airport_ratings_2014_2016.csv.gz"
CSAT = WeightedMetric("share", {score: Fraction(100 * (score > 3)) for score in range(1, 6)})
MEAN = WeightedMetric("mean", {score: Fraction(score) for score in range(1, 6)})
NET = WeightedMetric("net", {score: Fraction(100 * ((score > 4) - (score < 3))) for score in range(1, 6)})
NEAR = (10, 30, 50, 70, 90)


class Replayed(NamedTuple):
    """A forecast, and whether the breach came."""

    said: float
    came: bool


def astray(replays: Sequence[Replayed]) -> list[str]:
    """The forecasts, put together near 10, 30, 50, 70 and 90 %, that did not come true about that often.

    About: within three standard errors of as many coins, and three points for a month being like no other.
    """
    flaws = []
    for near in NEAR:
        told = [each for each in replays if near - 10 <= 100 * each.said < near + 10]
        assert len(told) >= 50, f"too few forecasts near {near} % to tell: {len(told)}"
        said = sum(each.said for each in told) / len(told)
        came = sum(each.came for each in told) / len(told)
        if abs(came - said) > 3 * sqrt(said * (1 - said) / len(told)) + 0.03:
            flaws.append(f"of {len(told)} forecasts near {near} %, {came:.1%} came true, not {said:.1%}")
    return flaws


Forecast = Callable[..., float | None]


def replay(
    metric: WeightedMetric, floor: Decimal, so_far: Counter[int], month: Counter[int], **told: object
) -> Replayed:
    forecast: Forecast = told.pop("forecast", chance_of_breach)
    said = forecast(metric, Thresholds(floor, floor), so_far, **told)
    assert said is not None
    return Replayed(said, came=value(metric, month) < Fraction(floor))


def value(metric: WeightedMetric, counts: Counter[int]) -> Fraction:
    return sum(metric.weights[score] * n for score, n in counts.items()) / Fraction(counts.total())


# --- simulated months from known levels ---------------------------------------------------------------------


def levels(rng: random.Random) -> list[float]:
    """How likely each score is this month: mostly good, as ratings are."""
    return [rng.gammavariate(shape, 1) for shape in (0.5, 0.5, 1, 2, 2)]


def simulated(metric: WeightedMetric, floor: str, *, has_past: bool, **told: Forecast) -> Iterator[Replayed]:
    rng = random.Random(f"{metric.kind} {has_past}")  # noqa: S311 - seeded: the same every time
    for _ in range(2500):
        level = levels(rng)
        ratings = rng.choices(range(1, 6), level, k=rng.choice((40, 100, 400)))
        past = Counter(rng.choices(range(1, 6), level, k=300)) if has_past else Counter()
        count = max(1, round(len(ratings) * rng.choice((0.1, 0.3, 0.5, 0.7, 0.9))))
        remaining = Fraction(len(ratings) - count)
        so_far = Counter(ratings[:count])
        yield replay(metric, Decimal(floor), so_far, Counter(ratings), past=past, remaining=remaining, **told)


@pytest.mark.parametrize("has_past", [False, True], ids=["first-month", "known-past"])
@pytest.mark.parametrize(
    ("metric", "floor"), [(CSAT, "68"), (MEAN, "3.7"), (NET, "12")], ids=["share", "mean", "net"]
)
def test_simulated_months_breach_as_often_as_forecast(
    metric: WeightedMetric, floor: str, *, has_past: bool
) -> None:
    assert astray(list(simulated(metric, floor, has_past=has_past))) == []


# --- a real survey, its days drawn anew into months ---------------------------------------------------------

Year = Sequence[Counter[int]]
MONTH = Window(date(2026, 3, 2), date(2026, 3, 30))


@pytest.fixture(scope="module")
def survey() -> dict[tuple[int, str, str], Year]:
    """Year, area, question -> the score counts of each day it was asked."""
    days: dict[tuple[int, str, str], dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    with gzip.open(RATINGS, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = (int(row["date"][:4]), row["area"], row["question"])
            days[place][row["date"]][int(row["score"])] += 1
    return {place: list(each.values()) for place, each in sorted(days.items())}


def drawn(
    survey: dict[tuple[int, str, str], Year],
    metric: WeightedMetric,
    lowest: int,
    highest: int,
    **told: Forecast,
) -> Iterator[Replayed]:
    """Months of days drawn from one year and place, the year before as their past; floors within a range."""
    rng = random.Random(f"airport {metric.kind}")  # noqa: S311 - seeded: the same every time
    places = [
        place for place, year in survey.items() if len(year) >= 5 and sum(map(Counter.total, year)) > 100
    ]
    for _ in range(4000):
        year, area, question = place = rng.choice(places)
        before = survey.get((year - 1, area, question), ())
        days = dict(
            zip(days_between(date(2026, 2, 2), MONTH.end), rng.choices(survey[place], k=56), strict=True)
        )
        today = MONTH.start + timedelta(rng.choice((3, 7, 14, 21, 25)))
        ahead = coming({day: counts.total() for day, counts in days.items() if day < today}, MONTH, today)
        so_far = sum((days[day] for day in days_between(MONTH.start, today)), Counter())
        month = sum((days[day] for day in days_between(MONTH.start, MONTH.end)), Counter())
        yield replay(
            metric,
            Decimal(rng.randrange(lowest, highest)) / 100,
            so_far,
            month,
            past=sum(before, Counter()),
            remaining=sum(ahead.values()),
            **told,
        )


@pytest.mark.parametrize(
    ("metric", "lowest", "highest"), [(CSAT, 6500, 9300), (MEAN, 365, 440)], ids=["share", "mean"]
)
def test_a_real_surveys_months_breach_as_often_as_forecast(
    survey: dict[tuple[int, str, str], Year], metric: WeightedMetric, lowest: int, highest: int
) -> None:
    assert astray(list(drawn(survey, metric, lowest, highest))) == []


# --- the yardstick can tell ---------------------------------------------------------------------------------


def too_sure(*args: object, remaining: Fraction, past: object) -> float | None:
    """As if four times as many ratings were known, in the same proportions."""
    metric, thresholds, so_far = args
    counts = {score: 4 * n for score, n in so_far.items()}
    return chance_of_breach(metric, thresholds, counts, past=past, remaining=4 * remaining)


def too_dark(*args: object, **told: object) -> float | None:
    said = chance_of_breach(*args, **told)
    return None if said is None else said**0.6


@pytest.mark.parametrize("wrong", [too_sure, too_dark])
def test_a_forecast_that_is_too_sure_or_too_dark_is_found_out(wrong: Forecast) -> None:
    assert astray(list(simulated(CSAT, "68", has_past=False, forecast=wrong)))
