"""Files people upload: whatever they hold, read once into rows of gzipped CSV, within bounds."""

import codecs
import csv
import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO, StringIO, TextIOWrapper
from typing import Literal, NamedTuple, get_args

from xla.services import csv_rows, sheets
from xla.services.unfit import Unfit

MOST_BYTES = 32 << 20
MOST_UNPACKED = 256 << 20
MOST_ROWS = 200_000
MOST_COLUMNS = 300
LONGEST_NAME = 200
MOST_VALUES = 40
LONGEST_VALUE = 60
LOOKED_AT = 20
Encoding = Literal["utf-8", "utf-16", "cp1252", "latin-1"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
SEPARATORS = (",", ";", "\t")
SAID = re.compile(r"sep=([,;\t])\r?", re.IGNORECASE)
"""A first line by which a spreadsheet says what separates the fields."""


class Reading(NamedTuple):
    """How a file is to be read."""

    sheet: str = ""
    """Of a workbook; '' for the only one."""
    encoding: Encoding = "utf-8"
    separator: str = ""
    """'' for the one that the file looks to have."""


@dataclass
class Column:
    """A column of the file: its name and what is in it."""

    name: str
    values: dict[str, int] = field(default_factory=dict)
    """The first values, in their order, and how often each occurs."""
    is_whole: bool = True
    """Whether no other value occurs."""

    def take(self, text: str) -> None:
        """One more cell."""
        value = text.strip()
        if value in self.values:
            self.values[value] += 1
        elif len(self.values) < MOST_VALUES and len(value) <= LONGEST_VALUE:
            self.values[value] = 1
        else:
            self.is_whole = False


@dataclass(frozen=True)
class Taken:
    """A file, read."""

    content: bytes
    """Its rows as gzipped CSV: commas, UTF-8; each with the number it had."""
    columns: list[Column]
    rows: int
    """Below the header, those that are not empty."""
    reading: Reading
    """How it was read, with what was left to the file to say."""
    has_merged: bool

    @property
    def columns_sha256(self) -> str:
        """What files of the same columns have in common."""
        return sha256(json.dumps([column.name for column in self.columns]).encode()).hexdigest()


def sheet_names(raw: bytes) -> list[str]:
    """The sheets a workbook's reader has to choose from; none where the file is no workbook."""
    return sheets.opened(raw).sheets if sheets.is_workbook(raw) else []


def take(raw: bytes, reading: Reading) -> Taken:
    """Read the file. Raises `Unfit` with what keeps it from being taken."""
    if sheets.is_workbook(raw):
        return _from_workbook(raw, reading)
    text = _decoded(_unpacked(raw), reading.encoding)
    separator = reading.separator or looks_separated_by(text)
    plain = text.encode()
    said = SAID.fullmatch(text.partition("\n")[0].removeprefix("\ufeff"))
    rows = csv_rows.read(plain, separator)
    if said:
        next(rows)
    # Read by itself the very bytes are kept, so that the same file is the same by whatever way it comes.
    kept = plain if separator == "," and not said else None
    return _kept(rows, Reading("", reading.encoding, separator), kept=kept)


def looks_separated_by(text: str) -> str:
    """What separates the fields, as far as the first rows tell."""
    start = text[: 1 << 16].removeprefix("\ufeff")
    lines = [line for line in start.split("\n") if line.strip()][:LOOKED_AT]
    if lines and (said := SAID.fullmatch(lines[0])):
        return said[1]
    return max(SEPARATORS, key=lambda separator: _fields(lines, separator))


def _fields(lines: list[str], separator: str) -> tuple[int, int]:
    """How many rows are as wide as the first, and how wide it is; nothing where it is not cut at all."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator)]
    except csv.Error:
        return 0, 0
    if not widths or widths[0] == 1:
        return 0, 0
    return sum(width == widths[0] for width in widths), widths[0]


def _from_workbook(raw: bytes, reading: Reading) -> Taken:
    workbook = sheets.opened(raw)
    name = reading.sheet or workbook.sheets[0]
    if name not in workbook.sheets:
        raise Unfit("no_sheet")
    numbered = ((number, row) for number, row in enumerate(sheets.rows(workbook, name), start=1) if row)
    merged = sheets.has_merged(workbook, name)
    return _kept(_filled(numbered), Reading(name), has_merged=merged)


def _filled(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows as wide as the first: empty cells at the end of a sheet's row are not there."""
    width = 0
    for number, row in rows:
        if sum(map(len, row)) > csv_rows.LONGEST_FIELD:
            raise Unfit("long", row=number, most=csv_rows.LONGEST_FIELD)
        if any("\0" in cell for cell in row):
            raise Unfit("nul", row=number)
        width = width or len(row)
        yield number, row + [""] * (width - len(row))


def _kept(
    rows: Iterable[tuple[int, list[str]]],
    reading: Reading,
    *,
    kept: bytes | None = None,
    has_merged: bool = False,
) -> Taken:
    packed = BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=3, mtime=0) as gz,
        TextIOWrapper(gz, "utf-8", newline="") as out,
    ):
        columns, count = _written(rows, out if kept is None else StringIO())
        if kept is not None:
            gz.write(kept)
    return Taken(packed.getvalue(), columns, count, reading, has_merged)


def _written(
    rows: Iterable[tuple[int, list[str]]], out: TextIOWrapper | StringIO
) -> tuple[list[Column], int]:
    writer = csv.writer(out, lineterminator="\n")
    columns: list[Column] = []
    count, last = -1, 0
    try:
        for number, fields in rows:
            out.write("\n" * (number - last - 1))
            writer.writerow(fields)
            columns = columns or _columns(fields)
            for column, text in zip(columns, fields, strict=False) if count >= 0 else ():
                column.take(text)
            count, last = count + 1, number
            if count > MOST_ROWS:
                raise Unfit("rows", most=MOST_ROWS)
    except csv_rows.Unreadable as unreadable:
        wrong = unreadable.wrong
        raise Unfit("unreadable", row=unreadable.row, found=wrong.found, problem=wrong.problem) from None
    if count < 1:
        raise Unfit("empty" if count < 0 else "no_rows")
    return columns, count


def _columns(header: list[str]) -> list[Column]:
    if len(header) > MOST_COLUMNS:
        raise Unfit("columns", n=len(header), most=MOST_COLUMNS)
    names = [name.strip() for name in header]
    longest = max(names, key=len)
    if len(longest) > LONGEST_NAME:
        raise Unfit("name", most=LONGEST_NAME)
    return [Column(name) for name in names]


def _unpacked(raw: bytes) -> bytes:
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    try:
        with gzip.GzipFile(fileobj=BytesIO(raw)) as packed:
            unpacked = packed.read(MOST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error):
        raise Unfit("damaged_gzip") from None
    if len(unpacked) > MOST_UNPACKED:
        raise Unfit("bomb", most=MOST_UNPACKED >> 20)
    return unpacked


def _decoded(raw: bytes, encoding: Encoding) -> str:
    is_utf_16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if is_utf_16 and encoding != "utf-16":
        raise Unfit("encoding", row=1)
    name = "utf-16-le" if encoding == "utf-16" and not is_utf_16 else encoding
    try:
        return raw.decode(name)
    except UnicodeDecodeError as error:
        raise Unfit("encoding", row=raw.count(b"\n", 0, error.start) + 1) from None
