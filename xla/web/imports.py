"""Imports: files of ratings, brought in by the browser, checked row by row, confirmed, and listed."""

from collections.abc import Iterator
from functools import partial

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, stream_with_context
from flask import url_for as address
from pydantic import ValidationError
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from xla import clock
from xla.core.paging import place
from xla.core.role import Permission
from xla.documents.spreadsheet import lines as spreadsheet_lines
from xla.models import Contract, Person, Upload
from xla.services import uploads
from xla.services.agreements import ChangedMeanwhile, Refused, agreement_of, versions
from xla.services.unfit import Unfit
from xla.services.upload_document import Counts, Document, Flaw, document_of, mapping_of, spread
from xla.services.upload_files import ENCODINGS, MOST_BYTES, Reading
from xla.services.upload_rows import PreviewRow, Sheet
from xla.services.upload_undo import undoing
from xla.web import import_words, import_work
from xla.web.access import allowed, needs, visitor
from xla.web.contracts import seen
from xla.web.database import changing, engine, reading
from xla.web.import_work import Work, works
from xla.web.language import gettext as _

imports = Blueprint("imports", __name__)

A_PAGE = 50
FORM_BYTES = 1 << 20
"""What a form holds besides its file."""


def allow_large_files() -> None:
    """Before each request: who may import may send a file larger than any other form."""
    if request.endpoint == "imports.bring" and allowed(Permission.WORK):
        request.max_content_length = MOST_BYTES + FORM_BYTES


@imports.get("/contracts/<key>/imports")
@needs(Permission.WORK)
def files(key: str) -> str:
    """The contract's files, newest first, and the form that brings another."""
    return _list(key, None)


@imports.post("/contracts/<key>/imports")
@needs(Permission.WORK)
def bring(key: str) -> AnyResponse | tuple[str, int]:
    """Take a file in and begin to read it."""
    sent = request.files.get("file")
    try:
        raw = _sent(sent)
        with changing() as session:
            contract = seen(session, key)
            name = (sent.filename if sent else None) or ""
            upload = uploads.receive(session, contract, visitor(), name=name, raw=raw, now=clock.now())
    except Unfit as unfit:
        return _list(key, Flaw(problem=unfit.problem, values=unfit.values)), 422
    _read(contract, upload, _reading())
    return _on(key, upload.id)


@imports.get("/contracts/<key>/imports/<int:upload>")
@needs(Permission.WORK)
def upload(key: str, upload: int) -> AnyResponse | str:
    """One file, at the step where it is: being read, to be mapped, checked, imported, taken back."""
    work = works().of(upload)
    with reading() as session:
        contract = seen(session, key)
        row = found(session, contract, upload)
        document = document_of(row)
        if work is not None or row.state == "running":
            return _shown(session, contract, row, "imports/progress.html", work=work)
        if row.state in {"done", "undone"}:
            return _result(session, contract, row, document)
        if not document.is_read:
            return _shown(session, contract, row, "imports/reading.html")
        if document.rehearsal is None or document.rehearsal.header:
            return redirect(address("import_columns.columns", key=key, upload=upload), code=303)
        return _preview(session, contract, row, document)


@imports.post("/contracts/<key>/imports/<int:upload>/reading")
@needs(Permission.WORK)
def read(key: str, upload: int) -> AnyResponse:
    """Read the file otherwise: another sheet, encoding or separator."""
    with reading() as session:
        contract = seen(session, key)
        row = found(session, contract, upload)
    _read(contract, row, _reading())
    return _on(key, upload)


@imports.post("/contracts/<key>/imports/<int:upload>/confirm")
@needs(Permission.WORK)
def confirm(key: str, upload: int) -> AnyResponse:
    """Import the sound rows, as the preview counted them."""
    if works().of(upload) is not None:
        return _on(key, upload)
    try:
        agreed = Counts.model_validate_json(request.form.get("agreed", ""))
        with changing() as session:
            contract = seen(session, key)
            row = found(session, contract, upload)
            uploads.start(session, contract, row, person=visitor(), agreed=agreed, now=clock.now())
    except (ValidationError, ChangedMeanwhile):
        flash(_("This changed meanwhile: the page shows how it stands now. Nothing of yours was done."))
    except Refused:
        flash(_("No row of this file brings a new rating. Nothing was imported."))
    else:
        do = partial(import_work.bring_in, engine(), contract.id, upload)
        works().begin(upload, Work("importing", agreed.rows), do)
    return _on(key, upload)


@imports.post("/contracts/<key>/imports/<int:upload>/discard")
@needs(Permission.WORK)
def discard(key: str, upload: int) -> AnyResponse:
    """Throw away a file that brought nothing."""
    try:
        with changing() as session:
            contract = seen(session, key)
            uploads.discard(session, contract, found(session, contract, upload), visitor(), clock.now())
    except ChangedMeanwhile:
        flash(_("This changed meanwhile: the page shows how it stands now. Nothing of yours was done."))
        return _on(key, upload)
    flash(_("Thrown away. Nothing of it was imported."))
    return redirect(address("imports.files", key=key), code=303)


