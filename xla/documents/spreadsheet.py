"""Rows for spreadsheets: CSV in which no text is taken for a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"
"""By which a spreadsheet sees that the file is UTF-8."""


def lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The rows as lines of CSV (RFC 4180), one at a time, the mark first."""
    yield MARK
    for row in rows:
        line = StringIO()
        csv.writer(line).writerow([plain(cell) for cell in row])
        yield line.getvalue()


def plain(cell: str) -> str:
    """The cell, with a leading ' where a spreadsheet would run it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
