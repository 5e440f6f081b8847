"""A workbook's rows are what its reader sees; what could hurt is refused before it is unpacked."""

import zipfile
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

import pytest

from workbooks import workbook
from xla.services import sheets
from xla.services.sheets import opened, rows
from xla.services.unfit import Unfit


def read(raw: bytes, name: str = "Ratings") -> list[list[str]]:
    return list(rows(opened(raw), name))


def changed(raw: bytes, **entries: bytes | None) -> bytes:
    """The workbook with other bytes in some of its parts; None leaves a part out."""
    names = {
        "sheet": "xl/worksheets/sheet1.xml",
        "book": "xl/workbook.xml",
        "links": "xl/_rels/workbook.xml.rels",
    }
    other = {names[name]: content for name, content in entries.items()}
    content = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as old, zipfile.ZipFile(content, "w") as new:
        for entry in old.infolist():
            kept = other.get(entry.filename, old.read(entry))
            if kept is not None:
                new.writestr(entry.filename, kept)
    return content.getvalue()


def part(raw: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        return archive.read(name)


SIMPLE = workbook([["a", "b"], [1, 2]])
SHEET = part(SIMPLE, "xl/worksheets/sheet1.xml")


def test_days_are_iso_and_whole_numbers_whole() -> None:
    at = datetime(2026, 5, 31, 14, 5, 30)  # noqa: DTZ001 -- a spreadsheet knows no zone
    raw = workbook([["x"], [5, 4.5, True, date(2026, 5, 31), at, time(3, 4), "=1+1", 12345678901, False]])
    assert read(raw)[1] == [
        "5", "4.5", "TRUE", "2026-05-31", "2026-05-31T14:05:30", "03:04:00", "0", "12345678901", "FALSE"
    ]  # fmt: skip


def test_rows_keep_their_numbers_and_columns_their_places() -> None:
    assert read(workbook([[], ["", "a", "b"], [], ["", "1", " "], ["", "=x"]])) == [
        [],
        ["", "a", "b"],
        [],
        ["", "1"],
        ["", "0"],
    ]


def test_a_formula_that_failed_is_no_blank_cell() -> None:
    failed = b'<c r="B2" s="1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    raw = changed(SIMPLE, sheet=SHEET.replace(b'<c r="B2"><v>2</v></c>', failed))
    assert read(raw) == [["a", "b"], ["1", "#DIV/0!"]]


def test_a_failed_cell_that_tells_no_place_is_empty() -> None:
    plain = SHEET.replace(b'<c r="A2"><v>1</v></c>', b'<c t="e"><v>#N/A</v></c>').replace(b'r="B2"', b"")
    assert read(changed(SIMPLE, sheet=plain))[1] == ["", "2"]


def test_sheets_without_cells_are_not_offered() -> None:
    book = opened(workbook({"Empty": [], "One": [["a"]], "Two": [["b"]]}))
    assert book.sheets == ["One", "Two"]
    assert list(rows(book, "Two")) == [["b"]]


def test_merged_cells_are_told() -> None:
    assert sheets.has_merged(opened(workbook([["a"]], merge="C1:D2")), "Ratings")
    assert not sheets.has_merged(opened(SIMPLE), "Ratings")


def test_cells_that_tell_only_their_row_are_read() -> None:
    plain = SHEET.replace(b'<c r="A2">', b"<c>").replace(b'<c r="B2">', b"<c>")
    assert read(changed(SIMPLE, sheet=plain))[1] == ["1", "2"]


@pytest.mark.parametrize(
    ("rule", "raw", "problem"),
    [
        ("an old workbook, or one with a password", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old_or_locked"),
        ("no archive", b"PK\x03\x04 and nothing more", "damaged_workbook"),
        ("an archive of something else", changed(SIMPLE, book=None), "no_workbook"),
        ("a workbook without its links", changed(SIMPLE, links=None), "damaged_workbook"),
        ("links to nowhere", changed(SIMPLE, links=b"<Relationship/>"), "damaged_workbook"),
        ("another encoding", changed(SIMPLE, sheet=SHEET.decode().encode("utf-16")), "damaged_workbook"),
        ("no XML", changed(SIMPLE, sheet=SHEET.replace(b"</v>", b"</c>")), "damaged_workbook"),
        ("cells too far apart", changed(SIMPLE, sheet=SHEET.replace(b'r="B2"', b'r="XFD1048576"')), "far"),
        ("cells far apart, told otherwise",
         changed(SIMPLE, sheet=SHEET.replace(b'r="B2"', b"s='1' r = 'XFD9999'")), "far"),
        ("nothing in any sheet", workbook([]), "empty"),
    ],
)  # fmt: skip
def test_a_workbook_that_cannot_be_read_is_refused(rule: str, raw: bytes, problem: str) -> None:
    with pytest.raises(Unfit) as unfit:
        read(raw)
    assert unfit.value.problem == problem, rule


def test_what_unpacks_into_too_much_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 1_000)
    with pytest.raises(Unfit, match="bomb"):
        opened(SIMPLE)


def test_what_the_library_gives_up_on_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    panic = type("PanicException", (BaseException,), {})

    def gives_up(error: type[BaseException]) -> Any:
        def from_filelike(_raw: BytesIO) -> None:
            raise error

        return type("Book", (), {"from_filelike": staticmethod(from_filelike)})

    monkeypatch.setattr(sheets, "CalamineWorkbook", gives_up(panic))
    with pytest.raises(Unfit, match="damaged_workbook"):
        opened(SIMPLE)
    monkeypatch.setattr(sheets, "CalamineWorkbook", gives_up(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        opened(SIMPLE)


def test_days_before_a_spreadsheet_s_first_are_no_days() -> None:
    assert datetime(2026, 5, 31, tzinfo=UTC).date().isoformat() not in read(workbook([["x"], [-5]]))[1]
