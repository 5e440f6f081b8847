"""A silence: a rating point from which expected ratings do not come."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import prod

from xla.core.window import days_between

RHYTHM_DAYS = 56
"""Eight weeks up to the last rating tell the rhythm."""
FEWEST_RATINGS = 20
FEWEST_RATED_DAYS = 14
"""A point with fewer ratings, or fewer days with any, in its rhythm has none to fall out of."""
DAYS_FOR_WEEKDAYS = 28
"""With a shorter rhythm no weekday is taken for one on which nothing ever comes."""
WEEKDAY_WORTH = 4
"""How many days all days together are worth in the estimate of one weekday."""
FEWEST_DAYS = 2
"""One day without ratings is never called a silence."""
RARE = 0.005
"""The chance of so long a silence must be below; with what the rhythm's estimate errs by, that keeps wrong
calls under one in a hundred."""


@dataclass(frozen=True)
class Silence:
    """Ratings that did not come."""

    last_on: date
    """The day of the last rating."""
    since: date
    """The first day without ratings on which some were to be expected."""
    expected: Fraction
    """How many were to be expected since, up to yesterday, by the point's own rhythm."""
    chance: float
    """Of so long a silence by chance, 0..1."""


def silence(volumes: Mapping[date, int], today: date, closed: Collection[date] = ()) -> Silence | None:
    """The silence of a point whose days brought `volumes` ratings; None while it keeps its rhythm.

    Give more than eight weeks of volumes: a silence is seen for as long as the eight weeks up to the last
    rating are among them, and shorter ones count too. Today is not over and says nothing, unless a rating
    came. Days `closed` by agreement are neither rhythm nor silence, nor is a weekday on which none of the
    rhythm's ratings came, such as an office's Sunday.

    Of d days of rhythm z brought nothing. The chance that k more bring nothing is the product of
    (z + 1/2 + i) / (d + 1 + i) for i below k (beta-binomial, Jeffreys' prior); once over all days and once
    weekday by weekday, each with four days of all days' share put in front. The larger of the two is taken:
    a Saturday with few ratings is not expected to be a Monday. What is counted is days, not ratings, so a
    hundred that came at once promise no more of the next day.
    """
    last = max((day for day, volume in volumes.items() if volume and day <= today), default=today)
    rhythm = _rhythm(volumes, last, closed)
    rated = {day for day in rhythm if volumes.get(day)}
    if len(rated) < FEWEST_RATED_DAYS or sum(volumes[day] for day in rated) < FEWEST_RATINGS:
        return None
    quiet = [day for day in days_between(last + timedelta(1), today) if day not in closed]
    if len(rhythm) >= DAYS_FOR_WEEKDAYS:
        used = {day.weekday() for day in rated}
        rhythm, quiet = ([day for day in days if day.weekday() in used] for days in (rhythm, quiet))
    alike = _chance_of_none(len(rhythm) - len(rated) + 0.5, len(rhythm) + 1, len(quiet))
    chance = max(alike, _chance_by_weekday(rhythm, rated, quiet))
    if len(quiet) < FEWEST_DAYS or chance >= RARE:
        return None
    usual = [_usual(volumes, rhythm, day) for day in quiet]
    since = next(day for day, volume in zip(quiet, usual, strict=True) if volume)
    return Silence(last, since, sum(usual, Fraction(0)), chance)


def _rhythm(volumes: Mapping[date, int], last: date, closed: Collection[date]) -> list[date]:
    """The days up to the last rating, from eight weeks before it or from the first rating."""
    days = days_between(last - timedelta(RHYTHM_DAYS - 1), last + timedelta(1))
    first = next((day for day in days if volumes.get(day)), last)
    return [day for day in days if day >= first and day not in closed]


def _chance_of_none(none: float, days: float, further: int) -> float:
    """That `further` days bring nothing, where `none` of `days` did."""
    return prod((none + number) / (days + number) for number in range(further))


def _chance_by_weekday(rhythm: Sequence[date], rated: Collection[date], quiet: Sequence[date]) -> float:
    share = (len(rhythm) - len(rated) + 0.5) / (len(rhythm) + 1)
    chance = 1.0
    for weekday, further in Counter(day.weekday() for day in quiet).items():
        alike = [day for day in rhythm if day.weekday() == weekday]
        none = WEEKDAY_WORTH * share + sum(day not in rated for day in alike)
        chance *= _chance_of_none(none, WEEKDAY_WORTH + len(alike), further)
    return chance


def _usual(volumes: Mapping[date, int], rhythm: Sequence[date], day: date) -> Fraction:
    """The mean volume of the weekday, or of all days where the rhythm has none of it."""
    alike = [each for each in rhythm if each.weekday() == day.weekday()] or rhythm
    return Fraction(sum(volumes.get(each, 0) for each in alike), len(alike))
