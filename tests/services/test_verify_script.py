"""The stand-alone script computes a report again with the standard library alone, and finds a bent one."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from services.issued_march import bent, build, with_figure

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verify_report.py"


def ran(pdf: bytes, folder: Path) -> tuple[int, str]:
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, file], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_script_agrees_with_a_report_and_not_with_a_bent_one(session: Session, tmp_path: Path) -> None:
    _, pdf = build(session)
    code, said = ran(pdf, tmp_path)
    assert (code, "All agree with report.json." in said) == (0, True)
    assert "few too few answers to tell their counts" in " ".join(said.split())
    code, said = ran(bent(pdf, "report.json", with_figure("clean", "verdict", "met")), tmp_path)
    assert (code, "1 commitments differ." in said) == (1, True)
    code, said = ran(b"%PDF-1.7", tmp_path)
    assert (code, "can't be read as a report" in said) == (2, True)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("report.json", "[" * 100_000),
        ("report.json", "7"),
        ("ratings-summary.csv", f"kpi,question,of,key,number\r\n{'a' * 200_000},,,,1\r\n"),
        ("ratings-summary.csv", "kpi,question,of,key,number\r\nclean,q,score,1,1e999999999\r\n"),
    ],
)
def test_files_of_another_form_are_no_report_and_take_no_time(
    session: Session, tmp_path: Path, name: str, text: str
) -> None:
    _, pdf = build(session)
    code, said = ran(bent(pdf, name, lambda _: text), tmp_path)
    assert (code, said.startswith("This can't be read as a report: ")) == (2, True), said


def test_many_digits_or_spaces_are_read_in_no_time(tmp_path: Path) -> None:
    for filled in (b"7" * 200_000, b"7 0 obj<<>>" + b" " * 200_000):
        assert ran(b"%PDF-1.7" + filled, tmp_path)[0] == 2


def test_the_script_can_be_read_in_one_go() -> None:
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 150
