"""What pydantic finds wrong with an agreement's fields, in our words."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from xla.core.agreement import (
    LANGUAGES,
    Agreement,
    Composite,
    Contract,
    Credit,
    Kpi,
    ObservationKind,
    OwnScale,
    Part,
    Question,
    Reason,
    Rolling,
    Scope,
    Site,
    Titled,
)
from xla.core.agreement_flaw import Flaw, Path, did_you_mean, listed

MOST_ERRORS = 1000
UNKNOWN_FIELD = "extra_forbidden"

SENTENCES = {
    "missing": "this field is missing",
    "string_type": "a text is needed; put it in quotes",
    "string_too_short": "it must not be empty",
    "string_too_long": "at most {max_length} characters fit here",
    "int_type": "a whole number is needed",
    "bool_type": "true or false is needed",
    "decimal_type": "a number is needed, such as 78 or 4.25",
    "decimal_max_digits": "at most {max_digits} digits fit here",
    "decimal_whole_digits": "at most {whole_digits} digits fit before the point",
    "decimal_max_places": "at most {decimal_places} decimals fit here",
    "greater_than": "it must be above {gt}",
    "greater_than_equal": "it must be at least {ge}",
    "less_than": "it must be below {lt}",
    "less_than_equal": "it must be at most {le}",
    "model_type": "fields are needed here, such as key: …",
    "tuple_type": "a list is needed here, such as [a, b]",
    "too_long": "at most {max_length} fit here",
    "date_from_datetime_parsing": "there is no such day",
}
KEY_RULE = "a key has small letters a-z, digits, - and _, and starts with a letter or a digit"
CURRENCY_RULE = "a currency is three capital letters, such as EUR"
LANGUAGE_RULE = f"a language is {listed(LANGUAGES)}"
NORWEGIAN = frozenset({"no", "nn", "nb-NO", "nb_NO"})

PARTS: Mapping[str, type[Part]] = {
    "contract": Contract,
    "sites": Site,
    "services": Titled,
    "journey": Titled,
    "personas": Titled,
    "questions": Question,
    "reasons": Reason,
    "scale": OwnScale,
    "observations": ObservationKind,
    "kpis": Kpi,
    "scope": Scope,
    "window": Rolling,
    "credit": Credit,
    "composite": Composite,
}
"""The part that stands in a field, or in each entry of its list."""


def field_flaws(error: ValidationError) -> list[Flaw]:
    """Each field that is missing, unknown or of the wrong kind, the first thousand."""
    return [_flaw(details) for details in error.errors(include_url=False)[:MOST_ERRORS]]


def path_of(details: ErrorDetails) -> Path:
    """Where in the file pydantic found it; without the steps only pydantic takes."""
    location = details["loc"]
    if details["type"] != UNKNOWN_FIELD and location[-1:] == ("[key]",):
        location = location[:-1]
    return tuple(
        step
        for before, step in zip(("", *location), location, strict=False)
        if not (before in {"scale", "window"} and step in {"<name>", "<fields>"})
    )


def found_text(value: object) -> str:
    """The value as its writer knows it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | Decimal | date):
        return str(value) or '""'
    return "a list" if isinstance(value, list) else "fields"


def _flaw(details: ErrorDetails) -> Flaw:
    path = path_of(details)
    if details["type"] == UNKNOWN_FIELD:
        return Flaw(path, "", _unknown_field(path))
    found = "" if details["type"] == "missing" else found_text(details["input"])
    return Flaw(path, found, _sentence(details, path, found))


def _unknown_field(path: Path) -> str:
    around = [step for step in path[:-1] if isinstance(step, str)]
    fields = PARTS[around[-1]].model_fields if around else Agreement.model_fields
    return f"no such field here{did_you_mean(str(path[-1]), fields) or f'; allowed are {listed(fields)}'}"


def _sentence(details: ErrorDetails, path: Path, found: str) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "own":
        return details["msg"]
    if kind in {"literal_error", "enum"}:
        return _choice(path, found, context["expected"])
    if kind == "string_pattern_mismatch":
        return CURRENCY_RULE if path[-1] == "currency" else KEY_RULE
    if kind == "dict_type":
        return _by_name(path)
    return SENTENCES.get(kind, "this cannot stand here").format(**context)


def _choice(path: Path, found: str, expected: str) -> str:
    choices = expected.replace("'", "").replace(" or ", ", ").split(", ")
    if not set(choices) <= set(LANGUAGES):
        near = did_you_mean(found, choices)
        return f"{path[-1]} is {listed(choices)}{near}"
    return f"{LANGUAGE_RULE}; Norwegian is nb" if found in NORWEGIAN else LANGUAGE_RULE


def _by_name(path: Path) -> str:
    if path[-1] == "weights":
        return "a weight per score is needed, such as {1: 0, 2: 50, 3: 100}"
    return 'a text per language is needed, such as {en: "Cleaning"}'
