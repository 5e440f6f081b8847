"""Notices: what is to be told, written in the transaction of what it tells of, each once."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.models import Notice


def write(
    session: Session,
    contract_id: int,
    *,
    event: tuple[str, str],
    document: Mapping[str, object],
    now: datetime,
) -> None:
    """Put a notice into the outbox; the same event (kind, key) again puts nothing."""
    kind, key = event
    if session.scalar(select(Notice.id).where(Notice.kind == kind, Notice.key == key)) is None:
        text = json.dumps(document, ensure_ascii=False, sort_keys=True)
        session.add(Notice(contract_id=contract_id, kind=kind, key=key, document=text, created_at=now))
        session.flush()
