"""Who waits to be contacted is listed until somebody got in touch; then nothing tells who it was."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
import tapping
from statements import sent
from xla.models import AuditEntry, ContactWish, Contract, Person, Response
from xla.services import contact_wishes, memberships, people, taps, wish_inbox
from xla.services.agreements import contract_of
from xla.services.attention import attention
from xla.services.contact_wishes import Wish
from xla.services.places import Place


def wished(session: Session, place: Place, key: str, *, minutes: int = 0) -> ContactWish:
    now = make.NOW + timedelta(minutes=minutes)
    tapped = tapping.tap(session, place, key, 2, now)
    taps.add(session, place, key, reasons=["smell"], comment="Every day", scores={"recommend": 3}, now=now)
    wish = Wish(tapped.response_id, f"{key}@example.org", "sv", is_about_poor=True)
    return contact_wishes.note(session, place, wish, now)


def someone(session: Session, contract: Contract, role: str = "manager") -> Person:
    person = people.add(session, f"{role}@nordfast.example", name="Maja", role=role, now=make.NOW)
    memberships.add_member(session, person.id, contract.id)
    return person


def test_who_waits_is_listed_with_what_they_said_the_longest_first(session: Session) -> None:
    place = tapping.place(session, touchpoint_key="arrive")
    for at, key in enumerate(("first", "second")):
        wished(session, place, key, minutes=at)
    found = wish_inbox.inbox(session, contract_of(session, "harbour"), 1)
    assert [waits.contact for waits in found.waiting] == ["first@example.org", "second@example.org"]
    first = found.waiting[0]
    assert (first.site, first.touchpoint, first.point_title) == ("a", "arrive", "")
    assert (first.scores, first.reasons, first.comment) == (
        {"clean": 2, "recommend": 3},
        ("smell",),
        "Every day",
    )
    assert (found.count, found.paged.pages) == (2, 1)


def test_a_wish_outlives_the_answer_it_came_with(session: Session) -> None:
    place = tapping.place(session)
    wish = wished(session, place, "first")
    session.delete(session.get_one(Response, wish.response_id))
    session.flush()
    waits = wish_inbox.inbox(session, contract_of(session, "harbour"), 1).waiting[0]
    assert (waits.contact, waits.site, waits.comment, waits.reasons) == ("first@example.org", "", None, ())


def test_once_handled_nothing_tells_how_to_reach_them(session: Session) -> None:
    place = tapping.place(session)
    wish, contract = wished(session, place, "first"), contract_of(session, "harbour")
    person = someone(session, contract)
    assert wish_inbox.handle(session, contract, wish.id, person, make.NOW)
    assert not wish_inbox.handle(session, contract, wish.id, person, make.NOW)
    assert (wish.contact, wish.handled_by, wish.handled_at) == (None, person.id, make.NOW)
    assert wish_inbox.inbox(session, contract, 1).count == 0
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "wish.handle")).all()
    assert ["first" in entry.detail + entry.subject for entry in entries] == [False]


def test_another_contracts_wish_is_not_found(session: Session) -> None:
    wish = wished(session, tapping.place(session), "first")
    other = make.contract(session, make.agreement(contract={"key": "quay"}))
    person = someone(session, other)
    for wish_id in (wish.id, 4711):
        with pytest.raises(LookupError):
            wish_inbox.handle(session, other, wish_id, person, make.NOW)


def test_whoever_waits_needs_the_providers_people_only(session: Session) -> None:
    wished(session, tapping.place(session), "first")
    contract = contract_of(session, "harbour")
    todo = attention(session, someone(session, contract), make.NOW)
    task = todo.wishes.tasks[0]
    assert (task.count, task.since, task.terms.key) == (1, make.NOW, "harbour")
    assert todo.wishes.count == 1
    assert attention(session, someone(session, contract, "client"), make.NOW).wishes.count == 0


def test_the_inbox_asks_no_more_with_more_who_wait(session: Session) -> None:
    place, contract = tapping.place(session), contract_of(session, "harbour")
    counts = []
    for key in ("first", "second", "third"):
        wished(session, place, key)
        with sent(session) as statements:
            wish_inbox.inbox(session, contract, 1)
        counts.append(len(statements))
    assert len(set(counts)) == 1
