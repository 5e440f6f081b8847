"""The roster: who may see what, changed by admins, never without one left."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from statements import sent
from xla.core.role import Role
from xla.models import AuditEntry, Contract, Person, SignIn
from xla.services import memberships, people, roster, sign_ins, tickets
from xla.services.roster import LastAdmin, Terms

NOW = make.NOW


@pytest.fixture
def admin(session: Session) -> Person:
    return people.add(session, "astrid@nordfast.example", name="Astrid", role="admin", now=NOW)


@pytest.fixture
def person(session: Session) -> Person:
    return people.add(session, "maja@nordfast.example", name="Maja", role="manager", now=NOW)


@pytest.fixture
def harbour(session: Session) -> Contract:
    return make.contract(session)


def quay(session: Session) -> Contract:
    return make.contract(session, make.agreement(contract={"key": "quay", "title": "An older house"}))


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_everybody_is_listed_by_name_and_who_is_out_last(
    session: Session, admin: Person, person: Person, harbour: Contract
) -> None:
    bodil = people.add(session, "bodil@nordfast.example", name="bodil", role="auditor", now=NOW)
    roster.disable(session, admin, bodil, NOW)
    memberships.add_member(session, person.id, harbour.id)
    memberships.add_member(session, person.id, quay(session).id)
    sign_ins.begin(session, person, "Firefox", NOW - timedelta(hours=1))
    tickets.issue(session, "invitation", admin.id, now=NOW)
    entries = roster.everybody(session, NOW)
    assert [entry.person.name for entry in entries] == ["Astrid", "Maja", "bodil"]
    assert entries[1].contracts == ["An older house", "Harbour house"]
    assert entries[1].seen_at == NOW - timedelta(hours=1)
    assert entries[0].invited_until == NOW + timedelta(days=7)


def test_queries_do_not_grow_with_people(session: Session, admin: Person, harbour: Contract) -> None:
    counts = []
    for number in range(3):
        added = people.add(session, f"p{number}@nordfast.example", name="P", role="manager", now=NOW)
        memberships.add_member(session, added.id, harbour.id)
        session.expire_all()
        with sent(session) as statements:
            roster.everybody(session, NOW)
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]


def test_an_invitation_makes_a_person_without_a_password(
    session: Session, admin: Person, harbour: Contract
) -> None:
    terms = Terms("Elin", Role.CLIENT, {harbour.id})
    elin, issued = roster.invite(session, admin, "elin@aurland.example", terms, language="nb", now=NOW)
    assert (elin.role, elin.language, elin.password_hash) == ("client", "nb", None)
    assert roster.terms_of(session, elin) == terms
    assert tickets.find(session, "invitation", issued.token, NOW)
    assert actions(session) == ["person.invite"]


def test_another_role_ends_the_sign_ins(session: Session, admin: Person, person: Person) -> None:
    sign_ins.begin(session, person, "Firefox", NOW)
    roster.change(session, admin, person, Terms("Maja L", Role.MANAGER, ()), NOW)
    assert len(session.scalars(select(SignIn)).all()) == 1
    roster.change(session, admin, person, Terms("Maja L", Role.AUDITOR, ()), NOW)
    assert session.scalars(select(SignIn)).all() == []
    assert (person.name, person.role) == ("Maja L", "auditor")
    assert actions(session) == ["person.change", "person.change"]


def test_contracts_are_given_and_taken(
    session: Session, admin: Person, person: Person, harbour: Contract
) -> None:
    other = quay(session)
    roster.change(session, admin, person, Terms("Maja", Role.MANAGER, {harbour.id}), NOW)
    roster.change(session, admin, person, Terms("Maja", Role.MANAGER, {other.id}), NOW)
    assert memberships.visible_contract(session, person, "quay")
    assert memberships.visible_contract(session, person, "harbour") is None


def test_the_last_admin_is_neither_disabled_nor_given_another_role(session: Session, admin: Person) -> None:
    with pytest.raises(LastAdmin, match="Astrid is the last admin"):
        roster.disable(session, admin, admin, NOW)
    with pytest.raises(LastAdmin, match="Astrid is the last admin"):
        roster.change(session, admin, admin, Terms("Astrid", Role.MANAGER, ()), NOW)
    assert (admin.role, admin.disabled_at) == ("admin", None)


def test_one_of_two_admins_may_go(session: Session, admin: Person) -> None:
    other = people.add(session, "olav@nordfast.example", name="Olav", role="admin", now=NOW)
    roster.disable(session, admin, other, NOW)
    assert roster.is_last_admin(session, admin)
    assert other.disabled_at == NOW


def test_who_is_out_is_signed_out_and_has_no_link(session: Session, admin: Person, person: Person) -> None:
    sign_ins.begin(session, person, "Firefox", NOW)
    issued = tickets.issue(session, "invitation", person.id, now=NOW)
    roster.disable(session, admin, person, NOW)
    roster.disable(session, admin, person, NOW + timedelta(hours=1))
    assert session.scalars(select(SignIn)).all() == []
    assert tickets.find(session, "invitation", issued.token, NOW) is None
    assert person.disabled_at == NOW
    roster.enable(session, admin, person, NOW)
    roster.enable(session, admin, person, NOW)
    assert person.disabled_at is None
    assert actions(session) == ["person.disable", "person.enable"]


def test_a_fingerprint_tells_whether_a_person_was_changed(session: Session, person: Person) -> None:
    before = roster.terms_of(session, person)
    assert roster.fingerprint(before) == roster.fingerprint(roster.terms_of(session, person))
    for after in (
        before._replace(name="Other"),
        before._replace(role=Role.AUDITOR),
        before._replace(contracts={1}),
    ):
        assert roster.fingerprint(before) != roster.fingerprint(after)
