"""The runner: long work is held on to, what is stuck is given up, and a slow host delays nobody else."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import Engine, select

from xla import clock, database
from xla.core.work import RULES, Kind, Queue
from xla.jobs import hands as hands_module
from xla.jobs import working
from xla.jobs.hands import Hands
from xla.jobs.runner import Runner, places
from xla.jobs.task import Means, Task
from xla.models import WorkItem
from xla.services import work
from xla.services.work import Taken, Wanted
from xla.settings import Settings

WITHIN_S = 60


def until(happened: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + WITHIN_S
    while not happened():
        assert time.monotonic() < ends_at
        time.sleep(0.02)


def item(store: Engine) -> WorkItem:
    with database.reading(store) as session:
        return session.scalars(select(WorkItem)).one()


@pytest.fixture
def taken(store: Engine) -> Taken:
    """A report that somebody began to render."""
    now = clock.now()
    with database.transaction(store) as session:
        work.put(session, [Wanted(Kind.RENDER, "a", now)], now)
        found = work.take(session, [Queue.RENDER], now)
    assert found
    return found


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in hand is held on to at every look."""
    monkeypatch.setattr(hands_module, "HELD_EVERY_S", -1.0)


@pytest.mark.usefixtures("at_once")
def test_long_work_is_leased_on_while_it_is_in_hand(store: Engine, taken: Taken) -> None:
    hands = Hands(store)
    hand = hands.begin(taken)
    later = clock.now() + timedelta(minutes=4)
    assert hands.stuck(later) is None
    assert item(store).lease_until == later + RULES[Kind.RENDER].lease
    hands.end(hand)
    assert hands.stuck(later + timedelta(minutes=4)) is None
    assert item(store).lease_until == later + RULES[Kind.RENDER].lease


@pytest.mark.usefixtures("at_once")
def test_what_another_has_begun_anew_is_not_taken_from_it(store: Engine, taken: Taken) -> None:
    hands = Hands(store)
    hands.begin(taken)
    with database.transaction(store) as session:
        again = work.take(session, [Queue.RENDER], clock.now() + timedelta(hours=1))
    assert again
    assert hands.stuck(clock.now()) is None
    assert item(store).lease == again.lease


def test_past_its_limit_the_attempt_counts_as_failed(
    store: Engine, taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hands_module, "LONGEST_LEASES", 0)
    hands = Hands(store)
    hands.begin(taken)
    assert hands.stuck(clock.now()) == taken
    row = item(store)
    assert (row.state, row.error) == ("waiting", "it took longer than 0 seconds and was stopped")


@pytest.mark.usefixtures("at_once")
def test_what_keeps_the_database_locked_is_given_up_within_a_minute(
    store: Engine, taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_locked(*_told: object) -> None:
        raise hands_module.SQLAlchemyError("database is locked")

    monkeypatch.setattr(work, "hold", is_locked)
    hands = Hands(store)
    hands.begin(taken)
    assert hands.stuck(clock.now()) is None
    monkeypatch.setattr(hands_module, "LONGEST_UNHELD_S", 0.0)
    assert hands.stuck(clock.now()) == taken


@pytest.fixture
def over() -> Iterator[Event]:
    """When the slow host answers at last."""
    event = Event()
    yield event
    event.set()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, over: Event) -> list[str]:
    """Sending, where the host `slow` hangs; what was begun."""
    begun: list[str] = []

    def send(task: Task) -> Sequence[str]:
        begun.append(task.item.key)
        if "slow" in task.item.lane:
            over.wait(WITHIN_S)
        with task.finishing():
            return []

    monkeypatch.setattr(working, "HANDLERS", {Kind.SEND: send})
    return begun


def test_a_host_that_hangs_delays_nobody_else(store: Engine, begun: list[str], over: Event) -> None:
    now = clock.now()
    lanes = {"slow": "web/slow", "quick": "web/quick", "mail": "mail/quick"}
    wanted = [
        Wanted(Kind.SEND, f"{who} {number}", now + timedelta(microseconds=-order), lane=lane)
        for order, (who, lane) in enumerate(reversed(lanes.items()))
        for number in range(10)
    ]
    with database.transaction(store) as session:
        work.put(session, wanted, now)
    runner = Runner(Means(store, Settings(), None))
    runner.start()
    until(lambda: len([each for each in begun if not each.startswith("slow")]) == 20)
    assert len([each for each in begun if each.startswith("slow")]) == 2
    assert runner.stop(0) is False
    over.set()
    assert runner.stop(WITHIN_S)


def test_each_queue_has_places_of_its_own() -> None:
    settings = Settings(renderers=3)
    assert [places(queue, settings) for queue in (Queue.CLOSE, Queue.NOTIFY, Queue.RENDER)] == [1, 8, 3]
