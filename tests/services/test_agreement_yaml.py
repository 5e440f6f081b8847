"""YAML as plain values that know their lines, and back."""

from datetime import date
from decimal import Decimal
from typing import Any, Never

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from agreement_samples import TRICKY
from xla.services.yaml_scalar import UNREADABLE, Unreadable, value_of
from xla.services.yaml_tree import read
from xla.services.yaml_writer import WIDTH, written

PARSERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]

VALUES = [
    *(("true", True), ("False", False), ("null", None), ("~", None), ("", None)),
    *(
        ("0", 0),
        ("-12", -12),
        ("+7", 7),
        ("78.50", Decimal("78.50")),
        ("-.5", Decimal("-0.5")),
        ("5.", Decimal(5)),
    ),
    *(("1e3", Decimal(1000)), ("1.5E-2", Decimal("0.015")), ("2014-01-31", date(2014, 1, 31))),
]
TEXTS = [
    *(
        "no",
        "No",
        "NO",
        "yes",
        "on",
        "off",
        "y",
        "nO",
        "TruE",
        "010",
        "-07",
        "0o17",
        "0x1F",
        "0b1",
        "1_000",
        "1,5",
    ),
    *(
        "1:30",
        "190:20:30",
        "12.5.7",
        "1e",
        "e3",
        ".",
        "-",
        "+",
        "2014-1-1",
        "2014-01-01T00:00:00Z",
        "20-01-01",
        "²",
    ),
    *("٣", "inf", "nan", "Infinity", "=", "<<", "NULL!", "2014-01-01 "),
]


@pytest.mark.parametrize(("word", "value"), VALUES)
def test_only_what_is_clearly_a_value_is_one(word: str, value: object) -> None:
    found = value_of(word)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("word", TEXTS)
def test_everything_else_is_text(word: str) -> None:
    assert value_of(word) == word


@pytest.mark.parametrize(
    "word",
    [
        *(
            ".nan",
            ".NaN",
            ".inf",
            "-.INF",
            "+.Inf",
            "2014-02-30",
            "2014-13-01",
            "0000-01-01",
            "1e19",
            "1e-19",
        ),
        *("9" * 19, "9" * 5000, "1e99999999999999999999", "0E1000000000000000000", "0." + "0" * 40),
    ],
)
def test_what_looks_like_a_value_but_is_none_is_unreadable(word: str) -> None:
    assert isinstance(value_of(word), Unreadable)


@given(st.text(max_size=40) | st.from_regex(r"[-+]?[0-9]*\.?[0-9]*([eE][-+]?[0-9]+)?", fullmatch=True))
def test_no_word_is_too_strange(word: str) -> None:
    value_of(word)


@pytest.mark.parametrize("parser", PARSERS)
def test_every_value_knows_its_line(parser: Any) -> None:
    tree = read("a: 1\n\n# x\nb:\n  - c\n  -\n    d: [1,\n     2]\n'e': |\n  f\n  g\n", parser)
    assert tree.value == {"a": 1, "b": ["c", {"d": [1, 2]}], "e": "f\ng\n"}
    lines = {
        (): 1,
        ("a",): 1,
        ("b",): 4,
        ("b", 0): 5,
        ("b", 1): 7,
        ("b", 1, "d"): 7,
        ("b", 1, "d", 1): 8,
        ("e",): 9,
    }
    assert {path: tree.line(path) for path in lines} == lines
    assert tree.line(("b", 1, "missing")) == 7
    assert tree.line(("missing", "too")) == 1


@pytest.mark.parametrize("parser", PARSERS)
def test_quoted_words_are_text_and_keys_are_always_text(parser: Any) -> None:
    tree = read("1: '1'\nno: \"no\"\ntrue: 'null'\n2014-01-01: >-\n  7\n", parser)
    assert tree.value == {"1": "1", "no": "no", "true": "null", "2014-01-01": "7"}


