"""Contracts to measure with: any number of sites and KPIs over five questions, and a database for one."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from xla import database, migrate
from xla.core.agreement import Agreement
from xla.services import agreements

KEY = "measured"
QUESTIONS = 5
MONTH = "2026-05"
MONTH_DAYS = 31
RECEIVED_AT = datetime(2026, 6, 2, 7, 0, tzinfo=UTC)
SITES_IN_A_HOUSE = 8


def agreement(*, sites: int, kpis: int) -> Agreement:
    """Houses of eight sites each; every other KPI looks at the whole contract, the rest at one house."""
    return Agreement.model_validate(
        {
            "format": "xla-agreement/1",
            "contract": {
                "key": KEY,
                "title": "Measured",
                "client": "Client",
                "timezone": "Europe/Stockholm",
                "currency": "SEK",
                "starts_on": "2024-01-01",
            },
            "effective_from": "2024-01-01",
            "promise": {"en": "Fast."},
            "services": [{"key": "cleaning", "title": {"en": "Cleaning"}}],
            "sites": [_house(first, sites) for first in range(0, sites, SITES_IN_A_HOUSE)],
            "questions": [
                {"key": f"q{number}", "scale": "csat5", "text": {"en": "How was it?"}}
                for number in range(QUESTIONS)
            ],
            "kpis": [_kpi(number, sites) for number in range(kpis)],
        }
    )


def prepare(url: str, measured: Agreement) -> Engine:
    """An engine for the database at `url`, which then holds the newest schema and the contract."""
    engine = database.connect(url)
    migrate.upgrade(engine)
    with database.transaction(engine) as session:
        agreements.apply(session, measured, RECEIVED_AT)
    return engine


def _house(first: int, sites: int) -> dict[str, Any]:
    inside = range(first + 1, min(first + SITES_IN_A_HOUSE, sites))
    return _site(first) | {"sites": [_site(number) for number in inside]}


def _site(number: int) -> dict[str, Any]:
    return {"key": f"s{number}", "title": f"Site {number}"}


def _kpi(number: int, sites: int) -> dict[str, Any]:
    house = number * SITES_IN_A_HOUSE % sites // SITES_IN_A_HOUSE * SITES_IN_A_HOUSE
    return {
        "key": f"k{number}",
        "title": {"en": f"KPI {number}"},
        "service": "cleaning",
        "question": f"q{number % QUESTIONS}",
        "metric": "csat",
        "target": "80",
        "floor": "75",
        "scope": {"sites": [f"s{house}"]} if number % 2 else {},
    }
