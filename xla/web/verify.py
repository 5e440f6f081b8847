"""Verify: is this PDF ours, byte for byte. Open to anybody, and tells nothing of any contract."""

import hashlib
import re
from datetime import date
from typing import NamedTuple

from flask import Blueprint, abort, render_template, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import FileField, StringField

from xla.services import issued, report_seal
from xla.services.issued import Issued
from xla.services.memberships import visible_contract
from xla.web.access import visitor_or_none
from xla.web.database import reading
from xla.web.fields import Form
from xla.web.language import gettext as _
from xla.web.language import lazy

verify = Blueprint("verify", __name__)

PIECE = 1 << 16
HASH = re.compile(r"[0-9a-f]{64}")
MOST_CHARACTERS = 500


class VerifyForm(Form):
    """A file, or its fingerprint."""

    file = FileField(lazy("The report as PDF"))
    sha256 = StringField(lazy("Or its SHA-256 fingerprint"))


class Answer(NamedTuple):
    """What a fingerprint turned out to be."""

    sha256: str
    issued: Issued | None
    """None where it is not one of ours."""
    is_known: bool
    """Whether the visitor may see the contract it is of."""


@verify.get("/verify")
def form() -> str:
    """Ask for a file or a fingerprint; a link may bring one."""
    return render_template("verify/form.html", form=VerifyForm(formdata=None), answer=None)


@verify.post("/verify")
def check() -> str | tuple[str, int]:
    """Compare with what was issued. The file is read once, piece by piece, and not kept."""
    asked = VerifyForm()
    asked.validate()
    sha256 = _fingerprint(asked)
    if sha256 is None:
        return render_template("verify/form.html", form=asked, answer=None), 422
    with reading() as session:
        return render_template("verify/form.html", form=asked, answer=_answer(session, sha256))


@verify.get("/verify/seals/<day>")
def seal(day: str) -> str:
    """Whether a day seal printed in a report is a link of our chain; ours is not told."""
    chained = "".join(request.args.get("chained", "")[:MOST_CHARACTERS].split()).lower()
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        abort(404)
    if not HASH.fullmatch(chained):
        abort(404)
    with reading() as session:
        found = report_seal.standing(session, asked, chained)
    return render_template("verify/seal.html", day=asked, chained=chained, standing=found.value)


def _fingerprint(asked: VerifyForm) -> str | None:
    """The SHA-256 of what was sent; None, with the flaw beside its field, where nothing fit was."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return _of(file)
    typed = "".join((asked.sha256.data or "")[:MOST_CHARACTERS].split()).lower()
    if HASH.fullmatch(typed):
        return typed
    if typed:
        asked.sha256.errors = [_("A fingerprint has 64 characters, 0 to 9 and a to f.")]
    else:
        asked.file.errors = [_("Choose a PDF, or write its fingerprint below.")]
    return None


def _of(file: FileStorage) -> str:
    digest = hashlib.sha256()
    while piece := file.stream.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _answer(session: Session, sha256: str) -> Answer:
    found, person = issued.by_hash(session, sha256), visitor_or_none()
    if found is None or person is None:
        return Answer(sha256, found, is_known=False)
    return Answer(sha256, found, visible_contract(session, person, found.contract_key) is not None)
