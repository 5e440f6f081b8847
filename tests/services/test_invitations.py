"""Invitations come in by events and files: each event once, a file whole or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import asked
import make
from xla.core.event import BadMapping, Unfit
from xla.core.invitation import State
from xla.core.invitation_link import person_key
from xla.core.window import parse_period
from xla.models import Invitation, OptOut
from xla.services import invitation_plans, invitations, response_rates
from xla.services.installations import ensured
from xla.services.invitations import Flaw, Stopped, invite_from_csv, invite_from_event

HEADER = ["email", "external_id", "happened_at", "note"]


def test_an_event_invites_once_however_often_it_is_told(session: Session) -> None:
    plan = asked.plan(session, make.contract(session))
    first = invite_from_event(session, plan, asked.visit(), make.NOW)
    again = invite_from_event(session, plan, asked.visit(email="other@ekhaga.se"), make.NOW)
    assert (first.is_new, again.is_new) == (True, False)
    row = session.get_one(Invitation, again.invitation_id)
    assert (row.email, row.state, row.persona) == (asked.EMAIL, State.WAITING, "visitor")
    assert (row.happened_at, row.due_at) == (make.NOW, make.NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("told", "happened_at"),
    [
        ("2026-06-14T10:00:00+02:00", make.utc(2026, 6, 14, 8)),
        ("2026-06-14 10:00", make.utc(2026, 6, 14, 8)),
        (1781424000, make.utc(2026, 6, 14, 8)),
        (1781424000000, make.utc(2026, 6, 14, 8)),
    ],
)
def test_an_events_time_is_read_with_its_offset_or_the_contracts(
    session: Session, told: object, happened_at: object
) -> None:
    plan = asked.plan(session, make.contract(session))
    payload = asked.visit()
    payload["visit"] = {"id": 7, "ended_at": told}
    made = invite_from_event(session, plan, payload, make.NOW)
    assert session.get_one(Invitation, made.invitation_id).happened_at == happened_at


@pytest.mark.parametrize(
    ("tongue", "language"),
    [("sv-SE", "sv"), ("nn_NO", "nb"), ("no", "nb"), ("fr", "en"), (None, "en"), ("FI", "fi")],
)
def test_an_events_language_is_the_nearest_of_ours(session: Session, tongue: str, language: str) -> None:
    plan = asked.plan(session, make.contract(session))
    made = invite_from_event(session, plan, asked.visit(language=tongue), make.NOW)
    assert session.get_one(Invitation, made.invitation_id).language == language


def test_an_event_may_name_another_open_place_and_persona(session: Session) -> None:
    contract = make.contract(session)
    plan = asked.plan(session, contract)
    other = asked.point(session, contract, "b")
    lunch = asked.point(session, contract, "a", touchpoint_key="lunch", token="lunch")
    payload = {"visit": {"id": 1, "site": "B"}, "visitor": {"email": asked.EMAIL, "kind": "employee"}}
    made = invite_from_event(session, plan, payload, make.NOW)
    row = session.get_one(Invitation, made.invitation_id)
    assert (row.point_id, row.persona) == (other.id, "employee")
    payload = {"visit": {"id": 2, "moment": "lunch"}, "visitor": {"email": asked.EMAIL}}
    made = invite_from_event(session, plan, payload, make.NOW)
    assert session.get_one(Invitation, made.invitation_id).point_id == lunch.id


@pytest.mark.parametrize(
    ("visit", "visitor", "field", "problem"),
    [
        ({}, {}, "external_id", "missing"),
        ({"id": "\x00"}, {}, "external_id", "id"),
        ({"id": "x" * 201}, {}, "external_id", "id"),
        ({"id": " "}, {}, "external_id", "missing"),
        ({"id": 1}, {"email": " "}, "email", "missing"),
        ({"id": 1}, {"email": "karin@ekhaga.se\r\nBcc: all@ekhaga.se"}, "email", "address"),
        ({"id": 1, "ended_at": "yesterday"}, {}, "happened_at", "moment"),
        ({"id": 1, "ended_at": "9" * 30}, {}, "happened_at", "moment"),
        ({"id": 1, "ended_at": "2026-06-17T12:00Z"}, {}, "happened_at", "future"),
        ({"id": 1, "ended_at": "2026-05-01"}, {}, "happened_at", "old"),
        ({"id": 1, "site": "nowhere"}, {}, "site", "unknown"),
        ({"id": 1, "site": "b"}, {}, "site", "closed"),
        ({"id": 1, "moment": "lunch"}, {}, "touchpoint", "closed"),
        ({"id": 1}, {"kind": "king"}, "persona", "unknown"),
        ({"id": 1}, {"email": ["karin@ekhaga.se"]}, "email", "kind"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(
    session: Session, visit: dict[str, object], visitor: dict[str, object], field: str, problem: str
) -> None:
    plan = asked.plan(session, make.contract(session))
    payload = {"visit": visit, "visitor": {"email": asked.EMAIL} | visitor}
    with pytest.raises(Unfit) as unfit:
        invite_from_event(session, plan, payload, make.NOW)
    assert (unfit.value.field, unfit.value.problem) == (field, problem)
    assert unfit.value.path == asked.MAPPING[field]
    assert asked.states(session) == []


def test_of_who_wants_no_mails_not_even_the_address_is_kept(session: Session) -> None:
    plan = asked.plan(session, make.contract(session))
    key = person_key(ensured(session, make.NOW).secret, asked.EMAIL)
    session.add(OptOut(person_key=key, at=make.NOW))
    row = asked.invited(session, plan, email=asked.EMAIL.upper())
    assert (row.state, row.email) == (State.OPTED_OUT, None)


def test_a_stopped_plan_invites_nobody(session: Session) -> None:
    plan = asked.plan(session, make.contract(session))
    assert invitation_plans.stop(session, plan, make.NOW)
    assert not invitation_plans.stop(session, plan, make.NOW)
    with pytest.raises(Stopped):
        invite_from_event(session, plan, asked.visit(), make.NOW)
    assert invitation_plans.resume(session, plan)
    assert not invitation_plans.resume(session, plan)
    assert invite_from_event(session, plan, asked.visit(), make.NOW).is_new


def test_a_file_invites_each_event_once(session: Session) -> None:
    plan = asked.plan(session, make.contract(session))
    rows = [
        (1, [" Email", *HEADER[1:]]),
        (2, ["a@ekhaga.se", "1", "2026-06-14", "x"]),
        (3, ["b@ekhaga.se", "2"]),
        (4, ["a@ekhaga.se", "1", "2026-06-14", "x"]),
    ]
    assert invite_from_csv(session, plan, rows, make.NOW)[:2] == (2, 1)
    assert invite_from_csv(session, plan, rows, make.NOW)[:2] == (0, 3)
    emails = session.scalars(select(Invitation.email).order_by(Invitation.id)).all()
    assert emails == ["a@ekhaga.se", "b@ekhaga.se"]


def test_a_file_with_a_flaw_invites_nobody_and_names_row_and_column(session: Session) -> None:
    plan = asked.plan(session, make.contract(session))
    rows = [
        (1, HEADER),
        (2, ["a@ekhaga.se", "1", "", ""]),
        (3, ["", "2", "", ""]),
        (4, ["b@ekhaga.se", "3", "soon", ""]),
        (5, ["b@ekhaga.se", "3", "", "", "too", "many"]),
    ]
    loaded = invite_from_csv(session, plan, rows, make.NOW)
    assert loaded.flaws == [
        Flaw(3, "email", "", "missing"),
        Flaw(4, "happened_at", "soon", "moment"),
        Flaw(5, "email", "6", "wide"),
    ]
    assert asked.states(session) == []


@pytest.mark.parametrize(
    ("header", "flaw"),
    [
        (["email"], Flaw(1, "external_id", "email", "column")),
        (["email", "external_id", "email"], Flaw(1, "email", "email, external_id, email", "twice")),
    ],
)
def test_a_files_header_names_what_is_needed_once(session: Session, header: list[str], flaw: Flaw) -> None:
    plan = asked.plan(session, make.contract(session))
    loaded = invite_from_csv(session, plan, [(1, header), (2, ["a@ekhaga.se", "1"])], make.NOW)
    assert list(loaded.flaws) == [flaw]
    assert invite_from_csv(session, plan, [], make.NOW).flaws == [Flaw(1, "email", "", "column")]


def test_of_many_flaws_some_are_told_and_all_counted(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = asked.plan(session, make.contract(session))
    monkeypatch.setattr(invitations, "MOST_FLAWS", 2)
    monkeypatch.setattr(invitations, "MOST_ROWS", 4)
    rows = [(1, HEADER), *((number, ["", "1", "", ""]) for number in range(2, 9))]
    loaded = invite_from_csv(session, plan, rows, make.NOW)
    assert (len(loaded.flaws), loaded.flaw_count) == (2, 5)


def test_a_plan_is_found_changed_and_its_key_given_once(session: Session) -> None:
    contract = make.contract(session)
    plan = asked.plan(session, contract)
    place = plan.point_id
    same = invitation_plans.Planned("A visit ended", place, "visitor", 24, 3, 10, asked.MAPPING)
    assert invitation_plans.one(session, contract.id, "visits") is plan
    assert invitation_plans.one(session, contract.id, "visits\0") is None
    was = invitation_plans.fingerprint(plan)
    assert invitation_plans.change(session, plan, same) == []
    assert invitation_plans.fingerprint(plan) == was
    assert invitation_plans.change(session, plan, same._replace(delay_hours=2)) == ["delay_hours"]
    assert invitation_plans.fingerprint(plan) != was
    with pytest.raises(invitation_plans.KeyTaken):
        invitation_plans.create(session, contract.id, "visits", same, now=make.NOW)
    with pytest.raises(BadMapping):
        invitation_plans.change(session, plan, same._replace(mapping={"email": "a"}))


def test_a_plans_line_counts_its_invitations_by_state_and_its_response_rate(session: Session) -> None:
    contract = make.contract(session)
    plan = asked.plan(session, contract)
    sent = [asked.invited(session, plan, number, f"p{number}@ekhaga.se") for number in range(4)]
    asked.send(session, make.NOW + timedelta(days=1))
    asked.invited(session, plan, 9, "waits@ekhaga.se")
    sent[0].state, sent[0].answered_at = State.ANSWERED, make.NOW
    session.flush()
    (line,) = invitation_plans.listed(session, contract.id)
    assert (line.counts[State.SENT], line.counts[State.WAITING], line.counts[State.FAILED]) == (3, 1, 0)
    assert line.rate == (5, 4, 1)
    assert line.rate.share == 1 / 4
    assert response_rates.response_rate(session, contract, parse_period("2026-06")) == (5, 4, 1)
    assert response_rates.response_rate(session, contract, parse_period("2026-05")).share is None
