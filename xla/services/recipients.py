"""Recipients: who gets a contract's reports by mail, whether or not they may sign in."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from itsdangerous import BadSignature, Signer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.models import Contract, Person, ReportRecipient
from xla.models.base import LARGEST_ID
from xla.services import audit
from xla.services.agreements import Refused
from xla.services.people import LONGEST_NAME, is_email

MOST = 100
"""Recipients of one contract."""


class AlreadyThere(Refused):
    """The address gets the contract's reports already."""


class TooMany(Refused):
    """The contract has as many recipients as it may."""


def listed(session: Session, contract: Contract) -> Sequence[ReportRecipient]:
    """A contract's recipients by name."""
    asked = select(ReportRecipient).where(ReportRecipient.contract_id == contract.id)
    return session.scalars(asked.order_by(ReportRecipient.name, ReportRecipient.email)).all()


def reading(session: Session, contract_id: int, language: str) -> Sequence[ReportRecipient]:
    """Who of a contract's recipients reads a language, in the order in which they were added."""
    asked = select(ReportRecipient).where(
        ReportRecipient.contract_id == contract_id, ReportRecipient.language == language
    )
    return session.scalars(asked.order_by(ReportRecipient.id)).all()


def of_address(session: Session, contract_id: int, email: str) -> ReportRecipient | None:
    """A contract's recipient by the address."""
    return session.scalar(
        select(ReportRecipient).where(
            ReportRecipient.contract_id == contract_id, ReportRecipient.email == email.strip().lower()
        )
    )


def add(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contract: Contract,
    *,
    email: str,
    name: str,
    language: Language,
    by: Person,
    now: datetime,
) -> ReportRecipient:
    """Send the contract's next reports to an address, too.

    Raises:
        AlreadyThere: it gets them already.
        TooMany: `MOST` get them.
        Refused: it is no address, or the name is empty or too long.
    """
    plain, called = email.strip().lower(), name.strip()
    if not is_email(plain) or not 0 < len(called) <= LONGEST_NAME or not called.isprintable():
        raise Refused("a recipient has a name and an e-mail address")
    if of_address(session, contract.id, plain) is not None:
        raise AlreadyThere(f"{plain} gets the reports already")
    count = select(func.count()).where(ReportRecipient.contract_id == contract.id)
    if (session.scalar(count) or 0) >= MOST:
        raise TooMany(f"{contract.key} has {MOST} recipients already")
    row = ReportRecipient(contract_id=contract.id, email=plain, name=called, language=language, added_at=now)
    session.add(row)
    session.flush()
    _note(session, by, "recipient.add", row, now)
    return row


def remove(session: Session, contract: Contract, recipient_id: int, by: Person, now: datetime) -> str:
    """Send them no more reports; the log stays. Says their name. LookupError where there is none such."""
    row = session.get(ReportRecipient, recipient_id) if recipient_id <= LARGEST_ID else None
    if row is None or row.contract_id != contract.id:
        raise LookupError(recipient_id)
    _gone(session, row, by, "recipient.remove", now)
    return row.name


def token_of(secret: str, recipient: ReportRecipient) -> str:
    """What the link ends with by which a recipient leaves; it is void once they have."""
    return _signer(secret, recipient).sign(str(recipient.id)).decode()


def by_token(session: Session, secret: str, token: str) -> ReportRecipient | None:
    """The recipient a link was made for; None where we made it for nobody who is still one."""
    number = token.partition(".")[0]
    is_number = number.isascii() and number.isdigit() and len(number) <= len(str(LARGEST_ID))
    if not is_number or int(number) > LARGEST_ID:
        return None
    row = session.get(ReportRecipient, int(number))
    if row is None:
        return None
    try:
        _signer(secret, row).unsign(token)
    except BadSignature:
        return None
    return row


def leave(session: Session, recipient: ReportRecipient, now: datetime) -> None:
    """They want no more reports."""
    _gone(session, recipient, None, "recipient.leave", now)


def language_of(recipient: ReportRecipient) -> Language:
    """The language they read."""
    return cast("Language", recipient.language)


def _gone(session: Session, row: ReportRecipient, by: Person | None, action: str, now: datetime) -> None:
    _note(session, by, action, row, now)
    session.delete(row)
    session.flush()


def _note(session: Session, by: Person | None, action: str, row: ReportRecipient, now: datetime) -> None:
    contract = session.get_one(Contract, row.contract_id)
    audit.note(
        session,
        by,
        action,
        subject=f"{contract.key}: {row.email}",
        contract_id=contract.id,
        detail={"name": row.name, "language": row.language},
        now=now,
    )


def _signer(secret: str, recipient: ReportRecipient) -> Signer:
    """For the address: a number given again to another row opens nothing."""
    return Signer(secret, salt=f"xla report recipient {recipient.contract_id} {recipient.email}")
