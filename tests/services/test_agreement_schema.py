"""The JSON Schema of an agreement file."""

import json
from decimal import Decimal

import pytest

from agreement_samples import agreement, text
from xla.core.agreement import Agreement
from xla.services.agreement_files import AgreementFileError, export, parse, schema
from xla.services.yaml_tree import read

SAMPLES = ["airport", "office", "small"]


def matches(value: object, rule: dict, schema: dict) -> bool:
    """As much of JSON Schema as ours uses."""
    if "$ref" in rule:
        rule = schema["$defs"][rule["$ref"].removeprefix("#/$defs/")]
    if "anyOf" in rule:
        return any(matches(value, one, schema) for one in rule["anyOf"])
    if "oneOf" in rule:
        return sum(matches(value, one, schema) for one in rule["oneOf"]) == 1
    if "const" in rule:
        return value == rule["const"]
    if value not in rule.get("enum", [value]):
        return False
    return KINDS[rule["type"]](value, rule, schema)


def is_object(value: object, rule: dict, schema: dict) -> bool:
    if not isinstance(value, dict) or not set(rule.get("required", ())) <= set(value):
        return False
    names = rule.get("propertyNames", {}).get("enum", list(value))
    known, more = rule.get("properties", {}), rule["additionalProperties"]
    return set(value) <= set(names) and all(
        matches(inner, known.get(name, more), schema) if name in known or more else False
        for name, inner in value.items()
    )


def is_number(value: object, rule: dict, _schema: dict) -> bool:
    above = value > rule.get("exclusiveMinimum", float("-inf")) and value >= rule.get(
        "minimum", float("-inf")
    )
    return (
        above
        and value < rule.get("exclusiveMaximum", float("inf"))
        and value <= rule.get("maximum", float("inf"))
    )


KINDS = {
    "object": is_object,
    "array": lambda value, rule, schema: (
        isinstance(value, list)
        and len(value) <= rule.get("maxItems", len(value))
        and all(matches(one, rule["items"], schema) for one in value)
    ),
    "string": lambda value, rule, _schema: (
        isinstance(value, str) and len(value) <= rule.get("maxLength", 9999)
    ),
    "boolean": lambda value, _rule, _schema: isinstance(value, bool),
    "integer": lambda value, rule, schema: type(value) is int and is_number(value, rule, schema),
    "number": lambda value, rule, schema: type(value) in {int, Decimal} and is_number(value, rule, schema),
    "null": lambda value, _rule, _schema: value is None,
}


def plain_values(value: object) -> object:
    """YAML values as JSON has them."""
    if isinstance(value, dict):
        return {name: plain_values(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain_values(inner) for inner in value]
    return value if isinstance(value, str | int | Decimal | None) else str(value)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_and_its_export_fit_the_schema(name: str) -> None:
    found = schema()
    for content in (text(f"{name}.yaml"), export(agreement(name))):
        assert matches(plain_values(read(content).value), found, found)


@pytest.mark.parametrize(
    ("old", "new"), [("target: 78", 'target: "78"'), ('"480000.00"', "480000"), ("weight: 2", "weight: -2")]
)
def test_the_schema_refuses_what_reading_refuses(old: str, new: str) -> None:
    found = schema()
    content = text("airport.yaml").replace(old, new)
    with pytest.raises(AgreementFileError):
        parse(content)
    assert not matches(plain_values(read(content).value), found, found)


def test_the_schema_says_what_it_is_and_describes_every_field() -> None:
    found = schema()
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["$id"] == "urn:xla-monitor:agreement:1"
    assert found["title"] == "Experience level agreement"
    parts = {"Agreement": found, **found["$defs"]}
    undescribed = [
        f"{part}.{name}"
        for part, rules in parts.items()
        for name, rule in rules.get("properties", {}).items()
        if "description" not in rule
    ]
    assert undescribed == []
    assert list(found["properties"]) == list(Agreement.model_fields)
    json.dumps(found)
