"""Notices: what is to be told, written in the transaction of what it tells of, each once.

Where a document has `"to": [person ids]`, only those people are meant, unless they chose not to be told of
the event: a reminder is for who owns the work. Without it, whoever may hear and wants to is told; but not who
did what is told, whose id the document has as `by_id`.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.work import Kind
from xla.models import Notice
from xla.services import work
from xla.services.work import Wanted


def write(
    session: Session,
    contract_id: int,
    *,
    event: tuple[str, str],
    document: Mapping[str, object],
    now: datetime,
) -> None:
    """Put a notice into the outbox, to be told at once; the same event (kind, key) again puts nothing."""
    kind, key = event
    if session.scalar(select(Notice.id).where(Notice.kind == kind, Notice.key == key)) is None:
        text = json.dumps(document, ensure_ascii=False, sort_keys=True)
        notice = Notice(contract_id=contract_id, kind=kind, key=key, document=text, created_at=now)
        session.add(notice)
        session.flush()
        work.put(session, [telling(notice)], now)


def telling(notice: Notice) -> Wanted:
    """To find out who is to be told of it."""
    return Wanted(
        Kind.TELL, f"{notice.kind}/{notice.key}", notice.created_at, notice.contract_id, {"notice": notice.id}
    )


def untold(session: Session) -> list[Wanted]:
    """To tell of whatever nobody was told of yet; written down with each notice, but an older release's."""
    found = select(Notice).where(Notice.sent_at.is_(None)).order_by(Notice.id)
    return [telling(notice) for notice in session.scalars(found)]
