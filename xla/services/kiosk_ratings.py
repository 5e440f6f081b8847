"""A kiosk's ratings: a batch a tablet delivers, each stored once with the time it was felt."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core import kiosk as rules
from xla.core.flag import Flag
from xla.core.kiosk import Felt, Sent
from xla.core.scale import Scale
from xla.core.window import local_day
from xla.models import Kiosk, Question, RatingPoint, Response
from xla.services import places, taps
from xla.services.kept import Kept
from xla.services.places import Place, is_running
from xla.services.taps import SOURCE, Tap, TooLate

CHANNEL = "kiosk"
MOST = 100
"""Ratings in one batch."""


class Outcome(NamedTuple):
    """What one rating of a batch came to."""

    result: str
    """accepted, duplicate (stored before) or refused."""
    reason: str | None = None
    """Why it was refused: shape, question, score, closed, ended, changed."""


def deliver(  # noqa: PLR0913, PLR0917 -- all of it says what was delivered
    session: Session, kiosk: Kiosk, batch: Sequence[object], sent: int, kept: Kept, now: datetime
) -> list[Outcome]:
    """Store a batch, which may have been delivered before; one outcome an item, in its order.

    Args:
        session: where to.
        kiosk: whose it is.
        batch: as JSON held it; an item that is no rating is refused by itself.
        sent: when it was sent, in milliseconds of the tablet's own clock.
        kept: what the process keeps.
        now: when it was received.
    """
    place = places.by_id(session, kiosk.point_id, kept, now)
    point = session.get_one(RatingPoint, kiosk.point_id)
    assert place is not None  # noqa: S101  # a kiosk's rating point is never deleted
    scales = _scales(session, place)
    items = [rules.parsed(item) for item in batch]
    felts = [rules.felt(item.felt, sent, now) if item else None for item in items]
    flagged = _flagged(session, kiosk, place, [(i, f) for i, f in zip(items, felts, strict=True) if i and f])
    outcomes = []
    for item, felt in zip(items, felts, strict=True):
        if item is None or felt is None:
            outcomes.append(Outcome("refused", "shape"))
        elif flaw := _flaw(item, felt, place, point.closed_at, scales):
            outcomes.append(Outcome("refused", flaw))
        else:
            tap = Tap(
                question=item.question,
                score=item.score,
                key=_key(kiosk, item),
                channel=CHANNEL,
                felt_at=felt.at,
                flags=flagged[item.id],
            )
            outcomes.append(_stored(session, place, tap, item, kept, now))
    return outcomes


def _scales(session: Session, place: Place) -> dict[str, Scale]:
    """By question, of every version: a rating may have waited longer than the version it was asked in."""
    rows = session.scalars(select(Question).where(Question.contract_id == place.contract_id))
    return {each.key: Scale(each.lowest, each.highest) for each in rows}


def _flagged(
    session: Session, kiosk: Kiosk, place: Place, told: Sequence[tuple[Sent, Felt]]
) -> dict[str, tuple[Flag, ...]]:
    """What is unusual about each rating, by its id; its first telling counts.

    Where the tablet's clock was wrong, how fast ratings came is not known.
    """
    felts: dict[str, Felt] = {}
    for item, felt in told:
        felts.setdefault(item.id, felt)
    timed = {each: felt.at for each, felt in felts.items() if felt.flag is None}
    keys = {f"{_prefix(kiosk)}{each}" for each in felts}
    times = list(timed.values())
    fast = dict(zip(timed, rules.too_fast(_before(session, kiosk, place, times, keys), times), strict=True))
    return {
        each: (felt.flag,) if felt.flag else (Flag.BURST,) if fast[each] else ()
        for each, felt in felts.items()
    }


def _before(
    session: Session, kiosk: Kiosk, place: Place, times: Sequence[datetime], keys: set[str]
) -> list[datetime]:
    """When the kiosk's other ratings around those times were felt."""
    if not times:
        return []
    around = 2 * rules.QUICK
    first, last = min(times) - around, max(times) + timedelta(milliseconds=1)
    rows = session.execute(
        select(Response.group_key, Response.rated_at).where(
            Response.contract_id == place.contract_id,
            Response.rated_on >= local_day(first, place.zone),
            Response.rated_on <= local_day(last, place.zone),
            Response.rated_at >= first,
            Response.rated_at < last,
            Response.source == SOURCE,
            Response.withdrawn_at.is_(None),
            Response.group_key.startswith(_prefix(kiosk), autoescape=True),
        )
    )
    return [at for key, at in rows if at is not None and key not in keys]


def _flaw(
    item: Sent, felt: Felt, place: Place, closed_at: datetime | None, scales: dict[str, Scale]
) -> str | None:
    """Why a rating can't be taken; None where it can."""
    if item.question not in scales:
        return "question"
    if item.score not in scales[item.question]:
        return "score"
    if closed_at is not None and felt.at >= closed_at:
        return "closed"
    return None if is_running(place, local_day(felt.at, place.zone)) else "ended"


def _stored(  # noqa: PLR0913, PLR0917 -- what `deliver` knows of one item
    session: Session, place: Place, tap: Tap, item: Sent, kept: Kept, now: datetime
) -> Outcome:
    try:
        tapped = taps.tap(session, place, tap, kept, now)
    except TooLate:
        return Outcome("refused", "changed")
    known = {
        reason.key
        for question in place.agreement.questions
        if question.key == item.question
        for reason in question.reasons
    }
    if given := [reason for reason in item.reasons if reason in known]:
        try:
            taps.add(session, place, tap.key, reasons=given, now=now)
        except TooLate:  # the rating stands as it was given
            return Outcome("duplicate")
    return Outcome("accepted" if tapped.is_new else "duplicate")


def _key(kiosk: Kiosk, item: Sent) -> str:
    return f"{_prefix(kiosk)}{item.id}"


def _prefix(kiosk: Kiosk) -> str:
    return f"kiosk-{kiosk.id}-"
