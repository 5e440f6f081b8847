"""SQLite on a disk without room: that is said, nobody is thanked falsely, and with room again all goes on."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

import serving
import tapping
from asking import Said, is_clear_problem, is_clearly_not_saved, said, sent, tapped
from ledger import AWAY, STORED, Ledger, People
from nursery import nursery
from xla import clock, database
from xla.core.work import Kind
from xla.models import Contract, Response, WorkItem
from xla.services import keys, work
from xla.services.verification import verify

FULL_S = 3 if os.environ.get("XLA_SURVIVE", "1") == "1" else 30
GOES_ON_WITHIN_S = 120
SIZE = "8m"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of this test's own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        # A container may keep it even from root; what is said then is tested in tests/web/test_outage.py.
        pytest.xfail("nobody may mount a small disk on this machine")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def url(disk: Path) -> str:
    return f"sqlite:///{disk / 'xla.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Engine]:
    engine = database.connect(url)
    serving.collecting(engine)
    yield engine
    engine.dispose()


def test_without_room_that_is_said_and_with_room_again_all_goes_on(
    disk: Path, store: Engine, url: str, tmp_path: Path
) -> None:
    with database.transaction(store) as session:
        _row, key = keys.create(session, "t", scopes=["ratings:write"], contract_id=None, now=clock.now())
    address, ledger = serving.free(), Ledger([tapping.TOKEN])
    with nursery(tmp_path, XLA_DATABASE_URL=url) as children:
        server = children.start("serve", "--port", str(address[1]))
        serving.wait(address)
        assert sent(address, key).code == 201
        with People(ledger, address):
            until(lambda: len(ledger.acknowledged) > 20)
            ballast = put_work_and_fill(disk, store)
            assert is_clearly_not_saved(first(AWAY, lambda: tapped(address)))
            assert is_clear_problem(first(AWAY, lambda: sent(address, key)))
            assert said(address, "GET", "/healthz").code == 200
            time.sleep(FULL_S)
            assert ledger.codes <= {STORED, AWAY}
            ballast.unlink()
            enough = len(ledger.acknowledged) + 20
            until(lambda: len(ledger.acknowledged) > enough)
        assert ledger.codes == {STORED, AWAY}
        assert sent(address, key).code == 201
        assert not server.has_ended()
        until(lambda: states(store) == {"done"})
    with database.reading(store) as session:
        assert session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
        assert ledger.acknowledged.keys() <= set(session.scalars(select(Response.group_key)))
        assert verify(session, clock.now()) == []


def put_work_and_fill(disk: Path, store: Engine) -> Path:
    """Write down what falls due when the disk is full; then leave no room on it."""
    now = clock.now()
    with database.transaction(store) as session:
        contract_id = session.scalars(select(Contract.id)).one()
        soon = now + timedelta(seconds=1)
        wanted = [
            work.Wanted(Kind.EVALUATE, f"w/{n}", soon, contract_id, {"because": f"{n}"}) for n in range(3)
        ]
        work.put(session, wanted, now)
    path = disk / "ballast"
    with path.open("wb", buffering=0) as ballast:
        for size in (1 << 16, 1 << 10):
            try:
                while ballast.write(b"\0" * size):
                    pass
            except OSError:
                continue
    return path


def states(store: Engine) -> set[str]:
    """How far the work is that fell due meanwhile."""
    with database.reading(store) as session:
        return set(session.scalars(select(WorkItem.state).where(WorkItem.key.startswith("w/"))))


def first(code: int, ask: Callable[[], Said]) -> Said:
    """The first answer of that code: some still find room in the pages there are."""
    ends_at = time.monotonic() + GOES_ON_WITHIN_S
    while (answer := ask()).code != code:
        assert answer.code in {201, STORED}
        assert time.monotonic() < ends_at
    return answer


def until(happened: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + GOES_ON_WITHIN_S
    while not happened():
        assert time.monotonic() < ends_at
        time.sleep(0.05)
