"""Silences: a contract's rating points from which expected ratings do not come."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.silence import Silence, silence
from xla.core.window import Window, days_between, local_day
from xla.models import Contract, Question, RatingPoint, Response, Tally
from xla.services.knowledge import Knowledge
from xla.services.tallies import within

LOOKED_BACK = timedelta(weeks=12)
"""Eight weeks of rhythm, and a silence of four."""
FROM_FILES = "import"


@dataclass(frozen=True)
class SilentPoint:
    """A rating point by its site's and touchpoint's keys, either may be '', and its silence."""

    site: str
    touchpoint: str
    silence: Silence


def silent_points(
    session: Session, contract: Contract, agreement: Agreement, now: datetime
) -> list[SilentPoint]:
    """The silent rating points the agreement knows, most missed first; always the same number of queries.

    From a point somebody has closed nothing is expected.

    Where the newest rating came in a file, what lies after its day is not known yet: a point is then judged
    as of the day after. Days on which a point's site is left out by agreement do not count.
    """
    today = _known_until(session, contract, local_day(now, ZoneInfo(agreement.contract.timezone)))
    window = Window(today - LOOKED_BACK, today + timedelta(days=1))
    known = Knowledge(session, contract, agreement, window)
    volumes = _volumes(session, contract, window)
    shut = _shut(session, contract)
    closed: dict[int, set[date]] = defaultdict(set)
    for left in known.left:
        for point in left.points:
            closed[point].update(days_between(left.window.start, left.window.end))
    found = [
        SilentPoint(*known.places[point], missed)
        for point in _known_points(known)
        if point not in shut and (missed := silence(volumes[point], today, closed[point]))
    ]
    return sorted(found, key=lambda each: (-each.silence.expected, each.site, each.touchpoint))


def _known_until(session: Session, contract: Contract, today: date) -> date:
    """Today, or the day after the newest rating's where that came in a file."""
    newest = session.execute(
        select(Response.source, Response.rated_on)
        .where(Response.contract_id == contract.id)
        .order_by(Response.rated_on.desc(), Response.id.desc())
        .limit(1)
    ).first()
    if newest is None:
        return today
    source, rated_on = newest
    return min(today, rated_on + timedelta(days=1)) if source == FROM_FILES else today


def _volumes(session: Session, contract: Contract, window: Window) -> dict[int, dict[date, int]]:
    """Rating point -> day -> ratings, whatever they answered."""
    rows = session.execute(
        select(Tally.point_id, Tally.rated_on, func.sum(Tally.n))
        .join(Question, Question.id == Tally.question_id)
        .where(Question.contract_id == contract.id, *within(Tally.rated_on, window))
        .group_by(Tally.point_id, Tally.rated_on)
    )
    volumes: dict[int, dict[date, int]] = defaultdict(dict)
    for point, day, n in rows:
        volumes[point][day] = int(n)
    return volumes


def _shut(session: Session, contract: Contract) -> set[int]:
    """The ids of the rating points that collect no more."""
    here = (RatingPoint.contract_id == contract.id, RatingPoint.closed_at.is_not(None))
    return set(session.scalars(select(RatingPoint.id).where(*here)))


def _known_points(known: Knowledge) -> list[int]:
    """The points at a place the agreement has; ratings without any place are of no point."""
    sites = {"", *known.agreement.site_keys}
    moments = {"", *(touchpoint.key for touchpoint in known.agreement.journey)}
    return [
        point
        for point, (site, moment) in known.places.items()
        if (site or moment) and site in sites and moment in moments
    ]
