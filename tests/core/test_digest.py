"""A digest is due at seven by the person's clock, and tells the worst first."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from xla.core.digest import WORST_FIRST, digest_at, place
from xla.core.notice import Digest, Event
from xla.core.quiet import Clock

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


@pytest.mark.parametrize(
    ("digest", "now", "due"),
    [
        ("daily", "2026-04-22 07:00", "2026-04-22 07:00"),
        ("daily", "2026-04-22 06:59", "2026-04-21 07:00"),
        ("daily", "2026-03-29 12:00", "2026-03-29 07:00"),
        ("daily", "2026-10-25 12:00", "2026-10-25 07:00"),
        ("weekly", "2026-04-20 07:00", "2026-04-20 07:00"),
        ("weekly", "2026-04-20 06:59", "2026-04-13 07:00"),
        ("weekly", "2026-04-26 23:59", "2026-04-20 07:00"),
    ],
)
def test_the_last_digest_was_due_at_seven(digest: Digest, now: str, due: str) -> None:
    assert digest_at(Clock(STOCKHOLM), digest, at(now)) == at(due)


def test_in_quiet_hours_it_is_due_when_they_end() -> None:
    clock = Clock(STOCKHOLM, 22, 9)
    assert digest_at(clock, "daily", at("2026-04-22 08:59")) == at("2026-04-21 09:00")
    assert digest_at(clock, "daily", at("2026-04-22 09:00")) == at("2026-04-22 09:00")


def test_where_nearly_all_day_is_quiet_it_is_due_the_next_day() -> None:
    assert digest_at(Clock(STOCKHOLM, 7, 6), "weekly", at("2026-04-22 12:00")) == at("2026-04-21 06:00")


def test_every_event_has_one_place_and_what_hurts_stands_first() -> None:
    assert sorted(WORST_FIRST) == sorted(Event)
    first = [Event.BREACH_OVERDUE, Event.BREACH_OPENED, Event.EARLY_WARNING, Event.PERIOD_DISPUTED]
    assert sorted(first, key=place) == first
    assert place(Event.PERIOD_PROPOSED) < place(Event.BREACH_CLOSED)
