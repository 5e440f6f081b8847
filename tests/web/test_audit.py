"""The audit log: who did what, when, to what; found by the address, read by those it is for."""

import ast
import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from web import world
from web.conftest import BrowserOf
from web.counting import asked
from xla import database
from xla.core.breach import BreachState
from xla.core.period_state import Step
from xla.models import Contract
from xla.services import audit, people
from xla.web.audit_words import ACTIONS

ROOT = Path(__file__).resolve().parent.parent.parent
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOSTILE = "</script><b>{{7*7}}</b>"


@pytest.fixture
def noted(harbour: None, store: Engine) -> None:
    """Four entries: the installation's own, one of each contract, and one of nobody's."""
    with database.transaction(store) as session:
        manager = people.by_email(session, world.email("manager"))
        ids = {each.key: each.id for each in session.scalars(select(Contract))}
        audit.note(session, manager, "key.create", subject="=cmd|' /C calc'!A0", now=NOON)
        audit.note(session, manager, "key.revoke", subject="Till", contract_id=ids["harbour"], now=NOON + DAY)
        audit.note(
            session,
            None,
            "sign_in",
            subject="Quay",
            contract_id=ids["quay"],
            detail={"why": HOSTILE},
            now=NOON + 2 * DAY,
        )
        audit.note(session, None, "new.key", subject=HOSTILE, contract_id=ids["harbour"], now=NOON + 3 * DAY)


def rows(browser: FlaskClient, query: str = "") -> list[dict[str, str]]:
    answer = browser.get("/audit.csv" + query)
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.mark.usefixtures("noted")
def test_an_admin_sees_everything_the_newest_first(browser_of: BrowserOf) -> None:
    page = browser_of("admin").get("/audit").text
    assert "Revoked an API key" in page
    assert "Maja Lindqvist" in page
    assert page.index("new.key") < page.index("Revoked an API key</td>") < page.index("calc")


@pytest.mark.usefixtures("noted")
def test_an_auditor_sees_their_contracts_alone(browser_of: BrowserOf) -> None:
    auditor = browser_of("auditor")
    assert [row["Contract"] for row in rows(auditor)] == ["harbour", "harbour"]
    page = auditor.get("/audit").text
    assert "Quay" not in page
    assert "calc" not in page
    assert rows(auditor, "?contract=quay") == []


@pytest.mark.usefixtures("noted")
@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("?action=key.revoke", ["Till"]),
        ("?contract=quay", ["Quay"]),
        ("?since=2026-05-02&until=2026-05-03", ["Quay", "Till"]),
        ("?person=0", []),
        ("?person=x", []),
        ("?person=99999999999999999999", []),
        ("?action=a%00b", []),
        ("?until=9999-12-31", [HOSTILE, "Quay", "Till", "'=cmd|' /C calc'!A0"]),
        ("?since=soon", [HOSTILE, "Quay", "Till", "'=cmd|' /C calc'!A0"]),
    ],
)
def test_each_filter_stands_in_the_address(browser_of: BrowserOf, query: str, subjects: list[str]) -> None:
    admin = browser_of("admin")
    assert [row["To what"] for row in rows(admin, query)] == subjects
    page = admin.get("/audit" + query)
    assert page.status_code == 200
    assert ("No entry fits" in page.text) == (not subjects)


@pytest.mark.usefixtures("noted")
def test_the_filter_by_person_finds_what_they_did(browser_of: BrowserOf, store: Engine) -> None:
    with database.reading(store) as session:
        manager = people.by_email(session, world.email("manager"))
    assert manager
    found = rows(browser_of("admin"), f"?person={manager.id}")
    assert [row["Who"] for row in found] == ["Maja Lindqvist", "Maja Lindqvist"]


@pytest.mark.usefixtures("noted")
def test_a_day_that_is_none_is_said_and_stays_typed(browser_of: BrowserOf) -> None:
    page = browser_of("admin").get("/audit?since=soon&contract=quay").text
    assert "Write a day as 2026-05-31." in page
    assert 'value="soon"' in page
    assert '<option selected value="quay">' in page


