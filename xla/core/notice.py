"""Notices: the events people and machines can be told of."""

from enum import StrEnum


class Event(StrEnum):
    """What happened, by the key that outboxes, choices and webhooks know it by."""

    EARLY_WARNING = "early_warning"
    BREACH_OPENED = "breach_opened"
    BREACH_ACKNOWLEDGED = "breach_acknowledged"
    BREACH_OVERDUE = "breach_overdue"
    BREACH_CLOSED = "breach_closed"
    PERIOD_PROPOSED = "period_proposed"
    PERIOD_ACCEPTED = "period_accepted"
    PERIOD_DISPUTED = "period_disputed"
    PERIOD_FINAL = "period_final"
    REPORT_ISSUED = "report_issued"
    POOR_RATING = "poor_rating"
    IMPORT_FAILED = "import_failed"
