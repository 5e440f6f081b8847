"""The API's page for people: the OpenAPI document as text and tables, without a script."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flask import Blueprint, current_app, render_template

from xla.web.api.openapi import described

docs = Blueprint("api_docs", __name__)

Schema = Mapping[str, Any]


class FieldRow(NamedTuple):
    """One field of a body or of an answer."""

    path: str
    """`responses[].ratings[].score`."""
    kind: str
    is_required: bool
    description: str


class Told(NamedTuple):
    """One operation, ready to be shown."""

    id: str
    method: str
    path: str
    summary: str
    description: Sequence[str]
    parameters: Sequence[Schema]
    body: Sequence[FieldRow]
    answer: Sequence[FieldRow]
    statuses: Mapping[str, str]


class Noun(NamedTuple):
    """What can be done with one kind of thing."""

    name: str
    operations: Sequence[Told]


@docs.get("/api/v1/docs")
def page() -> str:
    """Every operation of the API."""
    document = described(current_app)
    nouns: dict[str, list[Told]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            nouns.setdefault(operation["tags"][0], []).append(_told(document, path, method, operation))
    return render_template(
        "api/docs.html",
        about=document["info"]["description"].split("\n\n"),
        nouns=[Noun(name, told) for name, told in nouns.items()],
    )


def _told(document: Schema, path: str, method: str, operation: Schema) -> Told:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    done = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    answer = done["content"].get("application/json", {})
    return Told(
        id=operation["operationId"].replace("_", "-"),
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation["description"].split("\n\n"),
        parameters=operation["parameters"],
        body=[*_rows(document, body.get("schema", {}))],
        answer=[*_rows(document, answer.get("schema", {}))],
        statuses={status: told["description"] for status, told in operation["responses"].items()},
    )


def _rows(document: Schema, schema: Schema, above: str = "") -> Iterator[FieldRow]:
    """The fields of an object, those of the objects within it below it."""
    known = _resolved(document, schema)
    required = known.get("required", ())
    for name, field in known.get("properties", {}).items():
        inner, marks = _inner(document, field)
        path = f"{above}{name}{marks}"
        description = field.get("description", "") if "$ref" not in field else ""
        yield FieldRow(path, _kind(document, field), name in required, description)
        yield from _rows(document, inner, f"{path}.")


def _resolved(document: Schema, schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _inner(document: Schema, field: Schema) -> tuple[Schema, str]:
    """What a field holds, and `[]` where it holds many."""
    chosen = next((each for each in field.get("anyOf", ()) if each.get("type") != "null"), field)
    if chosen.get("type") == "array":
        return _resolved(document, chosen["items"]), "[]"
    return _resolved(document, chosen), ""


def _kind(document: Schema, field: Schema) -> str:
    kinds = [_word(_resolved(document, each)) for each in field.get("anyOf", (field,))]
    return " or ".join(dict.fromkeys(kinds))


def _word(schema: Schema) -> str:
    """The type in one word, with its bounds."""
    word = str(schema.get("format", schema.get("type", "")))
    bounds = [
        f"{name} {schema[key]}"
        for key, name in (
            ("minimum", "from"),
            ("maximum", "to"),
            ("minItems", "at least"),
            ("maxItems", "at most"),
            ("maxLength", "at most"),
        )
        if key in schema
    ]
    return ", ".join([word, *bounds])
