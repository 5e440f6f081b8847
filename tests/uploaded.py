"""Uploads for tests, brought in step by step as the browser does."""

from datetime import datetime

from sqlalchemy.orm import Session

import make
from xla.models import Contract, Person, Upload
from xla.services import people, uploads
from xla.services.mappings import Mapping
from xla.services.upload_document import Rehearsal, document_of, mapping_of
from xla.services.upload_files import Reading
from xla.services.upload_reading import keep_look, look


def silent(_rows: int) -> None:
    """Nobody is told how far it is."""


def person(session: Session) -> Person:
    """Who brings files."""
    email = "maja@nordfast.example"
    known = people.by_email(session, email)
    return known or people.add(session, email, name="Maja", role="manager", now=make.APPLIED_AT)


def brought(
    session: Session,
    contract: Contract,
    content: bytes | str,
    mapping: Mapping | None = None,
    *,
    name: str = "ratings.csv",
    now: datetime = make.NOW,
) -> Upload:
    """A file that was read and rehearsed, its columns mapped as told, or as guessed."""
    raw = content.encode() if isinstance(content, str) else content
    upload = uploads.receive(session, contract, person(session), name=name, raw=raw, now=now)
    keep_look(session, contract, upload, look(raw, Reading()))
    if mapping:
        uploads.keep_mapping(upload, mapping)
    rehearsal = uploads.rehearsed(session, contract, upload, progress=silent, now=now)
    uploads.keep_rehearsal(upload, mapping_of(upload), rehearsal)
    session.flush()
    return upload


def rehearsal_of(upload: Upload) -> Rehearsal:
    """What was rehearsed."""
    found = document_of(upload).rehearsal
    assert found
    return found


def imported(
    session: Session,
    contract: Contract,
    content: bytes | str,
    mapping: Mapping | None = None,
    *,
    now: datetime = make.NOW,
) -> Upload:
    """A file that was brought, confirmed and imported."""
    upload = brought(session, contract, content, mapping, now=now)
    agreed = rehearsal_of(upload).counts
    uploads.start(session, contract, upload, person=person(session), agreed=agreed, now=now)
    session.flush()
    assert uploads.run(session, contract, upload.id, progress=silent, now=now)
    session.flush()
    return upload
