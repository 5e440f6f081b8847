"""Taking a whole import back: its ratings count no more, and its mended file may come again."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Text, cast, delete, func, select, update
from sqlalchemy.orm import Session

from xla.models import Contract, Evaluation, OnceKey, Person, Response, Upload
from xla.models.period import IS_COUNT
from xla.services import audit, due, reception, work
from xla.services.agreements import ChangedMeanwhile, Refused
from xla.services.upload_document import document_of
from xla.services.uploads import brought_by, ratings_of
from xla.services.withdrawals import withdraw


class Obstacle(StrEnum):
    """Why an import can't be taken back."""

    COMPLETED = "completed"
    """It completed responses that came with another file."""
    COMPLETED_SINCE = "completed_since"
    """Another file has completed responses that came with it."""


class Undoing(NamedTuple):
    """What it would do to take an import back."""

    responses: int
    ratings: int
    obstacle: Obstacle | None
    counted_in: list[date]
    """The first day of each closed period that counted some of it: its figures stay as they were frozen."""


def undoing(session: Session, upload: Upload) -> Undoing:
    """What it would do to take a finished import back now."""
    result = document_of(upload).result
    responses = session.scalar(select(func.count()).select_from(Response).where(brought_by(upload))) or 0
    ratings = ratings_of(session, upload)
    obstacle = None
    if result is not None and result.joined:
        obstacle = Obstacle.COMPLETED
    elif result is not None and ratings != result.accepted:
        obstacle = Obstacle.COMPLETED_SINCE
    return Undoing(responses, ratings, obstacle, _counted_in(session, upload))


def undo(session: Session, contract: Contract, upload_id: int, person: Person, now: datetime) -> int:
    """Take an import back: how many ratings count no more. What was frozen with them stays.

    Raises `ChangedMeanwhile` where it is none to take back, `Refused` where other files hang together with
    it.
    """
    reception.alone(session, contract.id, now)
    upload = session.scalar(
        select(Upload)
        .where(Upload.contract_id == contract.id, Upload.id == upload_id, Upload.state == "done")
        .execution_options(populate_existing=True)
    )
    if upload is None:
        raise ChangedMeanwhile("the import was taken back meanwhile, or never finished")
    if undoing(session, upload).obstacle:
        raise Refused("another file and this one told of the same responses")
    ids = select(Response.id).where(brought_by(upload))
    # Its responses give their keys up, so that the mended file's rows are new ones.
    released = Response.group_key + " " + cast(Response.id, Text)
    session.execute(
        update(Response)
        .where(Response.id.in_(ids), Response.group_key.is_not(None))
        .values(group_key=released)
        .execution_options(synchronize_session=False)
    )
    count = withdraw(session, contract.id, brought_by(upload), now)
    session.execute(delete(OnceKey).where(OnceKey.contract_id == contract.id, OnceKey.upload_id == upload.id))
    upload.state, upload.content = "undone", None
    upload.undone_at, upload.undone_by = now, person.id
    work.put(session, [due.evaluation(contract, f"taken back {upload.id}", now)], now)
    audit.note(
        session,
        person,
        "import.undo",
        subject=upload.name,
        contract_id=contract.id,
        detail={"ratings": count},
        now=now,
    )
    return count


def _counted_in(session: Session, upload: Upload) -> list[date]:
    received_at = session.scalar(select(func.min(Response.received_at)).where(brought_by(upload)))
    if received_at is None:
        return []
    return list(
        session.scalars(
            select(Evaluation.start_on)
            .where(
                IS_COUNT,
                Evaluation.contract_id == upload.contract_id,
                Evaluation.start_on <= upload.last_on,
                Evaluation.end_on > upload.first_on,
                Evaluation.known_at >= received_at,
            )
            .distinct()
            .order_by(Evaluation.start_on)
        )
    )
