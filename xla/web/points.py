"""Points: a contract's rating points opened, changed, closed; singly, from the site tree, by file."""

import csv
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from xla import clock
from xla.core.agreement import Agreement
from xla.core.role import Permission
from xla.documents.language import NAMES
from xla.documents.spreadsheet import plain
from xla.models import Contract
from xla.services import points as rows
from xla.services.agreements import ChangedMeanwhile
from xla.services.points_file import COLUMNS, Faulty, from_csv
from xla.services.rating_points import rating_points
from xla.web.access import needs, visitor
from xla.web.addresses import is_local
from xla.web.contracts import seen
from xla.web.database import changing, reading
from xla.web.language import gettext as _
from xla.web.language import ngettext
from xla.web.point_forms import PointForm, TermsForm, TreeForm
from xla.web.point_view import Shown, shown
from xla.web.sampling_words import flag_names

points = Blueprint("points", __name__)

Page = str | AnyResponse | tuple[str, int]
POINT = "<int:point>"


@points.get("/contracts/<key>/points/new")
@needs(Permission.WORK)
def new(key: str) -> str:
    """The form for one."""
    with reading() as session:
        agreement = rows.agreement_today(session, seen(session, key), clock.now())
    form = PointForm(None)
    form.offer(agreement)
    return _new(agreement, form)


@points.post("/contracts/<key>/points/new")
@needs(Permission.WORK)
def created(key: str) -> Page:
    """Open it."""
    now, form = clock.now(), PointForm()
    with changing() as session:
        contract = seen(session, key)
        agreement = rows.agreement_today(session, contract, now)
        form.offer(agreement)
        if not form.validate_on_submit():
            return _new(agreement, form), 422
        try:
            point = rows.create(session, visitor(), contract, where=form.where, terms=form.terms, now=now)
        except rows.Taken as taken:
            form.site.errors = [_("There is a rating point at this place already.")]
            return _new(agreement, form, taken.point.id), 422
        except rows.NothingAsked:
            form.questions.errors = [_("No KPI looks at this place: choose what is asked there.")]
            return _new(agreement, form), 422
        flash(_("The rating point is open."))
        return _to(key, point.id)


@points.get("/contracts/<key>/points/from-tree")
@needs(Permission.WORK)
def tree(key: str) -> str:
    """Sites and touchpoints to combine."""
    with reading() as session:
        return _tree(session, seen(session, key), _tree_form(session, key, blank=True))


@points.post("/contracts/<key>/points/from-tree")
@needs(Permission.WORK)
def from_tree(key: str) -> Page:
    """Open them all."""
    now = clock.now()
    with changing() as session:
        contract = seen(session, key)
        form = _tree_form(session, key)
        if not form.validate_on_submit():
            return _tree(session, contract, form), 422
        chosen = {"sites": form.sites.data, "touchpoints": form.touchpoints.data}
        try:
            done = rows.from_tree(session, visitor(), contract, **chosen, now=now)
        except rows.TooMany:
            form.sites.errors = [
                _("These are more than %(most)s at once. Choose fewer sites.", most=rows.MOST_AT_ONCE)
            ]
            return _tree(session, contract, form), 422
    flash(_told(done))
    return redirect(url_for("agreements.points", key=key), code=303)


@points.get("/contracts/<key>/points/from-file")
@needs(Permission.WORK)
def file(key: str) -> str:
    """The form for a CSV file."""
    with reading() as session:
        return _file(rows.agreement_today(session, seen(session, key), clock.now()))


@points.post("/contracts/<key>/points/from-file")
@needs(Permission.WORK)
def from_file(key: str) -> Page:
    """Open and change what the file says, or say what is wrong with it."""
    now, sent = clock.now(), request.files.get("file")
    content = sent.read() if sent else b""
    with reading() as session:
        agreement = rows.agreement_today(session, seen(session, key), now)
    if not content:
        return _file(agreement, problem=_("Choose a file first.")), 422
    try:
        with TemporaryDirectory(prefix="xla-points-") as folder, changing() as session:
            path = Path(folder) / "points.csv"
            path.write_bytes(content)
            done = from_csv(session, visitor(), seen(session, key), path, now)
    except Faulty as faulty:
        return _file(agreement, faulty), 422
    flash(
        _(
            "%(new)s opened, %(changed)s changed, %(same)s as they were, %(closed)s closed and left so.",
            new=done.new,
            changed=done.changed,
            same=done.same,
            closed=done.closed,
        )
    )
    return redirect(url_for("agreements.points", key=key), code=303)


