"""Unsubscribing: the signed link in a notice's mail, and what following it switches off."""

from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from xla.core.notice import Event, events_for
from xla.core.role import Role
from xla.models import Installation, Person
from xla.services import notice_choices

ALL = "all"
"""In place of an event: every one, as a digest's link switches off."""
LONGEST = 300
"""Characters of a link's token; ours are far shorter."""


class Asked(NamedTuple):
    """Who wants no more mails, and of what."""

    person: Person
    event: Event | None
    """None for all."""


def link(installation: Installation, person: Person, event: str, base_url: str) -> str:
    """The address a mail names; whoever does not know the secret can make none."""
    token = _signer(installation).dumps([person.id, event])
    return f"{base_url.rstrip('/')}/notices/stop/{token}"


def asked(session: Session, installation: Installation, token: str) -> Asked | None:
    """Who asks by a link, and of what; None where we did not make it, or nobody is there any more."""
    if len(token) > LONGEST:
        return None
    try:
        person_id, event = _signer(installation).loads(token)
    except BadData:
        return None
    person = session.get(Person, person_id)
    known = {ALL, *Event}
    if person is None or person.disabled_at is not None or event not in known:
        return None
    return Asked(person, None if event == ALL else Event(event))


def stop(session: Session, wants: Asked) -> None:
    """Tell them no more of it; twice is once."""
    wanted = notice_choices.wanted(session, wants.person)
    keep = [event for event, is_on in wanted.items() if is_on and wants.event not in {None, event}]
    notice_choices.choose(session, wants.person, keep)


def is_stopped(session: Session, wants: Asked) -> bool:
    """Whether they are told no more of it already."""
    events = [wants.event] if wants.event else events_for(Role(wants.person.role))
    wanted = notice_choices.wanted(session, wants.person)
    return not any(wanted.get(event) for event in events)


def _signer(installation: Installation) -> URLSafeSerializer:
    return URLSafeSerializer(installation.secret, salt="xla notices stop")
