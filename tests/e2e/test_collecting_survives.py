"""What collecting must survive: killed servers, the same tap many times over, a whole office at once.

`make survive` does all of it a hundred times as often.
"""

import os
import random
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, func, select

import serving
from databases import Databases
from load import Address, load
from xla import clock, database
from xla.models import Response
from xla.services.verification import verify

TIMES = int(os.environ.get("XLA_SURVIVE", "1"))
STORED = 303
KEYS, DELIVERIES = 20, 50
KILLS = 3 if TIMES == 1 else TIMES
BETWEEN_KILLS = 5
ANSWERS_WITHIN_S = 60


class Site(NamedTuple):
    """The application as it is served, and its database."""

    address: Address
    parent: int
    engine: Engine

    def stored(self) -> Counter[str]:
        """Key -> how many responses of it count; the database adds up."""
        with database.reading(self.engine) as session:
            assert verify(session, clock.now()) == []
            live = select(Response.group_key, func.count()).where(Response.withdrawn_at.is_(None))
            rows = session.execute(live.group_by(Response.group_key))
            return Counter({str(key): n for key, n in rows})


@pytest.fixture(scope="module")
def site(databases: Databases) -> Iterator[Site]:
    """One for all tests here: its processes take seconds to start."""
    url = databases.create()
    engine = database.connect(url)
    serving.collecting(engine)
    with serving.served("app:app", url) as (address, parent):
        yield Site(address, parent.pid, engine)
    engine.dispose()
    databases.drop(url)


def test_a_whole_office_behind_one_address_is_counted(site: Site) -> None:
    """Four hundred people, each with a telephone of their own, tap within minutes at one point."""
    loaded = load(site.address, serving.taps(site.address, 400), connections=1)
    assert loaded.codes == {STORED: 400}
    with database.reading(site.engine) as session:
        flagged = session.scalar(select(func.count()).where(Response.flags.is_not(None)))
    assert (sum(site.stored().values()), flagged) == (400, 0)


def test_the_same_tap_delivered_many_times_in_parallel_counts_once(site: Site) -> None:
    keys = [secrets.token_urlsafe(16) for _ in range(KEYS * TIMES)]
    sent = keys * DELIVERIES
    random.Random(7).shuffle(sent)  # noqa: S311 -- an order, not a secret
    loaded = load(site.address, (serving.tap(site.address, key, 4) for key in sent), connections=16)
    assert loaded.codes == {STORED: len(sent)}
    counted = site.stored()
    assert {counted[key] for key in keys} == {1}


def test_a_server_killed_under_load_loses_nothing_it_acknowledged(site: Site) -> None:
    acknowledged: set[str] = set()

    def note(sent: bytes, code: int) -> None:
        if code == STORED:
            acknowledged.add(serving.key_of(sent))

    stop = threading.Event()
    people = threading.Thread(target=tap_until, args=[stop, site.address, note])
    people.start()
    try:
        for _ in range(KILLS):
            some_more(acknowledged)
            kill_one(site.parent)
        some_more(acknowledged)
    finally:
        stop.set()
        people.join()
    counted = site.stored()
    assert acknowledged <= set(counted)
    assert set(counted.values()) == {1}


def tap_until(stop: threading.Event, address: Address, note: Callable[[bytes, int], None]) -> None:
    def taps() -> Iterator[bytes]:
        while not stop.is_set():
            yield serving.tap(address, secrets.token_urlsafe(16), 5)

    while not stop.is_set():
        try:
            load(address, taps(), connections=4, answered=note)
        except OSError:  # nobody listens for a moment
            time.sleep(0.01)


def some_more(acknowledged: set[str]) -> None:
    """Wait until some more were acknowledged: the processes take seconds to start."""
    enough, ends_at = len(acknowledged) + BETWEEN_KILLS, time.monotonic() + ANSWERS_WITHIN_S
    while len(acknowledged) < enough:
        assert time.monotonic() < ends_at
        time.sleep(0.01)


def kill_one(parent: int) -> None:
    """Kill one of the processes that answer, without a word."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    if children:
        os.kill(int(random.choice(children)), signal.SIGKILL)  # noqa: S311 -- a victim, not a secret
