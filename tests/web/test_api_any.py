"""The API under any request at all: made from its own description, well formed and malformed, all checks.

Every answer is described, every malformed request refused, none a failure of ours; and nothing is stored off
its scale. `XLA_EXAMPLES=20000` makes it thorough: so many requests are made for each operation.
"""

import copy
import os
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from schemathesis import openapi
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from sqlalchemy import Engine, select

from e2e import pages
from web.conftest import KeyOf
from xla import database
from xla.models import Question, Rating
from xla.services.keys import SCOPES
from xla.web.api.pace import PACE, Pace

FEW = 1
EXAMPLES = int(os.environ.get("XLA_EXAMPLES", FEW))
MANY = 10**9
QUESTIONS = ["clean", "food", "expected"]
FELT = ["2026-04-20T10:00:00+02:00", "2026-04-20T10:00:00"]


def narrowed(document: dict[str, Any]) -> dict[str, Any]:
    """The same description with names the contract knows, so that requests get as far as the database."""
    told = copy.deepcopy(document)
    schemas = told["components"]["schemas"]
    schemas["ResponsesBody"]["properties"]["contract"]["enum"] = ["harbour"]
    schemas["ObservationsBody"]["properties"]["contract"]["enum"] = ["harbour"]
    schemas["RatingBody"]["properties"]["question"]["enum"] = QUESTIONS
    schemas["RatingBody"]["properties"]["score"] |= {"minimum": 0, "maximum": 6}
    response = schemas["ResponseBody"]["properties"]
    response["rated_at"]["anyOf"] = [{"enum": FELT}]
    response["date"]["anyOf"] = [{"type": "null"}]
    for name, known in (("site", ["a", "a-1"]), ("touchpoint", ["lunch"]), ("persona", ["visitor"])):
        response[name]["anyOf"] = [{"enum": known}, {"type": "null"}]
    response["reasons"]["anyOf"] = [{"type": "array", "maxItems": 2, "items": {"enum": ["smell"]}}]
    schemas["ResponsesBody"]["properties"]["responses"]["maxItems"] = 5
    for path in told["paths"].values():
        for operation in path.values():
            for parameter in operation["parameters"]:
                if parameter["name"] == "key":
                    parameter["schema"] = {"enum": ["harbour"]}
    return told


def config(headers: dict[str, str], url: str) -> SchemathesisConfig:
    """All checks; a well-formed request may still name what a contract does not know (422)."""
    return SchemathesisConfig.from_dict(
        {
            "base-url": url,
            "headers": headers,
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
            "phases": {"stateful": {"enabled": False}},
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]}},
        }
    )


def all_checked(document: dict[str, Any], config: SchemathesisConfig) -> tuple[list[str], Counter[str]]:
    """What the checks complain of, each once, and which checks looked at how many requests."""
    failures: dict[str, None] = {}
    looked: Counter[str] = Counter()
    for event in from_schema(openapi.from_dict(document, config=config)).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            failures[str(event.info if isinstance(event, events.NonFatalError) else event.exception)] = None
        if isinstance(event, events.ScenarioFinished):
            for checks in event.recorder.checks.values():
                looked.update(check.name for check in checks)
                for check in checks:
                    if check.failure_info:
                        told = check.failure_info
                        failures[f"{event.label}: {told.failure}\n{told.code_sample}"] = None
    return list(failures), looked


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize("shape", ["narrowed", "as it is"] if EXAMPLES > FEW else ["narrowed"])
def test_any_request_is_answered_as_described(app: Flask, key_of: KeyOf, store: Engine, shape: str) -> None:
    app.extensions[PACE] = Pace(per_minute=MANY)
    headers = key_of(*SCOPES)
    document = app.test_client().get("/api/v1/openapi.json").json
    told = narrowed(document) if shape == "narrowed" else document
    with pages.served(app, store) as site:
        failures, looked = all_checked(told, config(headers, site.url))
    assert failures == []
    assert looked["not_a_server_error"] > 100
    with database.reading(store) as session:
        stray = select(Rating).join(Question, Question.id == Rating.question_id)
        off = (Rating.score < Question.lowest) | (Rating.score > Question.highest)
        assert session.scalars(stray.where(off)).all() == []
