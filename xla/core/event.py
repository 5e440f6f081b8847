"""Events of other systems: where the fields of an invitation stand in what a CRM, help desk or shop sends."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

REQUIRED = ("email", "external_id")
FIELDS = (*REQUIRED, "happened_at", "language", "site", "touchpoint", "persona")
"""What is read from an event; all but the first two may be left out."""
LONGEST_PATH = 200
DEEPEST = 12

READY: Mapping[str, Mapping[str, str]] = {
    "visit": {
        "email": "visit.contact.email",
        "external_id": "visit.id",
        "happened_at": "visit.ended_at",
        "language": "visit.contact.language",
        "site": "visit.location.code",
    },
    "ticket": {
        "email": "ticket.requester.email",
        "external_id": "ticket.id",
        "happened_at": "ticket.solved_at",
        "language": "ticket.requester.locale",
    },
    "order": {
        "email": "customer.email",
        "external_id": "id",
        "happened_at": "closed_at",
        "language": "customer_locale",
    },
}
"""Mappings to start from: a visit of a CRM, a ticket of a help desk, an order of a shop."""


class BadMapping(ValueError):
    """The mapping can't be used: `field` says which line of it, `reason` why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Unfit(Exception):
    """What an event holds at a field can't be taken."""

    def __init__(self, field: str, path: str, found: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.path = path
        self.found = found
        self.problem = problem


class Read(NamedTuple):
    """What stands at one field's path: a line of text, or why there is none."""

    field: str
    path: str
    text: str
    problem: str


def parsed(mapping: Mapping[str, str]) -> dict[str, str]:
    """The mapping, checked, its fields in our order. Raises `BadMapping`: unknown, missing, empty, long."""
    unknown = [field for field in mapping if field not in FIELDS]
    if unknown:
        raise BadMapping(unknown[0], "unknown")
    clean = {field: mapping.get(field, "").strip() for field in FIELDS}
    for field, path in clean.items():
        if field in REQUIRED and not path:
            raise BadMapping(field, "missing")
        if len(path) > LONGEST_PATH or path.count(".") >= DEEPEST:
            raise BadMapping(field, "long")
        if path and not all(step.strip() and step.isprintable() for step in path.split(".")):
            raise BadMapping(field, "empty")
    return {field: path for field, path in clean.items() if path}


def written(mapping: Mapping[str, str]) -> str:
    """As a plan keeps it."""
    return json.dumps(parsed(mapping), ensure_ascii=False)


def kept(text: str) -> dict[str, str]:
    """What `written` wrote."""
    mapping: dict[str, str] = json.loads(text)
    return mapping


def at(payload: object, path: str) -> object:
    """What stands at a path, such as `lines.0.sku`; None where nothing does."""
    found: Any = payload
    for step in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list) and step.isascii() and step.isdigit() and len(step) < DEEPEST:
            place = int(step)
            found = found[place] if place < len(found) else None
        else:
            return None
    return found


def read(payload: object, mapping: Mapping[str, str]) -> list[Read]:
    """What each field of the mapping comes to in an event, for people to look at before any is sent."""
    return [_read(field, path, at(payload, path)) for field, path in mapping.items()]


def texts(payload: object, mapping: Mapping[str, str]) -> dict[str, str]:
    """The same as texts, '' for what is not told. Raises `Unfit` where there is a problem."""
    return checked(read(payload, mapping))


def checked(found: Sequence[Read]) -> dict[str, str]:
    """What `read` found as texts, '' for what is not told. Raises `Unfit` where there is a problem."""
    for each in found:
        if each.problem:
            raise Unfit(each.field, each.path, each.text, each.problem)
    return dict.fromkeys(FIELDS, "") | {each.field: each.text for each in found}


def _read(field: str, path: str, value: object) -> Read:
    if value is None or value == "":
        return Read(field, path, "", "missing" if field in REQUIRED else "")
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return Read(field, path, "", "kind")
    return Read(field, path, str(value).strip(), "")
