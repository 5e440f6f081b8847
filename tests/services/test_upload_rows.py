"""The preview shows each cell as it stands beside what it is read as, and what is wrong where it is."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

import make
from uploaded import brought
from xla.models import Upload
from xla.services import uploads
from xla.services.agreements import contract_of
from xla.services.mappings import Mapping, Wide
from xla.services.rating_input import Moment, Wrong
from xla.services.upload_rows import PreviewRow, Sheet

DAY = "2026-05-31"
LONG = (
    "date,question,score,site,response,comment,x\n"
    f"{DAY},CLEAN,5.0,A,1,,y\n"
    f"{DAY},clean,4,a,1,,\n"
    f"{DAY},food,9,z,1,a,\n"
    f"{DAY},food\n"
    f"{DAY},food,3,a,,b,\n"
)
WIDE = Mapping(
    columns={"at": "date"},
    wide={
        "Q1": Wide(question="clean", codes={"6": "not_applicable", "0": "blank", "7": 5}),
        "Q2": Wide(question="food"),
    },
    dates="day_first",
)


def sheet(session: Session, upload: Upload) -> Sheet:
    return Sheet(session, contract_of(session, "harbour"), upload, make.NOW)


def shown(row: PreviewRow) -> tuple[int, list[object], list[tuple[str, str]]]:
    """Its number, what its cells are read as, and what is wrong, each with its column."""
    wrongs = [wrong for cell in row.cells for wrong in cell.wrongs] + row.wrongs
    return row.number, [cell.read for cell in row.cells], [(wrong.column, wrong.found) for wrong in wrongs]


def test_each_cell_says_what_it_is_read_as(session: Session) -> None:
    rows = sheet(session, brought(session, make.contract(session), LONG)).rows(most=9)
    day = Moment(date(2026, 5, 31), None)
    assert [cell.raw for cell in rows[0].cells] == [DAY, "CLEAN", "5.0", "A", "1", "", "y"]
    assert shown(rows[0]) == (2, [day, "clean", 5, "a", None, None, None], [])
    assert shown(rows[4])[1] == [day, "food", 3, "a", None, "b", None]
    assert [row.is_faulty for row in rows] == [False, True, True, True, False]


def test_what_is_wrong_stands_at_its_cell(session: Session) -> None:
    rows = sheet(session, brought(session, make.contract(session), LONG)).rows(most=9)
    assert shown(rows[2])[2] == [("score", "9"), ("site", "z")]
    assert [len(cell.wrongs) for cell in rows[2].cells] == [0, 0, 1, 1, 0, 0, 0]
    assert [wrong.column for wrong in rows[3].wrongs] == ["row"]


def test_a_row_that_contradicts_another_says_so(session: Session) -> None:
    content = "date,question,score,response,comment\n" + f"{DAY},clean,5,1,a\n{DAY},food,5,1,b\n"
    rows = sheet(session, brought(session, make.contract(session), content)).rows(most=9)
    assert shown(rows[1])[2] == [("comment", "b")]
    assert rows[1].cells[4].wrongs[0].problem == "another row of the same response has another comment"


def test_codes_and_days_are_read_as_they_were_told(session: Session) -> None:
    content = "at,Q1,Q2\n31.5.2026,6,4\n31/05/2026,0,\n2026-05-31,7,5\n31.5-2026,1,1\n"
    rows = sheet(session, brought(session, make.contract(session), content, WIDE)).rows(most=9)
    assert [shown(row)[1][1:] for row in rows[:3]] == [["not_applicable", 4], ["blank", "blank"], [5, 5]]
    assert [shown(row)[1][0] for row in rows[:3]] == [Moment(date(2026, 5, 31), None)] * 3
    assert shown(rows[3])[2] == [("date", "31.5-2026")]


def test_what_is_wrong_with_a_column_the_file_lacks_is_said_of_the_row(session: Session) -> None:
    mapping = Mapping(columns={"q": "question", "score": "score"}, constants={"date": "2099-01-01"})
    content = "q,score\nclean,5\n"
    row = sheet(session, brought(session, make.contract(session), content, mapping)).rows(most=1)[0]
    assert [(wrong.column, wrong.found) for wrong in row.wrongs] == [("date", "2099-01-01")]


def test_rows_come_some_at_a_time_and_the_faulty_by_themselves(session: Session) -> None:
    preview = sheet(session, brought(session, make.contract(session), LONG))
    assert [row.number for row in preview.rows(most=2, before=1)] == [3, 4]
    assert [row.number for row in preview.rows(most=2, before=1, only_faulty=True)] == [4, 5]
    assert [(row.number, len(fields)) for row, fields in preview.faulty()] == [(3, 7), (4, 7), (5, 2)]


def test_before_it_is_rehearsed_no_row_is_known_to_be_faulty(session: Session) -> None:
    upload = brought(session, make.contract(session), LONG)
    uploads.keep_mapping(upload, Mapping())
    uploads.keep_mapping(upload, Mapping(leave_out=["x"]))
    preview = sheet(session, upload)
    assert preview.rows(most=9, only_faulty=True) == []
    assert len(preview.rows(most=9)) == 5


def test_columns_that_cannot_be_used_so_show_no_row(session: Session) -> None:
    upload = brought(session, make.contract(session), LONG)
    uploads.keep_mapping(upload, Mapping(columns={"no such": "site"}))
    with pytest.raises(Wrong, match="no such column"):
        sheet(session, upload)


def test_the_columns_that_are_read_are_told_with_what_they_are(session: Session) -> None:
    long = sheet(session, brought(session, make.contract(session), LONG))
    assert long.read_columns[:4] == [
        (0, "date", "date"),
        (1, "question", "question"),
        (2, "score", "score"),
        (3, "site", "site"),
    ]
    assert [name for _, name, _ in long.read_columns] == [
        "date", "question", "score", "site", "response", "comment",
    ]  # fmt: skip
    wide = sheet(session, brought(session, make.contract(session), "at,Q1,Q2\n31.5.2026,1,2\n", WIDE))
    assert wide.read_columns == [(0, "at", "date"), (1, "Q1", ""), (2, "Q2", "")]
