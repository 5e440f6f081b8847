"""Builders: an agreement, its contract in a database, files; each says only what its test is about."""

import csv
import gzip
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.models import Contract
from xla.models.base import Row
from xla.services import agreements
from xla.services.catalogue import Asked, Catalogue

APPLIED_AT = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
"""When files come in, unless a test says otherwise."""

HARBOUR: dict[str, Any] = {
    "format": "xla-agreement/1",
    "contract": {
        "key": "harbour",
        "title": "Harbour house",
        "client": "Aurland Port",
        "timezone": "Europe/Stockholm",
        "currency": "SEK",
        "starts_on": "2026-01-01",
        "ends_on": "2027-12-31",
        "monthly_fee": "100000.00",
    },
    "effective_from": "2026-01-01",
    "promise": {"en": "A house you like to come to."},
    "sites": [
        {"key": "a", "title": "House A", "sites": [{"key": "a-1", "title": "Floor 1", "sites": []}]},
        {"key": "b", "title": "House B", "sites": []},
    ],
    "services": [{"key": "cleaning", "title": {"en": "Cleaning"}}],
    "journey": [{"key": "arrive", "title": {"en": "Arrive"}}, {"key": "lunch", "title": {"en": "Lunch"}}],
    "personas": [
        {"key": "employee", "title": {"en": "Employee"}},
        {"key": "visitor", "title": {"en": "Visitor"}},
    ],
    "questions": [
        {
            "key": "clean",
            "scale": "csat5",
            "text": {"en": "Is it clean?"},
            "reasons": [
                {"key": "smell", "text": {"en": "Smell"}},
                {"key": "paper", "text": {"en": "No paper"}},
            ],
        },
        {"key": "food", "scale": "csat5", "text": {"en": "Is the food good?"}},
        {"key": "recommend", "scale": "nps11", "text": {"en": "Would you recommend us?"}},
        {"key": "expected", "scale": "nki10", "text": {"en": "As expected?"}},
        {"key": "ideal", "scale": "nki10", "text": {"en": "Near the ideal?"}},
    ],
    "observations": [{"key": "tenants", "kind": "rate"}, {"key": "minutes", "kind": "amount_mean"}],
    "kpis": [
        {"key": "clean", "question": "clean", "metric": "csat", "target": 80},
        {"key": "recommend", "question": "recommend", "metric": "nps", "target": 20},
        {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70},
        {
            "key": "churn",
            "observation": "tenants",
            "metric": "rate",
            "target": 5,
            "higher_is_better": False,
        },
        {
            "key": "lost",
            "observation": "minutes",
            "metric": "amount_mean",
            "target": 30,
            "higher_is_better": False,
        },
    ],
}


def agreement(**changes: Any) -> Agreement:
    """Harbour house: five questions, five KPIs, one of each kind. `contract` changes single fields of it."""
    document = HARBOUR | changes
    document["contract"] = HARBOUR["contract"] | changes.get("contract", {})
    common = {"title": {"en": "A KPI"}, "service": "cleaning"}
    document["kpis"] = [common | kpi for kpi in document["kpis"]]
    return Agreement.model_validate(document)


def contract(session: Session, terms: Agreement | None = None, now: datetime = APPLIED_AT) -> Contract:
    """The contract of an agreement, applied."""
    terms = terms or agreement()
    agreements.apply(session, terms, now)
    return agreements.contract_of(session, terms.contract.key)


def catalogue(terms: Agreement | None = None) -> Catalogue:
    """What an agreement's contract knows, without a database; its questions are numbered from 1."""
    terms = terms or agreement()
    return Catalogue(
        contract_id=1,
        zone=ZoneInfo(terms.contract.timezone),
        starts_on=terms.contract.starts_on,
        ends_on=terms.contract.ends_on,
        questions={
            question.key: Asked(
                number, question.key, question.scores, frozenset(reason.key for reason in question.reasons)
            )
            for number, question in enumerate(terms.questions, start=1)
        },
        sites=frozenset(terms.site_keys),
        touchpoints=frozenset(touchpoint.key for touchpoint in terms.journey),
        personas=frozenset(persona.key for persona in terms.personas),
        observations={kind.key: kind.kind for kind in terms.observations},
    )


def file(folder: Path, content: str | bytes, name: str = "ratings.csv") -> Path:
    """A file of that content; packed when it is called so."""
    raw = content.encode() if isinstance(content, str) else content
    path = folder / name
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return path


def csv_file(folder: Path, rows: Sequence[Mapping[str, object]], name: str = "ratings.csv") -> Path:
    """A CSV file of those rows; what a row does not say is empty."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = StringIO(newline="")
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file(folder, text.getvalue(), name)


def utc(*parts: int) -> datetime:
    """An instant by its year, month, day, hour and so on."""
    return datetime(*parts, tzinfo=UTC)


def contents(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in one order: what is compared to show that nothing was changed."""
    tables = Row.metadata.sorted_tables
    return {table.name: sorted(map(tuple, session.execute(table.select())), key=repr) for table in tables}
