"""An import that is killed, whose disk fills up or database goes away leaves nothing and harms nothing."""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select, text
from sqlalchemy.orm import Session

import make
from xla import database
from xla.models import Rating
from xla.services.imports import import_ratings
from xla.services.verification import verify

ROWS = 200_000
BEGINS_WITHIN_S = 60
WRITTEN = 1 << 20
KILLS = 2


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of many ratings, each with an id, so that four tables are written."""
    rows = (f"2026-0{number % 5 + 1}-10,clean,{number % 5 + 1},a,{number}\n" for number in range(ROWS))
    folder = tmp_path_factory.mktemp("large")
    return make.file(folder, "date,question,score,site,external_id\n" + "".join(rows), "large.csv")


@pytest.fixture
def url(database_url: str, tmp_path: Path) -> str:
    """A database with Harbour house and one rating."""
    small = make.file(tmp_path, "date,question,score\n2026-05-31,clean,5\n", "small.csv")
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        import_ratings(session, make.contract(session), small, now=make.NOW)
    engine.dispose()
    return database_url


def importing(url: str, path: Path, prepare: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    arguments = ["ratings", "import", path, "--contract", "harbour", "--database", url]
    return subprocess.Popen(
        [sys.executable, "-c", "from xla.cli import main; main()", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=prepare,  # noqa: PLW1509 - limits the child's files; no thread holds a lock
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and what was said on stderr."""
    said = process.communicate(timeout=120)[1]
    return process.returncode, said


def is_sound(url: str) -> object:
    """The whole database's contents, which add up."""
    engine = database.connect(url)
    with Session(engine) as session:
        assert verify(session, make.NOW) == []
        found = make.contents(session)
    engine.dispose()
    return found


def importing_midway(url: str, path: Path) -> subprocess.Popen[str]:
    """An import in the middle of its transaction: uncommitted rows reach the disk."""
    start = written(url)
    process = importing(url, path)
    ends_at = time.monotonic() + BEGINS_WITHIN_S
    while written(url) < start + WRITTEN:
        assert time.monotonic() < ends_at
        time.sleep(0.005)
    return process


def written(url: str) -> int:
    """Bytes of uncommitted rows: in SQLite's log, or in PostgreSQL's table."""
    if url.startswith("sqlite"):
        log = Path(f"{make_url(url).database}-wal")
        return log.stat().st_size if log.exists() else 0
    engine = database.connect(url)
    with database.reading(engine) as session:
        size = session.scalar(text("SELECT pg_relation_size('response')"))
    engine.dispose()
    return int(size or 0)


def test_an_import_that_is_killed_leaves_nothing(url: str, large: Path) -> None:
    before = is_sound(url)
    chance = random.Random(url.split(":", maxsplit=1)[0])  # noqa: S311 - instants, not secrets
    for _ in range(KILLS):
        process = importing_midway(url, large)
        time.sleep(chance.uniform(0, 0.5))
        process.kill()
        assert ended(process)[0] == -9
        assert is_sound(url) == before


def test_after_a_kill_a_file_comes_in_whole(url: str, large: Path, tmp_path: Path) -> None:
    process = importing_midway(url, large)
    process.kill()
    ended(process)
    with large.open() as lines:
        some = make.file(tmp_path, "".join(islice(lines, 6_001)), "some.csv")
    assert ended(importing(url, some)) == (0, "")
    engine = database.connect(url)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Rating)) == 6_001
        assert verify(session, make.NOW) == []
    engine.dispose()


def test_a_full_disk_is_told_and_nothing_is_lost(url: str, large: Path) -> None:
    """SQLite's files may not grow; PostgreSQL, whose files are the server's, breaks off."""
    before = is_sound(url)
    if url.startswith("sqlite"):
        process = importing(url, large, prepare=no_larger_files)
    else:
        process = importing_midway(url, large)
        break_off(url)
    code, said = ended(process)
    assert code == 2
    assert said.startswith("the database refused: ")
    assert said.endswith("; nothing was changed\n")
    assert "Traceback" not in said
    assert is_sound(url) == before


def no_larger_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))


def break_off(url: str) -> None:
    engine = database.connect(url)
    with database.reading(engine) as session:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        session.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
    engine.dispose()
