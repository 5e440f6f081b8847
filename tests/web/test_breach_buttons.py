"""The buttons of a breach's page: what each changes, for whom, and what it says when somebody was faster."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from web.conftest import BrowserOf
from xla import clock, database
from xla.core.window import parse_period
from xla.models import Action, AuditEntry, BreachStep, BreachWork, Contract
from xla.services import periods

PAGE = "/contracts/harbour/breaches/1"


@pytest.fixture
def manager(browser_of: BrowserOf, harbour: None) -> FlaskClient:
    return browser_of("manager")


@pytest.fixture
def client(browser_of: BrowserOf, harbour: None) -> FlaskClient:
    return browser_of("client")


@pytest.fixture
def read(store: Engine) -> Callable[[Any], Any]:
    """What a column of the latest row holds."""

    def one(column: Any) -> Any:
        with database.reading(store) as session:
            return session.scalars(select(column).order_by(column.class_.id.desc())).first()

    return one


def press(browser: FlaskClient, button: str, revision: int = 0, **form: str) -> TestResponse:
    return browser.post(f"{PAGE}/{button}", data={"revision": str(revision), **form})


def revision(store: Engine) -> int:
    with database.reading(store) as session:
        return session.get_one(BreachWork, 1).revision


def add_action(browser: FlaskClient, store: Engine, **form: str) -> TestResponse:
    told = {"action-title": "Extra round", "action-owner": "Amina", "action-due": "2026-12-01", **form}
    return press(browser, "actions", revision(store), **told)


def test_acknowledging_goes_back_to_the_page_and_says_so(
    manager: FlaskClient, read: Callable[[Any], Any]
) -> None:
    answer = press(manager, "acknowledge")
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "The breach is acknowledged." in manager.get(PAGE).text
    assert read(BreachStep.state) == "acknowledged"
    assert read(AuditEntry.action) == "breach.acknowledged"


def test_acknowledging_from_the_inbox_goes_back_to_it(manager: FlaskClient) -> None:
    answer = press(manager, "acknowledge", next="/breaches?mine=1")
    assert answer.location == "/breaches?mine=1"
    assert press(manager, "acknowledge", 1, next="https://evil.example/").status_code == 409


def test_a_page_elsewhere_is_never_gone_back_to(manager: FlaskClient) -> None:
    assert press(manager, "acknowledge", next="https://evil.example/").location in {"/", PAGE}


def test_who_is_second_sees_what_is_there_now_and_changes_nothing(
    manager: FlaskClient, browser_of: BrowserOf, store: Engine
) -> None:
    press(manager, "acknowledge")
    answer = press(browser_of("admin"), "details", **{"details-cause": "Typed at length"})
    assert answer.status_code == 409
    assert "This breach was changed meanwhile" in answer.text
    assert "Maja Lindqvist" in answer.text
    assert "Typed at length" in answer.text
    with database.reading(store) as session:
        assert session.get_one(BreachWork, 1).cause is None


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 30])
def test_a_made_up_revision_changes_nothing(manager: FlaskClient, typed: str) -> None:
    assert manager.post(f"{PAGE}/acknowledge", data={"revision": typed}).status_code == 409


@pytest.mark.parametrize("button", ["plan", "close", "acceptance/agree", "acceptance/withdraw"])
def test_a_step_that_is_not_legal_now_changes_nothing(
    manager: FlaskClient, button: str, read: Callable[[Any], Any]
) -> None:
    before = read(BreachStep.id)
    assert press(manager, button).status_code == 409
    assert read(BreachStep.id) == before


@pytest.mark.parametrize("button", ["acknowledge", "comment", "acceptance", "details", "actions"])
def test_a_breach_that_is_not_there_has_no_buttons(manager: FlaskClient, button: str) -> None:
    for number in ("77", "99999999999999"):
        form = {"revision": "0", "comment-text": "x", "acceptance-reason": "x"}
        assert manager.post(f"/contracts/harbour/breaches/{number}/{button}", data=form).status_code == 404


def test_details_are_kept_and_what_is_wrong_is_said_with_what_was_typed(
    manager: FlaskClient, store: Engine
) -> None:
    wrong = press(manager, "details", **{"details-due": "soon", "details-cause": "c" * 2001})
    assert wrong.status_code == 422
    assert "Write a day as year, month and day" in wrong.text
    assert "Write 2,000 characters at most." in wrong.text
    assert "c" * 2001 in wrong.text
    with database.reading(store) as session:
        maja = session.scalars(select(AuditEntry)).first()
    assert maja is None
    owner = (
        manager.get(PAGE).text.partition(">Maja Lindqvist</option>")[0].rpartition('value="')[2].rstrip('"')
    )
    told = {"details-owner": owner, "details-due": "2026-12-24", "details-cause_kind": "staffing"}
    assert press(manager, "details", **told, **{"details-cause": "One round\r\nonly"}).status_code == 303
    page = manager.get(PAGE).text
    assert 'value="2026-12-24"' in page
    assert "The owner is Maja Lindqvist." in page
    assert "One round\nonly" in page


@pytest.mark.parametrize(
    "told", [{"details-owner": "999"}, {"details-cause_kind": "no-such"}, {"details-due": "0001-01-01"}]
)
def test_details_that_cannot_be_are_refused(manager: FlaskClient, told: dict[str, str]) -> None:
    assert press(manager, "details", **told).status_code == 422


def test_both_parties_comment_whatever_happened_meanwhile(
    manager: FlaskClient, client: FlaskClient, read: Callable[[Any], Any]
) -> None:
    press(manager, "acknowledge")
    assert press(client, "comment", **{"comment-text": "Still a smell."}).status_code == 303
    assert read(BreachStep.sentence) == "Still a smell."
    assert "Still a smell." in manager.get(PAGE).text
    empty = press(manager, "comment", **{"comment-text": "  "})
    assert empty.status_code == 422
    assert "Write something first." in empty.text


def test_the_client_proposes_and_the_provider_agrees(
    manager: FlaskClient, client: FlaskClient, read: Callable[[Any], Any]
) -> None:
    assert press(client, "acceptance").status_code == 422
    press(client, "acceptance", **{"acceptance-reason": "A burst pipe, nobody's fault."})
    assert "Take the proposal back" in client.get(PAGE).text
    page = manager.get(PAGE).text
    assert "The client proposes to accept the breach as it is" in page
    assert "A burst pipe, nobody&#39;s fault." in page
    press(manager, "acceptance/agree", 1)
    assert read(BreachStep.state) == "accepted"
    page = manager.get(PAGE).text
    assert "Accepted by both parties" in page
    assert f'action="{PAGE}/details"' not in page


def test_a_proposal_is_taken_back(client: FlaskClient) -> None:
    press(client, "acceptance", **{"acceptance-reason": "A burst pipe."})
    press(client, "acceptance/withdraw", 1)
    page = client.get(PAGE).text
    assert "The client took its proposal back." in page
    assert "Accept it as it is instead" in page


def test_actions_are_planned_changed_done_and_dropped(
    manager: FlaskClient, store: Engine, read: Callable[[Any], Any]
) -> None:
    assert add_action(manager, store).status_code == 409
    press(manager, "acknowledge")
    wrong = add_action(manager, store, **{"action-title": " ", "action-due": ""})
    assert wrong.status_code == 422
    assert "Write what shall be done." in wrong.text
    assert "Choose a day." in wrong.text
    assert add_action(manager, store, **{"action-measured": "smell", "action-site": "a"}).status_code == 303
    number = read(Action.id)
    assert 'value="Extra round"' in manager.get(f"{PAGE}/actions/{number}").text
    other = {"action-title": "Two rounds", "action-owner": "Jonas", "action-due": "2026-12-02"}
    assert (
        press(manager, f"actions/{number}", revision(store), **{**other, "action-due": "x"}).status_code
        == 422
    )
    assert press(manager, f"actions/{number}", revision(store), **other).status_code == 303
    assert "Two rounds" in manager.get(PAGE).text
    add_action(manager, store)
    assert press(manager, f"actions/{read(Action.id)}/drop", revision(store)).status_code == 303
    assert press(manager, "plan", revision(store)).status_code == 303
    done = f"actions/{number}/done"
    tomorrow = (clock.now() + timedelta(days=2)).date().isoformat()
    for day in (tomorrow, "2026-03-01", "", "soon"):
        refused = press(manager, done, revision(store), **{f"done-{number}-done": day})
        assert refused.status_code == 422, day
    assert press(manager, done, revision(store), **{f"done-{number}-done": "2026-04-02"}).status_code == 303
    page = manager.get(PAGE).text
    assert "All actions are done, so verification has begun." in page
    assert "Needs proof" in page
    assert read(BreachStep.state) == "verifying"
    assert manager.get(f"{PAGE}/actions/{number}").location == PAGE


@pytest.mark.parametrize(
    "button", ["actions/7", "actions/7/done", "actions/7/drop", "actions/99999999999999/drop"]
)
def test_an_action_that_is_not_there_is_not_found(manager: FlaskClient, button: str) -> None:
    assert press(manager, button).status_code == 404
    assert manager.get(f"{PAGE}/actions/7").status_code == 404


def test_without_proof_nothing_is_closed_and_the_page_says_what_is_missing(
    manager: FlaskClient, store: Engine, read: Callable[[Any], Any]
) -> None:
    press(manager, "acknowledge")
    add_action(manager, store)
    press(manager, "plan", revision(store))
    number = read(Action.id)
    press(manager, f"actions/{number}/done", revision(store), **{f"done-{number}-done": "2026-04-02"})
    assert press(manager, "close", revision(store)).status_code == 409
    with database.transaction(store) as session:
        contract = session.scalars(select(Contract).where(Contract.key == "harbour")).one()
        now = clock.now()
        april = periods.close(session, contract, parse_period("2026-04"), known_at=now, now=now)
        assert april.outcome.kpi("clean").verdict.value == "inconclusive"
    assert press(manager, "close", revision(store)).status_code == 409
    assert "Next: wait for proof" in manager.get(PAGE).text
