"""Health: is the process alive, and can it work. Asked by machines, under whatever name they know us by."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from xla import clock, migrate
from xla.services import heartbeats, vitals, work
from xla.web import outage
from xla.web.database import engine, reading
from xla.web.metrics import BEFORE
from xla.web.secret import MACHINES

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database answers and has the newest schema; `work` says whether what falls due is done.

    Late work is told and no reason to send people elsewhere: the other web processes share that database.
    """
    try:
        if not migrate.is_current(engine()):
            return jsonify(status="migrations are missing"), 503
        return jsonify(status="ok", work=_work()), 200
    except SQLAlchemyError as problem:
        outage.note(problem)
        return jsonify(status="the database does not answer"), 503


def _work() -> str:
    now = clock.now()
    with reading() as session:
        ticked = heartbeats.newest(session).get("scheduler")
        slow = vitals.overdue(work.backlog(session, now), now)
    if ticked is None or now - ticked > heartbeats.LATE:
        return "no scheduler ticks"
    if slow:
        return f"late: {', '.join(each.queue for each in slow)}"
    return "ok"


def answer_under_any_name(app: Flask) -> None:
    """Let load balancers and Prometheus ask by an address: nothing they are told depends on the name.

    Everything else is answered under our own names only.
    """
    app.wsgi_app = _Named(app.wsgi_app, urlsplit(app.config["BASE_URL"]).netloc)  # type: ignore[method-assign]  # as Flask's own documentation does


class _Named:
    def __init__(self, application: Callable[..., Iterable[bytes]], name: str) -> None:
        self._application = application
        self._name = name

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] in MACHINES:
            environ[BEFORE] = environ.get("HTTP_HOST", "")
            environ["HTTP_HOST"] = self._name
        return self._application(environ, start_response)
