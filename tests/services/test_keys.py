"""API keys: shown once, found by their hash, revoked and never deleted."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

import make
from xla.core.role import Role
from xla.services import keys, people
from xla.services.agreements import Refused

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_key_is_found_by_itself_and_kept_as_its_hash(session: Session) -> None:
    key, secret = keys.create(session, "till", scopes=["read"], now=NOW)
    assert secret.startswith("xla_")
    assert key.prefix == secret[:10]
    assert secret not in (key.key_sha256, key.prefix, key.name)
    assert keys.find(session, secret, NOW) is key
    assert keys.find(session, secret + "x", NOW) is None


def test_scopes_stand_in_one_order_once_each(session: Session) -> None:
    key, _secret = keys.create(session, "till", scopes=["ratings:write", "read", "read"], now=NOW)
    assert key.scopes == "read ratings:write"


@pytest.mark.parametrize("scopes", [[], ["write"], ["read", "everything"]])
def test_a_scope_there_is_not_makes_no_key(session: Session, scopes: list[str]) -> None:
    with pytest.raises(Refused, match="allowed are read, ratings:write"):
        keys.create(session, "till", scopes=scopes, now=NOW)


def test_a_key_cannot_be_born_expired(session: Session) -> None:
    with pytest.raises(Refused, match="in the past"):
        keys.create(session, "till", scopes=["read"], expires_at=NOW, now=NOW)


def test_a_key_works_up_to_the_instant_it_expires(session: Session) -> None:
    key, secret = keys.create(session, "till", scopes=["read"], expires_at=NOW + DAY, now=NOW)
    assert keys.find(session, secret, NOW + DAY - timedelta(seconds=1)) is key
    assert keys.find(session, secret, NOW + DAY) is None


def test_a_revoked_key_is_never_found_again_and_revoked_once(session: Session) -> None:
    key, secret = keys.create(session, "till", scopes=["read"], now=NOW)
    assert keys.revoke(session, key.id, NOW + DAY) is key
    assert keys.revoke(session, key.id, NOW + 2 * DAY) is None
    assert keys.revoke(session, 999, NOW) is None
    assert key.revoked_at == NOW + DAY
    assert keys.find(session, secret, NOW + DAY) is None
    assert keys.one(session, key.id) is key


def test_the_list_says_whose_each_key_is_and_what_it_opens(session: Session) -> None:
    contract = make.contract(session)
    astrid = people.add(session, "a@nordfast.example", name="Astrid", role=Role.ADMIN, now=NOW)
    first, _secret = keys.create(session, "first", scopes=["read"], now=NOW)
    second, _secret = keys.create(
        session, "second", scopes=["read"], contract_id=contract.id, by=astrid, now=NOW
    )
    assert keys.listed(session) == [(second, contract.key, "Astrid"), (first, None, None)]


def test_a_key_opens_the_contract_it_is_for_or_all(session: Session) -> None:
    one = make.contract(session)
    other = make.contract(session, make.agreement(contract={"key": "quay"}))
    every, _secret = keys.create(session, "every", scopes=["read"], now=NOW)
    own, _secret = keys.create(session, "own", scopes=["read"], contract_id=one.id, now=NOW)
    assert keys.opened(session, every, "quay") is other
    assert keys.opened(session, own, "harbour") is one
    assert keys.opened(session, own, "quay") is None
    assert keys.opened(session, every, "no\0ne") is None
    assert list(keys.contracts_opened(session, every, after="", limit=9)) == [one, other]
    assert list(keys.contracts_opened(session, every, after="harbour", limit=9)) == [other]
    assert list(keys.contracts_opened(session, own, after="", limit=9)) == [one]


def test_a_keys_use_is_noted_again_after_a_minute(session: Session) -> None:
    key, _secret = keys.create(session, "till", scopes=["read"], now=NOW)
    assert keys.is_stale(key, NOW)
    keys.note_used(session, key.id, NOW)
    session.refresh(key)
    assert not keys.is_stale(key, NOW + timedelta(seconds=59))
    assert keys.is_stale(key, NOW + timedelta(seconds=60))
