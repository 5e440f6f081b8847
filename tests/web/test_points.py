"""Rating points' pages: opened, changed, closed; their links, codes, posters and labels."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

import make
from documents.pdf_text import text_of
from web import world
from web.conftest import BrowserOf
from web.counting import asked
from xla import clock, database
from xla.documents.paper import RenderFailed
from xla.models import RatingPoint, Response
from xla.services import points
from xla.services.agreements import contract_of
from xla.services.points import Where
from xla.web import point_files

HARBOUR = "/contracts/harbour/points"
BASE = "http://127.0.0.1:8000/r/"
pytestmark = pytest.mark.usefixtures("harbour")


@pytest.fixture
def manager(browser_of: BrowserOf) -> FlaskClient:
    return browser_of("manager")


def opened(browser: FlaskClient, **form: object) -> int:
    """The id of a rating point opened by the form."""
    answer = browser.post(f"{HARBOUR}/new", data={"site": "b", "touchpoint": "arrive", "persona": "", **form})
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("/")[2])


def row(store: Engine, point: int) -> RatingPoint:
    with database.reading(store) as session:
        return session.get_one(RatingPoint, point)


def test_a_point_is_opened_and_its_link_is_the_configured_base_and_its_token(
    manager: FlaskClient, store: Engine
) -> None:
    point = opened(manager, title="  Front   door ", questions=["food", "", "clean"], persona="visitor")
    kept = row(store, point)
    assert (kept.title, kept.question_keys, kept.persona) == ("Front door", "food;clean", "visitor")
    page = manager.get(f"{HARBOUR}/{point}", headers={"Host": "localhost"}).text
    assert f"{BASE}{kept.token}" in page
    assert "works on this machine only" in page
    assert "Front door" in manager.get(HARBOUR).text
    assert manager.get(f"/r/{kept.token}").status_code == 200


def test_a_place_taken_leads_to_the_point_there(manager: FlaskClient) -> None:
    point = opened(manager)
    again = manager.post(f"{HARBOUR}/new", data={"site": "b", "touchpoint": "arrive", "persona": ""})
    assert again.status_code == 422
    assert f"{HARBOUR}/{point}" in again.text


@pytest.mark.parametrize("wrong", [{"site": "cellar"}, {"title": "x" * 121}, {"title": "a\u202eb"}])
def test_what_can_not_be_is_told_and_nothing_is_opened(manager: FlaskClient, wrong: dict[str, str]) -> None:
    answer = manager.post(
        f"{HARBOUR}/new", data={"site": "b", "touchpoint": "arrive", "persona": "", **wrong}
    )
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_place_no_kpi_looks_at_needs_questions(browser_of: BrowserOf, store: Engine) -> None:
    scoped = [{**world.KPIS[0], "scope": {"sites": ["a"]}}]
    with database.transaction(store) as session:
        make.contract(session, make.agreement(kpis=scoped, contract={"key": "narrow"}))
    admin = browser_of("admin")
    answer = admin.post("/contracts/narrow/points/new", data={"site": "b", "touchpoint": "", "persona": ""})
    assert answer.status_code == 422
    assert "No KPI looks at this place" in answer.text
    data = {"site": "b", "touchpoint": "", "questions": "food", "persona": ""}
    point = admin.post("/contracts/narrow/points/new", data=data).location
    with database.reading(store) as session:
        kept = session.scalars(select(RatingPoint).where(RatingPoint.question_keys == "food")).one()
    seen = points.fingerprint(points.terms_of(kept))
    assert admin.post(point, data={"seen": seen, "persona": ""}).status_code == 422


def test_sites_and_touchpoints_are_combined(manager: FlaskClient) -> None:
    assert manager.post(f"{HARBOUR}/from-tree").status_code == 422
    data = {"sites": ["a", "a-1", "b"], "touchpoints": ["arrive", "lunch"]}
    answer = manager.post(f"{HARBOUR}/from-tree", data=data, follow_redirects=True)
    assert "6 rating points were opened." in answer.text
    again = manager.post(f"{HARBOUR}/from-tree", data=data, follow_redirects=True)
    assert "6 were there already." in again.text
    inside = manager.get(f"{HARBOUR}?site=a").text
    assert "Floor 1" in inside
    assert "6 labels" in manager.get(HARBOUR).text
    assert "4 labels" in inside


def test_too_many_at_once_are_refused(manager: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "MOST_AT_ONCE", 1)
    data = {"sites": ["a", "b"], "touchpoints": ["lunch"]}
    assert manager.post(f"{HARBOUR}/from-tree", data=data).status_code == 422


def send(browser: FlaskClient, content: bytes) -> tuple[int, str]:
    answer = browser.post(
        f"{HARBOUR}/from-file", data={"file": (BytesIO(content), "points.csv")}, follow_redirects=True
    )
    return answer.status_code, answer.text


def test_a_file_is_taken_whole_and_what_is_there_is_such_a_file(manager: FlaskClient) -> None:
    status, page = send(manager, b"site,touchpoint,title\nb,arrive,Gate\nb,,\n")
    assert (status, "2 opened" in page) == (200, True)
    listed = manager.get(f"{HARBOUR}.csv").data
    assert b"b,arrive,Gate," in listed
    assert "2 as they were" in send(manager, listed)[1]


def test_a_faulty_file_changes_nothing_and_names_row_and_column(manager: FlaskClient, store: Engine) -> None:
    status, page = send(manager, b"site,touchpoint\nb,arrive\n<b>cellar</b>,lunch\n")
    assert status == 422
    assert "&lt;b&gt;cellar&lt;/b&gt;" in page
    assert send(manager, b"")[0] == 422
    with database.reading(store) as session:
        contract = contract_of(session, "harbour")
        assert not any(point.token for point in points.at_places(session, contract).values())


def test_a_change_is_made_once_and_not_over_anothers(manager: FlaskClient, store: Engine) -> None:
    point = opened(manager)
    seen = points.fingerprint(points.terms_of(row(store, point)))
    data = {"title": "Gate", "questions": "food", "persona": "", "seen": seen}
    assert manager.post(f"{HARBOUR}/{point}", data=data).status_code == 303
    late = manager.post(f"{HARBOUR}/{point}", data={**data, "title": "Other"})
    assert late.status_code == 422
    assert "changed this rating point meanwhile" in late.text
    assert manager.post(f"{HARBOUR}/{point}", data={"title": "x" * 121}).status_code == 422
    assert row(store, point).title == "Gate"


def test_a_closed_points_link_says_so_and_opens_again(manager: FlaskClient, store: Engine) -> None:
    point = opened(manager)
    token = row(store, point).token
    manager.post(f"{HARBOUR}/{point}/close")
    assert "ratings are closed here" in manager.get(f"{HARBOUR}/{point}").text
    assert manager.get(f"/r/{token}").status_code == 410
    manager.post(f"{HARBOUR}/{point}/open")
    again = row(store, point)
    assert (points.is_open(again), again.token) == (True, token)


def test_a_point_that_came_with_a_file_has_no_code_until_it_is_opened(
    manager: FlaskClient, store: Engine
) -> None:
    with database.reading(store) as session:
        known = points.at_places(session, contract_of(session, "harbour"))[Where("a", "arrive")]
    assert "Its ratings came with files." in manager.get(f"{HARBOUR}/{known.id}").text
    assert manager.get(f"{HARBOUR}/{known.id}/qr.svg").status_code == 404
    assert manager.get(f"{HARBOUR}/999").status_code == 404


def test_clients_look_and_change_nothing(manager: FlaskClient, browser_of: BrowserOf) -> None:
    point = opened(manager)
    page = browser_of("client").get(f"{HARBOUR}/{point}").text
    assert "qr.svg" in page
    assert "<textarea" not in page
    assert "poster.pdf" not in page
    assert f"{HARBOUR}/{point}/close" not in page


def test_codes_and_posters_hold_the_link(manager: FlaskClient, store: Engine) -> None:
    point = opened(manager)
    token = row(store, point).token
    svg = manager.get(f"{HARBOUR}/{point}/qr.svg")
    assert svg.mimetype == "image/svg+xml"
    assert f"<title>{BASE}{token}</title>" in svg.text
    assert manager.get(f"{HARBOUR}/{point}/qr.pdf").data.startswith(b"%PDF-")
    poster = manager.get(f"{HARBOUR}/{point}/poster.pdf?size=door&language=en")
    assert f"/r/{token}" in text_of(poster.data)
    assert "Nordfast <Service> AB" in text_of(poster.data)
    assert manager.get(f"{HARBOUR}/{point}/poster.pdf?size=a0").status_code == 404


def test_labels_are_printed_for_a_building(
    manager: FlaskClient, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = manager.get(f"{HARBOUR}/labels.pdf", follow_redirects=True)
    assert "no open rating point here" in nothing.text
    token = row(store, opened(manager)).token
    assert f"/r/{token}" in text_of(manager.get(f"{HARBOUR}/labels.pdf?site=b&grid=2x5").data)
    assert manager.get(f"{HARBOUR}/labels.pdf?site=cellar").status_code == 404
    assert manager.get(f"{HARBOUR}/labels.pdf?grid=1x1").status_code == 404
    monkeypatch.setattr(point_files, "MOST_LABELS", 0)
    assert "at most 0" in manager.get(f"{HARBOUR}/labels.pdf", follow_redirects=True).text


@pytest.mark.parametrize("reason", [point_files.PANGO_MISSING, "out of memory"])
def test_where_nothing_can_be_drawn_the_page_says_so(
    manager: FlaskClient, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    def failing(*_paper: object, **_limits: object) -> bytes:
        raise RenderFailed(reason)

    monkeypatch.setattr(point_files, "print_in_process", failing)
    answer = manager.get(f"{HARBOUR}/{opened(manager)}/poster.pdf", follow_redirects=True)
    assert "Nothing was printed" in answer.text


def test_more_points_ask_the_database_no_more_often(manager: FlaskClient, store: Engine) -> None:
    asked(store, manager, HARBOUR)  # what is read once
    before = asked(store, manager, HARBOUR)
    manager.post(
        f"{HARBOUR}/from-tree", data={"sites": ["a", "a-1", "b"], "touchpoints": ["arrive", "lunch"]}
    )
    assert asked(store, manager, HARBOUR) == before


def test_what_looks_unusual_is_counted_at_its_point(manager: FlaskClient, store: Engine) -> None:
    with database.transaction(store) as session:
        today = clock.now().date()
        session.execute(update(Response).where(Response.id <= 3).values(flags="burst;staff", rated_on=today))
        point = session.scalars(select(Response.point_id).where(Response.id == 1)).one()
    assert "3 look unusual" in manager.get(HARBOUR).text
    page = manager.get(f"{HARBOUR}/{point}").text
    assert "3: Burst from one device (3) and From a staff network (3)." in page
