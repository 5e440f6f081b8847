"""The main job from the command line: an agreement and ratings in; verdicts, a breach and a report out."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import authority
import make
import signed
from commands import Xla
from xla import clock, database
from xla.services import agreement_files


@pytest.fixture
def agreement(tmp_path: Path) -> Path:
    """Harbour house as a file."""
    return make.file(tmp_path, agreement_files.export(make.agreement()), "harbour.yaml")


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    """Forty ratings of March, half of them poor."""
    rows = [{"question": "clean", "score": score, "date": "2026-03-10", "site": "a"} for score in "25" * 20]
    return make.csv_file(tmp_path, rows)


@pytest.fixture
def harbour(xla: Xla, agreement: Path, ratings: Path) -> Xla:
    """Harbour house applied, its ratings imported."""
    assert xla("agreement", "apply", agreement).code == 0
    assert xla("ratings", "import", ratings, "--contract", "harbour").code == 0
    return xla


def kpi(document: dict[str, Any], key: str) -> dict[str, Any]:
    return next(each for each in document["kpis"] if each["key"] == key)


def test_check_says_what_was_understood(xla: Xla, agreement: Path) -> None:
    ran = xla("agreement", "check", agreement)
    assert ran.code == 0
    assert '"Harbour house" is agreed with Aurland Port.' in ran.out
    assert xla("agreement", "check", agreement, "--json").document["contract"] == "harbour"


def test_a_wrong_agreement_names_file_line_and_field_and_changes_nothing(xla: Xla, tmp_path: Path) -> None:
    wrong = make.file(tmp_path, "format: xla-agreement/1\nkpis: 3\nfancy: 1\n", "wrong.yaml")
    for command in ("check", "apply", "diff"):
        ran = xla("agreement", command, wrong)
        assert ran.code == 2
        assert ran.out == ""
        assert "wrong.yaml: line 3, fancy: " in ran.err
    ran = xla("agreement", "check", wrong, "--json")
    assert ran.code == 2
    assert {"line": 3, "field": "fancy"}.items() <= ran.document["errors"][-1].items()


def test_the_same_file_twice_changes_nothing(xla: Xla, agreement: Path) -> None:
    assert xla("agreement", "apply", agreement, "--json").document == {
        "contract": "harbour",
        "version": 1,
        "changed": True,
        "errors": [],
    }
    assert "stays at version 1; nothing changed" in xla("agreement", "apply", agreement).out


def test_a_next_version_is_told_before_and_after(xla: Xla, agreement: Path, tmp_path: Path) -> None:
    assert "would be its version 1" in xla("agreement", "diff", agreement).out
    xla("agreement", "apply", agreement)
    assert xla("agreement", "diff", agreement).out == "Nothing would change.\n"
    text = agreement.read_text().replace("effective_from: 2026-01-01", "effective_from: 2026-04-01")
    later = make.file(tmp_path, text.replace("target: 80", "target: 85"), "later.yaml")
    ran = xla("agreement", "diff", later)
    assert "kpis[clean].target: 80 -> 85" in ran.out
    assert xla("agreement", "diff", later, "--json").document["refused"] == []
    assert xla("agreement", "apply", later).out == "harbour has version 2, from 2026-04-01.\n"
    assert "version 1" not in xla("agreement", "export", "harbour").out
    assert xla("agreement", "export", "harbour", "--version", 1).out == agreement.read_text()
    assert "harbour has 2 versions, not 3" in xla("agreement", "export", "harbour", "--version", 3).err


def test_an_overlapping_version_is_refused_with_its_line(xla: Xla, agreement: Path, tmp_path: Path) -> None:
    xla("agreement", "apply", agreement)
    text = agreement.read_text().replace("timezone: Europe/Stockholm", "timezone: Europe/Oslo")
    other = make.file(tmp_path, text, "other.yaml")
    ran = xla("agreement", "apply", other)
    assert ran.code == 2
    assert "other.yaml: line " in ran.err
    assert "contract.timezone" in ran.err
    assert "Refused: " in xla("agreement", "diff", other).out
    assert xla("agreement", "apply", other, "--json").document["errors"]


def test_the_schema_is_one_document(xla: Xla) -> None:
    assert xla("agreement", "schema").document["title"]


def test_evaluate_prints_the_document_of_the_interface(harbour: Xla) -> None:
    document = harbour("evaluate", "harbour", "--period", "2026-03", "--json").document
    assert document["state"] == "open"
    found = kpi(document, "clean")
    assert (found["n"], found["value"], found["verdict"]) == (40, 50.0, "breached")
    assert found["counts"] == {"1": 0, "2": 20, "3": 0, "4": 0, "5": 20}
    before = harbour(
        "evaluate", "harbour", "--period", "2026-03", "--as-known-at", "2026-01-05T00:00:00+01:00", "--json"
    ).document
    assert (kpi(before, "clean")["n"], kpi(before, "clean")["value"]) == (0, None)


def test_evaluate_prints_a_table(harbour: Xla) -> None:
    ran = harbour("evaluate", "harbour", "--period", "2026-03")
    assert "clean" in ran.out
    assert "breached" in ran.out
    assert "Score 50.0 of 100 (weighted)." in ran.out
    assert "no data" in harbour("evaluate", "harbour").out


def test_a_month_is_closed_reported_and_recognised(harbour: Xla, tmp_path: Path) -> None:
    output = tmp_path / "march.pdf"
    ran = harbour("report", "harbour", "--period", "2026-03", "--output", output)
    assert "march.pdf: a draft" in ran.out
    ran = harbour("periods", "close", "harbour", "--period", "2026-03")
    assert ran.out == "harbour 2026-03 is proposed.\nBreach 1 is open: clean.\n"
    again = harbour("periods", "close", "harbour", "--period", "2026-03")
    assert (again.code, again.out) == (0, "harbour 2026-03 was proposed already; nothing changed.\n")
    ran = harbour("report", "harbour", "--period", "2026-03", "--output", output)
    assert "march.pdf: issue 1" in ran.out
    assert harbour("verify", output).code == 0
    told = harbour("verify", output, "--json").document
    assert (told["ok"], told["issue"], told["figures"]["ok"]) == (True, 1, True)
    assert told["figures"]["recounted"] == ["clean"]
    output.write_bytes(output.read_bytes() + b"%")
    assert harbour("verify", output).code == 1
    told = harbour("verify", output, "--json").document
    assert (told["ok"], told["issue"], told["figures"]["ok"]) == (False, None, True)
    assert harbour("verify").out == "Everything adds up.\n"
    assert harbour("evaluate", "harbour", "--period", "2026-03", "--json").document["state"] == "proposed"


def test_a_report_issued_by_hand_is_signed_and_at_the_next_work_time_stamped(
    harbour: Xla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XLA_SIGNING_KEY", str(signed.key_file(tmp_path)))
    monkeypatch.setenv("XLA_SIGNING_PASSPHRASE", signed.PASSPHRASE)
    output = tmp_path / "march.pdf"
    harbour("periods", "close", "harbour", "--period", "2026-03")
    assert harbour("report", "harbour", "--period", "2026-03", "--output", output).code == 0
    with authority.stamping() as server:
        server.at = clock.now().replace(microsecond=0)
        monkeypatch.setenv("XLA_TIMESTAMP_URL", server.url)
        ran = harbour("work", "--once")
    assert "harbour issue 1 is time-stamped by Trusted Time Ltd." in ran.out
    told = harbour("verify", output).out
    assert "Signed by Nordfast Service AB: the signature covers the whole file and is unbroken." in told
    assert f"Time-stamped by Trusted Time Ltd at {server.at:%Y-%m-%d %H:%M:%S} UTC." in told
    document = harbour("verify", output, "--json").document
    assert document["ok"] is True
    assert document["signature"] == {"signer": signed.NAME, "problem": None}
    stamp = {"authority": authority.NAME, "stamped_at": server.at.isoformat(), "problem": None}
    assert document["stamp"] == stamp
    output.write_bytes(output.read_bytes() + b"%")
    assert "Wrong with it: its signature does not cover the whole file." in harbour("verify", output).out


def test_closing_too_early_is_refused(harbour: Xla) -> None:
    ran = harbour("periods", "close", "harbour", "--period", "2026-03", "--now", "2026-04-03T21:59:59+00:00")
    assert (ran.code, ran.out) == (2, "")
    assert "2026-03 can't be closed yet" in ran.err
    assert (
        harbour("periods", "close", "harbour", "--period", "2026-03", "--now", "2026-04-03T22:00").code == 0
    )


def test_work_closes_what_is_due(harbour: Xla) -> None:
    ran = harbour("work", "--once")
    assert "harbour 2026-03 is proposed; 1 breach opened." in ran.out
    assert "proposed" not in harbour("work", "--once").out


def test_a_spoiled_tally_is_found(harbour: Xla, database_url: str) -> None:
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        session.execute(text("UPDATE tally SET n = n + 1 WHERE score = 5"))
    engine.dispose()
    ran = harbour("verify")
    assert ran.code == 1
    assert "score 5: says 21, the ratings say 20" in ran.out
    assert harbour("verify", "--json").document["ok"] is False


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["evaluate", "nope"], "there is no contract 'nope'; there is harbour"),
        (["evaluate", "harbour", "--period", "2026-13"], "'2026-13' is not a period"),
        (["evaluate", "harbour", "--period", "2025-12"], "has no agreement on 2025-12-01"),
        (["evaluate", "harbour", "--as-known-at", "yesterday"], "'yesterday' is not an instant"),
        (["periods", "close", "harbour", "--period", "2026"], "is closed by month"),
        (["agreement", "export", "nope"], "there is no contract 'nope'"),
        (["report", "harbour", "--period", "2026-03", "--output", "/no/such/folder/r.pdf"], "no folder"),
        (["report", "harbour", "--period", "2026-03", "--language", "xx", "--output", "r.pdf"], "'xx'"),
        (["agreement", "check", "/no/such/file"], "does not exist"),
        (["evaluate", "harbour", "--database", "sqlite:////dev/null/x.db"], "/dev/null"),
        (["evaluate", "harbour", "--database", "nonsense"], "the database refused"),
    ],
)
def test_wrong_input_is_one_sentence_and_code_2(harbour: Xla, arguments: list[str], sentence: str) -> None:
    ran = harbour(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert sentence in ran.err
    assert "Traceback" not in ran.err


def test_the_database_may_be_named_before_or_after_the_command(xla: Xla, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/elsewhere/other.db"
    assert "there is none yet" in xla("--database", url, "evaluate", "harbour").err
    assert "there is none yet" in xla("evaluate", "harbour", "--database", url).err
    assert (tmp_path / "elsewhere" / "other.db").is_file()
