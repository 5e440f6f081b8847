"""Taps: one person's rating at a rating point, stored at once and exactly once, and what they add to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from xla.core.flag import Flag, written
from xla.core.window import local_day
from xla.models import ContactWish, Evaluation, Rating, Response, Tally, bulk, tapped
from xla.models.period import IS_COUNT
from xla.services import amendments, devices, reception
from xla.services.devices import Device
from xla.services.kept import Kept
from xla.services.places import Place
from xla.services.withdrawals import withdraw

SOURCE = "web"
CHANGEABLE = timedelta(minutes=30)
"""How long after their tap people may change it or add to it."""


@dataclass(frozen=True)
class Tap:
    """A score somebody tapped, checked: the place asks the question and the score is on its scale."""

    question: str
    score: int
    key: str
    """Made anew for each form shown: the same key is the same response, however often it is sent."""
    channel: str
    felt_at: datetime
    device: Device | None = None
    """Who cannot be told apart any other way; None for kiosks and mails."""
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Tapped:
    """What a tap came to."""

    response_id: int
    is_new: bool
    """False for what had been stored before."""


class TooLate(Exception):
    """The response can't be changed any more; it stays as it was given."""


def tap(session: Session, place: Place, given: Tap, kept: Kept, now: datetime) -> Tapped:
    """Store the rating, once; a repeat is told apart from a change by its score.

    Raises `devices.TooMany` and `TooLate`; then nothing is stored.
    """
    bulk.beside_others(session, place.contract_id)
    found = list(given.flags)
    if given.device:
        found += devices.note(session, place, given.device, kept, now)
    response_id = _append(session, place, given, written(found), now)
    if response_id is None:
        return _again(session, place, given, written(found), kept, now)
    return Tapped(response_id, is_new=True)


def add(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    place: Place,
    key: str,
    *,
    scores: Mapping[str, int] | None = None,
    reasons: Sequence[str] = (),
    comment: str | None = None,
    now: datetime,
) -> int | None:
    """Add to a response what its author tells after the tap: its id; None where there is none of that key.

    Answers given before stay. What is added after a close counted the response is a response of its own.
    """
    received_at = reception.single(session, place.contract_id, now)
    response = stored(session, place, key)
    if response is None:
        return None
    _refuse_old(response, now)
    answered = set(session.scalars(select(Rating.question_id).where(Rating.response_id == response.id)))
    new = {each: score for each, score in (scores or {}).items() if place.question_ids[each] not in answered}
    if reasons or comment or new:
        amendments.note(session, place.contract_id, [(response.id, response.received_at)], now)
    if reasons or comment:
        response.reasons = ";".join(dict.fromkeys(reasons)) or response.reasons
        response.comment = comment or response.comment
        session.flush()
    if new:
        _join(session, place, response, new, received_at)
    return response.id


def stored(session: Session, place: Place, key: str) -> Response | None:
    """The response of that key that counts."""
    return session.scalar(
        select(Response).where(
            Response.contract_id == place.contract_id, Response.source == SOURCE, Response.group_key == key
        )
    )


def score_of(session: Session, place: Place, response_id: int, question: str) -> int | None:
    """What was answered to a question in a response."""
    return session.scalar(
        select(Rating.score).where(
            Rating.response_id == response_id, Rating.question_id == place.question_ids[question]
        )
    )


def answers(session: Session, place: Place, response_id: int) -> dict[str, int]:
    """What a response answers to the place's questions: question key -> score, in the place's order."""
    found: dict[int, int] = dict(
        iter(
            session.execute(select(Rating.question_id, Rating.score).where(Rating.response_id == response_id))
        )
    )
    ids = {question.key: place.question_ids[question.key] for question in place.asked}
    return {key: found[each] for key, each in ids.items() if each in found}


def _append(session: Session, place: Place, given: Tap, flags: str | None, now: datetime) -> int | None:
    """Store and count it: the new response's id; None where its key was received before."""
    row = {
        "contract_id": place.contract_id,
        "point_id": place.point_id,
        "persona": place.persona,
        "rated_on": local_day(given.felt_at, place.zone),
        "rated_at": given.felt_at,
        "received_at": now,
        "source": SOURCE,
        "channel": given.channel,
        "group_key": given.key,
        "flags": flags,
        "question_id": place.question_ids[given.question],
        "score": given.score,
    }
    return tapped.store(session.connection(), row)


def _rate(session: Session, place: Place, response: Response, scores: Mapping[str, int]) -> None:
    """Append more ratings to a response and count them in their day's tallies."""
    ids = sorted((place.question_ids[question], score) for question, score in scores.items())
    rows = [{"response_id": response.id, "question_id": each, "score": score} for each, score in ids]
    session.execute(insert(Rating), rows)
    where = (response.rated_on.isoformat(), response.point_id, response.persona)
    bulk.add_up(session, bulk.table(Tally), [(each, *where, score, 1) for each, score in ids])


def _again(  # noqa: PLR0913, PLR0917 -- what `tap` knows
    session: Session, place: Place, given: Tap, flags: str | None, kept: Kept, now: datetime
) -> Tapped:
    """A key that was received before: the same score is the same tap; another takes the first one's place."""
    if given.device:
        devices.take_back(session, place, given.device, kept, now)
    response = stored(session, place, given.key)
    if response is None or score_of(session, place, response.id, given.question) == given.score:
        return Tapped(response.id if response else 0, is_new=False)
    _refuse_old(response, now)
    place = replace(place, persona=response.persona)  # whoever was asked by name of their persona stays of it
    withdraw(session, place.contract_id, Response.id == response.id, now)
    session.execute(
        update(Response).where(Response.id == response.id).values(group_key=f"{given.key} {response.id}")
    )
    response_id = _append(session, place, given, flags, now)
    assert response_id is not None  # noqa: S101  # the key was given up two lines above
    wishes = update(ContactWish).where(ContactWish.response_id == response.id)
    session.execute(wishes.values(response_id=response_id))  # they are about what is said now
    return Tapped(response_id, is_new=True)


def _refuse_old(response: Response, now: datetime) -> None:
    if now - response.received_at > CHANGEABLE:
        raise TooLate


def _join(
    session: Session, place: Place, response: Response, scores: Mapping[str, int], received_at: datetime
) -> None:
    """Add ratings to a response, or, where a close has frozen it since, to one beside it."""
    frozen = session.scalar(
        select(func.max(Evaluation.known_at)).where(
            IS_COUNT,
            Evaluation.contract_id == place.contract_id,
            Evaluation.start_on <= response.rated_on,
            Evaluation.end_on > response.rated_on,
        )
    )
    if frozen is None or frozen < response.received_at:
        _rate(session, place, response, scores)
        return
    beside = Response(
        contract_id=response.contract_id,
        point_id=response.point_id,
        persona=response.persona,
        rated_on=response.rated_on,
        rated_at=response.rated_at,
        received_at=received_at,
        source=SOURCE,
        channel=response.channel,
        flags=response.flags,
    )
    session.add(beside)
    session.flush()
    _rate(session, place, beside, scores)
