"""Hostile words in every field of every form: nothing falls over, and everywhere they are shown as text.

The pages are the application's own routes and what they link to, the forms those that stand on them.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from web.conftest import BrowserOf
from web.doors import DOORS
from web.forms import Form, Forms
from web.test_doors import OWN, address, routes
from xla import clock, database
from xla.core.notice import Event
from xla.services import webhooks

WORDS = "</script><b>{{7*7}}</b></style> \u202eRTL\u202c \U0001f600 =cmd|' /C calc'!A0"
HOSTILE = {"words": WORDS, "formula": "=cmd|' /C calc'!A0", "long": "x" * 10_000, "nul": "a\0b"}
RAW = ("</script><b>", "<b>{{7*7}}", "<b>49", "</b></style>")
ROLES = ("manager", "client", "admin", "auditor", "nobody")
KNOWN = {
    "account.saved",
    "breach_work.comment",
    "breach_work.details",
    "breach_work.propose",
    "drafts.page_saved",
    "drafts.part_saved",
    "people.invited",
    "settings.branded",
    "settings.key_created",
    "settings.webhook_created",
    "sign_in.entered",
    "verify.check",
}
"""Some of the routes whose forms must be found, so that the walk can't come to find none."""
NAMES = (
    *("action", "answer", "cause", "code", "colour", "comment", "contract", "contracts", "decision"),
    *("description", "due_on", "email", "end_on", "events", "expires_on", "kpi", "language", "name"),
    *("next", "number", "owner", "owner_id", "password", "provider", "reason", "revision", "role"),
    *("scopes", "site", "start_on", "text", "title", "url"),
)
"""What fields are called here and elsewhere."""
ENDS_SOMETHING = {"drafts.discarded", "people.disable"}
"""What would take away what the others are tried on; neither asks for words."""
MOST_OF_A_KIND = 12
"""How many addresses of one route are looked at."""


@pytest.fixture
def world(app: Flask, harbour: None, store: Engine, browser_of: BrowserOf) -> None:
    """The web's world with a draft and a webhook besides."""
    with database.transaction(store) as session:
        webhooks.create(
            session, "desk", url="https://127.0.0.1:9/", events=[Event.BREACH_OPENED], now=clock.now()
        )
    with app.test_request_context():
        begin = app.url_for("editor.begin", key=OWN)
    assert browser_of("manager").post(begin).status_code == 303


def endpoint_of(app: Flask, path: str, method: str) -> str | None:
    """Which route answers an address."""
    try:
        return str(app.url_map.bind("localhost").match(path.partition("?")[0], method=method)[0])
    except HTTPException:
        return None


class Walk:
    """One person's way through every page of theirs."""

    def __init__(self, app: Flask, browser: FlaskClient, role: str) -> None:
        self.app, self.browser, self.role = app, browser, role
        self.seen: set[str] = set()
        self.kinds: Counter[str] = Counter()

    def pages(self) -> Iterator[tuple[str, TestResponse]]:
        """Each page's address and answer: the routes' own, then what they link to."""
        waiting = [
            address(self.app, rule, door, OWN)
            for rule, method, door in routes(self.app)
            if method == "GET" and self.role in door.roles and rule.endpoint != "static"
        ]
        while waiting:
            path = waiting.pop(0)
            endpoint = endpoint_of(self.app, path, "GET")
            if path in self.seen or endpoint is None or self.kinds[endpoint] >= MOST_OF_A_KIND:
                continue
            self.seen.add(path)
            self.kinds[endpoint] += 1
            answer = self.browser.get(path)
            yield path, answer
            if answer.mimetype == "text/html":
                waiting += Forms(answer.text).links


def shown_raw(answer: TestResponse) -> list[str]:
    """What of the hostile words stands in a page as markup."""
    return [raw for raw in RAW if answer.mimetype == "text/html" and raw in answer.text]


def forms(app: Flask, browser: FlaskClient, role: str) -> dict[str, tuple[str, Form]]:
    """For each route that takes a form with something to type: an address, and the form."""
    found: dict[str, tuple[str, Form]] = {}
    for path, answer in Walk(app, browser, role).pages():
        if answer.mimetype != "text/html":
            continue
        for form in Forms(answer.text).forms:
            to = form.action or path
            endpoint = endpoint_of(app, to, "POST")
            if form.method == "post" and form.typed and endpoint:
                found.setdefault(endpoint, (to, form))
    return found


def flaws_of(what: str, answer: TestResponse) -> list[str]:
    """What is wrong with an answer, in a sentence."""
    raw = shown_raw(answer)
    return [f"{what}: {answer.status_code} {raw}"] if answer.status_code >= 500 or raw else []


@pytest.mark.usefixtures("world")
def test_hostile_words_in_every_field_are_shown_as_text(app: Flask, browser_of: BrowserOf) -> None:
    def somebody(role: str) -> FlaskClient:
        return app.test_client() if role == "nobody" else browser_of(role)

    flaws: list[str] = []
    tried: set[str] = set()
    for role in ROLES:
        found = forms(app, somebody(role), role)
        for endpoint in sorted(each for each in found if role in DOORS[each].roles and each not in tried):
            tried.add(endpoint)
            to, form = found[endpoint]
            for (name, text), everywhere in product(HOSTILE.items(), (True, False)):
                answer = somebody(role).post(to, data=form.filled(text, everywhere=everywhere))
                flaws += flaws_of(f"{role} sends {name} to {endpoint}", answer)
    for role in ROLES:
        for path, answer in Walk(app, somebody(role), role).pages():
            flaws += flaws_of(f"{role} looks at {path}", answer)
    assert flaws == []
    assert tried >= KNOWN, KNOWN - tried


@pytest.mark.usefixtures("world")
def test_hostile_words_no_form_asked_for_break_nothing(app: Flask, browser_of: BrowserOf) -> None:
    flaws: list[str] = []
    for rule, method, door in routes(app):
        if method != "POST" or not door.roles & set(ROLES):  # machines have tests of their own
            continue
        role = next(role for role in ROLES if role in door.roles)
        if rule.endpoint in ENDS_SOMETHING:
            continue
        for name, text in HOSTILE.items():
            browser = app.test_client() if role == "nobody" else browser_of(role)
            answer = browser.post(address(app, rule, door, OWN), data=dict.fromkeys(NAMES, text))
            flaws += flaws_of(f"{role} sends {name} to {rule.endpoint}", answer)
    assert flaws == []
