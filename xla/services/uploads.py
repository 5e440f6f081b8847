"""Uploads: a file brought in by the browser, from its arrival over columns and preview to its ratings."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarResult, and_, delete, false, func, select, update
from sqlalchemy.orm import Session, undefer

from xla.models import Contract, Person, Rating, RememberedMapping, Response, Upload, bulk
from xla.services import audit, notices
from xla.services.agreements import ChangedMeanwhile, Refused
from xla.services.import_result import Imported, ImportRefused
from xla.services.imports import Rehearsed, import_ratings, rehearse
from xla.services.mappings import Mapping
from xla.services.unfit import Unfit
from xla.services.upload_document import (
    Counts,
    Document,
    Fault,
    Rehearsal,
    document_of,
    mapping_of,
    ranges,
    spread,
)
from xla.services.upload_files import Column
from xla.services.upload_repeats import repeated

KEPT = timedelta(days=30)
"""How long a file waits to be imported, and its faulty rows to be mended."""
LONGEST_NAME = 200
MOST_TOLD = 20
Progress = Callable[[int], None]


def receive(  # noqa: PLR0913 -- its keywords say what each is
    session: Session, contract: Contract, person: Person, *, name: str, raw: bytes, now: datetime
) -> Upload:
    """Keep a file as it came. Raises `Unfit` where there is nothing in it."""
    if not raw:
        raise Unfit("empty")
    upload = Upload(
        contract_id=contract.id,
        person_id=person.id,
        name=_plain(name),
        content=raw,
        state="uploaded",
        mapping="",
        document=Document().model_dump_json(),
        created_at=now,
    )
    session.add(upload)
    session.flush()
    return upload


def rehearsed(
    session: Session, contract: Contract, upload: Upload, *, progress: Progress, now: datetime
) -> Rehearsal:
    """What an import of the file would come to now, as its columns are mapped. Changes nothing."""
    content = upload.content or b""
    came = rehearse(session, contract, content, mapping=mapping_of(upload), progress=progress, now=now)
    again = repeated(session, upload) if came.imported.accepted else None
    return _rehearsal(came).model_copy(update={"repeat": again})


def keep_mapping(upload: Upload, mapping: Mapping) -> None:
    """Read its columns so from now on; what was rehearsed before holds no more."""
    _refuse_past(upload)
    upload.mapping = mapping.model_dump_json()
    _keep(upload, document_of(upload).model_copy(update={"rehearsal": None, "is_remembered": False}))


def keep_rehearsal(upload: Upload, mapping: Mapping, rehearsal: Rehearsal) -> None:
    """Remember what an import would come to; not where the columns are mapped otherwise by now."""
    if mapping_of(upload) == mapping and upload.state in {"uploaded", "failed"}:
        _keep(upload, document_of(upload).model_copy(update={"rehearsal": rehearsal}))


def start(  # noqa: PLR0913 -- its keywords say what each is
    session: Session, contract: Contract, upload: Upload, *, person: Person, agreed: Counts, now: datetime
) -> None:
    """Import what the rehearsal found sound: `run` does. `agreed` is what the person saw and confirmed.

    Raises `ChangedMeanwhile` where that is not what the rehearsal found; `Refused` where nothing is sound.
    """
    rehearsal = document_of(upload).rehearsal
    if (
        upload.state not in {"uploaded", "failed", "running"}
        or rehearsal is None
        or rehearsal.counts != agreed
    ):
        raise ChangedMeanwhile("the file was mapped otherwise or imported meanwhile")
    if rehearsal.header or not rehearsal.counts.accepted:
        raise Refused("no row brings a new rating")
    upload.state = "running"
    sha, mapping = document_of(upload).columns_sha256, mapping_of(upload)
    session.merge(
        RememberedMapping(
            contract_id=contract.id, columns_sha256=sha, mapping=mapping.model_dump_json(), used_at=now
        )
    )
    audit.note(
        session,
        person,
        "import.run",
        subject=upload.name,
        contract_id=contract.id,
        detail={"rows": agreed.rows, "left out": agreed.rejected},
        now=now,
    )


def run(session: Session, contract: Contract, upload_id: int, *, progress: Progress, now: datetime) -> bool:
    """Import a file that was started: its sound rows, all or nothing. Whether it was done here.

    Raises `ImportRefused` where a row can't be taken any more; the caller rolls back and calls `fail`.
    """
    bulk.one_file(session, contract.id)
    upload = found(session, contract.id, upload_id)
    if upload is None or upload.state != "running":
        return False
    document = document_of(upload)
    rehearsal = document.rehearsal
    assert rehearsal  # noqa: S101  # `start` saw to it
    imported = import_ratings(
        session,
        contract,
        upload.content or b"",
        mapping=mapping_of(upload),
        progress=progress,
        leaving_out=frozenset(spread(rehearsal.faulty)),
        upload_id=upload.id,
        now=now,
    )
    upload.state, upload.finished_at = "done", now
    upload.first_on, upload.last_on = rehearsal.felt_on or (None, None)
    upload.content = upload.content if imported.rejected else None
    joined = imported.accepted - ratings_of(session, upload)
    # What stood in its columns is needed no more, and may be about people.
    columns = [Column(column.name) for column in document.columns]
    done = {"result": _counts(imported, joined), "failure": [], "columns": columns}
    _keep(upload, document.model_copy(update=done))
    return True


def ratings_of(session: Session, upload: Upload) -> int:
    """How many ratings the responses it brought have and that count."""
    query = select(func.count()).select_from(Response).join(Rating, Rating.response_id == Response.id)
    return session.scalar(query.where(brought_by(upload))) or 0


def brought_by(upload: Upload) -> ColumnElement[bool]:
    """The condition that a response came with the upload and counts."""
    if upload.first_on is None or upload.last_on is None:
        return false()
    return and_(
        Response.contract_id == upload.contract_id,
        Response.rated_on >= upload.first_on,
        Response.rated_on <= upload.last_on,
        Response.upload_id == upload.id,
        Response.withdrawn_at.is_(None),
    )


def fail(
    session: Session, contract: Contract, upload_id: int, refused: ImportRefused | None, now: datetime
) -> None:
    """Say that an import failed, and stored nothing; None where it was no row's fault."""
    upload = found(session, contract.id, upload_id)
    if upload is None or upload.state != "running":
        return
    errors = refused.imported.errors[:MOST_TOLD] if refused else []
    faults = [Fault(**error._asdict()) for error in errors]
    upload.state = "failed"
    _keep(upload, document_of(upload).model_copy(update={"failure": faults, "rehearsal": None}))
    notices.write(
        session,
        contract.id,
        event=("import_failed", f"{upload.id} {now.isoformat()}"),
        document={"upload": upload.id, "name": upload.name, "problems": [str(each) for each in errors]},
        now=now,
    )
    audit.note(session, None, "import.fail", subject=upload.name, contract_id=contract.id, now=now)


