"""A tap is stored once, may be changed and added to for half an hour, and is counted as it stands."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import make
import tapping
from xla.core.flag import DEVICE_SHORT, MOST, NETWORK_SHORT, USUAL, Flag
from xla.core.window import parse_period
from xla.models import DeviceUse, Exclusion, Response, StaffNetwork
from xla.services import devices, periods, places, taps
from xla.services.devices import Device
from xla.services.evaluations import evaluate
from xla.services.kept import Kept
from xla.services.taps import TooLate
from xla.services.verification import verify
from xla.services.withdrawals import withdraw

PHONE = Device("192.0.2.7", "A telephone")


def test_a_tap_is_stored_and_counted(session: Session) -> None:
    place = tapping.place(session, persona="visitor")
    at = datetime(2026, 6, 14, 22, 30, tzinfo=UTC)
    tapped = tapping.tap(session, place, "k", 4, felt_at=at)
    row = session.get_one(Response, tapped.response_id)
    assert tapped.is_new
    assert (row.rated_on, row.rated_at, row.received_at) == (date(2026, 6, 15), at, make.NOW)
    assert (row.source, row.channel, row.persona, row.respondent) == ("web", "qr", "visitor", None)
    assert (row.point_id, row.flags) == (place.point_id, None)
    assert tapping.counted(session) == {4: 1}
    assert verify(session, make.NOW) == []


def test_the_same_tap_again_is_the_same_rating(session: Session) -> None:
    place = tapping.place(session)
    first = tapping.tap(session, place, "k", 4, device=PHONE)
    for _ in range(9):
        again = tapping.tap(session, place, "k", 4, device=PHONE)
        assert (again.response_id, again.is_new) == (first.response_id, False)
    assert tapping.counted(session) == {4: 1}
    other = tapping.tap(session, place, "k2", 4, device=PHONE)
    assert session.get_one(Response, other.response_id).flags is None


def test_the_same_tap_from_another_network_is_the_same_rating(session: Session) -> None:
    place = tapping.place(session)
    tapping.tap(session, place, "k", 4, device=PHONE)
    assert not tapping.tap(session, place, "k", 4, device=Device("198.51.100.7", "A telephone")).is_new
    assert tapping.counted(session) == {4: 1}


def test_another_score_takes_the_first_one_s_place(session: Session) -> None:
    place = tapping.place(session)
    tapping.tap(session, place, "k", 4)
    tapping.tap(session, place, "other", 4)
    tapping.tap(session, place, "k", 2, make.NOW + timedelta(minutes=1))
    changed = tapping.tap(session, place, "k", 5, make.NOW + timedelta(minutes=2))
    assert changed.is_new
    assert tapping.counted(session) == {4: 1, 5: 1}
    assert [(key, score) for key, _, score in tapping.live(session)] == [("other", 4), ("k", 5)]
    assert verify(session, make.NOW) == []
    stored = taps.stored(session, place, "k")
    assert stored is not None
    assert taps.score_of(session, place, stored.id, "clean") == 5


def test_as_known_before_a_change_the_first_score_counts(session: Session) -> None:
    place = tapping.place(session)
    tapping.tap(session, place, "k", 1)
    later = make.NOW + timedelta(minutes=9)
    tapping.tap(session, place, "k", 5, later)
    contract = make.contract(session)
    june = parse_period("2026-06")
    before = evaluate(session, contract, june, as_known_at=make.NOW, now=later).kpi("clean")
    after = evaluate(session, contract, june, now=later).kpi("clean")
    assert [dict(each.measurement.counts)[score] for each, score in ((before, 1), (after, 5))] == [1, 1]
    assert (before.measurement.n, after.measurement.n) == (1, 1)


def test_after_half_an_hour_nothing_is_changed_or_added(session: Session) -> None:
    place = tapping.place(session)
    tapping.tap(session, place, "k", 4)
    late = make.NOW + taps.CHANGEABLE + timedelta(seconds=1)
    with pytest.raises(TooLate):
        tapping.tap(session, place, "k", 1, late)
    with pytest.raises(TooLate):
        taps.add(session, place, "k", comment="more", now=late)
    assert not tapping.tap(session, place, "k", 4, late).is_new
    assert tapping.counted(session) == {4: 1}


def test_what_is_added_belongs_to_the_tap(session: Session) -> None:
    place = tapping.place(session)
    tapped = tapping.tap(session, place, "k", 2)
    for _ in range(2):
        added = taps.add(
            session,
            place,
            "k",
            reasons=("smell", "paper"),
            comment="Cold",
            scores={"recommend": 9},
            now=make.NOW,
        )
        assert added == tapped.response_id
    taps.add(session, place, "k", scores={"recommend": 1, "clean": 5}, now=make.NOW)
    row = session.get_one(Response, tapped.response_id)
    assert (row.reasons, row.comment) == ("smell;paper", "Cold")
    assert [score for _, _, score in tapping.live(session)] == [2, 9]
    assert tapping.counted(session) == {2: 1, 9: 1}
    assert verify(session, make.NOW) == []


def test_nothing_is_added_to_a_key_nobody_tapped(session: Session) -> None:
    place = tapping.place(session)
    assert taps.add(session, place, "k", comment="Hello", now=make.NOW) is None
    assert session.scalars(select(Response)).all() == []


def test_what_is_added_after_a_close_is_late_beside_the_tap_it_counted(session: Session) -> None:
    place = tapping.place(session)
    contract = make.contract(session)
    end = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    tapped = tapping.tap(session, place, "k", 2, end)
    periods.close(session, contract, parse_period("2026-06"), known_at=end, now=end + timedelta(days=40))
    soon = end + timedelta(minutes=5)
    assert taps.add(session, place, "k", scores={"recommend": 9}, now=soon) == tapped.response_id
    beside = session.scalars(select(Response).where(Response.id != tapped.response_id)).one()
    assert (beside.rated_on, beside.received_at, beside.group_key) == (date(2026, 6, 30), soon, None)
    assert evaluate(session, contract, parse_period("2026-06"), now=soon).kpi("recommend").late == 1
    assert verify(session, soon) == []


def test_a_tap_that_waited_for_a_close_is_received_after_it(session: Session) -> None:
    place = tapping.place(session)
    contract = make.contract(session)
    end = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    closed_at = end + timedelta(days=40)
    june = parse_period("2026-06")
    periods.close(session, contract, june, known_at=closed_at, now=closed_at)
    tapped = tapping.tap(session, place, "k", 2, closed_at - timedelta(seconds=1), felt_at=end)
    received = session.get_one(Response, tapped.response_id).received_at
    assert received == closed_at + timedelta(microseconds=1)
    assert evaluate(session, contract, june, now=closed_at + timedelta(days=1)).kpi("clean").late == 1


# --- devices ------------------------------------------------------------------------------------------------


def test_more_than_usual_from_one_device_is_stored_and_flagged(session: Session) -> None:
    place = tapping.place(session)
    usual = USUAL[DEVICE_SHORT].apart
    found = [
        session.get_one(Response, tapping.tap(session, place, f"k{n}", 5, device=PHONE).response_id).flags
        for n in range(usual + 2)
    ]
    assert found == [None] * usual + ["burst"] * 2
    other = tapping.tap(session, place, "another", 5, device=Device("192.0.2.7", "Another telephone"))
    assert session.get_one(Response, other.response_id).flags is None
    assert tapping.counted(session) == {5: usual + 3}


def test_a_change_in_the_devices_next_stretch_is_no_rating_more(session: Session) -> None:
    place = tapping.place(session)
    tapping.tap(session, place, "first", 2, device=PHONE)
    later = make.NOW + timedelta(minutes=12)
    assert tapping.tap(session, place, "first", 5, now=later, device=PHONE).is_new
    assert set(session.scalars(select(DeviceUse.n).where(DeviceUse.since > make.NOW))) == {0}


def test_a_changed_answer_stays_its_personas(session: Session) -> None:
    place = tapping.place(session)
    asked = replace(place, persona="visitor")
    tapping.tap(session, asked, "first", 2)
    tapping.tap(session, place, "first", 5)
    assert set(session.scalars(select(Response.persona))) == {"visitor"}


def test_a_day_s_many_are_flagged_and_the_next_day_begins_anew(session: Session) -> None:
    place = tapping.place(session)
    kept = Kept()
    found = [
        devices.note(session, place, PHONE, kept, make.NOW + timedelta(minutes=11 * n)) for n in range(14)
    ]
    assert found == [[]] * 12 + [[Flag.DEVICE]] * 2
    assert devices.note(session, place, PHONE, kept, make.NOW + timedelta(days=1)) == []


def test_at_the_hard_cap_no_more_are_taken(session: Session) -> None:
    place = tapping.place(session)
    kept = Kept()
    devices.note(session, place, PHONE, kept, make.NOW)
    session.execute(update(DeviceUse).values(n=MOST[NETWORK_SHORT]))
    with pytest.raises(devices.TooMany):
        tapping.tap(session, place, "k", 5, device=PHONE)


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7"])
def test_who_rates_from_a_network_of_the_staff_is_marked(address: str) -> None:
    assert devices.is_within(address, ("192.0.2.0/24", "2001:db8::/32"))


@pytest.mark.parametrize("address", ["192.0.3.7", "2001:db9::7", "unknown"])
def test_who_rates_from_elsewhere_is_not(address: str) -> None:
    assert not devices.is_within(address, ("192.0.2.0/24", "2001:db8::/32"))


def test_a_staff_network_s_ratings_are_stored_and_marked(session: Session) -> None:
    place = tapping.place(session)
    session.add(StaffNetwork(contract_id=place.contract_id, network="192.0.2.0/24", note=""))
    session.flush()
    found = places.by_id(session, place.point_id, Kept(), make.NOW)
    assert found is not None
    tapped = tapping.tap(session, found, "k", 5, device=PHONE)
    assert session.get_one(Response, tapped.response_id).flags == "staff"


def test_nothing_of_an_address_is_kept_and_tokens_are_forgotten(session: Session) -> None:
    place = tapping.place(session)
    for address in ("192.0.2.7", "2001:db8::7", "not an address"):
        devices.note(session, place, Device(address, "A telephone"), Kept(), make.NOW)
    told = str(make.contents(session))
    assert "192.0.2" not in told
    assert "2001:db8" not in told
    assert "telephone" not in told
    devices.forget(session, make.NOW + timedelta(days=1))
    assert make.contents(session)["device_use"]
    devices.forget(session, make.NOW + timedelta(days=2))
    assert (make.contents(session)["device_use"], make.contents(session)["device_salt"]) == ([], [])


# --- withdrawals --------------------------------------------------------------------------------------------


def test_what_is_withdrawn_counts_no_more_and_is_not_lost(session: Session) -> None:
    place = tapping.place(session)
    for n, score in enumerate((5, 5, 4)):
        tapping.tap(session, place, f"k{n}", score)
    later = make.NOW + timedelta(hours=1)
    which = Response.group_key.in_(["k0", "k2"])
    assert withdraw(session, place.contract_id, which, later) == 2
    assert withdraw(session, place.contract_id, which, later) == 0
    assert tapping.counted(session) == {5: 1}
    assert len(session.scalars(select(Response)).all()) == 3
    assert verify(session, later) == []


def test_an_exclusion_leaves_out_what_was_withdrawn_later_too(session: Session) -> None:
    place = tapping.place(session)
    contract = make.contract(session)
    days = {"start_on": date(2026, 6, 1), "end_on": date(2026, 7, 1)}
    agreed = {"reason": "Rebuilding", "provider_agreed_at": make.NOW, "client_agreed_at": make.NOW}
    session.add(Exclusion(contract_id=contract.id, site_key="a", **days, **agreed))
    session.flush()
    tapping.tap(session, place, "k", 5)
    later = make.NOW + timedelta(hours=1)
    withdraw(session, place.contract_id, Response.group_key == "k", later)
    june = parse_period("2026-06")
    before = evaluate(session, contract, june, as_known_at=make.NOW, now=later).kpi("clean")
    after = evaluate(session, contract, june, now=later).kpi("clean")
    assert (before.measurement.n, before.excluded) == (0, 1)
    assert (after.measurement.n, after.excluded) == (0, 0)


def test_a_responses_answers_stand_in_the_places_order(session: Session) -> None:
    place = tapping.place(session, question_keys="food;clean;recommend")
    tapped = tapping.tap(session, place, "one", 4)
    taps.add(session, place, "one", scores={"food": 5}, now=make.NOW)
    found = taps.answers(session, place, tapped.response_id)
    assert list(found.items()) == [("food", 5), ("clean", 4)]
