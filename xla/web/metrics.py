"""Metrics: how the installation does, for Prometheus; read from the database, so any process may be asked.

No figure names a contract, a client or a person.
"""

import hmac
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from datetime import time as hour
from importlib import metadata
from threading import Lock
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from xla import clock
from xla.services.vitals import Vitals, vitals
from xla.services.work import Backlog
from xla.web import outage
from xla.web.addresses import LOCAL_NAMES
from xla.web.database import engine, reading, settings

KEPT_S = 5
METRICS = "xla.metrics"
BEFORE = "xla.asked_for"
"""Where the door keeps the name a machine asked for us by."""
FORWARDED = ("Forwarded", "X-Forwarded-For")
LOOPBACK = {"127.0.0.1", "::1"}
metrics = Blueprint("metrics", __name__)


class Kept:
    """The text of a moment ago, so that asking often costs nothing. For many threads."""

    def __init__(self) -> None:
        self._text = b""
        self._until = 0.0
        self._lock = Lock()

    def of(self, make: Callable[[], bytes]) -> bytes:
        """The text of a moment ago, else a new one; who comes meanwhile waits for it."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._text = make()
                self._until = time.monotonic() + KEPT_S
            return self._text


@metrics.get("/metrics")
def figures() -> Response:
    """Every figure in Prometheus' text format: for who bears XLA_METRICS_TOKEN, else for this machine."""
    token = settings().metrics_token
    if token and not _bears(token):
        headers = {"WWW-Authenticate": 'Bearer realm="metrics"'}
        return Response("A bearer token is needed: XLA_METRICS_TOKEN.\n", 401, headers, mimetype="text/plain")
    if not token and not _is_of_this_machine():
        sentence = "Only this machine may ask. For others, set XLA_METRICS_TOKEN.\n"
        return Response(sentence, 403, mimetype="text/plain")
    kept = cast("Kept", current_app.extensions[METRICS])
    return Response(kept.of(_made), content_type=CONTENT_TYPE_PLAIN_0_0_4)


@metrics.errorhandler(SQLAlchemyError)
def away(error: SQLAlchemyError) -> Response:
    """No figures without the database."""
    outage.note(error)
    return Response("The database does not answer.\n", 503, mimetype="text/plain")


def _bears(token: str) -> bool:
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _is_of_this_machine() -> bool:
    """Asked from here, by a local name, and not through a proxy that speaks for somebody else."""
    name = urlsplit(f"//{request.environ.get(BEFORE, '')}").hostname
    is_forwarded = any(header in request.headers for header in FORWARDED)
    return request.remote_addr in LOOPBACK and name in {*LOCAL_NAMES, "::1"} and not is_forwarded


def _made() -> bytes:
    registry = CollectorRegistry()
    now = clock.now()
    with reading() as session:
        found = vitals(session, settings().evaluate_every, now)
    registry.register(_Collected(found, engine().dialect.name, now))
    return generate_latest(registry)


class _Collected(Collector):
    """The figures of one instant."""

    def __init__(self, found: Vitals, database: str, now: datetime) -> None:
        self._found = found
        self._database = database
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Each family once."""
        yield from self._queues()
        yield from self._kinds()
        yield from self._totals()
        yield from self._seals()
        yield from self._processes()

    def _queues(self) -> Iterator[Metric]:
        for name, text, of in (
            ("xla_backlog_items", "Items that are due and not done.", lambda each: each.waiting),
            ("xla_backlog_oldest_seconds", "How long the oldest due item waits.", self._waits),
            ("xla_parked_items", "Items given up, which wait for a person.", lambda each: each.parked),
        ):
            yield _by(name, text, "queue", {each.queue: of(each) for each in self._found.backlog})

    def _waits(self, backlog: Backlog) -> float:
        return self._age(backlog.late_since) if backlog.late_since else 0.0

    def _kinds(self) -> Iterator[Metric]:
        found = self._found
        yield _by("xla_work_done_last_hour", "Items done in the last hour.", "kind", found.done)
        yield _by("xla_work_retrying", "Items that failed and are tried again.", "kind", found.retrying)
        yield _by("xla_work_parked", "Items that were given up.", "kind", found.parked)

    def _totals(self) -> Iterator[Metric]:
        found = self._found
        for name, text, value in (
            ("contracts", "Contracts.", found.contracts),
            (
                "late_evaluations",
                "Contracts not evaluated for twice as long as they should be.",
                found.late_evaluations,
            ),
            ("notices_waiting", "Notices on their way to a recipient.", found.notices_waiting),
            ("notices_given_up_last_hour", "Notices given up lately.", found.notices_given_up),
            ("webhook_failures_last_hour", "Failed messages to webhooks.", found.deliveries_failed),
        ):
            yield GaugeMetricFamily(f"xla_{name}", text, value=value)
        text = "Responses received: how many numbers were given, some of them to none."
        yield CounterMetricFamily("xla_responses", text, value=found.responses)

    def _seals(self) -> Iterator[Metric]:
        day = self._found.sealed_day
        if day is not None:
            over = datetime.combine(day + timedelta(days=1), hour.min, UTC)
            text = "When the latest day that is sealed was over."
            yield GaugeMetricFamily("xla_sealed_until_timestamp_seconds", text, value=over.timestamp())

    def _processes(self) -> Iterator[Metric]:
        ages = {kind: self._age(at) for kind, at in self._found.newest.items()}
        yield _by("xla_heartbeat_age_seconds", "Since one of the kind was last heard of.", "process", ages)
        yield _by("xla_processes", "How many of the kind were heard of lately.", "process", self._found.alive)
        info = GaugeMetricFamily("xla_build_info", "What answers.", labels=["version", "python", "database"])
        info.add_metric([metadata.version("xla-monitor"), platform.python_version(), self._database], 1)
        yield info

    def _age(self, then: datetime) -> float:
        return max((self._now - then).total_seconds(), 0.0)


def _by(name: str, text: str, label: str, values: Mapping[Any, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key in sorted(values):
        family.add_metric([str(key)], values[key])
    return family
