"""Given answers: what a key was answered under one Idempotency-Key, kept to be given again (`retention`)."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from xla.models import GivenAnswer, bulk

UNDER_WAY = 0
"""The status of what is not answered yet; nobody but the transaction that answers it sees it."""


class OtherRequest(Exception):
    """The Idempotency-Key was used for another request."""


def claim(
    session: Session, api_key_id: int, idempotency_key: str, request_sha256: str, now: datetime
) -> GivenAnswer | None:
    """None where the request is new: it is the caller's to answer and to `keep`. Else what was answered.

    Who claims while another does waits for the other's transaction. Raises `OtherRequest`.
    """
    row = {
        "api_key_id": api_key_id,
        "idempotency_key": idempotency_key,
        "request_sha256": request_sha256,
        "status": UNDER_WAY,
        "answer": "",
        "created_at": now,
    }
    if bulk.insert_once(session, bulk.table(GivenAnswer), row):
        return None
    given = session.get_one(GivenAnswer, (api_key_id, idempotency_key), populate_existing=True)
    if given.request_sha256 != request_sha256:
        raise OtherRequest
    return given


def keep(session: Session, api_key_id: int, idempotency_key: str, *, status: int, answer: str) -> None:
    """Keep the answer to a request that was claimed."""
    session.execute(
        update(GivenAnswer)
        .where(GivenAnswer.api_key_id == api_key_id, GivenAnswer.idempotency_key == idempotency_key)
        .values(status=status, answer=answer)
    )
