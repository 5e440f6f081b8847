"""Reminders of a breach: what falls due on which local day, and when it still holds.

Working days are Monday to Friday: public holidays differ by country and industry, and none are known here.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from xla.core.breach import BreachState, is_live

WORKING_DAYS = 2
"""After so many somebody should have seen a breach, and so many before its date its owner is reminded."""
ESCALATED_AFTER = timedelta(days=7)
"""How long after it was told to be overdue a breach is the admins' matter."""
MORNING = time(8)
DAY = timedelta(days=1)
SATURDAY = 5


class Reminder(StrEnum):
    """What somebody is reminded of."""

    UNSEEN = "unseen"
    """Nobody has acknowledged the breach."""
    DUE_SOON = "due_soon"
    """Its date comes near."""
    OVERDUE = "overdue"
    """Its date is over."""
    ESCALATED = "escalated"
    """Its date has been over for a week."""
    ACTION_OVERDUE = "action_overdue"
    """The date of one of its actions is over."""


class Falling(NamedTuple):
    """A reminder and the local day on whose morning it falls due."""

    what: Reminder
    on: date


def after_opening(opened_on: date) -> Falling:
    """What falls due for a breach opened that day."""
    return Falling(Reminder.UNSEEN, working_days_on(opened_on, WORKING_DAYS))


def around_date(due_on: date) -> Iterator[Falling]:
    """What falls due for a breach that shall be closed by that day."""
    yield Falling(Reminder.DUE_SOON, working_days_on(due_on, -WORKING_DAYS))
    yield Falling(Reminder.OVERDUE, due_on + DAY)
    yield Falling(Reminder.ESCALATED, due_on + DAY + ESCALATED_AFTER)


def after_action(due_on: date) -> Falling:
    """What falls due for an action that shall be done by that day."""
    return Falling(Reminder.ACTION_OVERDUE, due_on + DAY)


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    """Eight o'clock there, as an instant (UTC)."""
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def holds(what: Reminder, state: BreachState, *, due_on: date, dated: date | None, today: date) -> bool:
    """Whether a reminder still holds: nobody did meanwhile what it reminds of.

    `due_on` is the date the reminder was written for (of the breach, or of its action), `dated` the one
    that stands there now, None where there is none any more.
    """
    if what is Reminder.UNSEEN:
        return state is BreachState.OPEN
    is_over = today > due_on
    return is_live(state) and dated == due_on and is_over is not (what is Reminder.DUE_SOON)


def working_days_on(day: date, count: int) -> date:
    """The working day that many after a day, or before it with a count below 0."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while day.weekday() >= SATURDAY:
            day += step
    return day