@pytest.mark.usefixtures("noted")
def test_hostile_words_are_shown_as_text(browser_of: BrowserOf) -> None:
    page = browser_of("admin").get("/audit").text
    assert page.count("&lt;/script&gt;&lt;b&gt;{{7*7}}&lt;/b&gt;") == 2
    assert HOSTILE not in page


@pytest.mark.usefixtures("harbour")
def test_pages_go_on_where_the_last_one_ended_and_cost_no_more(browser_of: BrowserOf, store: Engine) -> None:
    admin, counts = browser_of("admin"), []
    admin.get("/audit")
    for n in range(2):
        with database.transaction(store) as session:
            for each in range(60):
                audit.note(session, None, "sign_in", subject=f"entry {60 * n + each}.", now=NOON)
        counts.append(asked(store, admin, "/audit?action=sign_in"))
    assert counts[0] == counts[1]
    seen = admin.get("/audit?action=sign_in").text
    assert "entry 119." in seen
    assert "entry 69." not in seen
    older = seen.split('href="/audit?before=')[1].split('"')[0].replace("&amp;", "&")
    assert older.endswith("&action=sign_in")
    second = admin.get(f"/audit?before={older}").text
    assert "entry 69." in second
    assert "entry 20." in second
    assert "entry 19." not in second
    assert len(rows(admin)) == 120


# --- every action that is noted has its words ---------------------------------------------------------------


FAMILIES = {
    "breach.": set(BreachState) - {BreachState.OPEN},
    "exclusion.": {"propose", "agree", "withdraw"},
    "period.": set(Step),
    "person.link_": {"invitation", "reset"},
}
"""Actions that are put together, by what they begin with."""


def noted_actions(trees: list[ast.Module]) -> Iterator[str]:
    """The actions `audit.note` is called with, directly or by functions that hand their own `action` on."""
    through: set[str] = set()
    while more := {name for tree in trees for name in _handing_on(tree, through | {"audit.note"})} - through:
        through |= more
    for tree in trees:
        for call in _calls(tree, {"audit.note"}):
            yield from _texts(call.args[2:3], dotted=False)
        yield from _texts([each.value for each in _assigned(tree)], dotted=True)
        for call in _calls(tree, through):
            yield from _texts(call.args, dotted=True)


def _handing_on(tree: ast.AST, names: set[str]) -> set[str]:
    """Functions that call one of `names` with an argument of their own called `action`."""
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    return {
        function.name
        for function in functions
        for call in _calls(function, names)
        if any(isinstance(each, ast.Name) and each.id == "action" for each in call.args)
    }


def _calls(tree: ast.AST, names: set[str]) -> list[ast.Call]:
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call)]
    return [call for call in calls if ast.unparse(call.func) in names]


def _assigned(tree: ast.AST) -> list[ast.Assign]:
    """Where a variable called `action` gets its value."""
    found = [each for each in ast.walk(tree) if isinstance(each, ast.Assign)]
    return [each for each in found if ast.unparse(each.targets[0]) == "action"]


def _texts(arguments: list[ast.expr], *, dotted: bool) -> Iterator[str]:
    for each in (node for argument in arguments for node in ast.walk(argument)):
        text = each.value if isinstance(each, ast.Constant) else None
        if isinstance(text, str) and ("." in text or not dotted):
            yield from (f"{text}{rest}" for rest in FAMILIES.get(text, {""}))


def test_every_action_has_its_words() -> None:
    trees = [ast.parse(path.read_text("utf-8")) for path in (ROOT / "xla").rglob("*.py")]
    noted = set(noted_actions(trees))
    assert {"key.create", "webhook.test", "breach.add_action", "period.dispute", "sign_in"} <= noted
    assert sorted(noted - ACTIONS.keys()) == []
    assert sorted(ACTIONS.keys() - noted) == [], "nobody does this"
