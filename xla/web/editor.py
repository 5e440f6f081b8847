"""Where a draft begins: a contract's next version or a new contract, as forms or from a file."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from xla import clock
from xla.core.role import Permission
from xla.models import Contract
from xla.services import agreements, drafts
from xla.services.agreements import Refused
from xla.services.file_problem import AgreementFileError, Problem
from xla.services.memberships import visible_contract
from xla.web.access import needs, visitor
from xla.web.database import changing, reading
from xla.web.language import gettext as _

editor = Blueprint("editor", __name__)


@editor.get("/contracts/<key>/edit")
@needs(Permission.WORK)
def contract(key: str) -> str:
    """The ways to a contract's next version."""
    return _contract_page(key)


@editor.post("/contracts/<key>/edit")
@needs(Permission.WORK)
def begin(key: str) -> AnyResponse:
    """Begin the next version from the newest one, or go on with what was begun."""
    with changing() as session:
        draft = drafts.begin(session, _contract(session, key), visitor(), clock.now())
        return _to(draft.id)


@editor.post("/contracts/<key>/edit/file")
@needs(Permission.WORK)
def begin_from_file(key: str) -> AnyResponse | tuple[str, int]:
    """Begin the next version from an agreement file."""
    content = _content()
    if content is None:
        return _contract_page(key, problem=_("Choose a file first.")), 422
    try:
        with changing() as session:
            contract = _contract(session, key)
            return _to(
                drafts.begin_from_file(session, content, visitor(), contract=contract, now=clock.now()).id,
                "version",
            )
    except AgreementFileError as error:
        return _contract_page(key, problems=error.problems), 422
    except Refused:
        problem = _("This contract has a draft already. Go on with it, or throw it away first.")
        return _contract_page(key, problem=problem), 422


@editor.get("/drafts/new")
@needs(Permission.WORK)
def new() -> str:
    """The ways to a new contract, and the drafts of new contracts."""
    return _new_page()


@editor.post("/drafts/new")
@needs(Permission.WORK)
def begin_new() -> AnyResponse:
    """Begin a new contract."""
    with changing() as session:
        return _to(drafts.begin_new(session, visitor(), clock.now()).id)


@editor.post("/drafts/new/file")
@needs(Permission.WORK)
def begin_new_from_file() -> AnyResponse | tuple[str, int]:
    """Begin a new contract from an agreement file."""
    content = _content()
    if content is None:
        return _new_page(problem=_("Choose a file first.")), 422
    try:
        with changing() as session:
            draft = drafts.begin_from_file(session, content, visitor(), contract=None, now=clock.now())
            return _to(draft.id, "version")
    except AgreementFileError as error:
        return _new_page(problems=error.problems), 422


def _contract(session: Session, key: str) -> Contract:
    known = visible_contract(session, visitor(), key)
    if known is None:
        abort(404)
    return known


def _contract_page(key: str, *, problem: str | None = None, problems: list[Problem] | None = None) -> str:
    with reading() as session:
        known = _contract(session, key)
        every = agreements.versions(session, known)
        return render_template(
            "editor/contract.html",
            agreement=agreements.agreement_of(every[-1]),
            version=every[-1].number,
            draft=drafts.of_contract(session, known),
            problem=problem,
            problems=problems or [],
        )


def _new_page(*, problem: str | None = None, problems: list[Problem] | None = None) -> str:
    with reading() as session:
        begun = [
            (draft, drafts.title_of(drafts.read(draft)))
            for draft in drafts.of_new_contracts(session, visitor())
        ]
        return render_template("editor/new.html", begun=begun, problem=problem, problems=problems or [])


def _content() -> bytes | None:
    """The bytes of the file sent; None where none was."""
    sent = request.files.get("file")
    return (sent.read() or None) if sent else None


def _to(number: int, section: str = "parties") -> AnyResponse:
    flash(_("Nothing is in force before you make it a version."))
    return redirect(url_for("drafts.page", number=number, section=section), code=303)
