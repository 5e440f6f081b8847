"""An agreement written as a file and as the document that is stored, and both read again."""

import json
from decimal import Decimal

import pytest
from hypothesis import given

from agreement_samples import agreement, agreements, text
from xla.core.agreement import Agreement
from xla.core.agreement_rules import flaws
from xla.services.agreement_files import digest, export, from_json, parse, to_json


def test_an_exported_file_reads_as_this() -> None:
    assert export(agreement("office")) == text("office.exported.yaml")


@given(agreements())
def test_export_and_parse_give_the_same_agreement_and_the_same_bytes(made: Agreement) -> None:
    assert flaws(made) == []
    exported = export(made)
    assert parse(exported) == made
    assert export(parse(exported)) == exported


@pytest.mark.parametrize(
    ("currency", "fee", "shown"),
    [("EUR", "10.5", "10.50"), ("ISK", "10.00", "10"), ("KWD", "1.5", "1.500")],
)
def test_a_fee_is_written_with_its_currency_s_decimals(currency: str, fee: str, shown: str) -> None:
    content = text("small.yaml").replace("currency: ISK", f'currency: {currency}\n  monthly_fee: "{fee}"')
    assert f'monthly_fee: "{shown}"' in export(parse(content))


# --- stored -------------------------------------------------------------------------------------------------


@given(agreements())
def test_the_stored_document_gives_the_same_agreement(made: Agreement) -> None:
    document = to_json(made)
    assert from_json(document) == made
    assert to_json(from_json(document)) == document


def test_equal_agreements_have_equal_digests_however_they_are_written() -> None:
    one = text("airport.yaml")
    other = (
        one.replace("target: 78", "target: 78.00")
        .replace('"480000.00"', '"480000"')
        .replace("note:", "\nnote: ")
    )
    assert digest(parse(one)) == digest(parse(other)) == digest(parse(export(parse(one))))
    assert digest(parse(one)) != digest(parse(one.replace("target: 78", "target: 78.01")))


def test_the_digest_of_the_small_agreement_never_changes() -> None:
    assert digest(agreement("small")) == "05290164deb7f86ede110e2d6c575466f29bced66f2dfff073d9fb0defcddcad"


def test_texts_are_stored_by_language_and_weights_by_score_though_a_rule_is_broken() -> None:
    office = agreement("office")
    weights = {"x": Decimal(1), "10": Decimal(2), "-2": Decimal(3), "9": Decimal(4)}
    odd = office.kpi("lunch-weighted").model_copy(update={"weights": weights})
    assert "{-2: 3, 9: 4, 10: 2, x: 1}" in export(office.model_copy(update={"kpis": (odd,)}))


def test_stored_decimals_are_their_shortest_strings() -> None:
    document = json.loads(to_json(agreement("airport")))
    assert document["kpis"][0]["target"] == "78"
    assert document["kpis"][0]["confidence"] == "0.95"
    assert document["contract"]["monthly_fee"] == "480000"


@pytest.mark.parametrize("document", ["", "[]", "{}", "3", '{"format": "xla-agreement/1"}'])
def test_a_stored_document_that_is_none_is_refused(document: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting value|validation error"):
        from_json(document)
