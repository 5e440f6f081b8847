"""The second step: codes of RFC 6238 that count once, and recovery codes that count once each."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.models import Person, RecoveryCode
from xla.services import people, second_step

NOW = datetime(2026, 6, 15, 12, 0, 5, tzinfo=UTC)
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The key of the examples in RFC 6238, appendix B."""


def code(at: datetime) -> str:
    return pyotp.TOTP(SECRET).at(at)


@pytest.fixture
def person(session: Session) -> Person:
    return people.add(session, "maja@nordfast.example", name="Maja", role="manager", now=make.NOW)


@pytest.fixture
def codes(session: Session, person: Person) -> list[str]:
    """The recovery codes of the person, whose second step was turned on a minute ago."""
    before = NOW - timedelta(minutes=1)
    told = second_step.turn_on(session, person, SECRET, code(before), before)
    assert told
    return told


def test_the_codes_are_those_of_the_standard(session: Session, person: Person) -> None:
    at = datetime(2005, 3, 18, 1, 58, 29, tzinfo=UTC)
    assert second_step.turn_on(session, person, SECRET, "081 804", at)
    assert person.totp_step == 0x23523EC


def test_a_wrong_code_turns_nothing_on(session: Session, person: Person) -> None:
    for wrong in ("000000", "", "12345é", code(NOW - timedelta(minutes=5))):
        assert second_step.turn_on(session, person, SECRET, wrong, NOW) is None
    assert person.totp_secret is None
    assert not second_step.passes(session, person, code(NOW), NOW)


def test_a_code_counts_once(session: Session, person: Person, codes: list[str]) -> None:
    assert second_step.passes(session, person, code(NOW), NOW)
    assert not second_step.passes(session, person, code(NOW), NOW)
    later = NOW + timedelta(seconds=30)
    assert second_step.passes(session, person, code(later), later)


def test_an_older_code_does_not_count_after_a_newer_one(
    session: Session, person: Person, codes: list[str]
) -> None:
    assert second_step.passes(session, person, code(NOW), NOW)
    assert not second_step.passes(session, person, code(NOW - timedelta(seconds=30)), NOW)


@pytest.mark.parametrize(("seconds", "counts"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_telephones_clock_may_be_off_by_a_step(
    session: Session, person: Person, seconds: int, *, counts: bool
) -> None:
    person.totp_secret = SECRET
    session.flush()
    assert second_step.passes(session, person, code(NOW + timedelta(seconds=seconds)), NOW) is counts


def test_a_recovery_code_counts_once_however_it_is_typed(
    session: Session, person: Person, codes: list[str]
) -> None:
    assert len(set(codes)) == 10
    assert second_step.codes_left(session, person) == 10
    assert second_step.passes(session, person, f" {codes[0].upper().replace('-', ' ')}", NOW)
    assert not second_step.passes(session, person, codes[0], NOW)
    assert second_step.codes_left(session, person) == 9


def test_recovery_codes_are_kept_as_hashes_only(session: Session, codes: list[str]) -> None:
    kept = set(session.scalars(select(RecoveryCode.code_sha256)))
    assert not kept & set(codes)


def test_somebody_elses_recovery_code_does_not_count(session: Session, codes: list[str]) -> None:
    other = people.add(session, "elin@aurland.example", name="Elin", role="client", now=NOW)
    other.totp_secret = SECRET
    session.flush()
    assert not second_step.passes(session, other, codes[0], NOW)


def test_new_recovery_codes_void_the_older_ones(session: Session, person: Person, codes: list[str]) -> None:
    fresh = second_step.new_recovery_codes(session, person)
    assert not second_step.passes(session, person, codes[0], NOW)
    assert second_step.passes(session, person, fresh[0], NOW)


def test_turned_off_nothing_is_left(session: Session, person: Person, codes: list[str]) -> None:
    second_step.turn_off(session, person)
    assert person.totp_secret is None
    assert second_step.codes_left(session, person) == 0


def test_an_authenticator_is_told_whose_the_secret_is() -> None:
    secret = second_step.new_secret()
    address = second_step.address(secret, email="maja@nordfast.example", issuer="XLA monitor")
    assert address.startswith("otpauth://totp/XLA%20monitor:maja%40nordfast.example?")
    assert f"secret={secret}" in address
