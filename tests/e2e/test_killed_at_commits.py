"""Web and workers killed around any commit or at any instant: nothing acknowledged is lost, all is done once.

A round is some days: its processes' clock goes on, periods fall due, people tap, and somebody is killed.
`make survive` does two hundred rounds.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select

import make
import serving
import tapping
from ledger import Ledger, People
from nursery import Nursery, nursery
from xla import clock, database
from xla.models import Breach, Contract, Evaluation, Notice, Period, Rating, Response, WorkItem
from xla.services.verification import verify

TIMES = int(os.environ.get("XLA_SURVIVE", "1"))
ROUNDS = 5 if TIMES == 1 else 2 * TIMES
CONTRACTS = 10
STEP = timedelta(days=8 if TIMES == 1 else 3)
EACH_WHOLE = 5
"""Every so many rounds it is `xla serve` as it is; else one that answers and one that works."""
LASTS_S = 2
"""From when the web answers; whoever was not killed by then is."""
ZONE = ZoneInfo("Europe/Stockholm")
KPIS = [{"key": "clean", "question": "clean", "metric": "csat", "target": 80, "floor": 70}]


@dataclass
class Site:
    """A database with contracts, the processes on it, and what people were thanked for."""

    engine: Engine
    nursery: Nursery
    ledger: Ledger
    start: date
    patience: dict[str, int]
    """Contract -> days between a period's end and its close."""
    folder: Path
    chance: random.Random
    ahead: timedelta = timedelta()

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
            terms = make.agreement(contract=told, kpis=KPIS, effective_from=f"{start}")
            contract = make.contract(session, terms, clock.now())
            tapping.point(session, contract, token=f"point-{key}", opened_at=clock.now())
    ledger = Ledger([f"point-{key}" for key in patience], _mood)
    with nursery(tmp_path, XLA_DATABASE_URL=database_url) as children:
        yield Site(engine, children, ledger, start, patience, tmp_path, random.Random(seed))  # noqa: S311  # victims
    engine.dispose()


def _mood(token: str) -> int:
    """People of every other contract are displeased."""
    return 1 if int(token[-1]) % 2 else 5


def test_whoever_is_killed_nothing_acknowledged_is_lost_and_all_is_done_once(site: Site) -> None:
    for number in range(ROUNDS):
        site.ahead = (number + 1) * STEP
        a_round(site, number)
    assert len(site.ledger.acknowledged) >= ROUNDS
    for hours in (1, 30):
        site.ahead += timedelta(hours=hours)
        last = site.nursery.start("work", "--once", **site.environment())
        assert last.ended()
    failed = len(list(site.folder.glob("failed-*")))
    told = (len(site.ledger.acknowledged), "thanks in", ROUNDS, "rounds;", failed, "died at a commit")
    print(*told)  # noqa: T201  # shown by `make survive`
    assert found(site) == []


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
        ends_at = time.monotonic() + LASTS_S * site.chance.choice((site.chance.random(), 1))
        while time.monotonic() < ends_at and not Path(failing["XLA_TEST_FAILED"]).exists():
            time.sleep(0.01)
        for child in children:
            child.kill()


# --- the oracle ---------------------------------------------------------------------------------------------


def found(site: Site) -> list[str]:
    """All that is not as it must be."""
    with database.reading(site.engine) as session:
        wrong = [str(each) for each in verify(session, site.now)]
        kept = Counter(session.scalars(select(Response.group_key).where(Response.withdrawn_at.is_(None))))
        rows = session.execute(select(Contract.key, Period.start_on).join(Period))
        periods = Counter((key, day) for key, day in rows)
        opened = Counter(map(tuple, session.execute(select(Breach.contract_id, Breach.kpi_key))))
        notices = Counter(map(tuple, session.execute(select(Notice.kind, Notice.key))))
        proposed = sum(1 for kind, _ in notices if kind == "period_proposed")
        unfinished = session.execute(
            select(WorkItem.kind, WorkItem.key, WorkItem.state, WorkItem.error).where(
                WorkItem.state.in_(("running", "parked"))
                | ((WorkItem.state == "waiting") & (WorkItem.due_at <= site.now))
            )
        )
        wrong += [f"{tuple(each)} is not done" for each in unfinished]
        wrong += uncounted(site)
    lost = site.ledger.acknowledged.keys() - kept.keys()
    wrong += [f"{key} was acknowledged and is lost" for key in lost]
    wrong += [f"{key} counts {count} times" for key, count in kept.items() if count > 1]
    wrong += [f"{each} is closed {periods[each]} times" for each in expected(site) ^ set(periods)]
    wrong += [f"{each} is there {count} times" for each, count in (periods + notices).items() if count > 1]
    wrong += [f"{each} has {count} breaches" for each, count in opened.items() if count > 1]
    if proposed != len(periods):
        wrong.append(f"{len(periods)} periods, {proposed} notices of them")
    return wrong


def expected(site: Site) -> set[tuple[str, date]]:
    """The periods that must be closed by now, counted by hand."""
    due: set[tuple[str, date]] = set()
    for key, days in site.patience.items():
        day = site.start
        while True:
            following = (day + timedelta(days=31)).replace(day=1)
            midnight = datetime.combine(following + timedelta(days=days), time_of_day(), ZONE)
            if midnight.astimezone(UTC) > site.now:
                break
            due.add((key, day))
            day = following
    return due


def uncounted(site: Site) -> Iterator[str]:
    """Periods whose counted and late ratings are not all that were kept of them."""
    with database.reading(site.engine) as session:
        for row in session.scalars(select(Period)):
            within = (
                Response.contract_id == row.contract_id,
                Response.rated_on >= row.start_on,
                Response.rated_on < row.end_on,
                Response.withdrawn_at.is_(None),
            )
            known_at = session.get_one(Evaluation, row.evaluation_id).known_at
            known = (
                select(func.count(Rating.response_id))
                .join(Response, Response.id == Rating.response_id)
                .where(*within)
            )
            counted = session.scalar(known.where(Response.received_at <= known_at))
            frozen = row.evaluation.document
            if f'"n": {counted}' not in frozen and f'"n":{counted}' not in frozen:
                yield f"{row.contract_id} {row.start_on}: {counted} were known, frozen is {frozen[:300]}"
