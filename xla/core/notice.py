"""Notices: the events people are told of, and whom each is told unless they chose otherwise."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, get_args

from xla.core.role import Role

Digest = Literal["at_once", "daily", "weekly"]
DIGESTS: tuple[Digest, ...] = get_args(Digest)
"""How notices reach a person: each at once, or gathered in one mail."""


class Event(StrEnum):
    """Something that happened and may be told."""

    EARLY_WATCH = "early_watch"
    """A KPI may be heading for a breach: sensitive, and often wrong where one looks every day."""
    EARLY_WARNING = "early_warning"
    BREACH_OPENED = "breach_opened"
    BREACH_ACKNOWLEDGED = "breach_acknowledged"
    BREACH_REMINDER = "breach_reminder"
    """A breach, or an action of it, waits for the person it is told to."""
    BREACH_OVERDUE = "breach_overdue"
    BREACH_ESCALATED = "breach_escalated"
    """A breach is overdue for so long that the admins are told."""
    BREACH_CLOSED = "breach_closed"
    PERIOD_PROPOSED = "period_proposed"
    PERIOD_ACCEPTED = "period_accepted"
    PERIOD_DISPUTED = "period_disputed"
    PERIOD_FINAL = "period_final"
    REPORT_ISSUED = "report_issued"
    POOR_RATING = "poor_rating"
    """A poor rating whose author wishes to be contacted."""
    IMPORT_FAILED = "import_failed"
    POINT_SILENT = "point_silent"
    """Expected ratings do not come from a rating point."""
    KIOSK_SILENT = "kiosk_silent"
    """A kiosk has not been heard of for some time."""


_PROVIDERS = frozenset({Role.ADMIN, Role.MANAGER})
_BOTH = frozenset({Role.ADMIN, Role.MANAGER, Role.CLIENT})
_ALL = frozenset(Role)

MAY_HEAR: Mapping[Event, frozenset[Role]] = {
    Event.EARLY_WATCH: _PROVIDERS,
    Event.EARLY_WARNING: _PROVIDERS,
    Event.BREACH_OPENED: _ALL,
    Event.BREACH_ACKNOWLEDGED: _ALL,
    Event.BREACH_REMINDER: _PROVIDERS,
    Event.BREACH_OVERDUE: _ALL,
    Event.BREACH_ESCALATED: _PROVIDERS,
    Event.BREACH_CLOSED: _ALL,
    Event.PERIOD_PROPOSED: _ALL,
    Event.PERIOD_ACCEPTED: _ALL,
    Event.PERIOD_DISPUTED: _ALL,
    Event.PERIOD_FINAL: _ALL,
    Event.REPORT_ISSUED: _ALL,
    Event.POOR_RATING: _PROVIDERS,
    Event.IMPORT_FAILED: _PROVIDERS,
    Event.POINT_SILENT: _PROVIDERS,
    Event.KIOSK_SILENT: _PROVIDERS,
}
"""Who may be told at all: warnings, reminders, wishes, imports and silences are the provider's own work."""

_DEFAULT: Mapping[Event, frozenset[Role]] = {
    Event.EARLY_WATCH: frozenset(),
    Event.EARLY_WARNING: frozenset({Role.MANAGER}),
    Event.BREACH_OPENED: frozenset({Role.MANAGER, Role.CLIENT}),
    Event.BREACH_ACKNOWLEDGED: frozenset({Role.CLIENT}),
    Event.BREACH_REMINDER: _PROVIDERS,
    Event.BREACH_OVERDUE: _BOTH,
    Event.BREACH_ESCALATED: frozenset({Role.ADMIN}),
    Event.BREACH_CLOSED: frozenset({Role.MANAGER, Role.CLIENT}),
    Event.PERIOD_PROPOSED: frozenset({Role.MANAGER, Role.CLIENT}),
    Event.PERIOD_ACCEPTED: frozenset({Role.MANAGER}),
    Event.PERIOD_DISPUTED: frozenset({Role.MANAGER}),
    Event.PERIOD_FINAL: frozenset({Role.MANAGER, Role.CLIENT}),
    Event.REPORT_ISSUED: frozenset({Role.MANAGER, Role.CLIENT}),
    Event.POOR_RATING: frozenset({Role.MANAGER}),
    Event.IMPORT_FAILED: _PROVIDERS,
    Event.POINT_SILENT: frozenset({Role.MANAGER}),
    Event.KIOSK_SILENT: frozenset({Role.MANAGER}),
}


def events_for(role: Role) -> tuple[Event, ...]:
    """What a role may be told of, in the order of the page."""
    return tuple(event for event in Event if role in MAY_HEAR[event])


def is_default(event: Event, role: Role) -> bool:
    """Whether somebody of the role is told of the event where they chose nothing."""
    return role in _DEFAULT[event]
