"""`xla keys add`: a key for a machine, shown once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

import make
from commands import Xla
from xla import clock, database
from xla.models import ApiKey, AuditEntry
from xla.services import keys


def test_a_key_is_printed_once_and_works(xla: Xla, database_url: str) -> None:
    ran = xla("keys", "add", "till", "--scopes", "ratings:write,read", "--json")
    assert ran.code == 0, ran.err
    assert set(ran.document) == {"key"}
    engine = database.connect(database_url)
    with database.reading(engine) as session:
        found = keys.find(session, ran.document["key"], clock.now())
        noted = session.scalars(select(AuditEntry)).one()
    engine.dispose()
    assert found
    assert (found.name, found.scopes, found.contract_id) == ("till", "read ratings:write", None)
    assert (noted.action, noted.subject, noted.person_id) == ("key.create", "till", None)
    assert ran.document["key"] not in noted.detail


def test_a_key_may_open_one_contract(xla: Xla, database_url: str) -> None:
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        contract_id = make.contract(session).id
    ran = xla("keys", "add", "till", "--scopes", "read", "--contract", "harbour")
    with database.reading(engine) as session:
        assert session.scalars(select(ApiKey.contract_id)).all() == [contract_id]
    engine.dispose()
    assert ran.out.startswith("xla_")


def test_a_key_may_have_a_last_day(xla: Xla, database_url: str) -> None:
    assert xla("keys", "add", "till", "--scopes", "read", "--until", "2199-12-31").code == 0
    engine = database.connect(database_url)
    with database.reading(engine) as session:
        assert session.scalars(select(ApiKey.expires_at)).all() == [datetime(2200, 1, 1, tzinfo=UTC)]
    engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["till", "--scopes", "everything"], "allowed are read, ratings:write"),
        (["till", "--scopes", "read", "--contract", "none"], "none"),
        (["till", "--scopes", "read", "--until", "2020-01-01"], "in the past"),
        (["till", "--scopes", "read", "--until", "9999-12-31"], "2200"),
        ([" ", "--scopes", "read"], "printable"),
        (["a\nb", "--scopes", "read"], "printable"),
    ],
)
def test_what_makes_no_key_is_said(xla: Xla, arguments: list[str], said: str) -> None:
    ran = xla("keys", "add", *arguments)
    assert ran.code == 2
    assert said in ran.err
