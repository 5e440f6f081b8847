"""A wish to be contacted is kept until somebody got in touch, and no longer."""

import json
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import make
import tapping
from xla.models import ContactWish, Notice
from xla.services import contact_wishes
from xla.services.contact_wishes import Wish
from xla.services.places import Place

KEY = "k" * 22


def wished(session: Session, place: Place, contact: str, *, poor: bool = True) -> ContactWish:
    tapped = tapping.tap(session, place, KEY, 2)
    response_id = tapped.response_id
    return contact_wishes.note(session, place, Wish(response_id, contact, "sv", is_about_poor=poor), make.NOW)


def test_of_a_poor_rating_managers_are_told_once_and_not_how_to_reach_whom(session: Session) -> None:
    place = tapping.place(session)
    first = wished(session, place, "me@example.org")
    second = wished(session, place, "070 123 45 67")
    assert (first.id, second.contact, second.language) == (second.id, "070 123 45 67", "sv")
    notice = session.scalars(select(Notice)).one()
    assert notice.kind == "poor_rating"
    assert json.loads(notice.document) == {"contract": "harbour", "site": "a", "wish": first.id}


def test_of_a_good_rating_nobody_is_told_at_once(session: Session) -> None:
    place = tapping.place(session)
    wish = wished(session, place, "me@example.org", poor=False)
    assert wish.contact == "me@example.org"
    assert session.scalars(select(Notice)).all() == []


def test_a_wish_is_about_the_rating_as_it_was_changed(session: Session) -> None:
    place = tapping.place(session)
    wish = wished(session, place, "me@example.org")
    changed = tapping.tap(session, place, KEY, 4)
    session.refresh(wish)
    assert wish.response_id == changed.response_id


def test_after_three_months_nobody_can_be_reached_by_a_wish(session: Session) -> None:
    wish = wished(session, tapping.place(session), "me@example.org")
    for days, contact in ((89, "me@example.org"), (90, None)):
        contact_wishes.forget(session, make.NOW + timedelta(days=days))
        session.refresh(wish)
        assert wish.contact == contact


def test_what_was_handled_is_not_filled_again(session: Session) -> None:
    place = tapping.place(session)
    wish = wished(session, place, "me@example.org")
    wish.contact, wish.handled_at = None, make.NOW
    assert wished(session, place, "me@example.org").contact is None
