"""A link leads to its place, with what the agreement of the day asks there."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import make
import tapping
from statements import sent
from xla.models import RatingPoint
from xla.services import agreements, places
from xla.services.kept import Kept


def test_a_link_leads_to_its_place(session: Session) -> None:
    place = tapping.place(session, site_key="a-1", touchpoint_key="lunch", question_keys="food;clean")
    assert (place.contract_key, place.site, place.touchpoint) == ("harbour", "a-1", "lunch")
    assert place.names == ("Floor 1", "House A")
    assert [question.key for question in place.asked] == ["food", "clean"]
    assert place.question("food") is place.asked[0]
    assert place.question("recommend") is None
    assert place.is_open
    assert set(place.question_ids) == {"clean", "food", "recommend", "expected", "ideal"}


def test_a_link_nobody_made_leads_nowhere(session: Session) -> None:
    tapping.place(session)
    assert places.by_token(session, "unknown", Kept(), make.NOW) is None


def test_a_closed_point_is_found_and_closed(session: Session) -> None:
    place = tapping.place(session, closed_at=make.NOW)
    assert not place.is_open
    assert place.names == ("House A",)


def test_by_its_id_a_point_is_found_though_it_has_no_link(session: Session) -> None:
    row = tapping.point(session, make.contract(session), site_key="", token=None)
    found = places.by_id(session, row.id, Kept(), make.NOW)
    assert found is not None
    assert (found.names, found.is_open) == ((), False)


def test_a_place_asks_what_the_version_of_the_day_asks(session: Session) -> None:
    kept = Kept()
    tapping.place(session)
    terms = make.agreement(effective_from="2026-07-01", kpis=[make.HARBOUR["kpis"][1]])
    agreements.apply(session, terms, make.NOW)
    for now, first in ((make.NOW, "clean"), (make.NOW + timedelta(days=30), "recommend")):
        found = places.by_token(session, tapping.TOKEN, kept, now)
        assert found is not None
        assert found.asked[0].key == first


def test_what_changes_about_a_point_is_seen_at_once(session: Session) -> None:
    kept = Kept()
    tapping.place(session)
    assert places.by_token(session, tapping.TOKEN, kept, make.NOW)
    row = session.scalars(select(RatingPoint)).one()
    row.title, row.closed_at = "The big door", make.NOW
    session.flush()
    found = places.by_token(session, tapping.TOKEN, kept, make.NOW)
    assert found is not None
    assert (found.title, found.is_open) == ("The big door", False)


def test_a_known_place_costs_one_query(session: Session) -> None:
    kept = Kept()
    tapping.place(session)
    places.by_token(session, tapping.TOKEN, kept, make.NOW)
    with sent(session) as statements:
        places.by_token(session, tapping.TOKEN, kept, make.NOW)
    assert len(statements) == 1


def test_a_contract_collects_from_its_first_day_to_its_last(session: Session) -> None:
    place = tapping.place(session)
    days = {
        date(2025, 12, 31): False,
        date(2026, 1, 1): True,
        date(2027, 12, 31): True,
        date(2028, 1, 1): False,
    }
    assert {day: places.is_running(place, day) for day in days} == days


def test_a_contract_without_an_end_goes_on_collecting(session: Session) -> None:
    place = tapping.place(session, make.agreement(contract={"ends_on": None}))
    assert places.is_running(place, date(2099, 1, 1))
