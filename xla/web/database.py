"""The web's database: one engine an application, and the settings it was made with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from xla import database
from xla.services.kept import Kept
from xla.settings import Settings

ENGINE = "xla.engine"
SETTINGS = "xla.settings"
KEPT = "xla.kept"


def engine() -> Engine:
    """The engine of the application that answers this request."""
    return cast("Engine", current_app.extensions[ENGINE])


def settings() -> Settings:
    """The settings of the application that answers this request."""
    return cast("Settings", current_app.extensions[SETTINGS])


def kept() -> Kept:
    """What the application worked out of facts of its database that never change."""
    return cast("Kept", current_app.extensions[KEPT])


@contextmanager
def reading() -> Iterator[Session]:
    """A consistent view for one page."""
    with database.reading(engine()) as session:
        yield session


@contextmanager
def changing() -> Iterator[Session]:
    """One use case: committed when the block ends, rolled back when it raises."""
    with database.transaction(engine()) as session:
        yield session
