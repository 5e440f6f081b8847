"""Rows for spreadsheets: no text is taken for a formula."""

import pytest

from xla.documents.spreadsheet import lines, plain


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@A1", "\tx", "\rx", "=cmd|' /C calc'!A0"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert plain(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=1", "1-2", "'=1"])
def test_other_text_stays(cell: str) -> None:
    assert plain(cell) == cell


def test_a_file_begins_with_its_mark_and_quotes_what_needs_it() -> None:
    rows = [["Who", "What"], ["a,b", 'c"d\ne'], ["=1", ""]]
    assert "".join(lines(rows)) == '\ufeffWho,What\r\n"a,b","c""d\ne"\r\n\'=1,\r\n'
