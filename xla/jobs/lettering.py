"""Lettering: a person is told of one notice by mail, or of all that waits for their digest.

A mail goes out between two transactions: a crash between the server's word and ours sends it twice, under one
Message-ID; never not at all.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from xla import database
from xla.core.quiet import quiet_end
from xla.core.role import PARTIES, Role
from xla.core.work import Kind
from xla.jobs.task import Later, Task
from xla.models import Client, Notice, Person, Telling
from xla.outside.mail import Letter, RecipientRefused, Sender, Undelivered
from xla.services import notice_letters, senders, tellings
from xla.services.installations import ensured
from xla.services.notice_letters import From
from xla.services.tellings import AT_ONCE

NO_SERVER = "no mail server is set"
NIGHT = "it is night where they are"
NOT_THEIRS = "they may not be told of it any more, or switched it off"


def send(task: Task) -> Sequence[str]:
    """Tell a person of one notice; who has a digest waits for it."""
    with database.reading(task.engine) as session:
        telling = session.get_one(Telling, task.item.document["telling"])
        person = session.get_one(Person, telling.person_id)
        is_due = telling.sent_at is None and person.digest == AT_ONCE
        ready = _ready(session, person, [telling] if is_due else [], task)
    return _carried_out(ready, task)


def digest(task: Task) -> Sequence[str]:
    """Tell a person of all that waits, in one mail; where nothing waits there is none."""
    with database.reading(task.engine) as session:
        person = session.get_one(Person, task.item.document["person"])
        ready = _ready(session, person, tellings.waiting(session, person.id), task)
    return _carried_out(ready, task)


class _Ready(NamedTuple):
    """A letter to hand over, the tellings it tells of, and those that come to nothing."""

    letter: Letter | None
    sender: Sender
    told: Sequence[int]
    lost: Sequence[int]


def _ready(session: Session, person: Person, due: Sequence[Telling], task: Task) -> _Ready:
    """The letter; none where there is nothing to tell, or no server to take it. Raises `Later` at night."""
    settings = task.means.settings
    theirs = tellings.theirs(session, person, due)
    found = tellings.notices(session, theirs)
    sender = senders.sender(
        session,
        provider_setting=settings.provider,
        base_url=settings.base_url,
        client=_client(session, person, found),
    )
    letter = None
    if theirs and task.means.mailbox is not None:
        until = quiet_end(tellings.clock_of(person), task.now)
        if until:
            raise Later(until, NIGHT)
        provider = senders.provider(session, settings.provider)
        writer = From(provider, settings.base_url, ensured(session, task.now))
        write = notice_letters.digest if task.item.kind is Kind.DIGEST else notice_letters.single
        letter = write(session, person, found, writer)
    told = [each.id for each in theirs]
    return _Ready(letter, sender, told, [each.id for each in due if each.id not in told])


def _client(session: Session, person: Person, found: Sequence[Notice]) -> Client | None:
    """The client all of it concerns, as whose sender it comes; to our own people it comes from us."""
    if PARTIES.get(Role(person.role)) == "provider":
        return None
    return senders.client_of(session, [each.contract_id for each in found])


def _carried_out(ready: _Ready, task: Task) -> Sequence[str]:
    why = _problem(ready, task)
    with task.finishing() as session:
        tellings.give_up(session, ready.lost, NOT_THEIRS, task.now)
        if why:
            tellings.give_up(session, ready.told, why, task.now)
        else:
            tellings.told(session, ready.told, task.now)
    return []


def _problem(ready: _Ready, task: Task) -> str | None:
    """Hand the letter over; why it never can be. Raises `Undelivered` where another attempt may do better."""
    mailbox = task.means.mailbox
    if mailbox is None:
        return NO_SERVER
    if ready.letter is None:
        return None
    try:
        mailbox.send(ready.letter, ready.sender, task.now)
    except (RecipientRefused, ValueError) as refused:
        return str(refused)
    except Undelivered as failed:
        is_over = task.item.kind is Kind.SEND and task.is_last
        with database.transaction(task.engine) as session:
            tellings.failed(session, ready.told, str(failed), is_over=is_over, now=task.now)
        raise
    return None
