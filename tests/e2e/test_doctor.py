"""`xla doctor`: looks at everything, says how to put right what is wrong, and changes nothing."""

import smtplib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, make_url

import authority
import make
import signed
from commands import Ran, Xla
from xla import clock, database, migrate
from xla.cli import doctor
from xla.cli.checks import machine, reach
from xla.cli.checks.patient import Patient
from xla.cli.checks.work import ago
from xla.core.work import Kind, Queue
from xla.documents import printer
from xla.documents.paper import RenderFailed
from xla.models import Heartbeat
from xla.outside.mail import SmtpMailbox, Undelivered
from xla.services import heartbeats, work
from xla.services.work import Wanted
from xla.settings import Settings


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    engine = database.connect(database_url)
    yield engine
    engine.dispose()


def found(ran: Ran) -> dict[str, tuple[str, str, str]]:
    """Level, what is said and what to do, by name."""
    return {each["name"]: (each["level"], each["says"], each["fix"]) for each in ran.document["checks"]}


def test_a_healthy_installation_is_well(xla: Xla, store: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XLA_BASE_URL", "https://xla.example.com")
    monkeypatch.setenv("XLA_SMTP_URL", "smtp://mail.example.com")
    monkeypatch.setattr(SmtpMailbox, "greet", lambda _self: None)
    with database.transaction(store) as session:
        heartbeats.beat(session, "scheduler", "scheduler a 1", clock.now())
        heartbeats.beat(session, "worker", "worker a 2", clock.now())
    ran = xla("doctor", "--json")
    kinds = {name: level for name, (level, _says, _fix) in found(ran).items() if name != "permissions"}
    assert set(kinds.values()) == {"ok"}, ran.out
    assert {"reachable", "migrations", "writable", "scheduler", "clock", "pango", "mail"} <= set(kinds)
    assert ran.code == 0


def test_warnings_alone_are_no_failure(xla: Xla, store: Engine) -> None:
    with database.transaction(store) as session:
        heartbeats.beat(session, "scheduler", "scheduler a 1", clock.now())
        heartbeats.beat(session, "worker", "worker a 2", clock.now())
    ran = xla("doctor", "--json")
    level, _says, fix = found(ran)["mail"]
    assert (level, fix) == ("warning", "XLA_SMTP_URL=smtp+tls://user:password@mail.example.com:587")
    assert found(ran)["address"][0] == "warning"
    assert (ran.code, ran.document["level"]) == (0, "warning")


def test_it_prints_every_line_with_its_fix_and_no_colour_into_a_pipe(xla: Xla) -> None:
    ran = xla("doctor")
    assert ran.code == 1
    assert "wrong    scheduler" in ran.out
    assert "none has ever ticked here" in ran.out
    assert "→ xla serve" in ran.out
    assert ran.out.rstrip().endswith("warnings.")
    assert "\x1b" not in ran.out


def test_a_scheduler_that_fell_silent_is_wrong(xla: Xla, store: Engine) -> None:
    with database.transaction(store) as session:
        session.add(Heartbeat(name="s", kind="scheduler", at=clock.now() - timedelta(minutes=4)))
    level, says, fix = found(xla("doctor", "--json"))["scheduler"]
    assert (level, fix.split(" (")[0]) == ("wrong", "xla serve")
    assert "4 minutes ago" in says


def test_many_machines_need_postgresql_and_procrastinates_tables(
    xla: Xla, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XLA_ENGINE", "procrastinate")
    told = found(xla("doctor", "--json"))
    is_sqlite = store.dialect.name == "sqlite"
    assert told["engine"][0] == "wrong"
    assert ("needs PostgreSQL" if is_sqlite else "tables are missing") in told["engine"][1]
    assert (told["scheduler"][2], told["workers"][2]) == ("xla scheduler", "xla worker")
    if not is_sqlite:
        migrate.add_procrastinate(store)
        assert found(xla("doctor", "--json"))["engine"][0] == "ok"


def test_what_waits_and_what_was_given_up_is_named(xla: Xla, store: Engine) -> None:
    now = clock.now()
    with database.transaction(store) as session:
        make.contract(session, now=now - timedelta(hours=3))
        wanted = [Wanted(Kind.RENDER, f"report {number}", now - timedelta(hours=2)) for number in range(8)]
        work.put(session, wanted, now)
        for second in range(7):
            taken = work.take(session, [Queue.RENDER], now)
            assert taken
            work.park(session, taken, "too\nlarge", now + timedelta(seconds=second))
    told = found(xla("doctor", "--json"))
    assert told["backlog render"][:2] == ("warning", "1 in the queue render, the oldest due 2 hours ago")
    level, says, fix = told[f"parked {taken.id}"]
    assert (level, says) == ("warning", f"render {taken.key} was given up: too large")
    assert fix == f"xla work --retry {taken.id}"
    assert told["parked"][1] == "2 more were given up before those"
    assert told["evaluations"][:2] == ("warning", "1 contract was not evaluated lately")


def test_a_database_that_does_not_answer_is_one_line_and_the_rest_is_checked(xla: Xla) -> None:
    ran = xla("doctor", "--json", "--database", "postgresql://nobody:secret@127.0.0.1:1/none")
    told = found(ran)
    assert ran.code == 1
    assert told["reachable"][0] == "wrong"
    assert "Connection refused" in told["reachable"][1]
    assert {"pango", "fonts", "disk", "mail"} <= set(told)
    assert "migrations" not in told
    assert "secret" not in ran.out


def test_a_database_that_is_not_there_yet_is_not_made(xla: Xla, tmp_path: Path) -> None:
    path = tmp_path / "none" / "xla.db"
    ran = xla("doctor", "--json", "--database", f"sqlite:///{path}")
    assert found(ran)["reachable"] == ("wrong", f"there is no database at {path} yet", "xla serve")
    assert not path.parent.exists()


def test_a_database_of_another_version_is_wrong_and_stays_as_it_is(xla: Xla, empty_database_url: str) -> None:
    engine = database.connect(empty_database_url)  # makes the file, where it is one
    engine.connect().close()
    engine.dispose()
    for _ in range(2):
        told = found(xla("doctor", "--json", "--database", empty_database_url))
        assert told["migrations"][0] == "wrong"
        assert told["writable"][0] == "wrong"


def test_what_is_no_database_at_all_is_bad_input(xla: Xla) -> None:
    ran = xla("doctor", "--database", "mysql://x")
    assert (ran.code, ran.out) == (2, "")
    assert "mysql" in ran.err


def test_a_file_everybody_reads_or_without_its_journal_is_told(xla: Xla, tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    path = folder / "xla.db"
    url = f"sqlite:///{path}"
    assert xla("verify", "--database", url).code == 0
    folder.chmod(0o755)
    told = found(xla("doctor", "--json", "--database", url))
    assert told["permissions"] == (
        "warning",
        "every user of this machine can read the answers in it",
        f"chmod o-rwx {folder}",
    )
    folder.chmod(0o700)
    assert found(xla("doctor", "--json", "--database", url))["permissions"][0] == "ok"


def test_an_instance_folder_is_made_for_its_own_user_alone(xla: Xla, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    assert xla("verify", "--database", f"sqlite:///{folder}/xla.db").code == 0
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_file_that_is_no_database_is_told(xla: Xla, tmp_path: Path) -> None:
    path = tmp_path / "xla.db"
    path.write_text("not a database, and longer than a header of one hundred bytes is. " * 4)
    told = found(xla("doctor", "--json", "--database", f"sqlite:///{path}"))
    assert told["reachable"][:2] == ("wrong", "the database refuses: file is not a database")


def test_a_locked_file_is_told(xla: Xla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    url = f"sqlite:///{tmp_path}/own/xla.db"
    xla("verify", "--database", url)
    with sqlite3.connect(tmp_path / "own" / "xla.db") as other:
        other.execute("BEGIN EXCLUSIVE")
        level, says, _fix = found(xla("doctor", "--json", "--database", url))["writable"]
        other.rollback()
    other.close()
    assert level == "wrong"
    assert says.endswith("database is locked")


def patient(tmp_path: Path, **settings: Any) -> Patient:
    """An installation of which only what does not need the database is looked at."""
    url = f"sqlite:///{tmp_path}/xla.db"
    return Patient(Settings(instance=tmp_path, **settings), make_url(url), database.connect(url), make.NOW)


@pytest.mark.parametrize(("seconds", "level"), [(4, "ok"), (6, "warning"), (301, "wrong")])
def test_clocks_apart_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int, level: str
) -> None:
    monkeypatch.setattr(database, "time_of", lambda _engine: make.NOW - timedelta(seconds=seconds))
    (finding,) = machine.clocks(patient(tmp_path))
    assert finding.level == level


@pytest.mark.parametrize(
    ("address", "level"),
    [
        ("https://xla.example.com", "ok"),
        ("http://localhost:8000", "warning"),
        ("http://xla.example.com", "wrong"),
        ("xla.example.com", "wrong"),
    ],
)
def test_an_address_is_encrypted_and_reached_from_elsewhere(tmp_path: Path, address: str, level: str) -> None:
    (finding,) = reach.address(patient(tmp_path, base_url=address))
    assert finding.level == level


@pytest.mark.parametrize(("days", "level"), [(1, "wrong"), (40, "warning"), (3_650, "ok")])
def test_the_key_that_signs_is_looked_at_before_its_certificate_ends(
    tmp_path: Path, days: int, level: str
) -> None:
    given = {"signing_key": signed.key_file(tmp_path, days=days), "signing_passphrase": signed.PASSPHRASE}
    asked = replace(patient(tmp_path, **given), now=signed.MADE_AT + timedelta(days=20))
    (finding,) = reach.signing(asked)
    assert finding.level == level
    assert "Nordfast Service AB's certificate ends on" in finding.says


def test_a_key_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (finding,) = reach.signing(patient(tmp_path, signing_key=tmp_path / "none.p12"))
    assert finding.level == "wrong"
    assert "no report can be issued" in finding.says
    (unset,) = reach.signing(patient(tmp_path))
    assert unset.level == "ok"


def test_the_time_stamp_authority_is_asked_for_one(tmp_path: Path) -> None:
    (unset,) = reach.time_stamps(patient(tmp_path))
    assert (unset.level, unset.says) == ("ok", "reports are not time-stamped")
    with authority.stamping() as server:
        server.at = make.NOW
        asked = patient(tmp_path, timestamp_url=server.url)
        (finding,) = reach.time_stamps(asked)
        assert (finding.level, finding.says) == ("ok", f"by {authority.NAME}")
        server.answer = authority.refused
        (finding,) = reach.time_stamps(asked)
    assert finding.level == "warning"
    assert finding.says == "reports are issued without a time stamp: the authority refused: too many today"


def test_a_mail_server_that_refuses_is_told_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: SmtpMailbox) -> None:
        raise Undelivered("the server says 535 authentication failed") from smtplib.SMTPException()

    monkeypatch.setattr(SmtpMailbox, "greet", refuse)
    (finding,) = reach.mail(patient(tmp_path, smtp_url="smtp://us:secret@mail.example.com"))
    said = "mail.example.com does not take our mails: the server says 535 authentication failed"
    assert (finding.level, finding.says) == ("wrong", said)
    assert "secret" not in finding.fix


def test_what_draws_reports_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Any:
        raise RenderFailed("Pango is missing")

    monkeypatch.setattr(machine, "weasyprint", fail)
    monkeypatch.setattr(machine, "FILES", (tmp_path / "letters.woff2",))
    (pango,) = machine.pango(patient(tmp_path))
    assert (pango.level, pango.fix) == ("wrong", printer.INSTALL_PANGO)
    (fonts,) = machine.fonts(patient(tmp_path))
    assert (fonts.level, fonts.says) == ("wrong", "letters.woff2 can't be read")


@pytest.mark.parametrize(("free", "level"), [(99, "wrong"), (1_000, "warning"), (2_000, "ok")])
def test_little_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: str) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free << 20))
    assert [each.level for each in machine.disk(patient(tmp_path))] == [level, level]


def test_a_check_that_fails_itself_is_told_and_the_next_runs(
    xla: Xla, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_patient: object) -> Any:
        raise RuntimeError("two\nlines")

    monkeypatch.setitem(reach.CHECKS, "address", broken)
    told = found(xla("doctor", "--json"))
    assert told["address"][:2] == ("wrong", "can't be checked: RuntimeError: two lines")
    assert "mail" in told


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-30, "30 seconds in the future"),
        (59, "59 seconds ago"),
        (119, "119 seconds ago"),
        (120, "2 minutes ago"),
        (7_200, "2 hours ago"),
        (172_800, "2 days ago"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_unit_that_says_enough(seconds: int, said: str) -> None:
    assert ago(make.NOW - timedelta(seconds=seconds), make.NOW) == said


def test_no_check_is_left_out() -> None:
    areas = (doctor.of_database, doctor.of_work, doctor.machine, doctor.reach)
    assert all(area.CHECKS for area in areas)
