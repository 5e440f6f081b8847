"""The harness itself: databases of both kinds, nothing left behind, no network, no silent skips."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from network import NetworkUsedError
from xla import database, migrate

TESTS = Path(__file__).parent


def test_an_engine_has_the_newest_tables(engine: Engine) -> None:
    assert migrate.is_current(engine)
    assert inspect(engine).has_table("contract")


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_writes_and_even_commits_is_gone_for_the_next(session: Session, turn: int) -> None:
    assert not inspect(session.connection()).has_table("left_behind"), turn
    session.execute(text("CREATE TABLE left_behind (id INTEGER)"))
    session.commit()
    session.execute(text("INSERT INTO left_behind VALUES (1)"))
    session.rollback()
    assert session.scalar(text("SELECT count(*) FROM left_behind")) == 0


@pytest.mark.parametrize("turn", [1, 2])
def test_a_database_of_ones_own_is_migrated_fresh_and_open_to_other_connections(
    database_url: str, turn: int
) -> None:
    first, second = database.connect(database_url), database.connect(database_url)
    assert migrate.is_current(first)
    with database.transaction(first) as session:
        session.execute(text("CREATE TABLE left_behind (id INTEGER)"))
    assert inspect(second).has_table("left_behind"), turn
    first.dispose()
    second.dispose()


def test_an_empty_database_has_no_tables(empty_database_url: str) -> None:
    engine = database.connect(empty_database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_other_machines_are_out_of_reach() -> None:
    with socket.socket() as outside, pytest.raises(NetworkUsedError, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 80))
    with socket.socket() as outside, pytest.raises(NetworkUsedError):
        outside.connect_ex(("192.0.2.1", 80))
    with pytest.raises(NetworkUsedError, match="example"):
        socket.create_connection(("example.com", 443))


def test_this_machine_is_within_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as connection:
            assert connection.getpeername() == server.getsockname()
        with socket.create_connection(("localhost", server.getsockname()[1])) as connection:
            assert connection.getpeername()[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("ci", "outcome"),
    [("true", "failed=4 skipped=0 passed=1"), ("", "failed=0 skipped=4 passed=1")],
)
def test_a_skip_fails_in_ci_and_only_there(tmp_path: Path, ci: str, outcome: str) -> None:
    (tmp_path / "test_skips.py").write_text(
        "import pytest\n"
        "@pytest.mark.skip(reason='marked')\n"
        "def test_marked(): pass\n"
        "@pytest.mark.skipif(True, reason='conditional')\n"
        "def test_conditional(): pass\n"
        "def test_called(): pytest.skip('called')\n"
        "def test_runs(): pass\n"
    )
    (tmp_path / "test_module.py").write_text("import pytest\npytest.importorskip('no_such_module')\n")
    said = _pytest(tmp_path, ci)
    counted = {word: said.count(f"\n{word.upper()} ") for word in ("failed", "skipped", "passed")}
    counted["failed"] += said.count("\nERROR ")
    assert " ".join(f"{word}={count}" for word, count in counted.items()) == outcome, said


def _pytest(folder: Path, ci: str) -> str:
    options = [
        "-rA",
        "--no-fold-skipped",
        "--continue-on-collection-errors",
        "-p",
        "no:cacheprovider",
        "-p",
        "conftest",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, f"--rootdir={folder}", "-c", os.devnull, folder],
        env={**os.environ, "CI": ci, "PYTHONPATH": f"{TESTS.parent}:{TESTS}"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr
