"""`xla users`, and the link `xla serve` prints at a first start."""

from collections.abc import Iterator
from typing import Any

import pytest
import waitress
from flask import Flask
from sqlalchemy import Engine, select

import make
from commands import Xla
from xla import database
from xla.cli import running
from xla.models import Membership, Person
from xla.services import people
from xla.settings import Settings
from xla.web.database import ENGINE


@pytest.fixture
def store(database_url: str) -> Any:
    engine = database.connect(database_url)
    yield engine
    engine.dispose()


def test_a_person_is_added_and_the_link_is_printed_once(xla: Xla, store: Engine) -> None:
    with database.transaction(store) as session:
        make.contract(session)
    ran = xla(
        "users", "add", "Elin@Aurland.example", "--role", "client", "--name", "Elin", "--language", "nb",
        "--contract", "harbour", "--json",
    )  # fmt: skip
    assert ran.code == 0
    assert ran.document["email"] == "elin@aurland.example"
    assert ran.document["link"].startswith("http://127.0.0.1:8000/invitation/")
    with database.reading(store) as session:
        person = session.scalars(select(Person)).one()
        assert (person.role, person.language, person.name) == ("client", "nb", "Elin")
        assert len(session.scalars(select(Membership)).all()) == 1


def test_a_lost_link_is_replaced(xla: Xla) -> None:
    first = xla("users", "add", "astrid@nordfast.example", "--role", "admin")
    again = xla("users", "link", "Astrid@nordfast.example")
    assert (first.code, again.code) == (0, 0)
    assert "/invitation/" in first.out
    assert "/invitation/" in again.out
    assert first.out.splitlines()[-1] != again.out.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["add", "nonsense", "--role", "admin"], "'nonsense' is not an e-mail address"),
        (["add", "a@b.example", "--role", "owner"], "'owner' is not one of"),
        (["add", "a@b.example", "--role", "client", "--contract", "nope"], "there is no contract 'nope'"),
        (["add", "known@b.example", "--role", "client"], "there is somebody with the address"),
        (["link", "nobody@b.example"], "there is nobody with the address nobody@b.example"),
        (["link", "out@b.example"], "out@b.example is switched off"),
    ],
)
def test_wrong_input_is_one_sentence_and_nobody_is_added(
    xla: Xla, store: Engine, arguments: list[str], sentence: str
) -> None:
    with database.transaction(store) as session:
        people.add(session, "known@b.example", name="Known", role="client", now=make.NOW)
        out = people.add(session, "out@b.example", name="Out", role="client", now=make.NOW)
        out.disabled_at = make.NOW
    ran = xla("users", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    with database.reading(store) as session:
        assert len(session.scalars(select(Person)).all()) == 2


# --- the first start ----------------------------------------------------------------------------------------


class Idle:
    def start(self) -> None:
        """Nothing is due."""

    def stop(self) -> None:
        """Nothing runs."""


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Flask]]:
    """What would be served; its connections, which a server keeps while it runs, end with the test."""
    apps: list[Flask] = []
    monkeypatch.setattr(running, "Supervisor", lambda _settings: Idle())
    monkeypatch.setattr(waitress, "serve", lambda app, **_told: apps.append(app))
    yield apps
    for app in apps:
        app.extensions[ENGINE].dispose()


def link_in(out: str) -> str:
    return next(line for line in out.splitlines() if "/set-up/" in line)


def test_the_first_start_prints_a_link_that_works_and_each_start_a_new_one(
    xla: Xla, served: list[Flask]
) -> None:
    first, second = (link_in(xla("serve", "--port", "8765").out) for _ in range(2))
    assert first.startswith("http://127.0.0.1:8765/set-up/")
    browser = served[-1].test_client()
    assert browser.get(first.removeprefix("http://127.0.0.1:8765")).status_code == 404
    assert browser.get(second, base_url="http://127.0.0.1:8765").status_code == 200


def test_with_an_admin_no_link_is_printed(xla: Xla, served: list[Flask]) -> None:
    xla("users", "add", "astrid@nordfast.example", "--role", "admin")
    assert "/set-up/" not in xla("serve").out


def test_a_configured_address_is_kept(xla: Xla, served: list[Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XLA_BASE_URL", "https://xla.nordfast.example")
    assert link_in(xla("serve", "--port", "8765").out).startswith("https://xla.nordfast.example/set-up/")


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("127.0.0.1", "http://127.0.0.1:9000"),
        ("0.0.0.0", "http://127.0.0.1:9000"),  # noqa: S104 -- nothing is bound here
        ("::", "http://[::1]:9000"),
        ("xla.internal", "http://xla.internal:9000"),
    ],
)
def test_a_server_is_reached_where_it_listens(host: str, reached: str) -> None:
    assert Settings().reached_at(host, 9000).base_url == reached


def test_a_wrong_mail_address_is_told_without_its_password(xla: Xla, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XLA_SMTP_URL", "http://user:hidden@mail.internal")
    ran = xla("verify")
    assert ran.code == 2
    assert "XLA_SMTP_URL" in ran.err
    assert "hidden" not in ran.err
