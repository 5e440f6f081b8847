"""Sheets: the rows of a workbook's sheet as text, row by row as the sheet numbers them.

Nothing is run or fetched: a formula is the value its program kept, a link to elsewhere is not followed.
A cell whose formula failed says so (#DIV/0!), so that it can't pass for a blank one.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from io import BytesIO
from typing import NamedTuple

from python_calamine import CalamineWorkbook

from xla.services.unfit import Unfit

MOST_UNPACKED = 192 << 20
MOST_ENTRIES = 2_000
MOST_CELLS = 6_000_000
"""Of the rectangle that holds all cells: the library keeps all of it in memory."""
BLOCK = 1 << 20
OVERLAP = 1 << 10
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WHOLE = 1e15
"""Below it a whole number kept as a float is exact."""
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,7})([0-9]{1,10})["']""")
_ROW = re.compile(rb"""<(?:\w{1,20}:)?row\b[^<>]{0,300}?\br\s*=\s*["']([0-9]{1,10})["']""")
_PLACED = re.compile(rb"""<c r="([A-Z]{1,7})([0-9]{1,10})\"""")
"""As nearly all programs write a cell."""
_FAILED = re.compile(
    rb"""<(?:\w{1,20}:)?c\b([^<>]{0,300}\bt\s*=\s*["']e["'][^<>]{0,300})>.{0,600}?<(?:\w{1,20}:)?v>([^<>]{1,20})<""",
    re.DOTALL,
)
_SHEET = re.compile(rb"""<(?:\w{1,20}:)?sheet\b[^<>]{0,900}?\bid\s*=\s*["']([^"'<>]{1,80})["']""")
_RELATION = re.compile(rb"<(?:\w{1,20}:)?Relationship\b([^<>]{0,900})>")
_ID, _TARGET = (re.compile(rb"""\b%s\s*=\s*["']([^"'<>]{1,300})["']""" % name) for name in (b"Id", b"Target"))
Place = tuple[int, int]
"""Row and column, from 0."""


class Sheet(NamedTuple):
    """What was seen of a sheet before the library reads it."""

    failed: dict[Place, str]
    """The cells whose formula failed."""
    is_empty: bool


class Workbook(NamedTuple):
    """A workbook that is safe to read."""

    book: CalamineWorkbook
    seen: dict[str, Sheet]
    """Its sheets by their names, in its order."""

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets that hold anything."""
        return [name for name, sheet in self.seen.items() if not sheet.is_empty]


def is_workbook(raw: bytes) -> bool:
    """Whether the bytes begin as a workbook's do, of today or of long ago."""
    return raw.startswith((ZIP, OLE))


def opened(raw: bytes) -> Workbook:
    """The workbook in those bytes. Raises `Unfit`, also where it would unpack into too much."""
    if raw.startswith(OLE):
        raise Unfit("old_or_locked")
    seen = _looked_through(raw)
    with _readable():
        book = CalamineWorkbook.from_filelike(BytesIO(raw))
    workbook = Workbook(book, dict(zip(book.sheet_names, seen, strict=False)))
    if not workbook.sheets:
        raise Unfit("empty")
    return workbook


def rows(workbook: Workbook, name: str) -> Iterator[list[str]]:
    """The sheet's rows from its first, each without the empty cells at its end."""
    with _readable():
        sheet = workbook.book.get_sheet_by_name(name)
    failed = workbook.seen[name].failed
    left = (sheet.start or (0, 0))[1]
    for number, cells in enumerate(sheet.iter_rows()):
        row = [""] * left + [text(value) for value in cells]
        for column in range(len(row) if failed else 0):
            row[column] = failed.get((number, column), row[column])
        while row and not row[-1].strip():
            row.pop()
        yield row


def has_merged(workbook: Workbook, name: str) -> bool:
    """Whether cells of the sheet are merged: only the first of them has a value."""
    with _readable():
        return bool(workbook.book.get_sheet_by_name(name).merged_cell_ranges)


def text(value: object) -> str:
    """A cell as its owner reads it: days and times in ISO form, whole numbers whole."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE:
        return str(int(value))
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


@contextmanager
def _readable() -> Iterator[None]:
    """What the library gives up on is unfit; its worst is no Exception to Python."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise Unfit("damaged_workbook") from None


def _looked_through(raw: bytes) -> list[Sheet]:
    """Unpack everything once, before the library does: its sheets, in the book's order."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise Unfit("bomb", most=MOST_UNPACKED >> 20)
            if "xl/workbook.xml" not in archive.namelist():
                raise Unfit("no_workbook")
            seen = {entry.filename: _seen(entry.filename, archive.read(entry)) for entry in entries}
            return [seen[name] for name in _sheet_files(archive)]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError):
        raise Unfit("damaged_workbook") from None


def _sheet_files(archive: zipfile.ZipFile) -> list[str]:
    """The file of each sheet, in the book's order."""
    targets: dict[bytes, str] = {}
    for attributes in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        named, target = _ID.search(attributes), _TARGET.search(attributes)
        if named and target:
            path = target[1].decode(errors="replace")
            targets[named[1]] = path.removeprefix("/") if path.startswith("/") else f"xl/{path}"
    return [targets[name] for name in _SHEET.findall(archive.read("xl/workbook.xml"))]


def _seen(name: str, xml: bytes) -> Sheet:
    """What a file of the workbook holds as a sheet. Raises `Unfit` where its cells lie too far apart."""
    if b"\0" in xml and name.casefold().endswith(".xml"):
        raise Unfit("damaged_workbook")
    last = width = 0
    found: dict[Place, str] = {}
    for start in range(0, len(xml), BLOCK):
        block = xml[start : start + BLOCK + OVERLAP]
        places = _PLACED.findall(block)
        # Some cells may say in another way where they are.
        if block.count(b"<c") + block.count(b":c") > len(places):
            places = _REFERENCE.findall(block)
            last = max(last, *map(int, _ROW.findall(block)), 0)
        width = max(width, *map(_column, {letters for letters, _ in places}), 0)
        last = max(last, *map(int, {number for _, number in places}), 0)
        if last * width > MOST_CELLS:
            raise Unfit("far", row=last, column=width)
        for attributes, value in _FAILED.findall(block) if b't="e"' in block else ():
            where = _REFERENCE.search(b" " + attributes)
            if where:
                found[int(where[2]) - 1, _column(where[1]) - 1] = value.decode(errors="replace")
    return Sheet(found, is_empty=not width)


def _column(letters: bytes) -> int:
    """A column's number, from 1, by its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
