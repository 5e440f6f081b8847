"""Reminders of a breach: on which days they fall due, at which instant a morning is, and when they hold."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.breach import BreachState
from xla.core.breach_reminder import (
    Reminder,
    after_action,
    after_opening,
    around_date,
    holds,
    morning_of,
    working_days_on,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAYS = [
    # sentence, opened, reminded
    ("opened on a Monday: Wednesday", "2026-04-06", "2026-04-08"),
    ("on a Thursday: Monday", "2026-04-09", "2026-04-13"),
    ("on a Friday: Tuesday", "2026-04-10", "2026-04-14"),
    ("on a Saturday: Tuesday as well", "2026-04-11", "2026-04-14"),
    ("on a Sunday too", "2026-04-12", "2026-04-14"),
    ("a public holiday counts as any day: none are known", "2026-04-30", "2026-05-04"),
]
MORNINGS = [
    # sentence, day, instant
    ("in winter", "2026-01-15", datetime(2026, 1, 15, 7, tzinfo=UTC)),
    ("in summer", "2026-07-15", datetime(2026, 7, 15, 6, tzinfo=UTC)),
    ("after the night of 23 hours", "2026-03-29", datetime(2026, 3, 29, 6, tzinfo=UTC)),
    ("the day before it", "2026-03-28", datetime(2026, 3, 28, 7, tzinfo=UTC)),
    ("after the night of 25 hours", "2026-10-25", datetime(2026, 10, 25, 7, tzinfo=UTC)),
    ("the day before that", "2026-10-24", datetime(2026, 10, 24, 6, tzinfo=UTC)),
]
OPEN, PLANNED, CLOSED = BreachState.OPEN, BreachState.ACTION_PLANNED, BreachState.CLOSED
DUE, OTHER = "2026-04-20", "2026-05-20"
HOLDS = [
    # sentence, what, state, the date now, today, holds
    ("nobody has seen it", Reminder.UNSEEN, OPEN, None, DUE, True),
    ("somebody has", Reminder.UNSEEN, BreachState.ACKNOWLEDGED, None, DUE, False),
    ("its date comes near", Reminder.DUE_SOON, PLANNED, DUE, "2026-04-16", True),
    ("on its date it is due", Reminder.DUE_SOON, PLANNED, DUE, DUE, True),
    ("when we were down until it was over, it is not due soon", Reminder.DUE_SOON, OPEN, DUE, OTHER, False),
    ("the day after it is overdue", Reminder.OVERDUE, OPEN, DUE, "2026-04-21", True),
    ("on its date it is not", Reminder.OVERDUE, OPEN, DUE, DUE, False),
    ("another date was agreed", Reminder.OVERDUE, OPEN, OTHER, "2026-04-21", False),
    ("the date was taken away", Reminder.ESCALATED, OPEN, None, "2026-04-28", False),
    ("a week later it is escalated", Reminder.ESCALATED, PLANNED, DUE, "2026-04-28", True),
    ("unless it was closed", Reminder.ESCALATED, CLOSED, DUE, "2026-04-28", False),
    ("or accepted", Reminder.OVERDUE, BreachState.ACCEPTED, DUE, "2026-04-28", False),
    ("an action likewise", Reminder.ACTION_OVERDUE, PLANNED, DUE, "2026-04-21", True),
    ("unless it was done", Reminder.ACTION_OVERDUE, PLANNED, None, "2026-04-21", False),
]


@pytest.mark.parametrize(("_sentence", "opened", "reminded"), DAYS, ids=[each[0] for each in DAYS])
def test_two_working_days_after_it_was_opened(_sentence: str, opened: str, reminded: str) -> None:
    assert after_opening(date.fromisoformat(opened)) == (Reminder.UNSEEN, date.fromisoformat(reminded))


def test_around_its_date_two_working_days_before_the_day_after_and_a_week_later() -> None:
    assert list(around_date(date(2026, 4, 20))) == [
        (Reminder.DUE_SOON, date(2026, 4, 16)),
        (Reminder.OVERDUE, date(2026, 4, 21)),
        (Reminder.ESCALATED, date(2026, 4, 28)),
    ]


def test_an_action_is_overdue_the_day_after_its_date() -> None:
    assert after_action(date(2026, 4, 20)) == (Reminder.ACTION_OVERDUE, date(2026, 4, 21))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-20, 20))
def test_working_days_lie_between_the_weekends(day: date, count: int) -> None:
    found = working_days_on(day, count)
    step = timedelta(days=1 if count > 0 else -1)
    between = [day + step * number for number in range(1, abs((found - day).days) + 1)]
    assert sum(each.weekday() < 5 for each in between) == abs(count)
    assert not between or between[-1].weekday() < 5


@pytest.mark.parametrize(("_sentence", "day", "instant"), MORNINGS, ids=[each[0] for each in MORNINGS])
def test_a_morning_is_eight_on_the_wall(_sentence: str, day: str, instant: datetime) -> None:
    assert morning_of(date.fromisoformat(day), STOCKHOLM) == instant


@pytest.mark.parametrize(
    ("_sentence", "what", "state", "dated", "today", "expected"), HOLDS, ids=[each[0] for each in HOLDS]
)
def test_a_reminder_holds_until_what_it_reminds_of_is_done(
    _sentence: str, what: Reminder, state: BreachState, dated: str | None, today: str, *, expected: bool
) -> None:
    now_dated = date.fromisoformat(dated) if dated else None
    found = holds(what, state, due_on=date(2026, 4, 20), dated=now_dated, today=date.fromisoformat(today))
    assert found is expected
