"""A file somebody brings is read into the rows they see in it, or refused by what is wrong with it."""

import gzip
from datetime import date
from typing import Any

import pytest

from workbooks import workbook
from xla.services import csv_rows, upload_files
from xla.services.unfit import Unfit
from xla.services.upload_files import Column, Reading, Taken, sheet_names, take

ROWS = [(1, ["a", "b"]), (2, ["1", "å"])]


def taken(raw: bytes | str, reading: Reading | None = None) -> Taken:
    return take(raw if isinstance(raw, bytes) else raw.encode(), reading or Reading())


@pytest.mark.parametrize(
    ("rule", "raw", "reading", "separator"),
    [
        ("commas", "a,b\n1,å\n".encode(), Reading(), ","),
        ("semicolons, with a mark", "\ufeffa;b\r\n1;å\r\n".encode(), Reading(), ";"),
        ("tabs", "a\tb\n1\tå\n".encode(), Reading(), "\t"),
        ("packed", gzip.compress("a;b\n1;å\n".encode(), mtime=0), Reading(), ";"),
        ("Windows", "a;b\n1;å\n".encode("cp1252"), Reading(encoding="cp1252"), ";"),
        ("Latin-1", "a,b\n1,å\n".encode("latin-1"), Reading(encoding="latin-1"), ","),
        ("UTF-16 with a mark", "a\tb\n1\tå\n".encode("utf-16"), Reading(encoding="utf-16"), "\t"),
        ("UTF-16 without", "a\tb\n1\tå\n".encode("utf-16-le"), Reading(encoding="utf-16"), "\t"),
        ("a separator that is told", "a;b\n1;å\n".encode(), Reading(separator=";"), ";"),
    ],
)
def test_a_file_is_read_as_its_owner_sees_it(rule: str, raw: bytes, reading: Reading, separator: str) -> None:
    found = taken(raw, reading)
    assert list(csv_rows.read(found.content)) == ROWS, rule
    assert (found.rows, found.reading.separator, found.reading.encoding) == (1, separator, reading.encoding)


def test_a_first_line_may_say_what_separates() -> None:
    assert list(csv_rows.read(taken("\ufeffsep=;\r\na;b\r\n1;å\r\n").content)) == [
        (2, ["a", "b"]),
        (3, ["1", "å"]),
    ]


def test_rows_keep_the_numbers_they_had() -> None:
    assert [number for number, _ in csv_rows.read(taken("a;b\n\n\n1;2\n").content)] == [1, 4]


def test_a_file_the_command_line_takes_is_the_same_file() -> None:
    raw = '\ufeffa,b\r\n1,"x\ny"\r\n'.encode()
    assert csv_rows.digest(taken(raw).content) == csv_rows.digest(raw) == csv_rows.digest(gzip.compress(raw))


def test_a_sheet_is_rows_as_wide_as_its_header() -> None:
    raw = workbook({"A": [], "B": [["a", "b", "c"], [date(2026, 5, 31), 5.0]], "C": [["x"], ["y"]]})
    assert sheet_names(raw) == ["B", "C"]
    assert list(csv_rows.read(taken(raw).content)) == [(1, ["a", "b", "c"]), (2, ["2026-05-31", "5", ""])]
    assert list(csv_rows.read(taken(raw, Reading("C")).content)) == [(1, ["x"]), (2, ["y"])]


def test_the_same_workbook_is_the_same_file() -> None:
    raw = workbook([["a"], [1]])
    assert taken(raw).content == taken(raw).content


def test_what_stands_in_a_column_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_files, "MOST_VALUES", 2)
    columns = taken("a ,b\n1,x\n 1,y\n2,z\n").columns
    assert columns == [Column("a", {"1": 2, "2": 1}), Column("b", {"x": 1, "y": 1}, is_whole=False)]


@pytest.mark.parametrize("text", ["", "a", "a\n1\n", '"a\n1\n', "a\rb;c\n"])
def test_a_file_that_nothing_cuts_has_commas(text: str) -> None:
    assert upload_files.looks_separated_by(text) == ","


@pytest.mark.parametrize(
    ("rule", "raw", "problem", "values"),
    [
        ("nothing", b"", "empty", {}),
        ("a header alone", b"a,b\n", "no_rows", {}),
        ("another encoding", "a;b\n1;å\n".encode("cp1252"), "encoding", {"row": 2}),
        ("UTF-16 unasked", "a,b\n".encode("utf-16"), "encoding", {"row": 1}),
        ("an open quote", b'a,b\n"x\n', "unreadable",
         {"row": 2, "found": "", "problem": "a quote is opened and never closed"}),
        ("a damaged gzip file", b"\x1f\x8bjunk", "damaged_gzip", {}),
        ("too many columns", b",".join([b"x"] * 2_000) + b"\n1\n", "columns", {"n": 2_000, "most": 300}),
        ("a name without end", b"x" * 201 + b"\n1\n", "name", {"most": 200}),
        ("a row without end", workbook([["a", "b"], ["x" * 32_767] * 2, ["x" * 32_767] * 3]), "long",
         {"row": 3, "most": 65_536}),
        ("a NUL in a cell", workbook([["a"], ["x\0"]]), "nul", {"row": 2}),
        ("no workbook", b"PK\x03\x04", "damaged_workbook", {}),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_taken_is_refused(
    rule: str, raw: bytes, problem: str, values: dict[str, Any]
) -> None:
    with pytest.raises(Unfit) as unfit:
        taken(raw)
    assert (unfit.value.problem, unfit.value.values) == (problem, values), rule


def test_a_sheet_that_is_not_there_is_refused() -> None:
    with pytest.raises(Unfit, match="no_sheet"):
        taken(workbook([["a"], [1]]), Reading("Other"))


def test_a_file_has_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_files, "MOST_ROWS", 2)
    assert taken("a\n1\n2\n").rows == 2
    with pytest.raises(Unfit, match="rows"):
        taken("a\n1\n2\n3\n")
    monkeypatch.setattr(upload_files, "MOST_UNPACKED", 1_000)
    with pytest.raises(Unfit, match="bomb"):
        taken(gzip.compress(b"a\n" + b"1\n" * 1_000))
