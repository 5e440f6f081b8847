"""Seal stamps: a report's time stamp as it is sealed, on the day it came."""

from collections.abc import Iterator
from datetime import UTC
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.seal import Commit, encoded, plain
from xla.models import ReportStamp
from xla.services.seal_rows import Asked, Sealable, of

STAMP = "stamp"


def stamps(session: Session, commit: Commit, asked: Asked) -> Iterator[Sealable]:
    """Those asked for, by their reports' ids."""
    row, at = ReportStamp.report_id, ReportStamp.received_at
    columns: tuple[Any, ...] = (row, at, ReportStamp.stamped_at, ReportStamp.authority, ReportStamp.token)
    statement = select(*columns).order_by(row)
    for row_id, received_at, stamped_at, authority, token in session.execute(of(statement, row, at, asked)):
        told = [plain(received_at), plain(stamped_at), authority, sha256(token).hexdigest()]
        data = commit(STAMP, row_id, encoded(STAMP, row_id, told), None)
        yield Sealable(row_id, received_at.astimezone(UTC).date(), data)
