"""Imports in the browser: a file is read, mapped, checked row by row, confirmed, and taken back."""

import gzip
import re
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from web.conftest import BrowserOf
from web.counting import asked
from web.forms import Forms
from workbooks import workbook
from xla import database
from xla.models import AuditEntry, Notice, Rating, Response, Upload
from xla.services import uploads
from xla.web import import_work, imports
from xla.web.import_work import Work

HOME = "/contracts/harbour/imports"
DAY = "2026-04-10"
LONG = f"date,question,score\n{DAY},clean,5\n{DAY},food,4\n"
FAULTY = f"date,question,score,comment\n{DAY},clean,5,\n{DAY},clean,9,=1+1\n"
FORM = "application/x-www-form-urlencoded"
HOSTILE = "</script><b>{{7*7}}</b>"

pytestmark = pytest.mark.usefixtures("harbour")


@pytest.fixture
def manager(browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(import_work, "PATIENCE", 60)  # on a busy machine, too, the answer is the next step
    return browser_of("manager")


def bring(browser: FlaskClient, content: str | bytes, name: str = "ratings.csv") -> TestResponse:
    """Send a file as a browser does, and follow where that leads."""
    raw = content.encode() if isinstance(content, str) else content
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return browser.post(
        HOME,
        data=head.encode() + raw + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
        follow_redirects=True,
    )


def press(browser: FlaskClient, page: TestResponse, ending: str, **changes: str) -> TestResponse:
    """Press the button of the form whose address ends so."""
    form = next(each for each in Forms(page.text).forms if each.action.endswith(ending))
    return browser.post(form.action, data={**form.values, **changes}, follow_redirects=True)


def stored(store: Engine) -> list[tuple[int | None, int]]:
    """The ratings that came with uploads and count: (upload, score)."""
    with database.reading(store) as session:
        found = session.execute(
            select(Response.upload_id, Rating.score)
            .join(Rating, Rating.response_id == Response.id)
            .where(Response.upload_id.is_not(None), Response.withdrawn_at.is_(None))
            .order_by(Rating.response_id)
        )
        return [tuple(row) for row in found]


def test_a_file_goes_from_its_columns_over_every_row_to_ratings_and_back(
    manager: FlaskClient, store: Engine
) -> None:
    columns = bring(manager, LONG)
    assert "What the columns hold" in columns.text
    preview = press(manager, columns, "/columns")
    assert "Every row can be taken" in preview.text
    assert stored(store) == []
    result = press(manager, preview, "/confirm")
    assert "Imported on" in result.text
    assert stored(store) == [(1, 5), (1, 4)]
    undo = manager.get(f"{HOME}/1/undo")
    assert "2 ratings will count no more." in undo.text
    undone = press(manager, undo, "/undo")
    assert "Taken back. 2 ratings count no more." in undone.text
    assert stored(store) == []
    with database.reading(store) as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["import.run", "import.undo"]
    assert "Its columns are read as such a file’s were last time." in bring(manager, LONG).text


def test_faulty_rows_are_left_out_only_when_that_is_said_and_can_be_mended(
    manager: FlaskClient, store: Engine
) -> None:
    preview = press(manager, bring(manager, FAULTY), "/columns")
    assert "Import the 1 sound rows, leave the 1 faulty ones out" in preview.text
    assert "Off the scale from 1 to 5." in preview.text
    only = manager.get(f"{HOME}/1?rows=faulty")
    assert re.findall(r'<th scope="row" class="n">(\d+)<', only.text) == ["3"]
    press(manager, preview, "/confirm")
    assert stored(store) == [(1, 5)]
    mended = manager.get(f"{HOME}/1/faulty.csv")
    assert mended.text.splitlines() == [
        "\ufeffdate,question,score,comment,What is wrong",
        f"{DAY},clean,9,'=1+1,Score: “9”. Off the scale from 1 to 5.",
    ]
    again = press(manager, bring(manager, mended.data.replace(b",9,", b",3,")), "/columns")
    press(manager, again, "/confirm")
    assert stored(store) == [(1, 5), (2, 3)]


def test_a_workbook_of_several_sheets_asks_for_one(manager: FlaskClient, store: Engine) -> None:
    book = workbook({"May": [["x"], [1]], "April": [["Datum", "Is it clean?"], [DAY, 5], [DAY, 0], [DAY, 6]]})
    sheets = bring(manager, book, "survey.xlsx")
    assert "Choose the one with the ratings" in sheets.text
    columns = press(manager, sheets, "/reading", sheet="April")
    assert "Values that are no scores" in columns.text
    preview = press(manager, columns, "/columns", **{"k1:0": "blank", "k1:6": "s:1"})
    assert "not applicable" in preview.text.lower()
    press(manager, preview, "/confirm")
    assert stored(store) == [(1, 5), (1, 1)]
    again = bring(manager, book, "survey.xlsx")
    assert "Every row can be taken" not in press(manager, again, "/reading", sheet="April").text


def test_another_encoding_is_chosen_and_the_file_kept(manager: FlaskClient) -> None:
    raw = "Datum;Is it clean?;Kommentar\n10.4.2026;5;Så rent\n".encode("cp1252")
    refused = bring(manager, raw)
    assert "Row 2 is not text in this encoding." in refused.text
    columns = press(manager, refused, "/reading", encoding="cp1252")
    assert '<option value="day_first" selected>' in columns.text
    preview = press(manager, columns, "/columns")
    assert "Så rent" in preview.text
    assert "read as 10\xa0April\xa02026" in preview.text


def test_columns_that_cannot_be_used_so_are_told_where_they_are_chosen(manager: FlaskClient) -> None:
    again = press(manager, bring(manager, LONG), "/columns", c0="", c1="nonsense", dates="nonsense")
    assert "The columns can’t be used so" in again.text
    assert "No column is read as this" in again.text
    same = press(
        manager, again, "/columns", c1="", **{"all-date": DAY, "all-question": "food", "all-site": "x" * 300}
    )
    assert "Every row can be taken" in same.text


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "x.csv", "There is nothing in this file."),
        (b"PK\x03\x04" * 9, "x.xlsx", "This workbook is damaged."),
        (b"\xd0\xcf\x11\xe0" * 9, "x.xls", "This is an old workbook"),
        (b"a,b\n1,\0\n", "x.csv", "Row 2 can’t be read: it holds a character that is no text (NUL)."),
        (b'a,b\n1,"x\n', "x.csv", "a quote is opened and never closed."),
        (b",".join([b"x"] * 2_000) + b"\n1\n", "x.csv", "This file has 2\u202f000 columns; at most 300"),
        (gzip.compress(b"a\n", mtime=0), "x.csv.gz", "this file has no row."),
    ],
)
def test_a_hostile_file_gets_a_clear_sentence(
    manager: FlaskClient, content: bytes, name: str, sentence: str
) -> None:
    assert sentence in bring(manager, content, name).text


