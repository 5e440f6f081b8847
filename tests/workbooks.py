"""Workbooks for tests, written by a library that is not the one that reads them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO

import xlsxwriter

Cells = Sequence[Sequence[object]]
FORMATS = {datetime: "yyyy-mm-dd hh:mm:ss", date: "yyyy-mm-dd", time: "hh:mm"}


def workbook(sheets: Mapping[str, Cells] | Cells, *, merge: str = "") -> bytes:
    """A workbook of those sheets, or of one; a text that begins with = is a formula."""
    named = sheets if isinstance(sheets, Mapping) else {"Ratings": sheets}
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_urls": False}) as book:
        formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
        for name, rows in named.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(
                        number, column, value, *([formats[type(value)]] if type(value) in formats else [])
                    )
            if merge:
                sheet.merge_range(merge, "merged")
    return content.getvalue()
