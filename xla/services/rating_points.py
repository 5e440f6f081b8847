"""Rating points: where ratings are given, how many came lately, and which have fallen silent."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from xla.core.window import local_day
from xla.models import Contract, Question, RatingPoint, Standing, Tally
from xla.services.agreements import agreement_of, versions

LATELY = timedelta(days=30)
LOOKED_BACK = timedelta(weeks=12)
"""How far back the last rating is looked for."""


@dataclass(frozen=True)
class Point:
    """One rating point by its site's and touchpoint's keys; '' where it was not told."""

    site: str
    touchpoint: str
    lately: int
    """Ratings in the last thirty days, today among them."""
    last_on: date | None
    """Its last rating's day; None where there was none in twelve weeks."""
    is_silent: bool


def rating_points(session: Session, contract: Contract, now: datetime) -> Sequence[Point]:
    """The silent ones first, then in the order of sites and journey; a number of queries that is fixed.

    How often a point was used tells nothing of what anybody said: the counts are not hidden.
    """
    agreement = agreement_of(versions(session, contract)[-1])
    today = local_day(now, ZoneInfo(agreement.contract.timezone))
    used = _used(session, contract, today)
    standing = session.get(Standing, contract.id)
    silent = {
        (each["site"], each["touchpoint"])
        for each in (json.loads(standing.document)["silent"] if standing else ())
    }
    sites = {key: place for place, key in enumerate(agreement.site_keys)}
    moments = {each.key: place for place, each in enumerate(agreement.journey)}
    rows = session.scalars(select(RatingPoint).where(RatingPoint.contract_id == contract.id))
    points = [
        Point(
            row.site_key,
            row.touchpoint_key,
            *used.get(row.id, (0, None)),
            is_silent=(row.site_key, row.touchpoint_key) in silent,
        )
        for row in rows
    ]
    return sorted(
        points,
        key=lambda point: (
            not point.is_silent,
            sites.get(point.site, len(sites)),
            moments.get(point.touchpoint, len(moments)),
            point.site,
            point.touchpoint,
        ),
    )


def _used(session: Session, contract: Contract, today: date) -> dict[int, tuple[int, date | None]]:
    """Point id -> ratings lately, and the day of the last one."""
    lately = case((Tally.rated_on > today - LATELY, Tally.n), else_=0)
    rows = session.execute(
        select(Tally.point_id, func.sum(lately), func.max(Tally.rated_on))
        .join(Question, Question.id == Tally.question_id)
        .where(
            Question.contract_id == contract.id, Tally.rated_on > today - LOOKED_BACK, Tally.rated_on <= today
        )
        .group_by(Tally.point_id)
    )
    return {point: (int(n), last) for point, n, last in rows}
