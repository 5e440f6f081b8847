"""Events over the API: whom they name is invited once, whatever shape they have."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

import asked
from web.conftest import KeyOf
from xla import clock, database
from xla.core.invitation import State
from xla.models import InvitationPlan
from xla.services import invitation_plans
from xla.services.agreements import contract_of

PATH = "/api/v1/contracts/harbour/plans/visits/events"


@pytest.fixture
def plan(store: Engine, harbour: None) -> None:
    with database.transaction(store) as session:
        asked.plan(session, contract_of(session, "harbour"), site="b")


def states(store: Engine) -> list[State]:
    with database.reading(store) as session:
        return asked.states(session)


@pytest.mark.usefixtures("plan")
def test_an_event_invites_once_and_a_repeat_is_told(
    store: Engine, browser: FlaskClient, key_of: KeyOf
) -> None:
    headers = key_of("events:write", contract="harbour")
    event = asked.visit() | {"anything": [1, 2.5, None, {"else": True}]}
    answers = [browser.post(PATH, json=event, headers=headers) for _ in range(2)]
    assert [(answer.status_code, answer.json) for answer in answers] == [
        (200, {"invited": True}),
        (200, {"invited": False}),
    ]
    assert states(store) == [State.WAITING]


@pytest.mark.usefixtures("plan")
def test_a_field_that_cannot_be_taken_is_named_by_where_it_stands(
    store: Engine, browser: FlaskClient, key_of: KeyOf
) -> None:
    headers = key_of("events:write")
    answer = browser.post(PATH, json=asked.visit(email="</script>\r\nBcc: x"), headers=headers)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json
    assert answer.json["errors"][0]["path"] == "visitor.email"
    assert browser.post(PATH, json=[asked.visit()], headers=headers).status_code == 422
    assert browser.post(PATH, json={}, headers=headers).status_code == 422
    assert browser.post(PATH.replace("visits", "x\x00"), json={}, headers=headers).status_code == 404
    assert states(store) == []


@pytest.mark.usefixtures("plan")
def test_a_stopped_plan_takes_no_events(store: Engine, browser: FlaskClient, key_of: KeyOf) -> None:
    with database.transaction(store) as session:
        contract = contract_of(session, "harbour")
        plan = invitation_plans.one(session, contract.id, "visits")
        assert isinstance(plan, InvitationPlan)
        invitation_plans.stop(session, plan, clock.now())
    answer = browser.post(PATH, json=asked.visit(), headers=key_of("events:write"))
    assert answer.status_code == 409
