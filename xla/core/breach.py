"""A breach's states and the legal steps between them."""

from datetime import date, timedelta
from enum import StrEnum

ACKNOWLEDGE_WITHIN_DAYS = 2
"""Local days from its opening within which somebody says that they have seen a breach."""


class BreachState(StrEnum):
    """Where a breach stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ACTION_PLANNED = "action_planned"
    VERIFYING = "verifying"
    CLOSED = "closed"
    ACCEPTED = "accepted"


NEXT: dict[BreachState, frozenset[BreachState]] = {
    BreachState.OPEN: frozenset({BreachState.ACKNOWLEDGED, BreachState.ACCEPTED}),
    BreachState.ACKNOWLEDGED: frozenset({BreachState.ACTION_PLANNED, BreachState.ACCEPTED}),
    BreachState.ACTION_PLANNED: frozenset({BreachState.VERIFYING, BreachState.ACCEPTED}),
    BreachState.VERIFYING: frozenset({BreachState.ACTION_PLANNED, BreachState.CLOSED, BreachState.ACCEPTED}),
    BreachState.CLOSED: frozenset(),
    BreachState.ACCEPTED: frozenset(),
}
"""What may follow a state: proved better closes it, or both parties accept it as it is."""


def is_live(state: BreachState) -> bool:
    """Whether somebody still works on it."""
    return bool(NEXT[state])


def acknowledge_by(opened_on: date) -> date:
    """The last local day on which a breach opened that day is acknowledged in time."""
    return opened_on + timedelta(days=ACKNOWLEDGE_WITHIN_DAYS)
