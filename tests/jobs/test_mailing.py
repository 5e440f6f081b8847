"""Mailing: what is due goes out, whatever a server or a process does meanwhile, once a person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

import asked
import make
from xla import clock, database
from xla.core.invitation import State
from xla.jobs import mailing
from xla.jobs.task import Means
from xla.outside.mail import Letter, ListMailbox, Sender, Undelivered
from xla.settings import Settings

DUE = make.NOW + timedelta(days=1)
SETTINGS = Settings(base_url="https://xla.nordfast.se", smtp_url="smtp://127.0.0.1:1")


class Broken:
    """A server that takes nothing."""

    def send(self, _letter: Letter, _sender: Sender, _now: datetime) -> None:
        raise Undelivered("the server says 451 later")


def invite(store: Engine, people: int, visits: int = 1) -> None:
    """So many people, each with so many visits."""
    with database.transaction(store) as session:
        plan = asked.plan(session, make.contract(session))
        for number in range(people * visits):
            asked.invited(session, plan, number, f"p{number % people}@ekhaga.se")


def states(store: Engine) -> list[State]:
    with database.reading(store) as session:
        return asked.states(session)


def test_what_is_due_goes_out_with_a_stable_id(store: Engine) -> None:
    invite(store, 2)
    box = ListMailbox()
    assert mailing.send_due(store, SETTINGS, box, make.NOW) == 0
    assert mailing.send_due(store, SETTINGS, box, DUE) == 2
    assert mailing.send_due(store, SETTINGS, box, DUE) == 0
    assert mailing.send_due(store, SETTINGS, box, DUE + timedelta(days=3)) == 2
    assert {told["To"] for told in box} == {"p0@ekhaga.se", "p1@ekhaga.se"}
    assert len({told["Message-ID"] for told in box}) == 4
    assert all(told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" for told in box)


def test_a_server_that_fails_leaves_them_waiting_for_later(
    store: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    invite(store, 1)
    assert mailing.send_due(store, SETTINGS, Broken(), DUE) == 0
    assert "451 later" in caplog.text
    assert "ekhaga" not in caplog.text
    assert states(store) == [State.WAITING]
    box = ListMailbox()
    assert mailing.send_due(store, SETTINGS, box, DUE + timedelta(minutes=29)) == 0
    assert mailing.send_due(store, SETTINGS, box, DUE + timedelta(minutes=30)) == 1


def test_what_a_slow_server_leaves_no_time_for_goes_out_the_next_minute(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite(store, 3)
    stopwatch = iter(range(0, 1_000, 30))  # each mail takes half a minute
    monkeypatch.setattr(mailing.time, "monotonic", lambda: next(stopwatch))
    box = ListMailbox()
    assert mailing.send_due(store, SETTINGS, box, DUE) == 1
    assert sorted(states(store)) == [State.SENT, State.WAITING, State.WAITING]
    monkeypatch.undo()
    assert mailing.send_due(store, SETTINGS, box, DUE + timedelta(minutes=1)) == 2
    assert len({told["To"] for told in box}) == 3


def test_several_processes_at_once_ask_each_person_once(store: Engine) -> None:
    invite(store, 5, visits=3)
    box = ListMailbox()
    for hour in range(2):
        now = DUE + timedelta(hours=hour)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: mailing.send_due(store, SETTINGS, box, now), range(4)))  # noqa: B023 -- done within the round
    assert sorted(told["To"] for told in box) == [f"p{number}@ekhaga.se" for number in range(5)]
    assert sorted(states(store)) == [State.CAPPED] * 10 + [State.SENT] * 5


def test_a_tick_that_fails_is_logged_and_the_next_one_comes(
    store: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    invite(store, 1)
    monkeypatch.setattr(clock, "now", lambda: DUE)
    monkeypatch.setattr(database, "time_of", lambda _engine: DUE)
    monkeypatch.setattr(mailing.invitation_letters, "letter", lambda *_, **__: 1 / 0)
    mailing.tick(store, SETTINGS, ListMailbox())
    assert "Invitations were not sent" in caplog.text
    assert states(store) == [State.WAITING]


def test_by_a_clock_that_is_not_the_databases_nobody_is_asked(
    store: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    invite(store, 1)
    monkeypatch.setattr(clock, "now", lambda: DUE)
    monkeypatch.setattr(database, "time_of", lambda _engine: DUE - timedelta(days=40))
    box = ListMailbox()
    mailing.tick(store, SETTINGS, box)
    assert box == []
    assert "our clock says" in caplog.text
    monkeypatch.setattr(database, "time_of", lambda _engine: DUE)
    mailing.tick(store, SETTINGS, box)
    assert len(box) == 1


def test_without_a_mail_server_nothing_is_scheduled(store: Engine) -> None:
    scheduler = BackgroundScheduler(timezone="UTC")
    mailing.schedule(scheduler, Means(store, Settings(), None))
    assert scheduler.get_jobs() == []
    mailing.schedule(scheduler, Means(store, SETTINGS, ListMailbox()))
    (job,) = scheduler.get_jobs()
    assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
    assert job.trigger.interval == timedelta(minutes=1)
