"""A draft's document: read and written by path, entries moved, numbers exact, keys made of titles."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

import agreement_samples
from xla.core.agreement import Agreement
from xla.services.agreement_check import check
from xla.services.agreement_files import digest
from xla.services.draft_values import add, at, document_of, key_from, move, put, remove, valued


@given(agreement_samples.agreements())
def test_a_document_says_what_its_agreement_says(agreement: Agreement) -> None:
    again, _flaws = check(valued(document_of(agreement)))
    assert again
    assert digest(again) == digest(agreement)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("target", "78", 78),
        ("target", "4.10", Decimal("4.10")),
        ("target", "many", "many"),
        ("target", "9" * 40, "9" * 40),
        ("target", "true", "true"),
        ("target", {"typed": "4,1"}, '"4,1"'),
        ("weights", {"1": "0", "2": "62.5"}, {"1": 0, "2": Decimal("62.5")}),
        ("scores", ["4", "x", {"typed": "y"}], [4, "x", '"y"']),
        ("note", "78", "78"),
        ("min_responses", 30, 30),
    ],
)
def test_texts_of_numbers_become_exact_numbers(field: str, typed: object, value: object) -> None:
    assert valued({field: typed}) == {field: value}


def test_a_path_that_leads_nowhere_finds_nothing() -> None:
    document = {"kpis": [{"key": "a"}], "note": "x"}
    assert at(document, ("kpis", 0, "key")) == "a"
    for path in [("kpis", 1), ("kpis", -1), ("kpis", "0"), ("note", "x"), ("kpis", 0, "credit", "cap")]:
        assert at(document, path) is None


def test_fields_around_a_value_are_made_and_left_with_it() -> None:
    document: dict[str, Any] = {"kpis": [{"window": "period"}], "contract": {"language": "en"}}
    put(document, ("kpis", 0, "credit", "cap"), "6")
    put(document, ("kpis", 0, "window", "rolling_days"), "90")
    assert document["kpis"] == [{"window": {"rolling_days": "90"}, "credit": {"cap": "6"}}]
    put(document, ("kpis", 0, "credit", "cap"), None)
    put(document, ("kpis", 0, "window", "rolling_days"), None)
    put(document, ("kpis", 0, "scope", "sites"), None)
    put(document, ("contract", "language"), None)
    put(document, ("kpis", 7, "key"), "b")
    put(document, ("kpis", 0), None)
    assert document == {"kpis": [{"window": {}}], "contract": {}}


def test_entries_are_added_moved_and_removed() -> None:
    document: dict[str, Any] = {"sites": [{"key": "a"}, {"key": "b"}]}
    assert add(document, ("sites",), {"key": "c"}) == 2
    assert add(document, ("sites", 0, "sites"), {"key": "d"}) == 0
    assert move(document, ("sites", 2), -1) == 1
    assert move(document, ("sites", 0), -1) == 0
    assert move(document, ("sites", 2), 1) == 2
    remove(document, ("sites", 0))
    remove(document, ("sites", 9))
    assert document == {"sites": [{"key": "c"}, {"key": "b"}]}


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Renhet på toaletter", "renhet-pa-toaletter"),
        ("Smørrebrød & kæde", "smorrebrod-kaede"),
        ("  1. etasje!  ", "1-etasje"),
        ("清掃", ""),
        ("", ""),
        ("Taken", "taken-3"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_key_is_made_of_a_title(title: str, key: str) -> None:
    assert key_from(title, {"taken", "taken-2", None}) == key
