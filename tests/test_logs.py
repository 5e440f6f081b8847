"""Logs: one record a line for a collector, or readable by people; nothing that PostgreSQL quotes of a row."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from xla import logs

log = logging.getLogger("xla.test_logs")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """The root logger as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


REFUSED = "duplicate key\nDETAIL:  Key (email)=(karin@ekhaga.example) already exists.\nfor all"


def fail() -> None:
    raise ValueError(REFUSED)


def test_a_collector_gets_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    log.info("Two\nlines and %s", "åäö")
    try:
        fail()
    except ValueError:
        log.exception("It failed.")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["level"], first["logger"], first["message"]) == ("info", log.name, "Two\nlines and åäö")
    assert first["time"].endswith("+00:00")
    assert "exception" not in first
    assert second["exception"].startswith("Traceback")
    assert "ValueError: duplicate key" in second["exception"]
    assert "karin" not in second["exception"]


def test_people_read_a_line_with_its_time_and_the_traceback_below(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text")
    try:
        fail()
    except ValueError:
        log.exception("It failed.")
    said = capsys.readouterr().err
    assert " ERROR xla.test_logs: It failed.\nTraceback" in said
    assert "karin" not in said


def test_the_last_form_holds_and_every_record_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text")
    logs.set_up("json")
    log.warning("once")
    assert json.loads(capsys.readouterr().err)["message"] == "once"


def test_who_tells_every_step_is_kept_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text")
    logging.getLogger("apscheduler.executors.default").info("Running job")
    assert capsys.readouterr().err == ""


def test_the_web_server_writes_records_as_we_do() -> None:
    theirs = logging.StreamHandler()
    logger = logging.getLogger("gunicorn.error")
    logger.addHandler(theirs)
    logs.set_up("json")
    logger.removeHandler(theirs)
    assert isinstance(theirs.formatter, logs.Json)


def test_the_wsgi_entry_sets_up_the_log(tmp_path: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import app, logging; logging.getLogger('x').info('there')"],
        env={"XLA_LOG_FORMAT": "json", "XLA_INSTANCE": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stderr.splitlines()[-1])["message"] == "there"