def test_too_large_a_file_is_told(manager: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MOST_BYTES", 1 << 20)
    answer = bring(manager, b"x" * ((1 << 20) + 1))
    assert (answer.status_code, "This file is larger than 1 MB." in answer.text) == (422, True)


def test_only_the_route_of_files_takes_more_than_any_form(app: Flask, manager: FlaskClient) -> None:
    large = b"date,question,score,comment\n" + (b"2026-04-10,clean,5," + b"x" * 4_000 + b"\n") * 1_100
    assert len(large) > app.config["MAX_CONTENT_LENGTH"]
    assert "What the columns hold" in bring(manager, large).text
    assert manager.post(f"{HOME}/1/columns", data=large, content_type=FORM).status_code == 413


def test_hostile_cells_and_names_are_text(manager: FlaskClient) -> None:
    name = f"\u202e{HOSTILE.replace('/', '')}.csv"
    rows = f"{DAY},{HOSTILE},5,{HOSTILE}\u202e,x\n{DAY},clean,{HOSTILE},,\n"
    content = f"date,question,score,comment,{HOSTILE}\n{rows}"
    pages = [bring(manager, content, name)]
    pages.append(press(manager, pages[0], "/columns"))
    pages.append(manager.get(HOME))
    for page in pages:
        assert page.status_code == 200
        assert "<b>{{" not in page.text
        assert "<b>49" not in page.text
        assert "\u202e" not in page.text or "<bdi" in page.text


def test_what_changed_meanwhile_is_not_confirmed(manager: FlaskClient, store: Engine) -> None:
    preview = press(manager, bring(manager, LONG), "/columns")
    press(manager, manager.get(f"{HOME}/1/columns"), "/columns", c1="")
    for agreed in (None, "nonsense"):
        changes = {"agreed": agreed} if agreed else {}
        answer = press(manager, preview, "/confirm", **changes)
        assert "This changed meanwhile" in answer.text
    assert stored(store) == []


def test_a_file_without_a_new_rating_brings_nothing(manager: FlaskClient) -> None:
    press(manager, press(manager, bring(manager, LONG), "/columns"), "/confirm")
    again = bring(manager, LONG)
    assert "No row of this file brings a new rating." in again.text
    counts = '{"rows":2,"accepted":0,"duplicates":2,"ignored":0,"rejected":0,"joined":0}'
    answer = manager.post(f"{HOME}/2/confirm", data={"agreed": counts}, follow_redirects=True)
    assert "Nothing was imported." in answer.text
    assert "Thrown away." in press(manager, again, "/discard").text
    answer = manager.post(f"{HOME}/1/discard", follow_redirects=True)
    assert "This changed meanwhile" in answer.text
    answer = manager.post(f"{HOME}/1/columns", follow_redirects=True)
    assert "imported meanwhile" in answer.text
    assert manager.get(f"{HOME}/1/columns").location.endswith(f"{HOME}/1")
    assert manager.get(f"{HOME}/1/faulty.csv").status_code == 404


def test_work_that_takes_long_shows_how_far_it_is(
    app: Flask, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = press(manager, bring(manager, LONG), "/columns")
    monkeypatch.setattr(import_work, "PATIENCE", 0)
    told, end = Event(), Event()

    def some(work: Work) -> None:
        work.tell(50)
        told.set()
        end.wait(60)

    app.extensions[import_work.WORKS].begin(1, Work("importing", 200), some)
    told.wait(60)
    page = press(manager, preview, "/confirm")
    end.set()
    assert re.search(r'<progress [^>]*max="200" value="50">', page.text)
    assert "50 of 200 rows" in page.text
    assert '<meta http-equiv="refresh" content="2">' in page.text


def test_an_import_that_a_restart_cut_off_is_started_again(manager: FlaskClient, store: Engine) -> None:
    press(manager, bring(manager, LONG), "/columns")
    with database.transaction(store) as session:
        session.get_one(Upload, 1).state = "running"
    page = manager.get(f"{HOME}/1")
    assert "This import did not finish here" in page.text
    press(manager, page, "/confirm")
    assert stored(store) == [(1, 5), (1, 4)]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_args: object, **_told: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(uploads, "run", run)


@pytest.mark.usefixtures("broken")
def test_an_import_that_fails_is_told_and_can_be_tried_again(manager: FlaskClient, store: Engine) -> None:
    failed = press(manager, press(manager, bring(manager, LONG), "/columns"), "/confirm")
    assert "The import failed; nothing of it is stored" in failed.text
    with database.reading(store) as session:
        assert session.scalars(select(Notice.kind).where(Notice.kind == "import_failed")).all() == [
            "import_failed"
        ]
    assert "Every row can be taken" in press(manager, failed, "/columns").text


def test_an_import_that_others_hang_on_is_not_taken_back(manager: FlaskClient) -> None:
    head = "date,question,score,response\n"
    for rows in (f"{DAY},clean,5,r1\n", f"{DAY},food,5,r1\n"):
        page = bring(manager, head + rows)
        page = press(manager, page, "/columns") if "hold" in page.text else page
        press(manager, page, "/confirm")
    assert "has since completed" in manager.get(f"{HOME}/1/undo").text
    assert "some of its rows completed" in manager.get(f"{HOME}/2/undo").text
    answer = manager.post(f"{HOME}/1/undo", follow_redirects=True)
    assert "This import can’t be taken back" in answer.text
    assert manager.post(f"{HOME}/3/undo").status_code == 404


def test_another_contract_s_file_is_not_there(browser_of: BrowserOf, store: Engine) -> None:
    bring(browser_of("manager"), LONG)
    admin = browser_of("admin")
    for ending in ("", "/columns", "/undo", "/faulty.csv"):
        assert admin.get(f"/contracts/quay/imports/1{ending}").status_code == 404
    for ending in ("/reading", "/columns", "/confirm", "/discard", "/undo"):
        agreed = '{"rows":2,"accepted":2,"duplicates":0,"ignored":0,"rejected":0,"joined":0}'
        assert admin.post(f"/contracts/quay/imports/1{ending}", data={"agreed": agreed}).status_code == 404
    assert stored(store) == []


def test_a_list_of_many_files_asks_as_much_as_one_of_few(manager: FlaskClient, store: Engine) -> None:
    assert "No file yet" in manager.get(HOME).text
    bring(manager, LONG)
    few = asked(store, manager, HOME)
    for _ in range(3):
        bring(manager, LONG)
    assert asked(store, manager, HOME) == few
