"""The pages of invitation plans: made, tried with a sample, changed, stopped; lists of recipients."""

import json
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

import asked
from web import counting
from web.conftest import BrowserOf
from xla import clock, database
from xla.core import event
from xla.core.invitation import State
from xla.models import InvitationPlan, RatingPoint
from xla.services.agreements import contract_of

LIST = "/contracts/harbour/invitations"
NEW, PLAN = f"{LIST}/new", f"{LIST}/visits"
HOSTILE = "</script><b>{{7*7}}\u202e"


@pytest.fixture
def point(store: Engine, harbour: None) -> int:
    with database.transaction(store) as session:
        return asked.point(session, contract_of(session, "harbour"), "b").id


@pytest.fixture
def plan(store: Engine, point: int) -> None:
    with database.transaction(store) as session:
        place = session.get_one(RatingPoint, point)
        contract = contract_of(session, "harbour")
        planned = asked.planned(place, title=HOSTILE)
        asked.invitation_plans.create(session, contract.id, "visits", planned, now=clock.now())


def form(at: object, **changes: Any) -> dict[str, Any]:
    paths = {f"path_{name}": path for name, path in asked.MAPPING.items()}
    return {
        "title": "A visit ended", "key": "visits", "point": at, "persona": "visitor", "delay_hours": 24,
        "remind_after_days": "", "expires_after_days": 14, **paths, **changes,
    }  # fmt: skip


def was(page: str) -> str:
    return page.split('name="was" type="hidden" value="')[1].split('"', maxsplit=1)[0]


def only(store: Engine) -> InvitationPlan:
    with database.reading(store) as session:
        return session.scalars(select(InvitationPlan)).one()


def states(store: Engine) -> list[State]:
    with database.reading(store) as session:
        return asked.states(session)


def test_a_plan_starts_from_a_ready_mapping_and_is_made(
    store: Engine, browser_of: BrowserOf, point: int
) -> None:
    browser = browser_of("manager")
    assert "No plan yet" in browser.get(LIST).text
    assert 'value="ticket.requester.email"' in browser.get(f"{NEW}?from=ticket").text
    answer = browser.post(NEW, data=form(point))
    assert (answer.status_code, answer.location) == (303, PLAN)
    made = only(store)
    assert (made.title, made.remind_after_days, made.point_id) == ("A visit ended", None, point)
    assert event.kept(made.mapping) == asked.MAPPING
    assert "/api/v1/contracts/harbour/plans/visits/events" in browser.get(PLAN).text
    assert browser.post(NEW, data=form(point)).status_code == 422


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"title": ""}, "Write what happened then."),
        ({"title": "a\r\nb"}, "Write it on one line"),
        ({"key": "Visits!"}, "Write 1 to 40 of"),
        ({"point": "999"}, "Choose one of what is offered."),
        ({"persona": "king"}, "Choose one of what is offered."),
        ({"delay_hours": "-1"}, "from 0 to 720"),
        ({"expires_after_days": "91"}, "a whole number of days"),
        ({"remind_after_days": "0"}, "a whole number of days"),
        ({"path_email": ""}, "Write where it stands in an event."),
        ({"path_site": "a..b"}, "with full stops between"),
        ({"path_site": "x" * 201}, "At most 200 characters"),
        ({"sample": "x" * 100_001}, "At most 100000 characters."),
    ],
)
def test_a_flaw_is_told_beside_its_field_and_nothing_is_made(
    browser_of: BrowserOf, store: Engine, point: int, changes: dict[str, str], flaw: str
) -> None:
    answer = browser_of("manager").post(NEW, data=form(point, **changes))
    assert answer.status_code == 422
    assert answer.text.count(flaw) >= 2
    with database.reading(store) as session:
        assert session.scalars(select(InvitationPlan)).all() == []


@pytest.mark.parametrize(
    ("sample", "told"),
    [
        (json.dumps(asked.visit()), "Would ask karin@ekhaga.se"),
        (json.dumps(asked.visit(email=HOSTILE)), "not a plain e-mail address"),
        (json.dumps({"visit": {"id": [1]}}), "a list, an object"),
        ("{", "The sample is not JSON."),
        ("[" * 100_000, "The sample is not JSON."),
        ("9" * 5_000, "The sample is not JSON."),
    ],
)
def test_a_sample_is_read_before_any_is_sent_and_kept_nowhere(
    browser_of: BrowserOf, store: Engine, point: int, sample: str, told: str
) -> None:
    answer = browser_of("manager").post(NEW, data=form(point, sample=sample, do="try"))
    assert answer.status_code == 200
    assert told in answer.text
    assert HOSTILE not in answer.text
    assert states(store) == []


