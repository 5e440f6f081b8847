"""Branding: the provider's name, logo and colour, who mails come from, and the language of strangers."""

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import EmailField, Field, HiddenField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired

from xla import clock
from xla.core.agreement import LANGUAGES
from xla.core.colour import READABLE, parse, readable
from xla.core.role import Permission
from xla.documents.language import NAMES
from xla.documents.logo import NoPicture, redrawn
from xla.models import Installation
from xla.services import audit, installations
from xla.services.installations import Branding
from xla.web.access import needs, visitor
from xla.web.database import changing, reading
from xla.web.fields import Form, choices, email, one_line, stripped
from xla.web.language import figures, lazy
from xla.web.language import gettext as _
from xla.web.look import provider
from xla.web.settings.pages import settings

LONGEST_NAME = 100
NO_PICTURE = {
    "large": lazy("The file is larger than 1 MB."),
    "pixels": lazy("The picture has more than 16 million pixels."),
    "format": lazy("This is no PNG, JPEG, WebP or GIF picture, or it is damaged."),
}


def is_readable(_form: FlaskForm, field: Field) -> None:
    """Whether text in the colour can be read on white; the flaw names one that can."""
    if not field.data:
        return
    colour = parse(field.data)
    if colour is None:
        raise ValidationError(_("Write a colour as # and six digits or letters a to f, such as #0f56b3."))
    if colour.on_white < READABLE:
        raise ValidationError(
            _(
                "Too light: its contrast with white is %(contrast)s, and 4.5 is needed. %(darker)s would do.",
                contrast=f"{colour.on_white:.2f}",
                darker=readable(colour),
            )
        )


class BrandingForm(Form):
    """What an admin chooses."""

    provider = StringField(
        lazy("Name of the provider"),
        [DataRequired(lazy("Write the provider’s name.")), one_line(LONGEST_NAME)],
        filters=[stripped],
    )
    colour = StringField(lazy("Colour"), [is_readable], filters=[stripped])
    sender_name = StringField(lazy("Sender of mails"), [one_line(LONGEST_NAME)], filters=[stripped])
    sender_email = EmailField(lazy("Sender’s e-mail address"), [email], filters=[stripped])
    language = SelectField(
        lazy("Language"), [DataRequired()], choices=choices((key, NAMES[key]) for key in LANGUAGES)
    )
    revision = HiddenField()


class LogoForm(Form):
    """A picture."""

    logo = FileField(lazy("Picture file"))


@settings.get("/settings/branding")
@needs(Permission.ADMINISTER)
def branding() -> str:
    """What is chosen now."""
    with reading() as session:
        return _page(installations.installation(session))


@settings.post("/settings/branding")
@needs(Permission.ADMINISTER)
def branded() -> Response | tuple[str, int]:
    """Choose name, colour, sender and language."""
    form = BrandingForm()
    is_valid = form.validate_on_submit()
    with changing() as session:
        row = installations.ensured(session, clock.now())
        if not is_valid:
            return _page(row, form=form), 422
        if form.revision.data not in {"", _revision(row)}:
            form.revision.data = _revision(row)
            meanwhile = _("Somebody else changed the branding meanwhile. Compare, then save again.")
            return _page(row, form=form, problem=meanwhile, now_stands=row), 409
        _choose(session, form)
    flash(_("The branding is saved."))
    return redirect(url_for("settings.branding"), code=303)


@settings.post("/settings/branding/logo")
@needs(Permission.ADMINISTER)
def logo_chosen() -> Response | tuple[str, int]:
    """Take a picture as the logo."""
    form = LogoForm()
    png = redrawn_of(form)
    with changing() as session:
        if png is None:
            return _page(installations.installation(session), logo_form=form), 422
        installations.choose_logo(session, png, clock.now())
        audit.note(session, visitor(), "branding.logo", subject=provider(), now=clock.now())
    flash(_("The logo is saved."))
    return redirect(url_for("settings.branding"), code=303)


@settings.post("/settings/branding/logo/remove")
@needs(Permission.ADMINISTER)
def logo_removed() -> Response:
    """Show no logo any more."""
    with changing() as session:
        installations.choose_logo(session, None, clock.now())
        audit.note(session, visitor(), "branding.no_logo", subject=provider(), now=clock.now())
    flash(_("The logo is removed."))
    return redirect(url_for("settings.branding"), code=303)


def _choose(session: Session, form: BrandingForm) -> None:
    colour = parse(form.colour.data or "")
    chosen = Branding(
        provider=form.provider.data,
        colour=str(colour) if colour else "",
        sender_name=form.sender_name.data or "",
        sender_email=form.sender_email.data or "",
        language=form.language.data,
    )
    now = clock.now()
    changed = installations.choose(session, chosen, now)
    if changed:
        detail = {name: getattr(chosen, name) for name in changed}
        audit.note(session, visitor(), "branding.change", subject=chosen.provider, detail=detail, now=now)


def redrawn_of(form: LogoForm) -> bytes | None:
    """The picture as our own PNG; None where there is none, with the flaw beside its field."""
    flaw = _("Choose a picture file first.")
    if form.validate_on_submit() and form.logo.data:
        with form.logo.data.stream as picture:
            uploaded = picture.read()
        try:
            return redrawn(uploaded)
        except NoPicture as refused:
            flaw = str(NO_PICTURE[refused.reason])
    form.logo.errors = [flaw]
    return None


def _page(
    row: Installation | None,
    *,
    form: BrandingForm | None = None,
    logo_form: LogoForm | None = None,
    problem: str | None = None,
    now_stands: Installation | None = None,
) -> str:
    return render_template(
        "settings/branding.html",
        form=form or _filled(row),
        logo_form=logo_form or LogoForm(formdata=None),
        row=row,
        problem=problem,
        now_stands=now_stands,
        figures=figures(),
    )


def _filled(row: Installation | None) -> BrandingForm:
    return BrandingForm(
        formdata=None,
        data={
            "provider": provider(),
            "colour": row.colour if row else "",
            "sender_name": row.sender_name if row else "",
            "sender_email": row.sender_email if row else "",
            "language": row.language if row else "en",
            "revision": _revision(row) if row else "",
        },
    )


def _revision(row: Installation) -> str:
    return row.changed_at.isoformat()
