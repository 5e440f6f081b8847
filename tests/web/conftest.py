"""The web over a database of the test's own, asked as a browser on this machine would ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from xla import database
from xla.settings import Settings
from xla.web import create_app


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    engine = database.connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def app(store: Engine, tmp_path: Path) -> Flask:
    return create_app(Settings(instance=tmp_path, provider="Nordfast <Service> AB"), store)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()
