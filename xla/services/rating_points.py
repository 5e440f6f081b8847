"""Rating points: where ratings are given, what is asked, how many came lately, which have fallen silent."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.asking import asked_at
from xla.core.window import local_day
from xla.models import Contract, Kiosk, Question, RatingPoint, Response, Standing, Tally
from xla.services.points import agreement_today, is_open, terms_of

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
    id: int
    title: str
    """'' for the names of its site and touchpoint."""
    token: str | None
    """What its link ends with; None for one that came with files and has none."""
    is_open: bool
    """Whether its link takes ratings."""
    persona: str
    chosen: tuple[str, ...]
    """The questions somebody chose; none where the KPIs in scope tell what is asked."""
    asked: tuple[str, ...]
    """The questions asked there, by key, the first first."""
    kiosk_count: int
    """Tablets set up there that were not taken back."""
    flagged: Mapping[str, int]
    """Flags as a response keeps them -> responses of the last thirty days that have them."""

    @property
    def flagged_count(self) -> int:
        """Responses of the last thirty days that look unusual."""
        return sum(self.flagged.values())

    @property
    def state(self) -> str:
        """`open`, `closed`, or `files` for one that has no link."""
        if self.is_open:
            return "open"
        return "files" if self.token is None else "closed"


def rating_points(session: Session, contract: Contract, now: datetime) -> Sequence[Point]:
    """The silent ones first, then in the order of sites and journey; a number of queries that is fixed.

    How often a point was used tells nothing of what anybody said: the counts are not hidden.
    """
    agreement = agreement_today(session, contract, now)
    today = local_day(now, ZoneInfo(agreement.contract.timezone))
    used = _used(session, contract, today)
    silent = _silent(session, contract)
    sites = {key: place for place, key in enumerate(agreement.site_keys)}
    moments = {each.key: place for place, each in enumerate(agreement.journey)}
    rows = session.scalars(select(RatingPoint).where(RatingPoint.contract_id == contract.id))
    kiosks = _kiosks(session, contract)
    unusual = _flagged(session, contract, today)
    points = [
        Point(
            row.site_key,
            row.touchpoint_key,
            *used.get(row.id, (0, None)),
            is_silent=(row.site_key, row.touchpoint_key) in silent and row.closed_at is None,
            id=row.id,
            title=row.title,
            token=row.token,
            is_open=is_open(row),
            persona=row.persona,
            chosen=terms_of(row).questions,
            asked=_asked(agreement, row),
            kiosk_count=kiosks.get(row.id, 0),
            flagged=unusual.get(row.id, {}),
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


def _silent(session: Session, contract: Contract) -> set[tuple[str, str]]:
    """Sites and touchpoints of the silent ones."""
    standing = session.get(Standing, contract.id)
    told = json.loads(standing.document)["silent"] if standing else ()
    return {(each["site"], each["touchpoint"]) for each in told}


def _asked(agreement: Agreement, row: RatingPoint) -> tuple[str, ...]:
    chosen = terms_of(row).questions
    return tuple(each.key for each in asked_at(agreement, row.site_key, row.touchpoint_key, chosen))


def _kiosks(session: Session, contract: Contract) -> dict[int, int]:
    """Point id -> its tablets."""
    rows = session.execute(
        select(Kiosk.point_id, func.count())
        .join(RatingPoint, RatingPoint.id == Kiosk.point_id)
        .where(RatingPoint.contract_id == contract.id, Kiosk.revoked_at.is_(None))
        .group_by(Kiosk.point_id)
    )
    return dict(rows.all())


def _flagged(session: Session, contract: Contract, today: date) -> dict[int, dict[str, int]]:
    rows = session.execute(
        select(Response.point_id, Response.flags, func.count())
        .where(
            Response.contract_id == contract.id,
            Response.flags.is_not(None),
            Response.withdrawn_at.is_(None),
            Response.rated_on > today - LATELY,
            Response.rated_on <= today,
        )
        .group_by(Response.point_id, Response.flags)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for point, flags, n in rows:
        found[point][str(flags)] = n
    return found


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
