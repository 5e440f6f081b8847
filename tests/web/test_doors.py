"""Every route, asked by every role and by nobody, for a contract of theirs, a stranger's, and a made-up one.

The list of routes is the application's own, so a new one is walked through the day it is added.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from web.conftest import BrowserOf, KeyOf
from web.doors import DOORS, Door
from xla.services.keys import SCOPES
from xla.web.access import PUBLIC

ROLES = ("admin", "manager", "client", "auditor")
REFUSED = {403, 404}
OWN, FOREIGN, NONE = "harbour", "quay", "no-such-contract"


def routes(app: Flask) -> Iterator[tuple[Rule, str, Door]]:
    """Every route with each of its methods and its door."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield rule, method, DOORS[rule.endpoint]


def address(app: Flask, rule: Rule, door: Door, key: str) -> str:
    filled = {**door.filled, **({"key": key} if "key" in rule.arguments else {})}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **filled)


def test_every_route_has_a_door_and_every_door_a_route(app: Flask) -> None:
    routed = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert routed == DOORS.keys()


def test_what_is_open_to_anybody_is_public_by_name() -> None:
    assert {name for name, door in DOORS.items() if "nobody" in door.roles} == PUBLIC


@pytest.mark.usefixtures("harbour")
def test_nobody_is_sent_to_sign_in(app: Flask, browser: FlaskClient) -> None:
    for rule, method, door in routes(app):
        if "nobody" in door.roles or door.scope:
            continue
        answer = browser.open(address(app, rule, door, OWN), method=method)
        assert answer.status_code == 303, (rule.rule, method)
        assert answer.location.startswith("/sign-in"), (rule.rule, method)


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_through_its_own_doors_only(app: Flask, browser_of: BrowserOf, role: str) -> None:
    for rule, method, door in routes(app):
        if rule.endpoint in {"sign_in.leave", "static"}:
            continue
        answer = browser_of(role).open(address(app, rule, door, OWN), method=method)
        if door.scope:
            assert answer.status_code == 401, (rule.rule, method)
            continue
        if role in door.roles:
            assert answer.status_code != 403, (rule.rule, method)
            assert answer.status_code < 500, (rule.rule, method)
        else:
            assert answer.status_code == 403, (rule.rule, method)


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize("role", ["manager", "client", "auditor"])
def test_a_strangers_contract_looks_like_one_there_is_not(
    app: Flask, browser_of: BrowserOf, role: str
) -> None:
    browser = browser_of(role)
    for rule, method, door in routes(app):
        if "key" not in rule.arguments or door.scope:
            continue
        foreign = browser.open(address(app, rule, door, FOREIGN), method=method)
        missing = browser.open(address(app, rule, door, NONE), method=method)
        assert (foreign.status_code, missing.status_code) == (404, 404), (rule.rule, method)
        assert foreign.data == missing.data, (rule.rule, method)


# --- the API: a key instead of a person ---------------------------------------------------------------------


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize("scope", ["nothing", *SCOPES])
def test_a_key_gets_through_the_doors_of_its_scope_only(app: Flask, key_of: KeyOf, scope: str) -> None:
    headers = {} if scope == "nothing" else key_of(scope)
    for rule, method, door in routes(app):
        if not door.scope:
            continue
        answer = app.test_client().open(address(app, rule, door, OWN), method=method, headers=headers)
        if door.scope == scope:
            assert answer.status_code in {200, 404, 415}, (rule.rule, method)
        else:
            assert answer.status_code == (403 if headers else 401), (rule.rule, method)


@pytest.mark.usefixtures("harbour")
def test_a_key_of_another_contract_sees_what_is_not_there(app: Flask, key_of: KeyOf) -> None:
    headers = key_of(*SCOPES, contract=FOREIGN)
    for rule, method, door in routes(app):
        if not door.scope or "key" not in rule.arguments:
            continue
        told = [
            app.test_client().open(address(app, rule, door, key), method=method, headers=headers)
            for key in (OWN, NONE)
        ]
        assert [answer.status_code for answer in told] == [404, 404], rule.rule
        assert told[0].data == told[1].data, rule.rule
