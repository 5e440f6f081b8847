"""`xla report` as known then and as a workbook, `xla portfolio`: what they write, and what they refuse."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import text

import make
from commands import Xla
from documents.pdf_text import text_of
from xla import database
from xla.services import agreement_files

BEFORE = b"what was there before"


@pytest.fixture
def harbour(xla: Xla, tmp_path: Path) -> Xla:
    """Harbour house, its March with forty ratings, closed."""
    agreement = make.file(tmp_path, agreement_files.export(make.agreement()), "harbour.yaml")
    assert xla("agreement", "apply", agreement).code == 0
    rows = [{"question": "clean", "score": score, "date": "2026-03-10", "site": "a"} for score in "25" * 20]
    ratings = make.csv_file(tmp_path, rows)
    assert xla("ratings", "import", ratings, "--contract", "harbour").code == 0
    assert xla("periods", "close", "harbour", "--period", "2026-03").code == 0
    return xla


def issued_count(url: str) -> int:
    engine = database.connect(url)
    with database.reading(engine) as session:
        count = session.execute(text("SELECT count(*) FROM report")).scalar_one()
    engine.dispose()
    return int(count)


@pytest.mark.parametrize("told", ["2026-04-05", "2026-04-05T12:00", "2026-04-05T12:00:00+02:00"])
def test_a_report_as_known_then_says_so_and_is_no_issue(
    harbour: Xla, database_url: str, tmp_path: Path, told: str
) -> None:
    output = tmp_path / "then.pdf"
    ran = harbour("report", "harbour", "--period", "2026-03", "--as-known-at", told, "--output", output)
    assert (ran.code, ran.err) == (0, "")
    assert f"then.pdf: as known at {told}, " in ran.out
    assert "As known at" in " ".join(text_of(output.read_bytes()).split())
    assert issued_count(database_url) == 0


def test_a_file_that_ends_in_xlsx_gets_the_tables_and_issues_nothing(
    harbour: Xla, database_url: str, tmp_path: Path
) -> None:
    for name, more in (("march.xlsx", ()), ("MARCH.XLSX", ("--as-known-at", "2026-04-05"))):
        output = tmp_path / name
        ran = harbour(
            "report", "harbour", "--period", "2026-03", "--language", "sv", "--output", output, *more
        )
        assert (ran.code, ran.out, ran.err) == (0, f"{output}: the tables of harbour 2026-03\n", "")
        with ZipFile(output) as book:
            assert "Åtaganden" in book.read("xl/workbook.xml").decode()
    assert issued_count(database_url) == 0


def test_a_portfolio_is_written_over_what_was_there(harbour: Xla, database_url: str, tmp_path: Path) -> None:
    output = make.file(tmp_path, BEFORE, "all.pdf")
    ran = harbour("portfolio", "--period", "2026-03", "--language", "sv", "--output", output)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{output}: the portfolio of 2026-03, ")
    assert "Harbour house" in text_of(output.read_bytes())
    assert issued_count(database_url) == 0


REPORT = ("report", "harbour", "--period", "2026-03")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((*REPORT, "--as-known-at", "yesterday"), "'yesterday' is neither a day nor an instant; write 2026"),
        ((*REPORT, "--as-known-at", "2026-02-30"), "'2026-02-30' is neither a day nor an instant"),
        ((*REPORT, "--as-known-at", ""), "'' is neither a day nor an instant"),
        ((*REPORT, "--as-known-at", "0001-01-01"), "'0001-01-01' is neither a day nor an instant"),
        ((*REPORT, "--as-known-at", "2190-01-01"), "'2190-01-01' lies ahead"),
        (
            (*REPORT, "--as-known-at", "2025-12-31T22:59:59Z"),
            "lies before harbour had an agreement; its first holds from 2026-01-01",
        ),
        (("report", "nope", "--period", "2026-03"), "there is no contract 'nope'; there is harbour"),
        (("report", "harbour", "--period", "2025-12"), "harbour has no agreement on 2025-12-01"),
        (("portfolio", "--period", "2026-13"), "'2026-13' is not a period; write 2018-05 (month)"),
        (("portfolio", "--period", "2190-01"), "no contract has the period 2190-01"),
        (("portfolio", "--period", "2026-Q1"), "no contract has the period 2026-Q1"),
        (("portfolio", "--period", "2026-03", "--language", "xx"), "'xx' is not one of 'en', 'sv', 'da'"),
        (("portfolio",), "Missing option '--period'"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_and_writes_nothing(
    harbour: Xla, database_url: str, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    kept = make.file(tmp_path, BEFORE, "kept.pdf")
    for output in (kept, tmp_path / "new.pdf", *([tmp_path / "new.xlsx"] if "report" in arguments else [])):
        ran = harbour(*arguments, "--output", output)
        assert (ran.code, ran.out) == (2, "")
        assert sentence in ran.err
        assert "Traceback" not in ran.err
    assert kept.read_bytes() == BEFORE
    assert not list(tmp_path.glob("new.*"))
    assert issued_count(database_url) == 0


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("all.xlsx", "a portfolio is a PDF; name a file that ends in .pdf"),
        ("nowhere/all.pdf", "there is no folder "),
        ("", "is a directory"),
    ],
)
def test_a_portfolio_needs_a_place_for_a_pdf(harbour: Xla, tmp_path: Path, name: str, sentence: str) -> None:
    there = sorted(tmp_path.iterdir())
    ran = harbour("portfolio", "--period", "2026-03", "--output", tmp_path / name)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert sorted(tmp_path.iterdir()) == there


def test_without_a_contract_there_is_no_portfolio(xla: Xla, tmp_path: Path) -> None:
    ran = xla("portfolio", "--period", "2026-03", "--output", tmp_path / "all.pdf")
    assert (ran.code, ran.out, ran.err) == (2, "", "no contract has the period 2026-03\n")
    assert not (tmp_path / "all.pdf").exists()
