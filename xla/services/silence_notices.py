"""Silence notices: one for each rating point or kiosk that falls silent, each silence told once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.notice import Event
from xla.models import Contract, Kiosk, Notice
from xla.services import notices

NEVER = "None"
"""Since when a kiosk is silent that has not been heard of at all."""


def points(session: Session, contract_id: int, silent: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Tell of silent rating points, as a standing's document lists them.

    A silence is named by its point and the day of its last rating: it is told again only once ratings came
    and stopped anew, not when its last rating is taken back.
    """
    found = list(silent)
    if not found:
        return
    key = session.get_one(Contract, contract_id).key
    told = _told(session, contract_id, Event.POINT_SILENT)
    for point in found:
        where = f"{key}/{point['site']}/{point['touchpoint']}"
        if point["last_on"] > told.get(where, ""):
            event = (Event.POINT_SILENT, f"{where}/{point['last_on']}")
            notices.write(session, contract_id, event=event, document={"contract": key, **point}, now=now)


def kiosks(session: Session, contract: Contract, silent: Iterable[Kiosk], now: datetime) -> None:
    """Tell of kiosks nothing was heard of; again only once one was heard of and fell silent anew."""
    told = _told(session, contract.id, Event.KIOSK_SILENT)
    for kiosk in silent:
        seen_at = kiosk.seen_at.isoformat() if kiosk.seen_at else NEVER
        where = f"{contract.key}/{kiosk.id}"
        if seen_at > told.get(where, ""):
            document = {"contract": contract.key, "kiosk": kiosk.id, "name": kiosk.name, "seen_at": seen_at}
            event = (Event.KIOSK_SILENT, f"{where}/{seen_at}")
            notices.write(session, contract.id, event=event, document=document, now=now)


def _told(session: Session, contract_id: int, event: Event) -> dict[str, str]:
    """What fell silent -> the latest silence of it that was told."""
    keys = session.scalars(select(Notice.key).where(Notice.contract_id == contract_id, Notice.kind == event))
    latest: dict[str, str] = {}
    for key in keys:
        where, _, since = key.rpartition("/")
        if since != NEVER:  # whatever came after it is later
            latest[where] = max(since, latest.get(where, ""))
    return latest
