"""Web and workers killed around any commit or at any instant: nothing acknowledged is lost, all is done once.

A round is some days: its processes' clock goes on, periods fall due, people tap, and somebody is killed.
`make survive` does two hundred rounds.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

import make
import oracle
import serving
import tapping
from ledger import Ledger, People
from nursery import Nursery, nursery
from sink import Sink, sink
from xla import clock, database
from xla.core.role import Role
from xla.models import Contract, Period, Report, WorkItem
from xla.services import memberships, people, recipients, work

TIMES = int(os.environ.get("XLA_SURVIVE", "1"))
ROUNDS = 5 if TIMES == 1 else 2 * TIMES
CONTRACTS = 10
STEP = timedelta(days=8 if TIMES == 1 else 3)
EACH_WHOLE = 5
"""Every so many rounds it is `xla serve` as it is; else one that answers and one that works."""
RESPOND_DAYS = 5
LAST_HOURS = (1, 30, 24 * RESPOND_DAYS + 48, 8)
"""When all that is left is done: what was cut off, and what follows from it."""
LASTS_S = 2
"""From when the web answers and some work is done; whoever lives by then is killed."""
BEGINS_WITHIN_S = 120
KPIS = [{"key": "clean", "question": "clean", "metric": "csat", "target": 80, "floor": 70}]


@dataclass
class Site:
    """A database with contracts, the processes on it, and what people were thanked for."""

    engine: Engine
    nursery: Nursery
    ledger: Ledger
    sink: Sink
    start: date
    patience: dict[str, int]
    """Contract -> days between a period's end and its close."""
    folder: Path
    chance: random.Random
    ahead: timedelta = timedelta()
    worked: int = 0
    """In how many rounds some work was done, or who works died at a commit."""

    @property
    def now(self) -> datetime:
        """What the processes' clock tells."""
        return clock.now() + self.ahead

    def environment(self) -> dict[str, str]:
        return {"XLA_TEST_AHEAD": str(self.ahead.total_seconds())}


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    seed = int.from_bytes(os.urandom(4))
    print("seed", seed)  # noqa: T201  # shown where a round fails
    engine = database.connect(database_url)
    start = clock.now().date().replace(day=1)
    patience = {f"c{number}": number * 27 // CONTRACTS for number in range(CONTRACTS)}
    with database.transaction(engine) as session:
        for key, days in patience.items():
            told = {"key": key, "starts_on": f"{start}", "ends_on": None, "close_after_days": days}
            told |= {"respond_within_days": RESPOND_DAYS}
            terms = make.agreement(contract=told, kpis=KPIS, effective_from=f"{start}")
            contract = make.contract(session, terms, clock.now())
            tapping.point(session, contract, token=f"point-{key}", opened_at=clock.now())
            _tell(session, contract)
    ledger = Ledger([f"point-{key}" for key in patience], _mood)
    port = serving.free()[1]
    told = {
        "XLA_DATABASE_URL": database_url,
        "XLA_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "XLA_TEST_PRESS": "1",
    }
    with sink(port) as taken, nursery(tmp_path, **told) as children:
        chance = random.Random(seed)  # noqa: S311  # victims, not secrets
        yield Site(engine, children, ledger, taken, start, patience, tmp_path, chance)
    engine.dispose()


def _tell(session: Session, contract: Contract) -> None:
    """A manager and a client are told what happens, and somebody gets the reports."""
    for role in (Role.MANAGER, Role.CLIENT):
        email = f"{role}@nordfast.example"
        known = people.by_email(session, email)
        person = known or people.add(session, email, name=f"Some {role}", role=role, now=clock.now())
        memberships.add_member(session, person.id, contract.id)
    told = {
        "email": f"board-{contract.key}@port.example",
        "name": "The board",
        "language": "en",
        "by": person,
    }
    recipients.add(session, contract, **told, now=clock.now())


def _mood(token: str) -> int:
    """People of every other contract are displeased."""
    return 1 if int(token[-1]) % 2 else 5


def test_whoever_is_killed_nothing_acknowledged_is_lost_and_all_is_done_once(site: Site) -> None:
    for number in range(ROUNDS):
        site.ahead = (number + 1) * STEP
        a_round(site, number)
    assert len(site.ledger.acknowledged) >= ROUNDS
    assert site.worked > ROUNDS / 2
    for hours in LAST_HOURS:
        site.ahead += timedelta(hours=hours)
        last = site.nursery.start("work", "--once", **site.environment())
        assert last.ended()
        _begin_anew(site)
    with database.reading(site.engine) as session:
        expected = oracle.due(site.start, site.patience, site.now)
        found = oracle.wrong(session, site.ledger, site.sink, expected, site.now)
        _print_figures(site, session)
    assert found == []


def _begin_anew(site: Site) -> None:
    """What was parked since whoever did it was killed each time: its admin begins it anew."""
    with database.transaction(site.engine) as session:
        for item in work.parked(session, limit=CONTRACTS):
            assert work.retry(session, item.id, site.now)


def _print_figures(site: Site, session: Session) -> None:
    """What there was to lose; `make survive` shows it."""
    periods, reports = (session.scalar(select(func.count()).select_from(row)) for row in (Period, Report))
    failed = len(list(site.folder.glob("failed-*")))
    letters = site.sink.taken
    said = (
        f"{site.engine.dialect.name}: {ROUNDS} rounds, {failed} died at a commit;"
        f" {len(site.ledger.acknowledged)} thanks, {periods} periods, {reports} reports,"
        f" {len(letters)} letters, {letters.total() - len(letters)} of them once more"
    )
    print(said)  # noqa: T201  # shown by `make survive`


def a_round(site: Site, number: int) -> None:
    """Somebody is killed: at a commit, or after a while; then all others are."""
    when, count = site.chance.choice(("before", "after")), site.chance.randint(1, 24)
    failing = {"XLA_TEST_FAIL": f"{when}:{count}", "XLA_TEST_FAILED": str(site.folder / f"failed-{number}")}
    told = [failing, {}]
    site.chance.shuffle(told)
    address = serving.free()
    port = str(address[1])
    if number % EACH_WHOLE == 1:
        children = [site.nursery.start("serve", "--port", port, **site.environment(), **failing)]
    else:
        children = [
            site.nursery.start("web", port, **site.environment(), **told[0]),
            site.nursery.start("worker", **site.environment(), **told[1]),
        ]
    with People(site.ledger, address):
        serving.wait(address, children[0].has_ended)
        has_died, before = children[-1].has_ended, done(site)
        if until(lambda: has_died() or done(site) > before, BEGINS_WITHIN_S):
            site.worked += 1
        until(has_died, LASTS_S * site.chance.choice((site.chance.random(), 1)))
        for child in children:
            child.kill()


def done(site: Site) -> int:
    """How much work is done."""
    with database.reading(site.engine) as session:
        return session.scalar(select(func.count()).where(WorkItem.state == "done")) or 0


def until(happened: Callable[[], bool], seconds: float) -> bool:
    """Wait for it, but no longer; whether it happened."""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at and not happened():
        time.sleep(0.02)
    return happened()
