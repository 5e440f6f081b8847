"""Reading an upload: from the file as it came to rows, and to a first mapping of its columns."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from xla.models import Contract, RememberedMapping, Upload
from xla.services import upload_files
from xla.services.agreements import agreement_of, versions
from xla.services.unfit import Unfit
from xla.services.upload_document import Document, Flaw, document_of
from xla.services.upload_files import Reading
from xla.services.upload_guess import guess


class Look(NamedTuple):
    """What a file holds, as it was read."""

    document: Document
    content: bytes | None
    """Its rows; None where it could not be read, or one of several sheets has to be chosen."""


def look(raw: bytes, reading: Reading) -> Look:
    """Read a file; what keeps it from being read stands in the document. May take a while; asks nobody."""
    names: list[str] = []
    try:
        names = upload_files.sheet_names(raw)
        if len(names) > 1 and reading.sheet not in names:
            return Look(Document(sheets=names, reading=reading), None)
        taken = upload_files.take(raw, reading)
    except Unfit as unfit:
        flaw = Flaw(problem=unfit.problem, values=unfit.values)
        return Look(Document(sheets=names, reading=reading, flaw=flaw), None)
    document = Document(
        reading=taken.reading,
        sheets=names,
        columns=taken.columns,
        columns_sha256=taken.columns_sha256,
        rows=taken.rows,
        has_merged=taken.has_merged,
    )
    return Look(document, taken.content)


def keep_look(session: Session, contract: Contract, upload: Upload, looked: Look) -> None:
    """Keep the rows a file holds, its columns mapped as such a file's were last time, else by a guess."""
    if document_of(upload).is_read:
        return
    document = looked.document
    if looked.content is not None:
        known = session.get(RememberedMapping, (contract.id, document.columns_sha256))
        upload.mapping = known.mapping if known else _guessed(session, contract, document)
        upload.content = looked.content
        document = document.model_copy(update={"is_remembered": known is not None})
    upload.document = document.model_dump_json()


def _guessed(session: Session, contract: Contract, document: Document) -> str:
    return guess(document.columns, agreement_of(versions(session, contract)[-1])).model_dump_json()