def discard(session: Session, contract: Contract, upload: Upload, person: Person, now: datetime) -> None:
    """Throw away a file that brought nothing. Raises `ChangedMeanwhile` where it did, or may."""
    if upload.state not in {"uploaded", "failed"}:
        raise ChangedMeanwhile("the file was imported meanwhile")
    audit.note(session, person, "import.discard", subject=upload.name, contract_id=contract.id, now=now)
    session.delete(upload)
    session.flush()


def forget(session: Session, now: datetime) -> None:
    """Throw away files nobody imported for long, and rows nobody mended."""
    before = now - KEPT
    waiting = Upload.state.in_(("uploaded", "failed", "running"))
    session.execute(delete(Upload).where(waiting, Upload.created_at < before))
    session.execute(update(Upload).where(~waiting, Upload.finished_at < before).values(content=None))


def found(session: Session, contract_id: int, upload_id: int) -> Upload | None:
    """The contract's upload of that id, with its rows, kept from others who would change it."""
    return session.scalar(
        select(Upload)
        .where(Upload.contract_id == contract_id, Upload.id == upload_id)
        .options(undefer(Upload.content))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def seen(session: Session, contract_id: int, upload_id: int) -> Upload | None:
    """The contract's upload of that id, to look at."""
    return session.scalar(select(Upload).where(Upload.contract_id == contract_id, Upload.id == upload_id))


def count(session: Session, contract_id: int) -> int:
    """How many files the contract has had."""
    return session.scalar(select(func.count()).where(Upload.contract_id == contract_id)) or 0


def newest(session: Session, contract_id: int, *, most: int, before: int = 0) -> ScalarResult[Upload]:
    """Its files, the newest first, `before` of them left out."""
    query = select(Upload).where(Upload.contract_id == contract_id).order_by(Upload.id.desc())
    return session.scalars(query.limit(most).offset(before))


def names(session: Session, rows: Iterable[Upload]) -> dict[int, str]:
    """The names of those who brought the files, by their ids."""
    ids = {row.person_id for row in rows if row.person_id is not None}
    return {
        row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    }


def _refuse_past(upload: Upload) -> None:
    if upload.state not in {"uploaded", "failed"}:
        raise ChangedMeanwhile("the file was imported meanwhile")


def _rehearsal(came: Rehearsed) -> Rehearsal:
    by_column: dict[str, list[int]] = {}
    for row, column in came.faulty.items():
        if column:
            by_column.setdefault(column, []).append(row)
    header = next((Fault(**error._asdict()) for error in came.imported.errors if error.row <= 1), None)
    return Rehearsal(
        counts=_counts(came.imported, came.joined),
        faulty=ranges(came.faulty),
        contradictions={column: ranges(rows) for column, rows in by_column.items()},
        header=header,
        felt_on=came.felt_on,
    )


def _counts(imported: Imported, joined: int) -> Counts:
    return Counts(
        rows=imported.rows,
        accepted=imported.accepted,
        duplicates=imported.duplicates,
        ignored=imported.ignored,
        rejected=imported.rejected,
        joined=joined,
    )


def _keep(upload: Upload, document: Document) -> Document:
    upload.document = document.model_dump_json()
    return document


def _plain(name: str) -> str:
    """A file's name without folders and control characters, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(character for character in last if character.isprintable()).strip()
    return shown[-LONGEST_NAME:] or "file"
