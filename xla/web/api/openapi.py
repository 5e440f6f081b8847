"""The OpenAPI 3.1 document, made of the routes and models themselves, so that it says what is so."""

import re
from collections.abc import Iterator
from typing import Any, cast

from flask import Flask, Response, current_app
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from xla.models.base import LARGEST_ID
from xla.web.api.bodies import Body
from xla.web.api.operations import Document, Operation
from xla.web.api.problems import MIMETYPE, Answer, sent, written
from xla.web.api.root import api

DOCUMENT = "xla.api.document"
REFERENCE = "#/components/schemas/{model}"
VERSION = "1.0.0"
"""Of this description; what stands in it keeps its meaning, and may grow."""
ABOUT = """\
Send ratings and observations; read contracts, periods, breaches and reports.

Every request shows a key: `Authorization: Bearer xla_…`. A key opens what its scopes name, in one contract or
in all. What a key does not open looks like what does not exist. A key may make 600 requests a minute.

A write takes effect as a whole or not at all. Under an `Idempotency-Key` it is done once, and the same
request is answered the same for two days; another request under that key is refused (409). Without one, and
without external ids, what is sent twice counts twice.

Every refusal is `application/problem+json` with `errors`, each naming the field. Lists come a page at a time:
`next` of one page is the `cursor` of the following one.

Values are told from five answers, counts by score from eight: nobody can be told apart."""
PARAMETERS: dict[str, dict[str, Any]] = {
    "key": {"description": "The contract’s key.", "schema": {"type": "string", "minLength": 1}},
    "id": {"description": "The id.", "schema": {"type": "integer", "minimum": 0, "maximum": LARGEST_ID}},
    "plan": {
        "description": "The invitation plan’s key.",
        "schema": {"type": "string", "minLength": 1},
    },
    "period": {
        "description": "2026-03 (month), 2026-Q1 (quarter) or 2026 (year).",
        "schema": {"type": "string", "pattern": r"^[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$"},
    },
}
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A new text of your own for each new request; the same for each repeat of one.",
    "schema": {"type": "string", "pattern": r"^[!-~]{1,255}$"},
}
REFUSALS = {
    400: "The body is not JSON that can be read in one way, or the Idempotency-Key can’t be used.",
    401: "No key, or none of this installation, or expired, or revoked.",
    403: "The key lacks the scope.",
    404: "There is no such thing, or the key does not open it.",
    406: "The header Accept wants something else than there is.",
    409: "The Idempotency-Key was used for another request.",
    413: "The body is larger than 4 MiB.",
    415: "The body is not plain JSON.",
    422: "Something does not fit: each error names its field. Nothing was stored.",
    429: "Too many requests in this minute.",
    503: "The database can’t be reached. Nothing was changed.",
}
HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds.", "required": True}},
    503: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
}


class ErrorDocument(Document):
    """One field that can't be taken."""

    path: str
    found: str | None
    problem: str


class ProblemDocument(Document):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ErrorDocument]


@api.get("/openapi.json")
def openapi() -> Response:
    """The document."""
    return sent(Answer(200, written(described(current_app))))


def described(app: Flask) -> dict[str, Any]:
    """The document of the application's API, made once: nothing of it ever changes."""
    if DOCUMENT not in app.extensions:
        app.extensions[DOCUMENT] = _made(app)
    return cast("dict[str, Any]", app.extensions[DOCUMENT])


def _made(app: Flask) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    models: dict[type[BaseModel], None] = {ProblemDocument: None}
    for rule, operation in _operations(app):
        method = "post" if operation.body else "get"
        paths.setdefault(_path(rule), {})[method] = _operation(app, rule, operation)
        models |= dict.fromkeys(model for model in (operation.body, operation.answer) if model)
    _, schemas = models_json_schema([(model, _mode(model)) for model in models], ref_template=REFERENCE)
    return {
        "openapi": "3.1.0",
        "info": {"title": "XLA monitor", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operations(app: Flask) -> Iterator[tuple[Rule, Operation]]:
    """Every route that describes itself, by address."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        operation = getattr(app.view_functions[rule.endpoint], "operation", None)
        if operation is not None:
            yield rule, operation


def _operation(app: Flask, rule: Rule, operation: Operation) -> dict[str, Any]:
    view = app.view_functions[rule.endpoint]
    scope = str(getattr(view, "guarded_by", ""))
    found: dict[str, Any] = {
        "operationId": rule.endpoint.partition(".")[2],
        "tags": [view.__module__.rpartition(".")[2].replace("_", " ")],
        "summary": operation.summary,
        "description": f"{operation.description}\n\nNeeds the scope `{scope}`.",
        "security": [{"key": [scope]}],
        "parameters": [*_parameters(rule, operation)],
        "responses": _responses(rule, operation),
    }
    if operation.body:
        found["requestBody"] = {"required": True, "content": {"application/json": _schema(operation.body)}}
    return found


def _parameters(rule: Rule, operation: Operation) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", _path(rule)):
        yield {"name": name, "in": "path", "required": True, **PARAMETERS[name]}
    for name, schema in operation.query.model_json_schema().get("properties", {}).items():
        told = {key: value for key, value in schema.items() if key not in {"title", "description"}}
        yield {
            "name": name,
            "in": "query",
            "required": False,
            "description": schema.get("description", ""),
            "schema": _without_null(told),
        }
    if operation.body:
        yield IDEMPOTENCY


def _responses(rule: Rule, operation: Operation) -> dict[str, Any]:
    statuses = {401, 403, 406, 422, 429, 503}
    if rule.arguments:
        statuses |= {404}
    if operation.body:
        statuses |= {400, 404, 409, 413, 415}
    found: dict[str, Any] = {str(operation.status): _success(operation)}
    for status in sorted(statuses):
        found[str(status)] = {
            "description": REFUSALS[status],
            **({"headers": HEADERS[status]} if status in HEADERS else {}),
            "content": {MIMETYPE: _schema(ProblemDocument)},
        }
    return found


def _success(operation: Operation) -> dict[str, Any]:
    if operation.answer is None:
        content: dict[str, Any] = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
    else:
        content = {"application/json": _schema(operation.answer)}
    return {"description": "Done." if operation.body else "Here it is.", "content": content}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}


def _mode(model: type[BaseModel]) -> Any:  # noqa: ANN401 -- one of two words that pydantic types as literals
    """What is sent to us is described as we take it, what we answer as we write it."""
    return "validation" if issubclass(model, Body) else "serialization"


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is never sent as null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    told = {key: value for key, value in schema.items() if key != "anyOf" and value is not None}
    return {**told, **(kinds[0] if kinds else {})}
