"""Health: is the process alive, and can it work."""

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from xla import migrate
from xla.web.database import engine

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database answers and has the newest schema."""
    try:
        current = migrate.is_current(engine())
    except SQLAlchemyError:
        current_app.logger.exception("The database does not answer.")
        return jsonify(status="the database does not answer"), 503
    return (jsonify(status="ok"), 200) if current else (jsonify(status="migrations are missing"), 503)
