"""`xla ratings import` and `xla observations import`: what they say, where they say it, and how they end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

import make
from commands import Ran, Xla
from xla import database
from xla.cli import main

HEAD = "date,question,score"
DAY = "2026-05-31"
SOUND = f"{HEAD}\n{DAY},clean,5\n{DAY},food,4\n"


@pytest.fixture(autouse=True)
def _harbour(database_url: str) -> None:
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        make.contract(session)
    engine.dispose()


def contents(url: str) -> object:
    engine = database.connect(url)
    with Session(engine) as session:
        found = make.contents(session)
    engine.dispose()
    return found


def ratings(xla: Xla, path: Path, *options: object) -> Ran:
    return xla("ratings", "import", path, "--contract", "harbour", *options)


def test_an_import_says_what_came_of_it(xla: Xla, tmp_path: Path) -> None:
    path = make.file(tmp_path, SOUND, "ratings.csv.gz")
    first, second = ratings(xla, path), ratings(xla, path)
    assert first == Ran(0, "2 rows: 2 ratings accepted, 0 known already, 0 blank or not applicable.\n", "")
    assert second == Ran(0, "2 rows: 0 ratings accepted, 2 known already, 0 blank or not applicable.\n", "")


def test_an_import_as_json_is_one_document(xla: Xla, tmp_path: Path) -> None:
    ran = ratings(xla, make.file(tmp_path, SOUND), "--json")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == {
        "rows": 2,
        "accepted": 2,
        "duplicates": 0,
        "ignored": 0,
        "rejected": 0,
        "errors": [],
        "left_out": [],
    }


def test_a_mapping_decodes_and_its_left_out_columns_are_told(xla: Xla, tmp_path: Path) -> None:
    mapping = make.file(tmp_path, "wide:\n  Q1: {question: clean, codes: {'0': blank}}\n", "map.yaml")
    ran = ratings(xla, make.file(tmp_path, f"date,Q1,x,y\n{DAY},5,,\n{DAY},0,,\n"), "--mapping", mapping)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "2 rows: 1 ratings accepted, 0 known already, 1 blank or not applicable.",
        "Columns not in the mapping, left out: x, y.",
    ]


def test_a_refused_file_is_told_row_by_row(xla: Xla, database_url: str, tmp_path: Path) -> None:
    before = contents(database_url)
    ran = ratings(xla, make.file(tmp_path, f"{SOUND}{DAY},clean,6\n{DAY},toilet,5\n"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[:2] == [
        "ratings.csv: row 4, score: found '6'; off the scale; it goes from 1 to 5",
        (
            "ratings.csv: row 5, question: found 'toilet'; the contract knows no such question;"
            " it knows clean, expected, food, ideal, recommend"
        ),
    ]
    assert ran.err.splitlines()[-1] == "Nothing of ratings.csv was imported."
    assert contents(database_url) == before


def test_of_many_errors_twenty_are_printed(xla: Xla, tmp_path: Path) -> None:
    ran = ratings(xla, make.file(tmp_path, f"{HEAD}\n" + f"{DAY},clean,6\n" * 30))
    assert len(ran.err.splitlines()) == 22
    assert "... and 10 more" in ran.err


def test_a_refused_file_as_json_is_one_document(xla: Xla, tmp_path: Path) -> None:
    ran = ratings(xla, make.file(tmp_path, f"{SOUND}{DAY},clean,6\n"), "--json")
    assert ran.code == 2
    problem = "off the scale; it goes from 1 to 5"
    assert json.loads(ran.out) == {
        "rows": 3,
        "accepted": 0,
        "duplicates": 0,
        "ignored": 0,
        "rejected": 1,
        "errors": [{"row": 4, "column": "score", "found": "6", "problem": problem}],
        "left_out": [],
    }


@pytest.mark.parametrize("kind", ["ratings", "observations"])
@pytest.mark.parametrize("json_option", [(), ("--json",)])
def test_a_contract_that_is_not_there_is_told(
    xla: Xla, tmp_path: Path, kind: str, json_option: tuple[str, ...]
) -> None:
    ran = xla(kind, "import", make.file(tmp_path, SOUND), "--contract", "x", *json_option)
    assert ran == Ran(2, "", "there is no contract 'x'; there is harbour\n")


@pytest.mark.parametrize("kind", ["ratings", "observations"])
def test_a_file_that_is_none_is_told(xla: Xla, tmp_path: Path, kind: str) -> None:
    missing = xla(kind, "import", tmp_path / "x.csv", "--contract", "harbour")
    folder = xla(kind, "import", tmp_path, "--contract", "harbour")
    assert (missing.code, missing.out, folder.code, folder.out) == (2, "", 2, "")
    assert "x.csv' does not exist." in missing.err
    assert "is a directory." in folder.err


def test_a_file_that_cannot_be_read_is_told(xla: Xla) -> None:
    ran = ratings(xla, Path("/proc/self/mem"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == "mem: file: found '/proc/self/mem'; Input/output error"


def test_a_mapping_that_cannot_be_used_is_told(xla: Xla, tmp_path: Path) -> None:
    mapping = make.file(tmp_path, "wide: {Q1: {question: clean, codes: {'0': leer}}}\nx: 1\n", "map.yaml")
    ran = ratings(xla, make.file(tmp_path, SOUND), "--mapping", mapping)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        "map.yaml: line 1, wide.Q1.codes.0: found leer; a code means blank, not_applicable or a score",
        "map.yaml: line 2, x: found 1; a mapping has no such field",
    ]


def test_the_contract_must_be_named(xla: Xla, tmp_path: Path) -> None:
    ran = xla("ratings", "import", make.file(tmp_path, SOUND))
    assert ran.code == 2
    assert "Missing option '--contract'." in ran.err


def test_observations_come_in_likewise(xla: Xla, tmp_path: Path) -> None:
    path = make.file(tmp_path, f"observation,date,start,end\ntenants,{DAY},40,37\n")
    ran = xla("observations", "import", path, "--contract", "harbour")
    assert ran.out == "1 rows: 1 observations accepted, 0 known already, 0 blank or not applicable.\n"
    again = xla("observations", "import", path, "--contract", "harbour", "--json")
    assert (again.code, json.loads(again.out)["duplicates"]) == (0, 1)
    wrong = make.file(tmp_path, "observation,date\nx,y\n", "wrong.csv")
    refused = xla("observations", "import", wrong, "--contract", "harbour")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("wrong.csv: row 2, observation: found 'x'; the contract knows no such")


def test_the_command_is_a_process_like_any_other(database_url: str, tmp_path: Path) -> None:
    path = make.file(tmp_path, f"{HEAD},comment\n{DAY},clean,5,\U0001f600\n{DAY},\U0001f600,5,\n")
    command = [sys.executable, "-c", "from xla.cli import main; main()"]
    command += ["ratings", "import", path, "--contract", "harbour", "--json", "--database", database_url]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.returncode == 2
    assert json.loads(done.stdout.decode())["errors"][0]["found"] == "\U0001f600"
    assert b"Nothing of ratings.csv was imported." in done.stderr


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    path = make.file(tmp_path, SOUND)
    url = "postgresql://nobody@127.0.0.1:9/x"
    arguments = ["ratings", "import", str(path), "--contract", "harbour", "--database", url]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("the database refused: connection ")
