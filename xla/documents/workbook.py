"""The workbook: a report's tables as a spreadsheet, with numbers that count and the figures of the paper."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from xla.documents.printable import printable
from xla.documents.report_data import ReportData
from xla.documents.report_tables import tables
from xla.documents.spreadsheet import plain
from xla.documents.table import Cell, Per100, Table
from xla.documents.visible import visible

LONGEST_NAME = 31
"""Letters of a sheet's name; a spreadsheet refuses more."""
REFUSED = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
NARROWEST, WIDEST = 9, 60
DAY = "yyyy-mm-dd"


def workbook(data: ReportData) -> bytes:
    """The report's tables as XLSX: a pure function of `data`, with hidden values taken out first."""
    shown = visible(data)
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties(
            {
                "title": printable(f"{data.client}, {data.period}"),
                "author": printable(data.provider),
                "created": data.as_of.replace(tzinfo=None, microsecond=0),
            }
        )
        writer = _Writer(book)
        for table in tables(shown):
            writer.add(table)
    return content.getvalue()


class _Writer:
    """Writes tables into a book; formats are made once each."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - XlsxWriter has no types
        self._book = book
        self._formats: dict[str, Any] = {}
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})

    def add(self, table: Table) -> None:
        """One sheet: its heads stay while the rest scrolls."""
        sheet = self._book.add_worksheet(table.name.translate(REFUSED)[:LONGEST_NAME])
        for column, head in enumerate(table.heads):
            sheet.write_string(0, column, plain(printable(head)), self._head)
        for number, row in enumerate(table.rows, 1):
            for column, cell in enumerate(row):
                self._write(sheet, (number, column), cell)
        for column in range(len(table.heads)):
            sheet.set_column(column, column, _width(table, column))
        sheet.freeze_panes(1, 1)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.heads) - 1)

    def _write(self, sheet: Any, place: tuple[int, int], cell: Cell) -> None:  # noqa: ANN401 - as above
        if cell is None:
            return
        if isinstance(cell, str):
            sheet.write_string(*place, plain(printable(cell)), self._text)
        elif isinstance(cell, date):
            sheet.write_datetime(*place, cell, self._format(DAY))
        elif isinstance(cell, Per100):
            shape = f"{_shape(cell.value)}%"
            sheet.write_number(*place, float(cell.value / 100), self._format(shape))
        else:
            sheet.write_number(*place, float(cell), self._format(_shape(Decimal(cell))))

    def _format(self, shape: str) -> Any:  # noqa: ANN401 - as above
        if shape not in self._formats:
            self._formats[shape] = self._book.add_format({"num_format": shape, "valign": "top"})
        return self._formats[shape]


def _shape(value: Decimal) -> str:
    """As many decimals as the figure has on paper."""
    exponent = value.as_tuple().exponent
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _width(table: Table, column: int) -> int:
    longest = max((len(str(row[column])) for row in table.rows if isinstance(row[column], str)), default=0)
    return min(max(longest, len(table.heads[column]) // 2, NARROWEST) + 2, WIDEST)
