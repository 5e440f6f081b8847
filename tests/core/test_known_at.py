"""Known at: a day ends in the contract's zone; an instant is one everywhere."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from xla.core.known_at import day_over, known_at

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("told", "instant"),
    [
        ("2026-10-05", datetime(2026, 10, 5, 21, 59, 59, 999999, tzinfo=UTC)),
        (" 2026-12-31 ", datetime(2026, 12, 31, 22, 59, 59, 999999, tzinfo=UTC)),
        ("2026-10-25", datetime(2026, 10, 25, 22, 59, 59, 999999, tzinfo=UTC)),  # a day of 25 hours
        ("2026-10-05T09:00", datetime(2026, 10, 5, 7, tzinfo=UTC)),
        ("2026-10-05T09:00:00+00:00", datetime(2026, 10, 5, 9, tzinfo=UTC)),
        ("2026-10-05T09:00Z", datetime(2026, 10, 5, 9, tzinfo=UTC)),
    ],
)
def test_a_day_is_known_until_it_ends_and_an_instant_is_itself(told: str, instant: datetime) -> None:
    assert known_at(told, STOCKHOLM) == instant


@pytest.mark.parametrize(
    "told", ["", "yesterday", "2026-13-01", "0001-01-01", "9999-12-31", "2026-10-05T25:00", "\0"]
)
def test_anything_else_is_refused(told: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- Python's own words differ
        known_at(told, STOCKHOLM)


@pytest.mark.parametrize(
    "told", ["2026-10-05T00:00", "2026-10-05T10:05", "2026-10-05T23:59:59", "2026-10-04"]
)
def test_a_day_that_is_not_over_is_the_one_before(told: str) -> None:
    assert day_over(known_at(told, STOCKHOLM), STOCKHOLM) == known_at("2026-10-04", STOCKHOLM)
