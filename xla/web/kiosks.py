"""Kiosks: a contract's tablets, how they do, and the codes they are paired by."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired

from xla import clock
from xla.core.agreement import Agreement
from xla.core.role import Permission
from xla.models import Contract, Kiosk, RatingPoint
from xla.services import audit
from xla.services import kiosks as rows
from xla.services.agreements import agreement_of, versions
from xla.web import contract_charts
from xla.web.access import needs, visitor
from xla.web.addresses import outside
from xla.web.contracts import seen
from xla.web.database import changing, reading
from xla.web.fields import Form, choices, one_line, stripped
from xla.web.language import gettext as _
from xla.web.language import lazy

kiosks = Blueprint("kiosks", __name__)

LONGEST_NAME = 100


class KioskForm(Form):
    """A new kiosk."""

    point = SelectField(lazy("Rating point"), [DataRequired(lazy("Choose where it stands."))], choices=[])
    name = StringField(
        lazy("Name"),
        [DataRequired(lazy("Write what people call it.")), one_line(LONGEST_NAME)],
        filters=[stripped],
    )


@kiosks.get("/contracts/<key>/kiosks")
@needs(Permission.WORK)
def listed(key: str) -> str:
    """Every kiosk of the contract, and the form for a new one."""
    with reading() as session:
        contract = seen(session, key)
        return _page(session, contract, _form(session, contract, blank=True))


@kiosks.post("/contracts/<key>/kiosks")
@needs(Permission.WORK)
def created(key: str) -> tuple[str, int]:
    """A new kiosk, with the code its tablet is paired by on this answer and never again."""
    now = clock.now()
    with changing() as session:
        contract = seen(session, key)
        form = _form(session, contract)
        if not form.validate_on_submit():
            return _page(session, contract, form), 422
        point = session.get_one(RatingPoint, int(form.point.data))
        kiosk = rows.add(session, point, form.name.data, visitor(), now)
        code = rows.new_code(session, kiosk, now)
        _note(session, contract, kiosk, "kiosk.create", now)
        return _page(session, contract, _form(session, contract, blank=True), code=code, fresh=kiosk), 201


@kiosks.post("/contracts/<key>/kiosks/<int:kiosk>/code")
@needs(Permission.WORK)
def code(key: str, kiosk: int) -> tuple[str, int] | Response:
    """Another code, for a tablet that takes the place of the one before."""
    now = clock.now()
    with changing() as session:
        contract = seen(session, key)
        row = _one(session, contract, kiosk)
        if row.revoked_at is not None:
            flash(_("This kiosk was revoked. Set up a new one."))
            return redirect(url_for("kiosks.listed", key=key), code=303)
        given = rows.new_code(session, row, now)
        _note(session, contract, row, "kiosk.code", now)
        return _page(session, contract, _form(session, contract, blank=True), code=given, fresh=row), 201


@kiosks.post("/contracts/<key>/kiosks/<int:kiosk>/revoke")
@needs(Permission.WORK)
def revoked(key: str, kiosk: int) -> Response:
    """Close a kiosk for good."""
    now = clock.now()
    with changing() as session:
        contract = seen(session, key)
        row = _one(session, contract, kiosk)
        if rows.revoke(session, row, now):
            _note(session, contract, row, "kiosk.revoke", now)
    flash(_("The kiosk is revoked. Its tablet is refused from now on and keeps what it has not delivered."))
    return redirect(url_for("kiosks.listed", key=key), code=303)


def _one(session: Session, contract: Contract, kiosk_id: int) -> Kiosk:
    return rows.one(session, contract, kiosk_id) or abort(404)


def _note(session: Session, contract: Contract, kiosk: Kiosk, action: str, now: datetime) -> None:
    audit.note(session, visitor(), action, subject=kiosk.name, contract_id=contract.id, now=now)


def _form(session: Session, contract: Contract, *, blank: bool = False) -> KioskForm:
    asked = {"point": request.args.get("point")}
    form = KioskForm(formdata=None, data=asked) if blank else KioskForm()
    agreement = _agreement(session, contract)
    collecting = session.scalars(
        select(RatingPoint).where(
            RatingPoint.contract_id == contract.id,
            RatingPoint.token.is_not(None),
            RatingPoint.closed_at.is_(None),
        )
    )
    named = sorted((_named(point, agreement), str(point.id)) for point in collecting)
    form.point.choices = choices((point_id, name) for name, point_id in named)
    return form


def _page(
    session: Session,
    contract: Contract,
    form: KioskForm,
    *,
    code: str | None = None,
    fresh: Kiosk | None = None,
) -> str:
    now = clock.now()
    agreement = _agreement(session, contract)
    every = rows.listed(session, contract)
    return render_template(
        "kiosks/list.html",
        agreed=agreement.contract,
        form=form,
        lines=[(line, rows.state(line.kiosk, now), _named(line.point, agreement)) for line in every],
        code=f"{code[:4]} {code[4:]}" if code else None,
        fresh=fresh,
        address=outside("kiosk.shell"),
    )


def _agreement(session: Session, contract: Contract) -> Agreement:
    return agreement_of(versions(session, contract)[-1])


def _named(point: RatingPoint, agreement: Agreement) -> str:
    """What a rating point is called: its own name, else its site's and its touchpoint's."""
    sites = {site.key: site.title for site, _parent, _depth in agreement.walk_sites()}
    moments = contract_charts.touchpoint_titles(agreement)
    parts = (
        sites.get(point.site_key, point.site_key),
        moments.get(point.touchpoint_key, point.touchpoint_key),
    )
    return point.title or ", ".join(filter(None, map(str, parts))) or _("Not told")
