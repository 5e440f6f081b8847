"""CSV rows: a file, plain or gzipped, as rows of text, in memory of a constant size.

Nothing is trusted: not the encoding, not the length of a line, not the number of fields.
"""

import codecs
import csv
import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO

from xla.services.rating_input import Wrong

BLOCK = 1 << 18
LONGEST_ROW = 1 << 20
LONGEST_FIELD = 1 << 16
MOST_COLUMNS = 2_000
MOST_BYTES = 1 << 34
FILE = "file"
File = Path | bytes
"""A file by its path, or its bytes."""
FAULTS = {
    "unexpected end": "a quote is opened and never closed",
    "expected after": "text follows a closing quote; write a quote inside a field twice",
    "new-line character": "a carriage return without a line feed; end the lines with LF or CRLF",
    "field larger": f"a field of more than {LONGEST_FIELD} characters; is a quote never closed?",
}
"""What the csv module says, in part, and what it means."""


class Unreadable(Exception):
    """The file can't be read on from `row`; nothing after it can be trusted."""

    def __init__(self, row: int, wrong: Wrong) -> None:
        super().__init__(f"row {row}, {wrong}")
        self.row = row
        self.wrong = wrong


def digest(file: File) -> str:
    """SHA-256 of the file's unpacked bytes, so that packing makes no other file of it."""
    found = hashlib.sha256()
    with _opened(file) as stream:
        for block in _blocks(stream):
            found.update(block)
    return found.hexdigest()


def read(file: File, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """(row number, fields) of every row that is not empty, the header (row 1) first."""
    csv.field_size_limit(LONGEST_FIELD)
    with _opened(file) as stream:
        number = 1
        rows = csv.reader(_lines(_blocks(stream), lambda: number), strict=True, delimiter=delimiter)
        while True:
            try:
                fields = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                raise Unreadable(number, Wrong(FILE, "", _fault(str(error)))) from None
            except _BadLine as bad:
                raise Unreadable(number, bad.wrong) from None
            if len(fields) > MOST_COLUMNS:
                raise Unreadable(number, Wrong(FILE, f"{len(fields)} fields", f"more than {MOST_COLUMNS}"))
            if fields:
                yield number, fields
            number += 1


def read_by_hand(file: File) -> Iterator[tuple[int, list[str]]]:
    """As `read`; semicolons are between the fields where row 1 has no comma, as spreadsheets write here."""
    _, header = next(read(file), (1, [""]))
    return read(file, ";" if len(header) == 1 and ";" in header[0] else ",")


def _fault(said: str) -> str:
    return next((meant for part, meant in FAULTS.items() if part in said), f"not CSV: {said}")


@contextmanager
def _opened(file: File) -> Iterator[IO[bytes]]:
    name = "" if isinstance(file, bytes) else str(file)
    try:
        with _raw(file) as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            yield gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[misc]  # a stream like the other
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Unreadable(0, Wrong(FILE, name, f"the gzip file is damaged: {error}")) from None
    except OSError as error:
        raise Unreadable(0, Wrong(FILE, name, error.strerror or str(error))) from None


def _raw(file: File) -> IO[bytes]:
    if isinstance(file, bytes):
        return BytesIO(file)
    if file.exists() and not file.is_file():
        raise Unreadable(0, Wrong(FILE, str(file), "not a regular file; save it as one first"))
    return file.open("rb")


class _BadLine(Exception):
    """A line that is no text, or a row without end."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(str(wrong))
        self.wrong = wrong


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    total = 0
    while block := stream.read(BLOCK):
        total += len(block)
        if total > MOST_BYTES:
            raise Unreadable(0, Wrong(FILE, "", f"larger than {MOST_BYTES >> 30} GiB unpacked"))
        yield block


def _lines(blocks: Iterable[bytes], row: Callable[[], int]) -> Iterator[str]:
    """Lines with their ends, cut at line feeds only; the byte-order mark of UTF-8 is dropped.

    `row` tells which row the lines go to; one that takes block after block is given up.
    """
    rest = b""
    started = size = 0
    for block in blocks:
        size = size + len(block) if row() == started else 0
        if size > LONGEST_ROW:
            problem = f"a row of more than {LONGEST_ROW} bytes; is a quote never closed?"
            raise _BadLine(Wrong(FILE, "", problem))
        known = rest + block if started else block.removeprefix(codecs.BOM_UTF8)
        whole, end, rest = known.rpartition(b"\n")
        started = row()
        yield from _decoded(whole + end)
    yield from _decoded(rest)


def _decoded(block: bytes) -> Iterator[str]:
    """The lines of the block up to the first that is not text."""
    wrong = None
    try:
        text = block.decode()
    except UnicodeDecodeError as error:
        text = block[: error.start].decode()
        place = error.start - block.rfind(b"\n", 0, error.start)
        problem = f"byte {place} of the line is not UTF-8; save the file as UTF-8"
        wrong = Wrong(FILE, block[error.start : error.end].hex(" "), problem)
    if (nul := text.find("\0")) >= 0:
        text = text[:nul]
        wrong = Wrong(FILE, "\\x00", "a NUL byte; the file is not text in UTF-8, or damaged")
    if not wrong:
        yield from StringIO(text, newline="\n")
        return
    yield from StringIO(text[: text.rfind("\n") + 1], newline="\n")
    raise _BadLine(wrong)
