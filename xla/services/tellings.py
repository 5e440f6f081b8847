"""Tellings: who is told of a notice, each once, and what waits for whom."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from xla.core.lane import mail_lane, web_lane
from xla.core.notice import MAY_HEAR, Event, is_default
from xla.core.quiet import Clock
from xla.core.role import Role
from xla.core.work import Kind
from xla.models import Membership, Notice, NoticeChoice, Person, Telling, Webhook
from xla.services.work import Wanted

AT_ONCE = "at_once"
LONGEST_PROBLEM = 500
ID_LENGTH = 32
"""As `outside.mail` cuts it."""


def fan_out(session: Session, notice: Notice, now: datetime) -> Sequence[Telling]:
    """Write down who is told of a notice: people who may hear of it and want to, and webhooks; each once."""
    known = session.execute(
        select(Telling.person_id, Telling.webhook_id).where(Telling.notice_id == notice.id)
    )
    told = {tuple(row) for row in known}
    new = [
        Telling(
            notice_id=notice.id,
            person_id=person_id,
            webhook_id=webhook_id,
            message_id=_message_id(notice, person_id, webhook_id),
            created_at=now,
        )
        for person_id, webhook_id in (
            *((person.id, None) for person in people(session, notice)),
            *((None, webhook.id) for webhook in webhooks(session, notice)),
        )
        if (person_id, webhook_id) not in told
    ]
    session.add_all(new)
    notice.sent_at = now
    session.flush()
    return new


def people(session: Session, notice: Notice) -> Iterator[Person]:
    """Who is told of it: not out, sees the contract, may hear of such a thing, and wants to."""
    event = Event(notice.kind)
    chosen = dict(
        session.execute(
            select(NoticeChoice.person_id, NoticeChoice.wanted).where(NoticeChoice.event == event)
        ).all()
    )
    for person in session.scalars(select(Person).where(*_hears(notice)).order_by(Person.id)):
        if _wants(person, notice, chosen.get(person.id)):
            yield person


def webhooks(session: Session, notice: Notice) -> Iterator[Webhook]:
    """The addresses that are told of such events, of this contract or of all."""
    found = select(Webhook).where(
        Webhook.disabled_at.is_(None),
        or_(Webhook.contract_id.is_(None), Webhook.contract_id == notice.contract_id),
    )
    for webhook in session.scalars(found.order_by(Webhook.id)):
        if notice.kind in webhook.events.split():
            yield webhook


def theirs(session: Session, person: Person, found: Sequence[Telling]) -> Sequence[Telling]:
    """Those a person may still be told of and wants to: they lost the contract, or unsubscribed, perhaps."""
    rows = session.execute(
        select(NoticeChoice.event, NoticeChoice.wanted).where(NoticeChoice.person_id == person.id)
    )
    chosen = dict(rows.all())
    hears = {
        notice.id
        for notice in notices(session, found)
        if _wants(person, notice, chosen.get(notice.kind))
        and session.scalar(select(Person.id).where(Person.id == person.id, *_hears(notice)))
    }
    return [each for each in found if each.notice_id in hears]


def notices(session: Session, found: Sequence[Telling]) -> Sequence[Notice]:
    """What they tell of, the oldest first."""
    ids = [each.notice_id for each in found]
    return session.scalars(select(Notice).where(Notice.id.in_(ids)).order_by(Notice.id)).all()


def clock_of(person: Person) -> Clock:
    """Where they are, and when they want to be left alone."""
    return Clock(ZoneInfo(person.timezone), person.quiet_from, person.quiet_until)


def sendings(session: Session, found: Sequence[Telling], now: datetime, *, again: str = "") -> list[Wanted]:
    """To tell each; of people only those who are told at once, since a digest gathers the others'.

    `again` makes it another item than the one there was before.
    """
    lanes = _lanes(session, found)
    contracts = dict(
        session.execute(
            select(Notice.id, Notice.contract_id).where(Notice.id.in_([each.notice_id for each in found]))
        ).all()
    )
    return [
        Wanted(
            Kind.SEND,
            f"telling/{each.id}{again}",
            now,
            contracts[each.notice_id],
            {"telling": each.id},
            lanes[each.person_id, each.webhook_id],
        )
        for each in found
        if (each.person_id, each.webhook_id) in lanes
    ]


def _lanes(session: Session, found: Sequence[Telling]) -> dict[tuple[int | None, int | None], str]:
    """Of the person or webhook of each, whom telling them waits for; of people only who is told at once."""
    ids = {each.person_id for each in found if each.person_id}
    people = session.execute(
        select(Person.id, Person.email).where(Person.id.in_(ids), Person.digest == AT_ONCE)
    )
    hooks = {each.webhook_id for each in found if each.webhook_id}
    addresses = session.execute(select(Webhook.id, Webhook.url).where(Webhook.id.in_(hooks)))
    lanes: dict[tuple[int | None, int | None], str] = {(key, None): mail_lane(email) for key, email in people}
    return lanes | {(None, key): web_lane(url) for key, url in addresses}


def waiting(session: Session, person_id: int) -> Sequence[Telling]:
    """What a person is still to be told of, the oldest first."""
    return session.scalars(
        select(Telling)
        .where(Telling.person_id == person_id, Telling.sent_at.is_(None), Telling.given_up_at.is_(None))
        .order_by(Telling.id)
    ).all()


def told(session: Session, ids: Sequence[int], now: datetime) -> None:
    """They went out."""
    _settle(session, ids, {"sent_at": now, "given_up_at": None, "problem": None})


def give_up(session: Session, ids: Sequence[int], why: str, now: datetime) -> None:
    """They are not sent, now or later."""
    _settle(session, ids, {"given_up_at": now, "problem": why[:LONGEST_PROBLEM]})


def failed(session: Session, ids: Sequence[int], why: str, *, is_over: bool, now: datetime) -> None:
    """They did not go out this time; whether that was the last."""
    _settle(session, ids, {"given_up_at": now if is_over else None, "problem": why[:LONGEST_PROBLEM]})


def _settle(session: Session, ids: Sequence[int], values: Mapping[str, object]) -> None:
    session.execute(update(Telling).where(Telling.id.in_(ids), Telling.sent_at.is_(None)).values(**values))


def _wants(person: Person, notice: Notice, choice: bool | None) -> bool:  # noqa: FBT001 -- None where none was made
    """As they chose; else where it names them, or is told to their role."""
    if choice is not None:
        return choice
    return "to" in json.loads(notice.document) or is_default(Event(notice.kind), Role(person.role))


def _hears(notice: Notice) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a person may be told of it: they did not do it, and it is not for others alone."""
    members = select(Membership.person_id).where(Membership.contract_id == notice.contract_id)
    document = json.loads(notice.document)
    named, doer = document.get("to"), document.get("by_id")
    return (
        Person.disabled_at.is_(None),
        Person.role.in_(MAY_HEAR[Event(notice.kind)]),
        or_(Person.role == Role.ADMIN, Person.id.in_(members)),
        *(() if named is None else (Person.id.in_(named),)),
        *(() if doer is None else (Person.id != doer,)),
    )


def name_of(notice: Notice, *, person_id: int | None = None, webhook_id: int | None = None) -> str:
    """Names a notice to one recipient, the same each time: what its message's id is made of."""
    recipient = f"person {person_id}" if person_id else f"webhook {webhook_id}"
    return f"notice {notice.kind} {notice.key} {recipient}"


def _message_id(notice: Notice, person_id: int | None, webhook_id: int | None) -> str:
    """Of a mail the part before the @, of a webhook's message all of it."""
    name = name_of(notice, person_id=person_id, webhook_id=webhook_id)
    digest = hashlib.sha256(name.encode()).hexdigest()[:ID_LENGTH]
    return digest if person_id else f"msg_{digest}"
