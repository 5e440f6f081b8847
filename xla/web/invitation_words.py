"""The words of invitations: their states, the fields of an event, and why one can't be taken."""

from typing import Any

from xla.core.invitation import State
from xla.web.language import lazy

STATES: dict[State, Any] = {
    State.WAITING: lazy("Waiting"),
    State.SENT: lazy("Sent"),
    State.REMINDED: lazy("Reminded"),
    State.ANSWERED: lazy("Answered"),
    State.EXPIRED: lazy("Not answered in time"),
    State.OPTED_OUT: lazy("Wants no mails"),
    State.CAPPED: lazy("Was asked lately"),
    State.FAILED: lazy("Not delivered"),
}
FIELDS: dict[str, Any] = {
    "email": lazy("E-mail"),
    "external_id": lazy("Id of the event"),
    "happened_at": lazy("When it happened"),
    "language": lazy("Language"),
    "site": lazy("Site"),
    "touchpoint": lazy("Touchpoint"),
    "persona": lazy("Persona"),
}
PROBLEMS: dict[str, Any] = {
    "missing": lazy("nothing stands there, and it is needed"),
    "kind": lazy("a list, an object or a yes and no stands there; it must be a text or a number"),
    "address": lazy("not a plain e-mail address such as karin@example.com"),
    "id": lazy("an id has at most 200 characters, none of them invisible"),
    "moment": lazy("not a time such as 2026-05-31T14:05:00+02:00"),
    "future": lazy("lies in the future"),
    "old": lazy("lies more than 30 days back"),
    "unknown": lazy("the contract knows no such key"),
    "closed": lazy("no rating point is open there"),
    "column": lazy("the first row must name this column"),
    "twice": lazy("two columns are called so"),
    "wide": lazy("more fields than the first row names"),
    "many": lazy("more than 20,000 rows; send them in several files"),
}
MAPPING: dict[str, Any] = {
    "missing": lazy("Write where it stands in an event."),
    "empty": lazy("Write names with full stops between, such as customer.email or lines.0.sku."),
    "long": lazy("At most 200 characters and twelve names."),
}
READY: dict[str, Any] = {
    "visit": lazy("A visit ended (CRM)"),
    "ticket": lazy("A ticket was solved (help desk)"),
    "order": lazy("An order was closed (web shop)"),
}
