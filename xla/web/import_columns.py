"""Import columns: how each column of a file is read, what its codes mean, what holds for all rows."""

from collections.abc import Iterator
from collections.abc import Mapping as Table
from functools import partial
from typing import Any, cast, get_args

from flask import Blueprint, flash, redirect, request
from flask import url_for as address
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from xla.core.role import Permission
from xla.models import Contract, Upload
from xla.services import uploads
from xla.services.agreements import ChangedMeanwhile, agreement_of, versions
from xla.services.catalogue import Catalogue, catalogue
from xla.services.mappings import Codes, Mapping, Order, Wide
from xla.services.mappings import Column as Ours
from xla.services.rating_rows import COLUMNS
from xla.services.upload_codes import foreign
from xla.services.upload_document import Document, document_of, mapping_of
from xla.web import import_work
from xla.web.access import needs
from xla.web.contracts import seen
from xla.web.database import changing, engine, reading
from xla.web.import_work import Work, works
from xla.web.imports import found, page
from xla.web.language import gettext as _

import_columns = Blueprint("import_columns", __name__)

CONSTANTS: tuple[Ours, ...] = ("site", "touchpoint", "persona", "question", "date", "channel")
"""What may be the same for all rows."""
LONGEST = 200


@import_columns.get("/contracts/<key>/imports/<int:upload>/columns")
@needs(Permission.WORK)
def columns(key: str, upload: int) -> AnyResponse | str:
    """The form: one line a column, with what stands in it."""
    with reading() as session:
        contract = seen(session, key)
        row = found(session, contract, upload)
        if row.state not in {"uploaded", "failed"} or not document_of(row).is_read:
            return _on(key, upload)
        return _form(session, contract, row)


@import_columns.post("/contracts/<key>/imports/<int:upload>/columns")
@needs(Permission.WORK)
def mapped(key: str, upload: int) -> AnyResponse:
    """Read the columns so from now on, and find out what an import would come to."""
    try:
        with changing() as session:
            contract = seen(session, key)
            row = found(session, contract, upload)
            document = document_of(row)
            if not document.is_read:
                return _on(key, upload)
            known = catalogue(session, contract)
            uploads.keep_mapping(row, typed(request.form, document, known, mapping_of(row)))
    except ChangedMeanwhile:
        flash(_("This file was imported meanwhile. Nothing of yours was done."))
        return _on(key, upload)
    do = partial(import_work.check, engine(), contract.id, upload)
    works().begin(upload, Work("checking", document.rows), do)
    return _on(key, upload)


def typed(form: Table[str, str], document: Document, known: Catalogue, before: Mapping) -> Mapping:
    """What the form says; what it does not offer is left out."""
    named: dict[str, Ours] = {}
    asked: dict[str, str] = {}
    for place, column in enumerate(document.columns):
        kind, _colon, name = form.get(f"c{place}", "").partition(":")
        if kind == "c" and name in COLUMNS:
            named[column.name] = cast("Ours", name)
        elif kind == "q" and name in known.questions:
            asked[column.name] = name
    draft = Mapping(columns=named, wide={name: Wide(question=each) for name, each in asked.items()})
    codes = _codes(form, document, draft, known, before)
    score = next((name for name, ours in named.items() if ours == "score"), "")
    given = form.get("dates", "")
    return Mapping(
        columns=named,
        wide={name: Wide(question=each, codes=codes.get(name, {})) for name, each in asked.items()},
        codes=codes.get(score, {}),
        constants=dict(_constants(form, {*named.values(), *(("question",) if asked else ())})),
        dates=cast("Order", given) if given in get_args(Order) else before.dates,
        leave_out=[
            column.name
            for column in document.columns
            if column.name not in named and column.name not in asked
        ],
    )


def _codes(
    form: Table[str, str], document: Document, draft: Mapping, known: Catalogue, before: Mapping
) -> dict[str, Codes]:
    """What each column's codes mean: as said before, changed by what the form says."""
    score = {name: before.codes for name, ours in before.columns.items() if ours == "score"}
    kept: dict[str, dict[str, Any]] = {
        name: dict(codes) for name, codes in {**{n: w.codes for n, w in before.wide.items()}, **score}.items()
    }
    offered = foreign(document.columns, before, known)
    for each in [*offered, *foreign(document.columns, draft, known)]:
        said = form.get(f"k{each.position}:{each.value}")
        if said is None:
            continue
        codes = kept.setdefault(each.column, {})
        codes.pop(each.value, None)
        if said in {"blank", "not_applicable"}:
            codes[each.value] = said
        elif said.removeprefix("s:") in map(str, each.scores):
            codes[each.value] = int(said.removeprefix("s:"))
    return cast("dict[str, Codes]", kept)


def _constants(form: Table[str, str], told: set[str]) -> Iterator[tuple[Ours, str]]:
    for name in CONSTANTS:
        text = form.get(f"all-{name}", "").strip()
        if text and len(text) <= LONGEST and name not in told:
            yield name, text


def _form(session: Session, contract: Contract, row: Upload) -> str:
    document, mapping = document_of(row), mapping_of(row)
    known = catalogue(session, contract)
    return page(
        session,
        contract,
        "imports/columns.html",
        upload=row,
        document=document,
        mapping=mapping,
        agreement=agreement_of(versions(session, contract)[-1]),
        known=known,
        foreign=foreign(document.columns, mapping, known),
        ours=COLUMNS,
        constants=CONSTANTS,
    )


def _on(key: str, upload: int) -> AnyResponse:
    return redirect(address("imports.upload", key=key, upload=upload), code=303)
