"""The web's database: one engine an application."""

from typing import cast

from flask import current_app
from sqlalchemy import Engine

ENGINE = "xla.engine"


def engine() -> Engine:
    """The engine of the application that answers this request."""
    return cast("Engine", current_app.extensions[ENGINE])
