"""The words for events people and machines are told of, and for messages that did not arrive."""

from typing import Any

from xla.core.notice import Event
from xla.web.language import lazy

EVENTS: dict[str, Any] = {
    Event.EARLY_WATCH: lazy("A KPI may be heading for a breach (sensitive, often wrong)"),
    Event.EARLY_WARNING: lazy("A KPI is heading for a breach"),
    Event.BREACH_OPENED: lazy("A breach is opened"),
    Event.BREACH_ACKNOWLEDGED: lazy("A breach is acknowledged"),
    Event.BREACH_REMINDER: lazy("Work on a breach waits for you"),
    Event.BREACH_OVERDUE: lazy("Work on a breach is overdue"),
    Event.BREACH_ESCALATED: lazy("A breach has been overdue for a week"),
    Event.BREACH_CLOSED: lazy("A breach is closed"),
    Event.PERIOD_PROPOSED: lazy("A period’s result is proposed"),
    Event.PERIOD_ACCEPTED: lazy("A period’s result is accepted"),
    Event.PERIOD_DISPUTED: lazy("A period’s result is disputed"),
    Event.PERIOD_FINAL: lazy("A period’s result is final"),
    Event.REPORT_ISSUED: lazy("A report is issued"),
    Event.POOR_RATING: lazy("A poor rating comes in"),
    Event.IMPORT_FAILED: lazy("An import fails"),
    Event.POINT_SILENT: lazy("A rating point falls silent"),
    Event.KIOSK_SILENT: lazy("A kiosk falls silent"),
    "test": lazy("Test message"),
}
PROBLEMS: dict[str, Any] = {
    "url": lazy("The address is not one a message can be sent to."),
    "name": lazy("The address’s name was not found."),
    "address": lazy("The address’s name leads into a private network, where nothing is sent."),
    "connection": lazy("No connection, or it broke off."),
    "certificate": lazy("Its certificate could not be trusted."),
    "time": lazy("No whole answer within 15 seconds."),
    "redirect": lazy("It answered with a redirect, which is not followed."),
    "large": lazy("Its answer was larger than 64 KB."),
    "off": lazy("The webhook was off."),
}
DIGESTS: dict[str, Any] = {
    "at_once": lazy("Each at once"),
    "daily": lazy("Once a day"),
    "weekly": lazy("Once a week"),
}
