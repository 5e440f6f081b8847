"""The pages of a draft: one form a section, the draft as a file, thrown away, made a version."""

import re

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from xla import clock
from xla.core.agreement import LANGUAGES
from xla.core.agreement_flaw import Path
from xla.core.role import Permission
from xla.models import Draft
from xla.services import drafts
from xla.services.agreements import ChangedMeanwhile, Refused
from xla.services.draft_values import Document
from xla.services.drafts import NotReady
from xla.web.access import needs, visitor
from xla.web.database import changing, reading
from xla.web.editor_entries import DEEPEST, changed
from xla.web.editor_fields import name_of
from xla.web.editor_pages import suggestions
from xla.web.editor_typed import Typed, read
from xla.web.editor_view import PARTS, View, view
from xla.web.language import gettext as _
from xla.web.language import ngettext

pages = Blueprint("drafts", __name__)


@pages.get("/drafts/<int:number>")
@needs(Permission.WORK)
def draft(number: int) -> AnyResponse:
    """The draft's first page."""
    with reading() as session:
        found(session, number)
    return redirect(url_for("drafts.page", number=number, section="parties"), code=303)


@pages.get("/drafts/<int:number>/<section>")
@needs(Permission.WORK)
def page(number: int, section: str) -> str:
    """One section's form."""
    return _shown(number, section, None)


@pages.post("/drafts/<int:number>/<section>")
@needs(Permission.WORK)
def page_saved(number: int, section: str) -> AnyResponse | str | tuple[str, int]:
    """Save one section, and do what the button said."""
    return _taken(number, section, None)


@pages.get("/drafts/<int:number>/<any(questions, kpis):section>/<int:place>")
@needs(Permission.WORK)
def part(number: int, section: str, place: int) -> str:
    """The form of one question or one KPI."""
    return _shown(number, section, place)


@pages.post("/drafts/<int:number>/<any(questions, kpis):section>/<int:place>")
@needs(Permission.WORK)
def part_saved(number: int, section: str, place: int) -> AnyResponse | str | tuple[str, int]:
    """Save one question or KPI, and do what the button said."""
    return _taken(number, section, place)


@pages.get("/drafts/<int:number>/agreement.yaml")
@needs(Permission.WORK)
def draft_file(number: int) -> Response:
    """The draft as an agreement file."""
    with reading() as session:
        known = found(session, number)
        document = drafts.read(known)
        text = drafts.exported(drafts.checked(session, known, document), document)
    response = Response(text, mimetype="text/yaml")
    response.headers["Content-Disposition"] = f'attachment; filename="draft-{number}.yaml"'
    return response


@pages.get("/drafts/<int:number>/discard")
@needs(Permission.WORK)
def discard(number: int) -> str:
    """Ask whether to throw the draft away."""
    with reading() as session:
        known = found(session, number)
        return render_template("editor/discard.html", draft=known, title=drafts.title_of(drafts.read(known)))


@pages.post("/drafts/<int:number>/discard")
@needs(Permission.WORK)
def discarded(number: int) -> AnyResponse:
    """Throw the draft away."""
    with changing() as session:
        known = found(session, number)
        try:
            drafts.discard(session, known, visitor(), revision=_revision(), now=clock.now())
        except ChangedMeanwhile:
            flash(_("Somebody else saved this draft meanwhile. Look at it again before you throw it away."))
            return redirect(url_for("drafts.draft", number=number), code=303)
    flash(_("The draft is thrown away."))
    return redirect(url_for("portfolio.start"), code=303)


def found(session: Session, number: int) -> Draft:
    """The draft of the address, where the visitor may work on it; else there is none."""
    known = drafts.find(session, visitor(), number)
    if known is None:
        abort(404)
    return known


# --- showing ----------------------------------------------------------------------------------------------


def _shown(number: int, section: str, place: int | None) -> str:
    with reading() as session:
        known = found(session, number)
        return _rendered(session, known, drafts.read(known), section, place)


def _rendered(  # noqa: PLR0913, PLR0917 -- the draft, what is typed, and where
    session: Session,
    known: Draft,
    document: Document,
    section: str,
    place: int | None,
    problem: str | None = None,
    typed: Typed | None = None,
) -> str:
    shown_view = _view(session, known, document, section, place)
    return render_template(
        "editor/page.html",
        view=shown_view,
        draft=known,
        title=drafts.title_of(document),
        section=section,
        place=place,
        problem=problem,
        lost=_lost(shown_view, typed) if typed else [],
        suggestions=suggestions,
        deepest=DEEPEST,
        others=[code for code in LANGUAGES if code not in shown_view.paper.languages],
    )


