"""Outages: a contract's rating points that fell silent in a window, as known at an instant."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from xla.core.outage import Outage, outages
from xla.core.window import Window, days_between, local_day
from xla.models import Question, RatingPoint, Tally
from xla.services import tallies
from xla.services.knowledge import Knowledge
from xla.services.tallies import within

RHYTHM = timedelta(weeks=12)
"""How far before the window a rhythm is looked for."""


@dataclass(frozen=True)
class PointOutage:
    """Where, by the site's and touchpoint's keys, and what."""

    site: str
    touchpoint: str
    outage: Outage


def found_outages(known: Knowledge, known_at: datetime) -> tuple[PointOutage, ...]:
    """The outages in `known`'s window at rating points of sites the agreement has, by site and day.

    Days a point's site is left out by agreement, days after a point was closed, and days on which nobody
    rated anywhere say nothing. Always the same number of queries.
    """
    zone = ZoneInfo(known.agreement.contract.timezone)
    end = min(known.window.end, local_day(known_at, zone))
    if end <= known.window.start:
        return ()
    window = Window(known.window.start, end)
    volumes = _volumes(known, Window(window.start - RHYTHM, end), known_at)
    rated = (point for point in known.places if known.places[point][0] in _sites(known))
    by_point = {point: volumes[point] for point in rated if volumes[point].total() > 0}
    empty = _empty(volumes, window)
    shut = _shut(known, zone)
    found = [
        PointOutage(*known.places[point], outage)
        for point, days in by_point.items()
        for outage in outages(
            days, window, points=len(by_point), closed=empty | _closed(known, point, shut, window)
        )
    ]
    return tuple(sorted(found, key=lambda each: (each.site, each.outage.window.start, each.touchpoint)))


def _sites(known: Knowledge) -> AbstractSet[str]:
    return frozenset(known.agreement.site_keys)


def _volumes(known: Knowledge, window: Window, known_at: datetime) -> Mapping[int, Counter[date]]:
    """Rating point -> day -> ratings known at the instant, whatever they answered."""
    rows = known.session.execute(
        select(Tally.point_id, Tally.rated_on, func.sum(Tally.n))
        .join(Question, Question.id == Tally.question_id)
        .where(Question.contract_id == known.contract_id, *within(Tally.rated_on, window))
        .group_by(Tally.point_id, Tally.rated_on)
    )
    volumes: defaultdict[int, Counter[date]] = defaultdict(Counter)
    for point, day, n in rows:
        volumes[point][day] = int(n)
    about = (known.session, known.contract_id, window, known_at)
    for day_cell, n in tallies.received_after(*about):
        volumes[day_cell.cell.point_id][day_cell.rated_on] -= n
    for day_cell, n in tallies.withdrawn_after(*about):
        volumes[day_cell.cell.point_id][day_cell.rated_on] += n
    return volumes


def _empty(volumes: Mapping[int, Counter[date]], window: Window) -> AbstractSet[date]:
    """Days on which nothing came from anywhere: of one point they say nothing."""
    rated = {day for days in volumes.values() for day, n in days.items() if n}
    return set(days_between(window.start - RHYTHM, window.end)) - rated


def _shut(known: Knowledge, zone: ZoneInfo) -> Mapping[int, date]:
    """Rating point -> the day on which somebody closed it."""
    rows = known.session.execute(
        select(RatingPoint.id, RatingPoint.closed_at).where(
            RatingPoint.contract_id == known.contract_id, RatingPoint.closed_at.is_not(None)
        )
    )
    return {point: local_day(closed_at, zone) for point, closed_at in rows if closed_at}


def _closed(known: Knowledge, point: int, shut: Mapping[int, date], window: Window) -> AbstractSet[date]:
    """Days on which nothing is expected of a point."""
    left = [each.window for each in known.left if point in each.points]
    if point in shut and shut[point] < window.end:
        left.append(Window(shut[point], window.end))
    return {day for each in left for day in days_between(each.start, each.end)}
