"""Work: somebody ticks, somebody works, nothing waits too long, and nothing was given up."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import text

from xla import database
from xla.cli.checks.patient import Check, Patient
from xla.core.finding import Finding, fine, warning, wrong
from xla.services import heartbeats, vitals, work
from xla.services.vitals import BOUNDS

MOST_SHOWN = 5


def scheduler(patient: Patient) -> Iterator[Finding]:
    """Somebody writes down what falls due."""
    with database.reading(patient.engine) as session:
        last = heartbeats.newest(session).get("scheduler")
    if last is not None and abs(patient.now - last) <= heartbeats.LATE:
        yield fine("scheduler", f"ticked {ago(last, patient.now)}")
        return
    says = "none has ever ticked here" if last is None else f"the last one ticked {ago(last, patient.now)}"
    yield wrong("scheduler", f"{says}: nothing is closed, reported or told", _start(patient, "xla scheduler"))


def workers(patient: Patient) -> Iterator[Finding]:
    """Somebody does what falls due."""
    with database.reading(patient.engine) as session:
        count = heartbeats.alive(session, patient.now)["worker"]
    if count:
        noun = "process works" if count == 1 else "processes work"
        yield fine("workers", f"{count} {noun}")
    else:
        yield wrong("workers", "nobody does what falls due", _start(patient, "xla worker"))


def _start(patient: Patient, many: str) -> str:
    if patient.settings.engine == "procrastinate":
        return many
    return "xla serve (or xla work, beside another web server)"


def engine(patient: Patient) -> Iterator[Finding]:
    """What XLA_ENGINE names is there."""
    if patient.settings.engine == "embedded":
        yield fine("engine", "embedded: xla serve and xla work do the work")
    elif patient.is_sqlite:
        fix = "XLA_DATABASE_URL=postgresql://user:password@host/database (or XLA_ENGINE=embedded)"
        yield wrong("engine", "XLA_ENGINE=procrastinate needs PostgreSQL", fix)
    else:
        with database.reading(patient.engine) as session:
            is_there = session.scalar(text("SELECT to_regclass('procrastinate_jobs') IS NOT NULL"))
        if is_there:
            yield fine("engine", "Procrastinate's tables are there")
        else:
            yield wrong("engine", "Procrastinate's tables are missing", "xla scheduler (it makes them)")


def backlog(patient: Patient) -> Iterator[Finding]:
    """What is due is done soon."""
    with database.reading(patient.engine) as session:
        found = work.backlog(session, patient.now)
    waiting = sum(each.waiting for each in found)
    slow = vitals.overdue(found, patient.now)
    for each in slow:
        since = ago(each.late_since or patient.now, patient.now)
        says = f"{each.waiting} in the queue {each.queue}, the oldest due {since}"
        yield warning(f"backlog {each.queue}", says, "xla work --once")
    if not slow:
        longest = max(BOUNDS.values()).total_seconds() / 60
        yield fine("backlog", f"{waiting} due, none for longer than {longest:.0f} minutes")


def parked(patient: Patient) -> Iterator[Finding]:
    """Nothing was given up."""
    with database.reading(patient.engine) as session:
        count = sum(each.parked for each in work.backlog(session, patient.now))
        for item in work.parked(session, MOST_SHOWN):
            why = " ".join((item.error or "no reason was noted").split())
            says = f"{item.kind} {item.key} was given up: {why[:200]}"
            yield warning(f"parked {item.id}", says, f"xla work --retry {item.id}")
    if count > MOST_SHOWN:
        says = f"{count - MOST_SHOWN} more were given up before those"
        yield warning("parked", says, "xla doctor shows them when these are dealt with")
    elif not count:
        yield fine("parked", "nothing was given up")


def evaluations(patient: Patient) -> Iterator[Finding]:
    """Every contract was measured lately."""
    with database.reading(patient.engine) as session:
        late = vitals.late_evaluations(session, patient.settings.evaluate_every, patient.now)
    if late:
        verb = "contract was" if late == 1 else "contracts were"
        says = f"{late} {verb} not evaluated lately"
        yield warning("evaluations", says, "xla work --once")
    else:
        yield fine("evaluations", "every contract was evaluated lately")


def ago(then: datetime, now: datetime) -> str:
    """How long ago an instant was, in the largest unit that says enough."""
    seconds = int((now - then).total_seconds())
    if seconds < 0:
        return f"{-seconds} seconds in the future"
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} seconds ago"


CHECKS: dict[str, Check] = {
    "engine": engine,
    "scheduler": scheduler,
    "workers": workers,
    "backlog": backlog,
    "parked": parked,
    "evaluations": evaluations,
}
