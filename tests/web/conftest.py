"""The web over a database of the test's own, with people of every role and two contracts, one theirs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from web import world
from xla import clock, database
from xla.services import keys, people, sign_ins
from xla.services.agreements import contract_of
from xla.settings import Settings
from xla.web import create_app
from xla.web.import_work import WORKS
from xla.web.post import POST

BrowserOf = Callable[[str], FlaskClient]
KeyOf = Callable[..., dict[str, str]]


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    engine = database.connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def app(store: Engine, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(Settings(instance=tmp_path, provider="Nordfast <Service> AB"), store)
    app.config["WTF_CSRF_ENABLED"] = False  # test_forms.py tests the tokens
    yield app
    app.extensions[WORKS].executor.shutdown()
    app.extensions[POST].executor.shutdown()  # what is done after answers is done before the database goes


@pytest.fixture
def everybody(store: Engine) -> None:
    """A person of each role; see `world`."""
    with database.transaction(store) as session:
        world.add_people(session)


@pytest.fixture
def harbour(store: Engine, everybody: None) -> None:
    """Two contracts: `harbour`, whose members all are, and `quay`, a stranger's; March 2026 is closed."""
    with database.transaction(store) as session:
        world.add_contracts(session)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A browser nobody is signed in with."""
    return app.test_client()


@pytest.fixture
def browser_of(app: Flask, store: Engine, everybody: None) -> BrowserOf:
    """A browser in which the person of a role is signed in: admin, manager, client, auditor."""

    def signed_in(role: str) -> FlaskClient:
        client = app.test_client()
        with database.transaction(store) as session:
            person = people.by_email(session, world.email(role))
            assert person
            token = sign_ins.begin(session, person, "test", clock.now())
        client.set_cookie(app.config["TOKEN_COOKIE"], token)
        return client

    return signed_in


@pytest.fixture
def key_of(store: Engine) -> KeyOf:
    """The headers of a new API key with those scopes, for `contract` or for all."""

    def made(*scopes: str, contract: str | None = None) -> dict[str, str]:
        with database.transaction(store) as session:
            contract_id = contract_of(session, contract).id if contract else None
            _key, secret = keys.create(
                session, "Till", scopes=scopes, contract_id=contract_id, now=clock.now()
            )
        return {"Authorization": f"Bearer {secret}"}

    return made