def test_a_sample_is_tried_with_half_a_form(browser_of: BrowserOf, point: int) -> None:
    browser = browser_of("manager")
    sample = json.dumps(asked.visit())
    half = form(point, point="", delay_hours="soon", sample=sample, do="try")
    assert "karin@ekhaga.se" in browser.post(NEW, data=half).text
    assert "Say first where" in browser.post(NEW, data=half | {"path_email": ""}).text


@pytest.mark.usefixtures("plan")
def test_a_plan_is_changed_unless_somebody_was_quicker(
    store: Engine, browser_of: BrowserOf, point: int
) -> None:
    browser = browser_of("manager")
    page = browser.get(PLAN).text
    assert HOSTILE not in page
    changes = form(point, delay_hours=2, was=was(page))
    assert browser.post(PLAN, data=changes).status_code == 303
    assert only(store).delay_hours == 2
    again = browser.post(PLAN, data=changes | {"delay_hours": 3})
    assert again.status_code == 409
    assert "Somebody changed this plan meanwhile" in again.text
    assert only(store).delay_hours == 2
    assert browser.post(PLAN, data=changes | {"title": ""}).status_code == 422
    tried = browser.post(PLAN, data=changes | {"sample": json.dumps(asked.visit()), "do": "try"})
    assert "Would ask karin@ekhaga.se" in tried.text
    assert was(tried.text) == changes["was"]


@pytest.mark.usefixtures("plan")
def test_a_plan_is_stopped_and_resumed(store: Engine, browser_of: BrowserOf) -> None:
    browser = browser_of("manager")
    assert browser.post(f"{PLAN}/stop").status_code == 303
    assert only(store).stopped_at is not None
    assert "Stopped" in browser.get(LIST).text
    assert upload(browser, "email,external_id\na@ekhaga.se,1\n").status_code == 422
    assert browser.post(f"{PLAN}/resume").status_code == 303
    assert only(store).stopped_at is None
    assert browser.get(f"{LIST}/nothing").status_code == 404


def upload(browser: FlaskClient, text: str | bytes) -> Any:
    raw = text if isinstance(text, bytes) else text.encode()
    return browser.post(f"{PLAN}/recipients", data={"file": (BytesIO(raw), "people.csv")})


@pytest.mark.usefixtures("plan")
def test_a_list_invites_everybody_or_nobody(store: Engine, browser_of: BrowserOf) -> None:
    browser = browser_of("manager")
    assert upload(browser, "email,external_id\na@ekhaga.se,1\nb@ekhaga.se,2\n").status_code == 303
    assert states(store) == [State.WAITING] * 2
    flawed = upload(browser, f"email,external_id\nc@ekhaga.se,3\n{HOSTILE},4\n")
    assert flawed.status_code == 422
    assert "Row 3, email" in flawed.text
    assert HOSTILE not in flawed.text
    assert browser.post(f"{PLAN}/recipients").status_code == 422
    assert "be read" in upload(browser, b"email,external_id\n\xff\xfe,1\n").text
    assert states(store) == [State.WAITING] * 2
    assert upload(browser, "email;external_id\nc@ekhaga.se;3\n").status_code == 303
    assert states(store) == [State.WAITING] * 3


@pytest.mark.usefixtures("plan")
def test_the_lists_queries_do_not_grow_with_its_plans(
    store: Engine, browser_of: BrowserOf, point: int
) -> None:
    browser = browser_of("manager")
    counting.asked(store, browser, LIST)
    few = counting.asked(store, browser, LIST)
    with database.transaction(store) as session:
        place = session.get_one(RatingPoint, point)
        contract = contract_of(session, "harbour")
        for number in range(5):
            made = asked.invitation_plans.create(
                session, contract.id, f"p{number}", asked.planned(place), now=clock.now()
            )
            asked.invited(session, made, now=clock.now())
    assert counting.asked(store, browser, LIST) == few
