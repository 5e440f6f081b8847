"""The second step of one's own sign-in: turned on with a QR code, turned off with a code."""

from datetime import datetime

import segno
from flask import Blueprint, flash, redirect, render_template, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import DataRequired

from xla import clock
from xla.core.role import Permission
from xla.models import Person
from xla.services import audit, people
from xla.services import second_step as codes
from xla.web.access import needs, visitor
from xla.web.database import changing
from xla.web.language import gettext as _
from xla.web.language import lazy
from xla.web.sign_in import CodeForm

second_step = Blueprint("second_step", __name__)

Page = str | AnyResponse | tuple[str, int]
PROPOSED = "second_step"
"""Where the secret stands until a code shows that the authenticator has it: in the form's signed cookie."""
ISSUER = "XLA monitor"


class ShownCodeForm(CodeForm):
    """The first code of a new authenticator."""

    code = StringField(lazy("2. Write the code it shows"), [DataRequired(lazy("Write the code."))])


@second_step.get("/account/second-step")
@needs(Permission.SEE)
def propose() -> Page:
    """A new secret as QR code and as text, or, where it is on, turning it off."""
    if visitor().totp_secret is None:
        session[PROPOSED] = codes.new_secret()
        return _page(ShownCodeForm())
    return _page(CodeForm())


@second_step.post("/account/second-step")
@needs(Permission.SEE)
def turn_on() -> Page:
    """On, where the code is right; the recovery codes are shown in the answer and never again."""
    form, now, secret = ShownCodeForm(), clock.now(), session.get(PROPOSED)
    if visitor().totp_secret is not None or not secret:
        return redirect(url_for("second_step.propose"), code=303)
    if not form.validate_on_submit():
        return _page(form), 422
    with changing() as rows:
        person = rows.get_one(Person, visitor().id)
        recovery = codes.turn_on(rows, person, secret, form.code.data, now)
        if recovery:
            audit.note(rows, person, "account.second_step_on", subject=person.name, now=now)
    if recovery is None:
        form.code.errors = [*form.code.errors, _("This is not the code of this moment. Is the clock right?")]
        return _page(form), 422
    session.pop(PROPOSED)
    return render_template("account/recovery.html", codes=recovery)


@second_step.post("/account/second-step/off")
@needs(Permission.SEE)
def turn_off() -> Page:
    """Off, with a code: a browser left open is not enough."""
    form, now = CodeForm(), clock.now()
    refused = _refused(form, now)
    if refused is not None:
        return refused
    with changing() as rows:
        person = rows.get_one(Person, visitor().id)
        codes.turn_off(rows, person)
        audit.note(rows, person, "account.second_step_off", subject=person.name, now=now)
    flash(_("The second step is off."))
    return redirect(url_for("account.mine", _anchor="second-step"), code=303)


@second_step.post("/account/second-step/codes")
@needs(Permission.SEE)
def renew() -> Page:
    """New recovery codes, with a code; the older ones count no longer."""
    form, now = CodeForm(), clock.now()
    refused = _refused(form, now)
    if refused is not None:
        return refused
    with changing() as rows:
        person = rows.get_one(Person, visitor().id)
        recovery = codes.new_recovery_codes(rows, person)
        audit.note(rows, person, "account.recovery_codes", subject=person.name, now=now)
    return render_template("account/recovery.html", codes=recovery)


def _refused(form: CodeForm, now: datetime) -> Page | None:
    """The answer where the second step is off, or the code does not count."""
    if visitor().totp_secret is None:
        return redirect(url_for("second_step.propose"), code=303)
    problem = _code_problem(form, now)
    return (_page(form, problem), 422) if problem else None


def _code_problem(form: CodeForm, now: datetime) -> str | None:
    """What keeps the code from counting; guessing it is slowed down as at the door."""
    if not form.validate_on_submit():
        return _("Write a code of your authenticator or for recovery.")
    with changing() as rows:
        person = rows.get_one(Person, visitor().id)
        if people.is_slowed(rows, person.email, now):
            return _("It was wrong too often. Try again in a quarter of an hour.")
        if codes.passes(rows, person, form.code.data, now):
            return None
        people.note_failure(rows, person.email, now)
    return _("This code is wrong or was used already. Wait for the next one and try again.")


def _page(form: CodeForm, problem: str | None = None) -> str:
    person = visitor()
    secret = session.get(PROPOSED, "")
    if person.totp_secret is not None:
        return render_template("account/second_step_on.html", form=form, problem=problem)
    return render_template(
        "account/second_step.html",
        form=form,
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        address=codes.address(secret, email=person.email, issuer=ISSUER),
        picture=_picture(codes.address(secret, email=person.email, issuer=ISSUER)),
    )


def _picture(address: str) -> Markup:
    """A QR code as SVG; dark on white whatever the page's colours, since cameras want it so."""
    code = segno.make(address, error="m")
    return Markup(code.svg_inline(scale=5, border=4, dark="#11202A", light="#FFFFFF", omitsize=False))  # noqa: S704 -- segno draws it; nothing of the address stands in it as text
