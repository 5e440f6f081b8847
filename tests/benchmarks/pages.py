"""Pages: a large contract's page and a KPI's, as a signed-in person is answered, beside a page that shows nothing.

In this process, without a server, on SQLite, which runs in it too: processor time from request to response, which
on a machine with nothing else to do is the time a person waits. Sites and journey are drawn at an evaluation's first
view and kept; that first view is told apart.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

from contracts import KEY, MONTH, RECEIVED_AT
from evaluating import FEW, filled
from flask.testing import FlaskClient
from measuring import Figure, running
from sqlalchemy import Engine

from databases import Databases
from statements import sent
from xla import clock, database
from xla.core.window import history, parse_period
from xla.services import people, periods, sign_ins, standings
from xla.services.agreements import contract_of
from xla.settings import Settings
from xla.web import create_app

SITES, KPIS, MONTHS = 200, 40, 13
TURNS = 15
MOST_MS = 150
EMPTY = "/help"
PAGES = {
    f"a contract's page, {KPIS} KPIs, {SITES} sites": (f"/contracts/{KEY}", MOST_MS),
    "  its second table of sites": (f"/contracts/{KEY}?sites=2", None),
    "a KPI's page of the same contract": (f"/contracts/{KEY}/kpis/k0", None),
}


def figures(databases: Databases, folder: Path) -> Iterator[Figure]:
    """Median milliseconds of each page, and how many times the empty one they are."""
    engine = filled(databases, FEW // 10, sites=SITES, kpis=KPIS)
    browser = _signed_in(engine, folder)
    empty = ms(browser, EMPTY)
    yield Figure("a signed-in page that shows nothing", empty, unit="ms")
    yield Figure(
        "the first view of an evaluation: a contract's page", ms(browser, f"/contracts/{KEY}", 1), unit="ms"
    )
    for name, (address, bound) in PAGES.items():
        took = ms(browser, address)
        yield Figure(name, took, bound, unit="ms")
        yield Figure("  beside the one that shows nothing", took / empty)
        yield Figure("  its queries", queries(engine, browser, address), unit="")


def _signed_in(engine: Engine, folder: Path) -> FlaskClient:
    """The year closed, standings kept, and a browser in which an admin is signed in."""
    closed_at = RECEIVED_AT + timedelta(days=3)
    with database.transaction(engine) as session:
        contract = contract_of(session, KEY)
        for period in history(parse_period(MONTH), MONTHS):
            periods.close(session, contract, period, known_at=closed_at, now=closed_at)
        standings.refresh(session, contract, closed_at)
        person = people.add(session, "a@b.example", name="A B", role="admin", now=closed_at)
        token = sign_ins.begin(session, person, "benchmark", clock.now())
    app = create_app(Settings(instance=folder), engine)
    browser = app.test_client()
    browser.set_cookie(app.config["TOKEN_COOKIE"], token)
    return browser


def ms(browser: FlaskClient, address: str, turns: int = TURNS) -> float:
    """Processor milliseconds of a page, the median of some turns."""
    took = []
    for _ in range(turns):
        with running() as watch:
            answer = browser.get(address)
        assert answer.status_code == 200, address
        took.append(watch.cost.cpu_s * 1000)
    return median(took)


def queries(engine: Engine, browser: FlaskClient, address: str) -> int:
    """Statements of a page, the beginnings of transactions among them."""
    with sent(engine) as statements:
        browser.get(address)
    return len(statements)
