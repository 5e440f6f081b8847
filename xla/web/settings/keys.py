"""API keys: who may ask the API what, and until when."""

from datetime import UTC, date, datetime, timedelta

from flask import abort, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, Field, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from xla import clock
from xla.core.role import Permission
from xla.models import ApiKey, Contract
from xla.services import audit, keys
from xla.web.access import needs, visitor
from xla.web.database import changing, reading
from xla.web.fields import Form, choices, one_line, stripped
from xla.web.language import gettext as _
from xla.web.language import lazy
from xla.web.settings.pages import settings

LONGEST_NAME = 100
LONGEST = timedelta(days=36_525)
"""No key lives for more than a hundred years."""
SCOPES = {
    "read": lazy("Read contracts, periods, breaches and reports"),
    "ratings:write": lazy("Send ratings and observations"),
    "events:write": lazy("Send events after which people are invited to rate"),
}


def _in_future(_form: FlaskForm, field: Field) -> None:
    if field.data is not None and not clock.now().date() < field.data < clock.now().date() + timedelta(
        days=36_525
    ):
        raise ValidationError(_("Choose a day in the future."))


class KeyForm(Form):
    """A new key."""

    name = StringField(
        lazy("What it is for"),
        [DataRequired(lazy("Write what the key is for.")), one_line(LONGEST_NAME)],
        filters=[stripped],
    )
    scopes = SelectMultipleField(
        lazy("What it may do"),
        [DataRequired(lazy("Choose at least one thing it may do."))],
        choices=choices(SCOPES.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    contract = SelectField(lazy("Contract"), choices=[], render_kw={"required": False})
    expires_on = DateField(lazy("Last day"), [Optional(), _in_future])


@settings.get("/settings/keys", endpoint="keys")
@needs(Permission.ADMINISTER)
def listed() -> str:
    """Every key, and the form for a new one."""
    with reading() as session:
        return _page(session, _form(session, blank=True))


@settings.post("/settings/keys")
@needs(Permission.ADMINISTER)
def key_created() -> tuple[str, int]:
    """A new key, shown on this answer and never again."""
    now = clock.now()
    with changing() as session:
        form = _form(session)
        if not form.validate_on_submit():
            return _page(session, form), 422
        contract = session.scalar(select(Contract).where(Contract.key == form.contract.data))
        contract_id = contract.id if contract else None
        key, secret = keys.create(
            session,
            form.name.data,
            scopes=form.scopes.data,
            contract_id=contract_id,
            expires_at=_end_of(form.expires_on.data),
            by=visitor(),
            now=now,
        )
        detail = {"prefix": key.prefix, "scopes": key.scopes}
        audit.note(
            session,
            visitor(),
            "key.create",
            subject=key.name,
            contract_id=contract_id,
            detail=detail,
            now=now,
        )
        return _page(session, _form(session, blank=True), secret=secret, name=key.name), 201


@settings.post("/settings/keys/<int:api_key>/revoke")
@needs(Permission.ADMINISTER)
def key_revoked(api_key: int) -> Response:
    """Close a key for good."""
    now = clock.now()
    with changing() as session:
        if keys.one(session, api_key) is None:
            abort(404)
        key = keys.revoke(session, api_key, now)
        if key is not None:
            _note(session, key, "key.revoke", now)
    flash(_("The key is revoked. Whoever uses it is refused from now on."))
    return redirect(url_for("settings.keys"), code=303)


def _note(session: Session, key: ApiKey, action: str, now: datetime) -> None:
    audit.note(
        session,
        visitor(),
        action,
        subject=key.name,
        contract_id=key.contract_id,
        detail={"prefix": key.prefix, "scopes": key.scopes},
        now=now,
    )


def _form(session: Session, *, blank: bool = False) -> KeyForm:
    form = KeyForm(formdata=None) if blank else KeyForm()
    every = session.scalars(select(Contract.key).order_by(Contract.key))
    form.contract.choices = choices([("", _("All contracts")), *((key, key) for key in every)])
    return form


def _page(session: Session, form: KeyForm, *, secret: str | None = None, name: str = "") -> str:
    return render_template(
        "settings/keys.html",
        form=form,
        lines=keys.listed(session),
        scopes=SCOPES,
        now=clock.now(),
        secret=secret,
        name=name,
    )


def _end_of(day: date | None) -> datetime | None:
    """The first instant after a day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1) if day else None
