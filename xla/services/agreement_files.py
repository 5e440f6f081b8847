"""Agreement files: YAML text to an agreement and back, and the canonical JSON that is stored."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import DecimalSchema

from xla.core.agreement import LANGUAGES, Agreement
from xla.core.agreement_flaw import Flaw
from xla.core.agreement_numbers import plain
from xla.core.currency import decimals_of
from xla.services.agreement_check import check
from xla.services.file_problem import AgreementFileError, Problem
from xla.services.yaml_scalar import Unreadable
from xla.services.yaml_tree import Tree, read
from xla.services.yaml_writer import written

__all__ = [
    "AgreementFileError",
    "Problem",
    "as_filed",
    "digest",
    "export",
    "from_json",
    "parse",
    "problems_at",
    "schema",
    "to_json",
]

SCHEMA_ID = "urn:xla-monitor:agreement:1"
BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
"""What pydantic's bounds are called in JSON Schema."""


def parse(content: str | bytes) -> Agreement:
    """The agreement a file holds.

    Raises:
        AgreementFileError: it breaks a rule; all its problems at once, each with line and field.
    """
    tree = read(content)
    if isinstance(tree.value, Unreadable):
        raise AgreementFileError(tree.problems)
    agreement, flaws = check(tree.value)
    problems = [*tree.problems, *_placed(flaws, tree)]
    if problems or agreement is None:
        raise AgreementFileError(problems)
    return agreement


def problems_at(content: str | bytes, flaws: Iterable[Flaw]) -> list[Problem]:
    """The flaws with the lines of the file they were found in."""
    return sorted(_placed(flaws, read(content)))


def _placed(flaws: Iterable[Flaw], tree: Tree) -> list[Problem]:
    return [
        Problem(tree.line(flaw.path), flaw.field, flaw.found, flaw.problem)
        for flaw in flaws
        if flaw.path not in tree.unsound
    ]


def export(agreement: Agreement) -> str:
    """The agreement as a file, always written the same way; `parse` gives the same agreement back."""
    return written(as_filed(agreement))


def as_filed(agreement: Agreement) -> dict[str, Any]:
    """The fields of the agreement's file: texts, whole numbers, decimals and days; money is text."""
    fields: dict[str, Any] = _fields(agreement)
    fee = agreement.contract.monthly_fee
    if fee is not None:
        fields["contract"]["monthly_fee"] = _amount(fee, decimals_of(agreement.contract.currency))
    for kpi, shown in zip(agreement.kpis, fields["kpis"], strict=True):
        if kpi.credit is not None:
            shown["credit"] = {name: plain(value) for name, value in shown["credit"].items()}
    return fields


def to_json(agreement: Agreement) -> str:
    """The canonical JSON that is stored: sorted, without what is left out, decimals as shortest strings."""
    return json.dumps(
        _fields(agreement), default=_stored, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def from_json(document: str) -> Agreement:
    """The agreement of `to_json`.

    Raises:
        ValueError: the document is not one.
    """
    return Agreement.model_validate(json.loads(document))


def digest(agreement: Agreement) -> str:
    """SHA-256 of `to_json`, in hexadecimal: equal for agreements that say the same."""
    return sha256(to_json(agreement).encode()).hexdigest()


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an agreement file."""
    found = Agreement.model_json_schema(schema_generator=_Schema)
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Experience level agreement",
    }
    return {**about, **{name: value for name, value in found.items() if name != "title"}}


class _Schema(GenerateJsonSchema):
    """Numbers stand bare in the file: a decimal is a number, never a string of digits."""

    def decimal_schema(self, schema: DecimalSchema) -> dict[str, Any]:
        bounds = {BOUNDS[name]: float(schema[name]) for name in BOUNDS if name in schema}  # type: ignore[literal-required] # its keys
        return {"type": "number", **bounds}


def _fields(part: Any) -> Any:  # noqa: ANN401 -- a part, a list or a value; plain values come out
    if isinstance(part, BaseModel):
        required = {name for name, field in type(part).model_fields.items() if field.is_required()}
        inner = {name: _fields(getattr(part, name)) for name in type(part).model_fields}
        return {
            name: value
            for name, value in inner.items()
            if name in required or value not in (None, "", [], {})
        }
    if isinstance(part, Mapping):
        return {name: _fields(part[name]) for name in sorted(part, key=_place)}
    return [_fields(inner) for inner in part] if isinstance(part, tuple) else part


def _place(name: str) -> tuple[int, int | str]:
    """Languages in our order, scores by size, then whatever else by name."""
    if name in LANGUAGES:
        return 0, LANGUAGES.index(name)
    try:
        return 1, int(name)
    except ValueError:
        return 2, name


def _stored(value: object) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def _amount(value: Decimal, decimals: int) -> str:
    whole, _, part = plain(value).partition(".")
    shown = part.ljust(decimals, "0")
    return f"{whole}.{shown}" if shown else whole
