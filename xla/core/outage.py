"""An outage: days of a stretch on which a rating point was silent against its own rhythm, over or not."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from xla.core.silence import RHYTHM_DAYS, Silence, silence
from xla.core.window import Window, days_between

DOUBTED = 0.01
"""The chance that a stretch of points with nothing amiss has one called an outage at all."""


@dataclass(frozen=True)
class Outage:
    """Days, one after another, without ratings that were to be expected."""

    window: Window
    expected: Fraction
    """How many were to be expected, by the point's rhythm before."""


def outages(
    volumes: Mapping[date, int], window: Window, *, points: int, closed: Collection[date] = ()
) -> list[Outage]:
    """The outages of one of `points` rating points in a window; a point's days brought `volumes` ratings.

    It is the silence (`core.silence`) that a look on the day after would have found, so it needs eight weeks
    of volumes before the window to see one on its first days. One is told only where its chance times the
    number of points is below one in a hundred (Bonferroni): many points are looked at; and where it is over
    twice as long as any other silence of the eight weeks before, as people who ask by a roster come and go.
    Days `closed` are neither rhythm nor silence, and an outage begins and ends with a day that is not closed.
    """
    found = []
    for run in _quiet(volumes, window, closed):
        before = {day: n for day, n in volumes.items() if day < run.end}
        told = silence(before, run.end, closed)
        if told and told.chance * points < DOUBTED and _is_alone(before, told, run.end, closed):
            found.append(Outage(Window(max(told.since, window.start), run.end), told.expected))
    return found


def _is_alone(volumes: Mapping[date, int], told: Silence, end: date, closed: Collection[date]) -> bool:
    """Whether no silence before was half as long, counted in days of the week on which people rate there."""
    first = told.last_on - timedelta(RHYTHM_DAYS - 1)
    used = {day.weekday() for day, n in volumes.items() if n and day >= first}

    def length(start: date, after: date) -> int:
        return sum(day.weekday() in used and day not in closed for day in days_between(start, after))

    rated = [day for day in days_between(first, told.last_on + timedelta(1)) if volumes.get(day)]
    others = [length(one + timedelta(1), next_) for one, next_ in pairwise(rated)]
    return length(told.last_on + timedelta(1), end) > 2 * max(others, default=0)


def _quiet(volumes: Mapping[date, int], window: Window, closed: Collection[date]) -> Iterator[Window]:
    """The stretches of the window without ratings, closed days on either side left off."""
    open_: list[date] = []
    for day in [*days_between(window.start, window.end), window.end]:
        if day < window.end and not volumes.get(day):
            open_ += [] if day in closed else [day]
        elif open_:
            yield Window(open_[0], open_[-1] + timedelta(1))
            open_ = []
