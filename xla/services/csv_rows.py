"""CSV rows: a file, plain or gzipped, as rows of text, in memory of a constant size.

Nothing is trusted: not the encoding, not the length of a line, not the number of fields.
"""

import csv
import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from xla.services.rating_input import Wrong

BLOCK = 1 << 18
LONGEST_LINE = 1 << 20
MOST_COLUMNS = 2_000
MOST_BYTES = 1 << 34
FILE = "file"


class Unreadable(Exception):
    """The file can't be read on from `row`; nothing after it can be trusted."""

    def __init__(self, row: int, wrong: Wrong) -> None:
        super().__init__(f"row {row}, {wrong}")
        self.row = row
        self.wrong = wrong


def digest(path: Path) -> str:
    """SHA-256 of the file's unpacked bytes, so that packing makes no other file of it."""
    found = hashlib.sha256()
    with _opened(path) as stream:
        for block in _blocks(stream):
            found.update(block)
    return found.hexdigest()


def read(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(row number, fields) of every row that is not empty, the header (row 1) first."""
    csv.field_size_limit(LONGEST_LINE)
    with _opened(path) as stream:
        rows = csv.reader(_lines(_blocks(stream)), strict=True)
        number = 0
        while True:
            number += 1
            try:
                fields = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                raise Unreadable(number, Wrong(FILE, "", f"not CSV: {error}")) from None
            except _BadLine as bad:
                raise Unreadable(number, bad.wrong) from None
            if fields:
                yield number, fields


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            yield gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[misc]  # a stream like the other
    except OSError as error:
        raise Unreadable(0, Wrong(FILE, str(path), error.strerror or str(error))) from None
    except (EOFError, zlib.error) as error:
        raise Unreadable(0, Wrong(FILE, str(path), f"the gzip file is damaged: {error}")) from None


class _BadLine(Exception):
    """A line that is no text of a sane length."""

    def __init__(self, found: str, problem: str) -> None:
        super().__init__(problem)
        self.wrong = Wrong(FILE, found, problem)


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    total = 0
    while block := stream.read(BLOCK):
        total += len(block)
        if total > MOST_BYTES:
            raise Unreadable(0, Wrong(FILE, "", f"larger than {MOST_BYTES >> 30} GiB unpacked"))
        yield block


def _lines(blocks: Iterable[bytes]) -> Iterator[str]:
    """Lines with their ends, cut at line feeds only; the byte-order mark of UTF-8 is dropped."""
    rest = b""
    is_first = True
    for block in blocks:
        whole, end, tail = (rest + block).rpartition(b"\n")
        if len(tail) > LONGEST_LINE:
            raise _BadLine("", f"a line of more than {LONGEST_LINE} bytes")
        rest = tail
        if end:
            yield from _decoded(whole + end, is_first=is_first)
            is_first = False
    if rest:
        yield from _decoded(rest, is_first=is_first)


def _decoded(block: bytes, *, is_first: bool) -> Iterator[str]:
    try:
        text = block.decode("utf-8-sig" if is_first else "utf-8")
    except UnicodeDecodeError:
        text = None
    if text is not None and "\0" not in text:
        *lines, last = text.split("\n")
        yield from (line + "\n" for line in lines)
        if last:
            yield last
        return
    for line in block.split(b"\n"):
        yield _checked(line) + "\n"


def _checked(line: bytes) -> str:
    if b"\0" in line:
        raise _BadLine("\\x00", "a NUL byte; the file is not text, or damaged")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        found = line[error.start : error.end].hex(" ")
        problem = f"byte {error.start + 1} of the line is not UTF-8; save the file as UTF-8"
        raise _BadLine(found, problem) from None
