"""The portfolio: the start page over 1,000 contracts, as an admin is answered, who sees every one.

Measured as the other pages are (`pages.py`). Every fifth contract has a breach to acknowledge, every fourth a KPI
heading for one, every tenth a rating point gone silent, every twentieth a final period without its report; all have
a period that waits for the client.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from contracts import agreement
from measuring import Figure
from pages import EMPTY, MOST_MS, ms, queries
from sqlalchemy.orm import Session

import standing_samples
from databases import Databases
from xla import clock, database, migrate
from xla.models import Breach, BreachStep, Contract, Evaluation, Period, Report
from xla.services import agreements, people, sign_ins
from xla.services.agreements import contract_of, versions
from xla.settings import Settings
from xla.web import create_app

CONTRACTS = 1000
MONTHS = 12
NOW = datetime(2026, 4, 10, 7, 12, tzinfo=UTC)
FIRST = date(2025, 4, 1)
ADDRESSES = {
    f"the portfolio, {CONTRACTS} contracts": ("/", MOST_MS),
    "  its last page, by client": ("/?sort=client&page=20", None),
    "  a filter and words": ("/?show=warning&q=client+7", None),
    "  the search": ("/search?q=client+7", None),
}


def figures(databases: Databases, folder: Path) -> Iterator[Figure]:
    """Median milliseconds of each page, and how many times the empty one they are."""
    clock.now = lambda: NOW
    engine = database.connect(databases.create())
    migrate.upgrade(engine)
    with database.transaction(engine) as session:
        for number in range(CONTRACTS):
            _fill(session, number)
        person = people.add(session, "a@b.example", name="A B", role="admin", now=NOW)
        token = sign_ins.begin(session, person, "benchmark", NOW)
    app = create_app(Settings(instance=folder), engine)
    browser = app.test_client()
    browser.set_cookie(app.config["TOKEN_COOKIE"], token)
    empty = ms(browser, EMPTY)
    yield Figure("the first view of the portfolio in a process", ms(browser, "/", 1), unit="ms")
    for name, (address, bound) in ADDRESSES.items():
        took = ms(browser, address)
        yield Figure(name, took, bound, unit="ms")
        yield Figure("  beside the page that shows nothing", took / empty)
        yield Figure("  its queries", queries(engine, browser, address), unit="")


def _fill(session: Session, number: int) -> None:
    """One contract with a year behind it."""
    terms = agreement(sites=16, kpis=6)
    own = terms.contract.model_copy(
        update={
            "key": f"c{number}",
            "title": f"Workplace services {number}",
            "client": f"Client {number % 300}",
            "starts_on": FIRST,
        }
    )
    agreements.apply(session, terms.model_copy(update={"contract": own, "effective_from": FIRST}), NOW)
    contract = contract_of(session, own.key)
    closed = _closed(session, contract)
    if number % 5 == 0:
        _breach(session, contract, closed, NOW - timedelta(hours=number % 48))
    likely = {"chance": 0.5, "left_share": 0.1, "runs_out_on": "2026-04-20"} if number % 4 == 0 else {}
    silent = [{"site": "s0", "touchpoint": "", "last_on": "2026-04-01", "expected": 9.0}]
    strip = [
        {
            "period": f"{start:%Y-%m}",
            "start": f"{start}",
            "end": f"{_month(month + 1)}",
            "verdict": "at_risk" if (number + month) % 5 == 0 else "met",
        }
        for month in range(MONTHS)
        for start in [_month(month)]
    ]
    standing_samples.add(
        session,
        contract,
        kpis={kpi.key: likely if kpi.key == "k0" else {} for kpi in terms.kpis},
        strip=strip,
        silent=silent if number % 10 == 0 else [],
        score=50 + number % 49,
    )


def _closed(session: Session, contract: Contract) -> Period:
    """A year of closed months, all but the last final."""
    version = versions(session, contract)[-1]
    for month in range(MONTHS):
        start, end = _month(month), _month(month + 1)
        evaluation = Evaluation(
            contract_id=contract.id, version=version, start_on=start, end_on=end, known_at=NOW, document="{}"
        )
        final_at = NOW if month < MONTHS - 1 else None
        period = Period(
            contract_id=contract.id, start_on=start, end_on=end, evaluation=evaluation,
            proposed_at=NOW - timedelta(days=6), final_at=final_at,
        )  # fmt: skip
        session.add(period)
        session.flush()
        if month == MONTHS - 2 and contract.id % 20:
            session.add(
                Report(
                    contract_id=contract.id, period_id=period.id, issue=1, language="en", issued_at=NOW, sha256="",
                    pdf=b"",
                )
            )  # fmt: skip
    return period


def _breach(session: Session, contract: Contract, period: Period, opened_at: datetime) -> None:
    breach = Breach(contract_id=contract.id, kpi_key="k0", period_id=period.id, opened_at=opened_at)
    breach.steps.append(
        BreachStep(at=opened_at, state="open", sentence="", evidence=standing_samples.EVIDENCE)
    )
    session.add(breach)


def _month(number: int) -> date:
    months = FIRST.year * 12 + FIRST.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)
