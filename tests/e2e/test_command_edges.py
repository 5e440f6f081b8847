"""What goes wrong outside our code is one sentence and code 2; nothing is half done."""

import errno
from datetime import UTC, datetime
from pathlib import Path

import pytest
import waitress
from sqlalchemy import select, text

import make
from commands import Xla
from rated import rate
from xla import database, rendering
from xla.cli import running
from xla.models import Report
from xla.services import agreements


@pytest.fixture
def harbour(xla: Xla, database_url: str) -> Xla:
    """The command over Harbour house, with forty ratings of its March, late in it three more."""
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        contract = make.contract(session)
        rate(session, contract, "clean", {5: 20, 1: 20}, at=datetime(2026, 3, 11, tzinfo=UTC))
    engine.dispose()
    return xla


def refused(xla: Xla, *arguments: object) -> str:
    """The one sentence a wrong input is told with."""
    ran = xla(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    return ran.err


def test_a_report_that_can_not_be_written_is_not_issued(
    harbour: Xla, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "render_in_process", lambda _data: b"%PDF-1.7")
    assert harbour("periods", "close", "harbour", "--period", "2026-03", "--now", "2026-05-01").code == 0
    output = tmp_path / "nowhere" / "march.pdf"
    said = refused(harbour, "report", "harbour", "--period", "2026-03", "--output", output)
    assert "there is no folder" in said
    engine = database.connect(database_url)
    with database.reading(engine) as session:
        assert session.scalars(select(Report.issue)).all() == []
    engine.dispose()


@pytest.mark.parametrize(
    "instant",
    ["0001-01-01T00:00:00+14:00", "0001-01-02", "9999-12-31T23:59:59-12:00", "9999-12-30", "24:00", ""],
)
def test_an_instant_at_the_calendars_ends_is_refused(harbour: Xla, instant: str) -> None:
    assert "is not an instant" in refused(harbour, "evaluate", "harbour", "--as-known-at", instant)
    close = ("periods", "close", "harbour", "--period", "2026-03", "--now", instant)
    assert "is not an instant" in refused(harbour, *close)


@pytest.mark.parametrize("period", ["0001", "9999-12", "9999", "1899-Q4"])
def test_a_period_at_the_calendars_ends_is_refused(harbour: Xla, period: str) -> None:
    for command in (["evaluate"], ["periods", "close"]):
        assert "lies too far away" in refused(harbour, *command, "harbour", "--period", period)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://host/xla", "a database is sqlite:///FILE or postgresql://…, not mysql://…"),
        ("nonsense", "the database refused"),
        ("postgresql://nobody@localhost:1/none?connect_timeout=1", "the database refused"),
    ],
)
def test_a_database_that_can_not_be_had_is_told(xla: Xla, url: str, sentence: str) -> None:
    assert sentence in refused(xla, "verify", "--database", url)


def test_a_file_that_is_no_database_is_told(xla: Xla, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, but long enough to look like one at first\n" * 20)
    assert "the database refused: file is not a database" in refused(
        xla, "verify", "--database", f"sqlite:///{file}"
    )


def test_a_database_of_a_newer_version_is_left_alone(xla: Xla, database_url: str) -> None:
    engine = database.connect(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert "the database is not of this version of XLA monitor" in refused(xla, "verify")


def test_a_wrong_setting_is_told_by_its_name(xla: Xla, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XLA_LOG_FORMAT", "xml")
    assert "XLA_LOG_FORMAT: found 'xml'" in refused(xla, "verify")


def test_a_port_that_is_taken_is_told(xla: Xla, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[bool] = []

    class Idle:
        def start(self) -> None:
            """Nothing runs."""

        def stop(self) -> None:
            stopped.append(True)

    def busy(*_arguments: object, **_told: object) -> None:
        raise OSError(errno.EADDRINUSE, "Address already in use")

    monkeypatch.setattr(running, "Supervisor", lambda _settings: Idle())
    monkeypatch.setattr(waitress, "serve", busy)
    ran = xla("serve")
    assert (ran.code, ran.err) == (2, "the system: Address already in use\n")
    assert "The database is empty" in ran.out
    assert stopped == [True]


def test_verify_as_json_names_every_finding(harbour: Xla, database_url: str) -> None:
    assert harbour("verify", "--json").document == {"ok": True, "findings": []}
    engine = database.connect(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE agreement_version SET document = '{'"))
    engine.dispose()
    ran = harbour("verify", "--json")
    assert ran.code == 1
    assert {each["what"] for each in ran.document["findings"]} == {"agreement"}


def test_a_frozen_period_is_told_with_what_came_late(harbour: Xla, database_url: str) -> None:
    harbour("periods", "close", "harbour", "--period", "2026-03", "--now", "2026-05-01")
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        contract = agreements.contract_of(session, "harbour")
        rate(session, contract, "clean", {5: 3}, at=datetime(2190, 1, 1, tzinfo=UTC))
    engine.dispose()
    document = harbour("evaluate", "harbour", "--period", "2026-03", "--json").document
    clean = document["kpis"][0]
    # Closed in May and disputed by nobody, it is final long since.
    assert (document["state"], clean["n"], clean["late"]) == ("final", 40, 3)
    ran = harbour("evaluate", "harbour", "--period", "2026-03")
    assert "final, agreement version 1" in ran.out
