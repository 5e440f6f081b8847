"""A seal: what a row is committed to, and how days are chained. What is pinned here must never change."""

import hmac
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256, sha512

import pytest

from xla.core.seal import NOTHING_BEFORE, Field, Opening, chained, committing, encoded, plain

SECRET = bytes(32)


def committed(secret: bytes, kind: str, row_id: int, fields: list[Field], text: str | None) -> bytes:
    return committing(secret)(kind, row_id, encoded(kind, row_id, fields), text)


@pytest.mark.parametrize("length", [1, 32, 128, 129, 300])
def test_salts_are_hmacs_whatever_the_secrets_length(length: int) -> None:
    secret = bytes(range(1, 256)) * 2
    salts = hmac.new(secret[:length], b"step 3", sha512).digest()
    expected = sha256(salts[:32] + b"[]").digest() + sha256(salts[32:]).digest()
    assert committing(secret[:length])("step", 3, "[]", None) == expected


def test_an_opened_commitment_can_be_made_anew_and_keeps_its_text_closed() -> None:
    opening = Opening(SECRET)
    data = opening("response", 7, encoded("response", 7, [1, "a"]), "Nice")
    assert data == committed(SECRET, "response", 7, [1, "a"], "Nice")
    opened = opening.opened["response", 7]
    assert (opened.row, opened.data) == ('["response",7,1,"a"]', data)
    assert "Nice" not in repr(opened)


def test_a_commitment_is_the_rows_and_the_texts() -> None:
    """As whoever has the secret computes it years later."""
    found = committed(SECRET, "response", 7, [1, "né", None, [[3, 5]]], "Nice")
    salts = hmac.new(SECRET, b"response 7", sha512).digest()
    row = b'["response",7,1,"n\\u00e9",null,[[3,5]]]'
    assert found == sha256(salts[:32] + row).digest() + sha256(salts[32:] + b"\1Nice").digest()
    assert found.hex()[:32] == "46199c77536234826c5039dd91aee434"


def test_erasing_the_text_leaves_the_rows_commitment() -> None:
    told = committed(SECRET, "response", 7, [1], "Nice")
    erased = committed(SECRET, "response", 7, [1], None)
    assert told[:32] == erased[:32]
    assert told[32:] != erased[32:]


@pytest.mark.parametrize(
    "other",
    [
        committed(SECRET, "response", 8, [1, "a"], "Nice"),
        committed(SECRET, "step", 7, [1, "a"], "Nice"),
        committed(SECRET, "response", 7, [1, "b"], "Nice"),
        committed(SECRET, "response", 7, ["1", "a"], "Nice"),
        committed(SECRET, "response", 7, [[1, "a"]], "Nice"),
        committed(b"1" * 32, "response", 7, [1, "a"], "Nice"),
    ],
    ids=["row", "kind", "value", "type", "shape", "secret"],
)
def test_whatever_differs_is_another_commitment(other: bytes) -> None:
    assert committed(SECRET, "response", 7, [1, "a"], "Nice")[:32] != other[:32]


def test_an_empty_text_is_not_none() -> None:
    assert committed(SECRET, "step", 1, [], "") != committed(SECRET, "step", 1, [], None)


def test_a_day_is_chained_to_the_one_before() -> None:
    day, root = date(2026, 3, 1), "ab" * 32
    expected = sha256(bytes(32) + b"\xab" * 32 + b"2026-03-01").hexdigest()
    assert chained(NOTHING_BEFORE, root, day) == expected
    assert chained(expected, root, day) != expected


def test_values_are_encoded_in_one_way() -> None:
    instant = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=1)))
    assert plain(instant) == "2026-03-01 00:30:00.000000"
    assert [plain(Decimal(told)) for told in ("12.50", "3", "100")] == ["12.5", "3", "100"]
    assert plain(datetime(2026, 3, 1, 0, 0, 0, 5, tzinfo=UTC)) == "2026-03-01 00:00:00.000005"
    assert [plain(each) for each in (date(2026, 3, 1), None, "a", 1)] == ["2026-03-01", None, "a", 1]
    with pytest.raises(TypeError):
        plain(b"bytes")