def _view(session: Session, known: Draft, document: Document, section: str, place: int | None) -> View:
    also = [code for code in request.args.getlist("also") if code in LANGUAGES]
    found_so_far = drafts.checked(session, known, document)
    is_new = known.contract_id is None and known.revision == 1 and not drafts.title_of(drafts.read(known))
    shown_view = view(document, found_so_far, section=section, place=place, also=also, is_new=is_new)
    if shown_view is None:
        abort(404)
    return shown_view


def _lost(shown_view: View, typed: Typed) -> list[tuple[str, str]]:
    """What was typed where something else stands now."""
    return [
        (one.label, typed[one.name])
        for one in shown_view.page.fields
        if one.kind not in {"many", "tick"} and typed.get(one.name, one.value) != one.value
    ]


# --- taking -----------------------------------------------------------------------------------------------


def _taken(number: int, section: str, place: int | None) -> AnyResponse | str | tuple[str, int]:
    do = request.form.get("do", "save")
    if do == "preview":
        return _preview(number, section, place)
    try:
        with changing() as session:
            return _done(session, found(session, number), section, place, do)
    except ChangedMeanwhile:
        problem = _(
            "Somebody else saved this draft meanwhile. "
            "Nothing of theirs was overwritten; this is what stands there now."
        )
        return _again(number, section, place, problem, 409)
    except NotReady:
        return _again(number, section, place, _("The draft can't become a version yet."), 422)
    except Refused:
        problem = _("The draft is larger than an agreement file may be. Nothing was saved.")
        return _again(number, section, place, problem, 422)


def _again(number: int, section: str, place: int | None, problem: str, code: int) -> tuple[str, int]:
    with reading() as session:
        known = found(session, number)
        return _rendered(session, known, drafts.read(known), section, place, problem, request.form), code


def _preview(number: int, section: str, place: int | None) -> str:
    with reading() as session:
        known = found(session, number)
        document = drafts.read(known)
        read(_view(session, known, document, section, place).page, document, request.form)
        return _rendered(session, known, document, section, place)


def _done(session: Session, known: Draft, section: str, place: int | None, do: str) -> AnyResponse:
    revision, document = _revision(), drafts.read(known)
    if revision != known.revision:
        raise ChangedMeanwhile("somebody else saved this draft meanwhile")
    read(_view(session, known, document, section, place).page, document, request.form)
    verb, _colon, what = do.partition(":")
    here = _address(known.id, section, place)
    if verb in {"add", "remove", "up", "down"}:
        here = _gone_to(known.id, changed(document, verb, what), here)
    if verb == "language" and what in LANGUAGES:
        also = [code for code in request.args.getlist("also") if code in LANGUAGES]
        here = _address(known.id, section, place, also=[*also, what])
    drafts.save(session, known, document, person=visitor(), revision=revision, now=clock.now())
    if verb == "apply":
        return _applied(session, known)
    return redirect(_told(session, known, document, verb, here), code=303)


def _told(session: Session, known: Draft, document: Document, verb: str, here: str) -> str:
    """Say what was done; where to go on."""
    if verb == "check":
        flaws = drafts.checked(session, known, document).flaws
        if not flaws:
            flash(_("Saved. Nothing is amiss."))
        else:
            flash(
                ngettext("Saved. %(count)s thing is amiss.", "Saved. %(count)s things are amiss.", len(flaws))
            )
        return f"{here}#amiss"
    if verb == "review":
        return _address(known.id, "version", None)
    if verb == "save":
        flash(_("Saved."))
    return here


def _applied(session: Session, known: Draft) -> AnyResponse:
    applied = drafts.apply(session, known, visitor(), revision=known.revision, now=clock.now())
    flash(_("%(contract)s has version %(number)s.", contract=applied.contract, number=applied.version))
    return redirect(url_for("agreements.versions", key=applied.contract), code=303)


def _gone_to(number: int, path: Path, here: str) -> str:
    """The page of an entry that has one, else its place on this one."""
    if path[0] not in PARTS or len(path) > 2:  # noqa: PLR2004 -- the list and the entry's number
        return f"{here}#{name_of(path)}"
    place = int(path[1])
    return _address(number, "parties", None) if place < 0 else _address(number, str(path[0]), place)


def _address(number: int, section: str, place: int | None, also: list[str] | None = None) -> str:
    also = request.args.getlist("also") if also is None else also
    if place is None:
        return url_for("drafts.page", number=number, section=section, also=also or None)
    return url_for("drafts.part", number=number, section=section, place=place, also=also or None)


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if re.fullmatch("[0-9]{1,9}", text, re.ASCII) else -1