@imports.get("/contracts/<key>/imports/<int:upload>/faulty.csv")
@needs(Permission.WORK)
def faulty(key: str, upload: int) -> Response:
    """The rows that can't be taken, as they came, each with what is wrong: to mend and bring again."""
    with reading() as session:
        contract = seen(session, key)
        row = found(session, contract, upload)
        if row.content is None or document_of(row).rehearsal is None:
            abort(404)

    def rows() -> Iterator[list[str]]:
        with reading() as session:
            sheet = Sheet(session, contract, found(session, contract, upload), clock.now())
            yield [*sheet.header, _("What is wrong")]
            for preview, fields in sheet.faulty():
                wrongs = [*preview.wrongs, *(wrong for cell in preview.cells for wrong in cell.wrongs)]
                yield [*fields, " ".join(map(import_words.wrong_words, wrongs))]

    response = Response(stream_with_context(spreadsheet_lines(rows())), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-{upload}-faulty.csv"'
    return response


def found(session: Session, contract: Contract, upload: int) -> Upload:
    """The contract's upload of an address; 404 where it has none of that number."""
    row = uploads.seen(session, contract.id, upload)
    if row is None:
        abort(404)
    return row


def page(session: Session, contract: Contract, template: str, **values: object) -> str:
    """A page of the contract's imports."""
    agreed = agreement_of(versions(session, contract)[-1]).contract
    return render_template(template, agreed=agreed, say=import_words, **values)


def _shown(session: Session, contract: Contract, row: Upload, template: str, **values: object) -> str:
    return page(
        session, contract, template, upload=row, document=document_of(row), encodings=ENCODINGS, **values
    )


def _list(key: str, flaw: Flaw | None) -> str:
    with reading() as session:
        contract = seen(session, key)
        count = uploads.count(session, contract.id)
        number, pages, offset = place(count, request.args.get("page", 1, type=int), A_PAGE)
        rows = uploads.newest(session, contract.id, most=A_PAGE, before=offset).all()
        names = uploads.names(session, rows)
        return page(
            session,
            contract,
            "imports/list.html",
            uploads=[(row, document_of(row).result, names.get(row.person_id or 0)) for row in rows],
            encodings=ENCODINGS,
            document=None,
            flaw=flaw,
            page=number,
            pages=pages,
            most=MOST_BYTES >> 20,
        )


def _preview(session: Session, contract: Contract, row: Upload, document: Document) -> str:
    rehearsal = document.rehearsal
    assert rehearsal  # noqa: S101  # the caller saw to it
    only_faulty = request.args.get("rows") == "faulty"
    faulty_count = sum(1 for _ in spread(rehearsal.faulty))
    count = faulty_count if only_faulty else rehearsal.counts.rows
    number, pages, offset = place(count, request.args.get("page", 1, type=int), A_PAGE)
    sheet = Sheet(session, contract, row, clock.now())
    rows: list[PreviewRow] = sheet.rows(most=A_PAGE, before=offset, only_faulty=only_faulty)
    return _shown(
        session,
        contract,
        row,
        "imports/preview.html",
        rehearsal=rehearsal,
        rows=rows,
        shown=sheet.read_columns,
        only_faulty=only_faulty,
        faulty_count=faulty_count,
        has_ids="external_id" in mapping_of(row).columns.values(),
        page=number,
        pages=pages,
    )


def _result(session: Session, contract: Contract, row: Upload, document: Document) -> str:
    return _shown(
        session,
        contract,
        row,
        "imports/result.html",
        result=document.result,
        undone_by=session.get(Person, row.undone_by) if row.undone_by else None,
        undoing=undoing(session, row) if row.state == "done" else None,
    )


def _sent(sent: FileStorage | None) -> bytes:
    """The bytes of the file that was chosen; nothing where none was."""
    raw = sent.read(MOST_BYTES + 1) if sent else b""
    if len(raw) > MOST_BYTES:
        raise Unfit("large", most=MOST_BYTES >> 20)
    return raw


def _reading() -> Reading:
    """How the form says the file is to be read; as usual where it says nothing we know."""
    encoding = next((each for each in ENCODINGS if each == request.form.get("encoding")), ENCODINGS[0])
    separator = request.form.get("separator", "")
    known = separator in import_words.SEPARATORS
    return Reading(request.form.get("sheet", ""), encoding, separator if known else "")


def _read(contract: Contract, row: Upload, chosen: Reading) -> None:
    if not document_of(row).is_read:
        do = partial(import_work.read, engine(), contract.id, row.id, chosen)
        works().begin(row.id, Work("reading", 0), do)


def _on(key: str, upload: int) -> AnyResponse:
    """On to the step where a file is."""
    return redirect(address("imports.upload", key=key, upload=upload), code=303)
