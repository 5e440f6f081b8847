"""Mappings: a YAML file that says how others' columns and codes become ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.services.agreements import Refused
from xla.services.mappings import AS_WRITTEN, Mapping, Wide, parse

WHOLE = """\
columns: {area: site, INTDATE: date}
wide:
  RESTROOM: {question: restrooms, codes: {"0": blank, 6: not_applicable, "7": 5}}
  FOOD: {question: food}
codes: {"9": blank}
constants: {channel: import}
"""


def test_a_mapping_renames_spreads_decodes_and_adds() -> None:
    assert parse(WHOLE.encode()) == Mapping(
        columns={"area": "site", "INTDATE": "date"},
        wide={
            "RESTROOM": Wide(question="restrooms", codes={"0": "blank", "6": "not_applicable", "7": 5}),
            "FOOD": Wide(question="food"),
        },
        codes={"9": "blank"},
        constants={"channel": "import"},
    )


def test_an_empty_mapping_changes_nothing() -> None:
    assert parse(b"{}") == AS_WRITTEN


@pytest.mark.parametrize(
    ("rule", "content", "told"),
    [
        ("an unknown field", "colums: {}", "line 1, colums: a mapping has no such field"),
        ("an unknown target", "columns:\n  a: place", "line 2, columns.a: found place; Input should be"),
        ("a column without question", "wide:\n  A: {}", "line 2, wide.A.question: this field is missing"),
        (
            "an unknown code",
            "codes:\n  '0': leer",
            "line 2, codes.0: found leer; a code means blank, not_applicable or a score",
        ),
        ("a broken code", "codes: {'0': 1.5}", "line 1, codes.0: a code means"),
        ("a code that is yes or no", "codes: {'0': true}", "line 1, codes.0: found True; a code means"),
        ("a list", "- a", "line 1: fields are needed"),
        ("no fields", "columns: x", "line 1, columns: found x; fields are needed"),
        ("an empty file", "", "line 1: the file is empty"),
        ("a key given twice", "columns: {a: site, a: date}", "line 1, columns.a: found a; "),
        ("a code that is a list", "codes: {'0': []}", "line 1, codes.0: a code means"),
        ("no YAML", "columns: [", "line 1: this is not YAML"),
        (
            "a constant that is no text",
            "constants: {channel: 5}",
            "line 1, constants.channel: found 5; a text is needed",
        ),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_with_its_line(rule: str, content: str, told: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(content.encode())
    assert str(refused.value).startswith(told), rule


def test_every_problem_is_told_once_in_the_order_of_the_lines() -> None:
    with pytest.raises(Refused) as refused:
        parse(b"codes: {'0': leer}\nx: 1\ncolumns: {a: b}")
    lines = str(refused.value).splitlines()
    assert [line.split(",")[0] for line in lines] == ["line 1", "line 2", "line 3"]


@given(st.binary(max_size=80) | st.text("{}[]:,-\n '\"abcolumnswide0123&*!", max_size=60).map(str.encode))
def test_any_bytes_are_a_mapping_or_refused(content: bytes) -> None:
    try:
        mapping = parse(content)
    except Refused as refused:
        told = str(refused)
        assert told.startswith("line ")
    else:
        assert isinstance(mapping, Mapping)
