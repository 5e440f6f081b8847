"""A kiosk's rules: the shape of a rating, when it was felt, which come too fast, when it is silent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from xla.core.flag import Flag
from xla.core.kiosk import Felt, Sent, felt, is_silent, parsed, too_fast

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
GOOD: dict[str, Any] = {"id": "a1b2c3d4", "question": "clean", "score": 2, "felt": 1_000}
DAY = 86_400_000


def test_a_rating_is_read_with_and_without_reasons() -> None:
    assert parsed(GOOD) == Sent("a1b2c3d4", "clean", 2, 1_000)
    assert parsed({**GOOD, "reasons": ["smell"], "more": 1}) == Sent(
        "a1b2c3d4", "clean", 2, 1_000, ("smell",)
    )


@pytest.mark.parametrize(
    "item",
    [
        None,
        [],
        "x",
        7,
        {},
        {**GOOD, "id": 12345678},
        {**GOOD, "id": "short"},
        {**GOOD, "id": "a1b2c3d4\n"},
        {**GOOD, "id": "a" * 65},
        {**GOOD, "id": "ååååååååå"},
        {**GOOD, "question": None},
        {**GOOD, "question": "q" * 65},
        {**GOOD, "score": True},
        {**GOOD, "score": 2.0},
        {**GOOD, "score": "2"},
        {**GOOD, "felt": None},
        {**GOOD, "felt": float("nan")},
        {**GOOD, "reasons": "smell"},
        {**GOOD, "reasons": [1]},
        {**GOOD, "reasons": ["r" * 65]},
        {**GOOD, "reasons": ["smell"] * 7},
    ],
)
def test_what_has_not_the_shape_of_a_rating_is_none(item: object) -> None:
    assert parsed(item) is None


@pytest.mark.parametrize(
    ("felt_ms", "sent_ms", "expected"),
    [
        # The tablet's clock may be years off: how long the rating waited is all that counts.
        (0, 0, Felt(NOW, None)),
        (5_000, 65_000, Felt(NOW - timedelta(minutes=1), None)),
        (0, 90 * DAY, Felt(NOW - timedelta(days=90), None)),
        # Longer than it can be, or felt after it was sent: received when it was, and marked.
        (0, 90 * DAY + 1, Felt(NOW, Flag.CLOCK)),
        (1, 0, Felt(NOW, Flag.CLOCK)),
        (-(10**4000), 10**4000, Felt(NOW, Flag.CLOCK)),
    ],
)
def test_when_a_rating_was_felt(felt_ms: int, sent_ms: int, expected: Felt) -> None:
    assert felt(felt_ms, sent_ms, NOW) == expected


@pytest.mark.parametrize(
    ("before", "given", "expected"),
    [
        ([], [], []),
        ([], [0], [False]),
        ([], [0, 1.4], [False, False]),
        ([], [0, 1.4, 2.8], [False, False, True]),
        ([], [2.8, 0, 1.4, 4.4], [True, False, False, False]),
        ([], [0, 1.4, 2.9], [False, False, False]),
        ([0, 1], [2], [True]),
        ([0], [0, 0], [True, True]),
    ],
)
def test_the_third_of_a_quick_series_is_too_fast(
    before: list[float], given: list[float], expected: list[bool]
) -> None:
    def at(seconds: list[float]) -> list[datetime]:
        return [NOW + timedelta(seconds=each) for each in seconds]

    assert too_fast(at(before), at(given)) == expected


def test_a_kiosk_is_silent_after_half_an_hour() -> None:
    half = timedelta(minutes=30)
    assert is_silent(NOW, None, NOW + half)
    assert not is_silent(NOW, None, NOW + half - timedelta(seconds=1))
    assert not is_silent(NOW, NOW + half, NOW + half)
    assert is_silent(NOW, NOW + half, NOW + 2 * half)
