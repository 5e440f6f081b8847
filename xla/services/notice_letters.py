"""Notice letters: one notice, or all that waits for a digest, as a mail to one person."""

from collections.abc import Sequence
from typing import NamedTuple, cast

from sqlalchemy.orm import Session

from xla.core import digest as order
from xla.core.agreement import Language
from xla.core.notice import Event
from xla.core.role import PARTIES, Role
from xla.documents import letters
from xla.documents.notice_words import Told
from xla.documents.words import MARKS
from xla.models import Installation, Notice, Person
from xla.outside.mail import Letter
from xla.services import notice_texts, tellings, unsubscribing

MOST_TOLD = 60
"""In one digest; of more it is said how many."""
ROWS_TOLD = 3
"""Figures of one notice in a digest."""


class From(NamedTuple):
    """Who writes, and where they are reached."""

    provider: str
    base_url: str
    installation: Installation


def single(session: Session, person: Person, notices: Sequence[Notice], writer: From) -> Letter:
    """The letter of one notice; sent again it has the same id."""
    (notice,) = notices
    told = _told(session, person, notice, writer)
    stop = unsubscribing.link(writer.installation, person, notice.kind, writer.base_url)
    written = letters.write(
        "notices/notice", _language(person), told=told, stop=stop, **_common(person, writer)
    )
    key = tellings.name_of(notice, person_id=person.id)
    return Letter(person.email, *written, key=key, unsubscribe=stop)


def digest(session: Session, person: Person, notices: Sequence[Notice], writer: From) -> Letter:
    """Everything that waits, by contract, the worst first; the same again has the same id."""
    ordered = sorted(notices, key=lambda each: (order.place(Event(each.kind)), each.id))
    told = [_told(session, person, each, writer) for each in ordered[:MOST_TOLD]]
    groups: dict[str, list[Told]] = {}
    for each in told:
        groups.setdefault(each.contract, []).append(each)
    stop = unsubscribing.link(writer.installation, person, unsubscribing.ALL, writer.base_url)
    written = letters.write(
        "notices/digest",
        _language(person),
        groups=groups,
        count=len(ordered),
        left=len(ordered) - len(told),
        rows_told=ROWS_TOLD,
        stop=stop,
        **_common(person, writer),
    )
    numbers = " ".join(str(each.id) for each in sorted(notices, key=lambda each: each.id))
    return Letter(person.email, *written, key=f"digest {person.id} of {numbers}", unsubscribe=stop)


def _told(session: Session, person: Person, notice: Notice, writer: From) -> Told:
    party = PARTIES.get(Role(person.role))
    return notice_texts.told(
        session, notice, language=_language(person), party=party, base_url=writer.base_url
    )


def _common(person: Person, writer: From) -> dict[str, object]:
    """What every letter says."""
    base_url = writer.base_url.rstrip("/")
    return {
        "name": person.name,
        "provider": writer.provider,
        "marks": {str(verdict): mark for verdict, mark in MARKS.items()},
        "overview": f"{base_url}/",
        "account": f"{base_url}/account#notices",
    }


def _language(person: Person) -> Language:
    return cast("Language", person.language)
