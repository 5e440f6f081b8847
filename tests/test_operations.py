"""Operations: the files that docs/operations.md hands out work: units, backup and restore, alert rules."""

import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select, text

import make
import postgres
import rated
from databases import PostgresDatabases
from xla import clock, database, migrate
from xla.cli import main
from xla.models import Contract, Response
from xla.services.verification import verify
from xla.settings import Settings
from xla.web import create_app

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "operations"
UNITS = sorted(FOLDER.glob("*.service"))
PLACE = "/opt/xla-monitor"
BACKUP = FOLDER / "backup-sqlite"


def started(unit: Path) -> list[str]:
    """The words of what a unit starts."""
    found = re.search(r"^ExecStart=(.+)$", unit.read_text("utf-8"), re.MULTILINE)
    assert found
    return found[1].replace("%i", "close").split()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_there_is_with_options_it_takes(unit: Path) -> None:
    program, command, *options = started(unit)
    name = Path(program).name
    if name == "gunicorn":
        helped = subprocess.run(
            [sys.executable, "-m", "gunicorn", "--help"], capture_output=True, text=True, check=True
        ).stdout
        assert command == "app:app"
        assert (ROOT / "app.py").is_file()
    else:
        assert name == "xla"
        result = CliRunner().invoke(main, [command, "--help"])
        assert result.exit_code == 0
        helped = result.output
    named = [option for option in options if option.startswith("--")]
    assert [option for option in named if option not in helped] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong_with_a_unit(unit: Path, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    program = started(unit)[0]
    told = unit.read_text("utf-8").replace(program, sys.executable)
    copy = tmp_path / unit.name.replace("@.", "@close.")
    copy.write_text(told)
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_setting_of_the_example_is_one_of_ours() -> None:
    names = re.findall(r"^#?(XLA_\w+)=", (FOLDER / "xla-monitor.env").read_text("utf-8"), re.MULTILINE)
    assert names
    assert [name for name in names if name.removeprefix("XLA_").lower() not in Settings.model_fields] == []


def test_alerts_ask_for_figures_there_are(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/xla.db"
    assert CliRunner().invoke(main, ["verify", "--database", url]).exit_code == 0
    app = create_app(Settings(instance=tmp_path, database_url=url))
    families = text_string_to_metric_families(app.test_client().get("/metrics").text)
    known = {sample.name for family in families for sample in family.samples}
    rules = yaml.safe_load((FOLDER / "prometheus-alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"xla_\w+", rule["expr"])}
    assert asked
    assert asked <= known


@pytest.fixture
def written(tmp_path: Path) -> Iterator[tuple[str, list[int]]]:
    """A database into which ratings are written all the while; how many are known to be in it."""
    url = f"sqlite:///{tmp_path}/live/xla.db"
    assert CliRunner().invoke(main, ["verify", "--database", url]).exit_code == 0
    engine = database.connect(url)
    with database.transaction(engine) as session:
        make.contract(session)
    stored, stop = [0], threading.Event()

    def write() -> None:
        while not stop.is_set():
            with database.transaction(engine) as session:
                contract = session.scalars(select(Contract)).one()
                rated.respond(session, contract, {"clean": 4, "food": 2})
            stored[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    yield url, stored
    stop.set()
    writer.join()
    engine.dispose()


def test_a_copy_made_while_people_rate_is_whole_and_can_be_worked_with(
    written: tuple[str, list[int]], tmp_path: Path
) -> None:
    if not shutil.which("sqlite3"):
        pytest.skip("sqlite3 is not installed: apt-get install sqlite3")
    _url, stored = written
    while stored[0] < 20:
        threading.Event().wait(0.01)
    before = stored[0]
    live, copies = tmp_path / "live" / "xla.db", tmp_path / "copies"
    done = subprocess.run([BACKUP, live, copies], capture_output=True, text=True, check=True)
    while stored[0] < before + 5:  # the writer was not stopped by it
        threading.Event().wait(0.01)
    (copy,) = copies.iterdir()
    assert done.stdout.strip() == str(copy)
    assert copy.stat().st_mode & 0o777 == 0o600

    restored = tmp_path / "restored" / "xla.db"
    restored.parent.mkdir()
    shutil.copyfile(copy, restored)
    assert CliRunner().invoke(main, ["verify", "--database", f"sqlite:///{restored}"]).exit_code == 0
    engine = database.connect(f"sqlite:///{restored}")
    with database.reading(engine) as session:
        assert len(session.scalars(select(Response.id)).all()) >= before
        assert session.scalars(text("PRAGMA journal_mode")).all() == ["wal"]
        assert verify(session, clock.now()) == []
    with database.transaction(engine) as session:
        rated.respond(session, session.scalars(select(Contract)).one(), {"clean": 1})
    engine.dispose()


def test_a_dump_of_postgresql_is_restored_whole(postgres_server: Path, tmp_path: Path) -> None:
    databases = PostgresDatabases(postgres_server)
    live, restored = databases.create(), databases.create()
    engine = database.connect(live)
    migrate.upgrade(engine)
    with database.transaction(engine) as session:
        rated.respond(session, make.contract(session), {"clean": 4}, times=7)
    engine.dispose()
    programs = postgres.programs()
    assert programs
    dump = tmp_path / "xla.dump"
    subprocess.run([programs / "pg_dump", "--format=custom", f"--file={dump}", plain(live)], check=True)
    restore = [programs / "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={plain(restored)}", dump]
    subprocess.run(restore, check=True)
    assert CliRunner().invoke(main, ["verify", "--database", restored]).exit_code == 0
    engine = database.connect(restored)
    with database.reading(engine) as session:
        assert len(session.scalars(select(Response.id)).all()) == 7
    engine.dispose()
    databases.drop(live)
    databases.drop(restored)


def plain(url: str) -> str:
    """The URL as PostgreSQL's own programs read it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def test_a_copy_of_no_database_is_none(tmp_path: Path) -> None:
    if not shutil.which("sqlite3"):
        pytest.skip("sqlite3 is not installed: apt-get install sqlite3")
    command = [BACKUP, tmp_path / "none.db", tmp_path / "copies"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode != 0
    assert not [path for path in (tmp_path / "copies").iterdir() if path.suffix == ".db"]
    assert not (tmp_path / "none.db").exists()


def test_a_copy_taken_apart_from_its_journal_is_not_what_we_tell_people_to_make() -> None:
    """Copying the file alone loses what is still in the -wal file beside it."""
    told = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert "xla.db-wal" in told
    assert sqlite3.sqlite_version_info >= (3, 27), "VACUUM INTO is there"


@pytest.mark.parametrize("name", [path.name for path in sorted(FOLDER.iterdir())])
def test_the_document_speaks_of_every_file_beside_it(name: str) -> None:
    assert name in (ROOT / "docs" / "operations.md").read_text("utf-8")
