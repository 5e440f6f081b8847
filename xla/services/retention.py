"""Retention: what must be short-lived goes when its time is over."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from xla.models import GivenAnswer, Kiosk
from xla.services import contact_wishes, devices, invitation_mails, uploads, webhooks, work

ANSWERS_KEPT = timedelta(days=2)
"""How long an API's answer is given again for the same Idempotency-Key, at least a day."""


def forget(session: Session, now: datetime) -> None:
    """Delete what is over: devices' tokens, the API's answers, codes, how to reach people, what was sent."""
    contact_wishes.forget(session, now)
    devices.forget(session, now)
    invitation_mails.forget(session, now)
    uploads.forget(session, now)
    webhooks.forget(session, now)
    work.forget(session, now)
    session.execute(delete(GivenAnswer).where(GivenAnswer.created_at < now - ANSWERS_KEPT))
    session.execute(
        update(Kiosk)
        .where(Kiosk.code_sha256.is_not(None), Kiosk.code_expires_at < now)
        .values(code_sha256=None, code_expires_at=None)
    )
