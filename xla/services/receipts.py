"""Receipts: what is known of one response to whoever has its code, and the proof that it is in the seal."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core import receipt
from xla.core.seal import NOTHING_BEFORE, SCHEME, Opened, Opening
from xla.models import Amendment, DaySeal, Response
from xla.services.inclusion import Leaf, leaf
from xla.services.seal_kinds import READERS, WITHDRAWAL
from xla.services.seal_responses import AMENDMENT, RESPONSE, standing
from xla.services.seal_rows import Asked
from xla.services.seals import UNREADABLE, next_day, secret_of


class Gone(Exception):
    """A code is right, as only we can make one, and its response was removed."""


class Unreadable(Exception):
    """A code is right, and a seal that its receipt needs was spoiled: `seal_checks` says which."""


@dataclass(frozen=True)
class Sealed:
    """Something that happened, as it is committed to, and where that is sealed."""

    at: datetime
    opened: Opened
    leaf: Leaf | None
    """None while its day is not sealed."""


@dataclass(frozen=True)
class Receipt:
    """A response as its author may see it."""

    code: str
    received: Sealed
    """As it stands; its leaf is of what was received, before any amendment."""
    amended: tuple[Sealed, ...]
    """Each time it was added to, or its text erased, on a later day; the oldest first."""
    withdrawn: Sealed | None
    """Since when it counts no more."""
    next_day: date
    """The first day that is not sealed."""
    chain: tuple[DaySeal, ...]
    """From its first day to the newest seal; none while it is not sealed."""

    @property
    def sealed_from(self) -> date:
        """The day from which it is sealed: that after its own, or, where it came late, after the next."""
        return max(self.received.at.astimezone(UTC).date(), self.next_day) + timedelta(days=1)

    @property
    def is_proved(self) -> bool:
        """Whether all of it that is sealed leads to its day's root."""
        leaves = [each.leaf for each in (self.received, *self.amended, self.withdrawn) if each and each.leaf]
        return all(each.is_included for each in leaves)


def code(session: Session, response_id: int) -> str | None:
    """The response's receipt code; None while the installation has no readable secret for its seals."""
    secret = _secret(session)
    return receipt.code_of(secret, response_id) if secret else None


def by_code(session: Session, told: str) -> Receipt | None:
    """The receipt of a code; None where it is none of ours.

    Raises:
        Gone: a response got that code, and is not stored any more.
        Unreadable: it can't be said whether it is sealed.
    """
    secret = _secret(session)
    response_id = receipt.id_of(secret, told) if secret else None
    if secret is None or response_id is None:
        return None
    response = session.get(Response, response_id)
    if response is None:
        raise Gone
    try:
        return _receipt(session, secret, response)
    except UNREADABLE as problem:
        raise Unreadable from problem


def _secret(session: Session) -> bytes | None:
    """The secret of the seals; None where there is none, or none that can be read."""
    try:
        return secret_of(session)
    except UNREADABLE:
        return None


def _receipt(session: Session, secret: bytes, response: Response) -> Receipt:
    opening = Opening(secret)
    list(standing(session, opening, Asked(response.id, response.id)))
    received = _sealed(session, opening, RESPONSE, response.id, response.received_at)
    amendments = select(Amendment).where(Amendment.response_id == response.id).order_by(Amendment.id)
    amended = [_told(session, opening, AMENDMENT, row.id, row.at) for row in session.scalars(amendments)]
    taken = response.withdrawn_at
    return Receipt(
        code=receipt.code_of(secret, response.id),
        received=received,
        amended=tuple(amended),
        withdrawn=_told(session, opening, WITHDRAWAL, response.id, taken) if taken else None,
        next_day=next_day(session) or response.received_at.astimezone(UTC).date(),
        chain=_chain(session, received.leaf),
    )


def document(told: Receipt) -> dict[str, object]:
    """The receipt as JSON values, with all that is needed to check it elsewhere; bytes as hex."""
    first = told.chain[0].previous if told.chain else NOTHING_BEFORE
    return {
        "scheme": SCHEME,
        "code": told.code,
        "response": _document(told.received),
        "amendments": [_document(each) for each in told.amended],
        "withdrawal": told.withdrawn and _document(told.withdrawn),
        "chain": {
            "before": first,
            "days": [[each.day.isoformat(), each.root, each.chained] for each in told.chain],
        },
    }


def _told(session: Session, opening: Opening, kind: str, row_id: int, at: datetime) -> Sealed:
    list(READERS[kind](session, opening, Asked(row_id, row_id)))
    return _sealed(session, opening, kind, row_id, at)


def _sealed(session: Session, opening: Opening, kind: str, row_id: int, at: datetime) -> Sealed:
    """Of a row that `opening` has seen."""
    opened = opening.opened[kind, row_id]
    since = at.astimezone(UTC).date()
    return Sealed(at, opened, leaf(session, opening, kind, row_id, since=since))


def _chain(session: Session, first: Leaf | None) -> tuple[DaySeal, ...]:
    if first is None:
        return ()
    found = select(DaySeal).where(DaySeal.day >= first.day).order_by(DaySeal.day)
    return tuple(session.scalars(found))


def _document(told: Sealed) -> dict[str, object]:
    found = told.leaf
    return {
        "row": told.opened.row,
        "salt": told.opened.salt.hex(),
        "text": told.opened.text.hex(),
        "sealed": found
        and {
            "day": found.day.isoformat(),
            "index": found.index,
            "size": found.size,
            "leaf": found.data.hex(),
            "path": [each.hex() for each in found.path],
            "root": found.root.hex(),
        },
    }