@points.get("/contracts/<key>/points.csv")
@needs(Permission.WORK)
def listed(key: str) -> Response:
    """The rating points that have a link as the file that would make them."""
    with reading() as session:
        every = rating_points(session, seen(session, key), clock.now())
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for point in every:
        if point.token:
            told = (point.site, point.touchpoint, plain(point.title), ";".join(point.chosen), point.persona)
            writer.writerow(told)
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-points.csv"'
    return response


@points.get(f"/contracts/<key>/points/{POINT}")
@needs(Permission.SEE)
def one(key: str, point: int) -> str:
    """Everything about one."""
    with reading() as session:
        found = _found(session, key, point)
        form = TermsForm(
            None,
            title=found.row.title,
            questions=list(rows.terms_of(found.row).questions),
            persona=found.row.persona,
            seen=rows.fingerprint(rows.terms_of(found.row)),
        )
        return _one(found, form)


@points.post(f"/contracts/<key>/points/{POINT}")
@needs(Permission.WORK)
def changed(key: str, point: int) -> Page:
    """Title, questions, persona."""
    form, problem = TermsForm(), None
    with changing() as session:
        found = _found(session, key, point)
        form.offer(found.agreement)
        if not form.validate_on_submit():
            return _one(found, form), 422
        try:
            rows.edit(
                session, visitor(), found.row, terms=form.terms, seen=form.seen.data or "", now=clock.now()
            )
        except ChangedMeanwhile:
            problem = _("Somebody changed this rating point meanwhile. Load the page anew to see it.")
        except rows.NothingAsked:
            form.questions.errors = [_("No KPI looks at this place: choose what is asked there.")]
        if problem or form.questions.errors:
            return _one(found, form, problem), 422
    flash(_("Saved."))
    return _to(key, point)


@points.post(f"/contracts/<key>/points/{POINT}/close")
@needs(Permission.WORK)
def close(key: str, point: int) -> Page:
    """Take no more ratings."""
    with changing() as session:
        rows.close(session, visitor(), _found(session, key, point).row, clock.now())
    flash(_("The rating point is closed. Its link says so, and stays its own."))
    return _to(key, point)


@points.post(f"/contracts/<key>/points/{POINT}/open")
@needs(Permission.WORK)
def reopen(key: str, point: int) -> Page:
    """Take ratings again, or for the first time."""
    with changing() as session:
        rows.reopen(session, visitor(), _found(session, key, point).row, clock.now())
    flash(_("The rating point is open."))
    return _to(key, point)


def _found(session: Session, key: str, point_id: int) -> Shown:
    return shown(session, seen(session, key), point_id, clock.now()) or abort(404)


def _to(key: str, point_id: int) -> AnyResponse:
    return redirect(url_for("points.one", key=key, point=point_id), code=303)


def _one(found: Shown, form: TermsForm, problem: str | None = None) -> str:
    form.offer(found.agreement)
    return render_template(
        "points/one.html",
        point=found,
        agreed=found.agreement.contract,
        form=form,
        problem=problem,
        names=NAMES,
        flag_names=flag_names,
        is_local=is_local(),
    )


def _new(agreement: Agreement, form: PointForm, taken: int | None = None) -> str:
    return render_template("points/new.html", agreed=agreement.contract, form=form, taken=taken)


def _tree_form(session: Session, key: str, *, blank: bool = False) -> TreeForm:
    form = TreeForm(None) if blank else TreeForm()
    form.offer(rows.agreement_today(session, seen(session, key), clock.now()))
    return form


def _tree(session: Session, contract: Contract, form: TreeForm) -> str:
    agreement = rows.agreement_today(session, contract, clock.now())
    return render_template("points/tree.html", agreed=agreement.contract, form=form)


def _file(agreement: Agreement, faulty: Faulty | None = None, problem: str | None = None) -> str:
    return render_template(
        "points/file.html", agreement=agreement, agreed=agreement.contract, faulty=faulty, problem=problem
    )


def _told(done: rows.Opened) -> str:
    """What combining came to, in a sentence for each kind."""
    told = [ngettext("%(count)s rating point was opened.", "%(count)s rating points were opened.", done.new)]
    if done.known:
        told.append(ngettext("%(count)s was there already.", "%(count)s were there already.", done.known))
    if done.unasked:
        told.append(
            ngettext(
                "At %(count)s place no KPI asks anything: nothing was opened there.",
                "At %(count)s places no KPI asks anything: nothing was opened there.",
                done.unasked,
            )
        )
    return " ".join(told)
