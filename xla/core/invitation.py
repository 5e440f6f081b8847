"""Invitations: the states one may be in, when its mails are due, and how often one person may be asked."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

FREQUENCY = timedelta(days=30)
"""One invitation a person in so long, over all contracts: who is asked after every visit stops answering, and
then those who still answer are no fair sample."""
GIVEN_UP_AFTER = timedelta(days=7)
"""A mail that could not go out for so long is not sent: nobody remembers what it asks about."""
OLDEST = timedelta(days=30)
"""Events longer ago invite nobody."""
AHEAD = timedelta(days=1)
"""How far a sender's clock may be ahead of ours."""
LEASE = timedelta(minutes=10)
"""How long a begun mail is left to the process that began it, before another takes it for lost."""
RETRY_AFTER = timedelta(minutes=30)
"""A mail the server did not take is tried again so much later."""
MOST_DELAY_HOURS = 720
MOST_REMIND_DAYS = 30
MOST_EXPIRE_DAYS = 90
LONGEST_ADDRESS = 254
_ATOM = r"[!#-'*+\-/-9=?A-Z^-~]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")
RESERVED = re.compile(r"(?:^|\.)(?:example|example\.(?:com|net|org)|test|invalid|localhost)$")
"""Names that belong to nobody (RFC 2606); what is mailed to them comes back and harms the sender's name."""


class State(StrEnum):
    """How far an invitation has come."""

    WAITING = "waiting"
    SENT = "sent"
    REMINDED = "reminded"
    ANSWERED = "answered"
    EXPIRED = "expired"
    OPTED_OUT = "opted_out"
    """The person asked never to be asked."""
    CAPPED = "capped"
    """The person had been asked lately."""
    FAILED = "failed"
    """No mail server took it in time."""


ANSWERABLE = frozenset({State.WAITING, State.SENT, State.REMINDED, State.FAILED})
"""Where a link that somebody has still counts: a crash, or a server that took a mail and did not say so, may
have brought it to a person whose invitation we think waiting or failed."""
ASKED = frozenset({State.SENT, State.REMINDED})


def is_address(text: str) -> bool:
    """Whether it is a plain address that any mail server takes: ASCII, one @, a domain with a dot."""
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None


def is_reserved(address: str) -> bool:
    """Whether its domain is one that can belong to nobody."""
    return RESERVED.search(address.rpartition("@")[2].lower()) is not None


def normalised(address: str) -> str:
    """The one spelling by which a person is counted."""
    return address.strip().lower()


def first_due(happened_at: datetime, delay_hours: int) -> datetime:
    """When the first mail is due."""
    return happened_at + timedelta(hours=delay_hours)


def is_given_up(first_due_at: datetime, created_at: datetime, now: datetime) -> bool:
    """Whether the first mail comes too late to be sent at all."""
    return now - max(first_due_at, created_at) > GIVEN_UP_AFTER


def expiry(sent_at: datetime, expires_after_days: int) -> datetime:
    """When the link ends."""
    return sent_at + timedelta(days=expires_after_days)


def reminder_due(sent_at: datetime, remind_after_days: int | None, expires_at: datetime) -> datetime | None:
    """When the reminder is due; None where there is none, or it would come after the link has ended."""
    if remind_after_days is None:
        return None
    due_at = sent_at + timedelta(days=remind_after_days)
    return due_at if due_at < expires_at else None


def answered_on(now: datetime) -> datetime:
    """When it is said to be answered: the day alone, so that the instant tells not which response it is."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def is_over(expires_at: datetime | None, now: datetime) -> bool:
    """Whether the link has ended."""
    return expires_at is not None and expires_at <= now