@pytest.mark.parametrize("parser", PARSERS)
def test_the_first_of_two_equal_keys_stays_and_the_second_is_told(parser: Any) -> None:
    tree = read("a: 1\n'a': 2\n", parser)
    assert tree.value == {"a": 1}
    assert [str(problem) for problem in tree.problems] == [
        "line 2, a: found a; this key stands in line 1 already; write it once"
    ]


BROKEN = [
    "",
    "a: b: c",
    "[",
    "a: 'b",
    "\t- a",
    "%FOO bar",
    'a: "\\x"',
    'a: "\\U00110000"',
    'a: "\\ud800"',
    "@a",
    "--- a\n--- b",
    "? ? ?",
]


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("content", BROKEN)
def test_broken_yaml_is_told_within_the_file_or_read(content: str | bytes, parser: Any) -> None:
    tree = read(content, parser)
    assert tree.value is not UNREADABLE or [problem.line for problem in tree.problems] in ([1], [2])


@given(
    st.text(max_size=200) | st.binary(max_size=200) | st.text("{}[]:,-?&*!|>'\"%@#\n abc01", max_size=60),
    st.sampled_from(PARSERS),
)
def test_no_bytes_raise_an_error(content: str | bytes, parser: Any) -> None:
    tree = read(content, parser)
    assert tree.problems or tree.value is not UNREADABLE


SYNTAX = [
    ("a: b: c", "quote the value"),
    ("a: 1\nb\nc: 2", "no colon"),
    ("a:\n\tb: 1", "indent with spaces"),
    ("a: @b", "quote text"),
    ("a: 'b", "not closed"),
    ('a: "\\q"', "backslash"),
    ("a:\n  b: 1\n c: 2", "indentation"),
    ('a: "b" c: d', "indentation"),
    ("- a\nb: c", "indentation"),
    ("a: [1, 2", "closing bracket"),
    ("a: {b: 1 c: 2}", "bracket"),
    ("'a' b", "after the end"),
]


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(("content", "advice"), SYNTAX)
def test_what_is_no_yaml_is_told_with_advice(content: str, advice: str, parser: Any) -> None:
    [problem] = read(content, parser).problems
    assert problem.problem.startswith("this is not YAML: ")
    assert advice in problem.problem


class NoMark(yaml.SafeLoader):
    """A parser that cannot say where it stopped."""

    def check_event(self, *_choices: object) -> Never:
        raise yaml.MarkedYAMLError(problem="lost")


def test_an_error_without_a_place_is_told_at_the_first_line() -> None:
    assert [str(problem) for problem in read("a: 1", NoMark).problems] == [
        "line 1: this is not YAML: it cannot be read from here on"
    ]


TEXT = st.sampled_from(TRICKY) | st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
PLAIN = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.dates() | TEXT
NAMES = st.sampled_from([*TRICKY, "a", "key", "1"]) | st.text("abc:- #'\"{}[]\n\u2028", max_size=8)


@given(
    st.dictionaries(
        NAMES.filter(lambda name: name != "<<"),
        st.recursive(
            PLAIN | st.decimals(-(10**9), 10**9, places=3),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(NAMES.filter(lambda name: name != "<<"), inner, max_size=4)
            ),
            max_leaves=12,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_what_is_written_reads_as_the_same_values(fields: dict[str, Any]) -> None:
    for parser in PARSERS:
        tree = read(written(fields), parser)
        assert tree.problems == []
        assert tree.value == fields


def test_small_parts_stand_on_one_line_and_lists_of_parts_do_not() -> None:
    shown = written({"a": {"b": [1, 2], "c": {}}, "d": [{"e": "f g", "h": None}, []], "i": "x" * WIDTH})
    assert shown == f'a: {{b: [1, 2], c: {{}}}}\nd:\n  - {{e: "f g", h: null}}\n  - []\ni: {"x" * WIDTH}\n'
