"""Repeats: rows that came in with a file whose faulty rows were left out, and are brought a second time."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from xla.models import Upload
from xla.services import csv_rows
from xla.services.upload_document import Repeat, document_of, mapping_of, spread

MOST_FILES = 20


def repeated(session: Session, upload: Upload) -> Repeat | None:
    """The file most of whose imported rows stand in this one, too, where at least half of them do.

    Only of files whose rows are kept to be mended: a whole file is known again by itself. Rows with ids of
    their sender's are known one by one, so they are not looked at.
    """
    if "external_id" in mapping_of(upload).columns.values():
        return None
    ours = Counter(_rows(upload.content or b"", frozenset()))
    found: list[Repeat] = []
    for other in _others(session, upload):
        rehearsal = document_of(other).rehearsal
        left_out = frozenset(spread(rehearsal.faulty)) if rehearsal else frozenset()
        theirs = Counter(_rows(other.content or b"", left_out))
        common = (ours & theirs).total()
        if 0 < theirs.total() <= 2 * common:
            found.append(Repeat(name=other.name, rows=common))
    return max(found, key=lambda each: each.rows, default=None)


def _others(session: Session, upload: Upload) -> list[Upload]:
    """Files of the same columns that were imported in part, the newest first."""
    query = (
        select(Upload)
        .where(
            Upload.contract_id == upload.contract_id,
            Upload.id != upload.id,
            Upload.state == "done",
            Upload.content.is_not(None),
        )
        .order_by(Upload.id.desc())
        .limit(MOST_FILES)
        .options(undefer(Upload.content))
    )
    sha = document_of(upload).columns_sha256
    return [other for other in session.scalars(query) if document_of(other).columns_sha256 == sha]


def _rows(content: bytes, left_out: frozenset[int]) -> Iterator[tuple[str, ...]]:
    rows = csv_rows.read(content)
    next(rows)
    return (tuple(fields) for number, fields in rows if number not in left_out)
