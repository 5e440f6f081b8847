"""Signing in and out."""

from flask import Blueprint, current_app, g, redirect, render_template, request
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired

from xla import clock
from xla.models import Person
from xla.services import audit, passwords, people, sign_ins
from xla.web.access import visitor_or_none
from xla.web.addresses import inside
from xla.web.database import changing
from xla.web.language import gettext as _
from xla.web.language import lazy

sign_in = Blueprint("sign_in", __name__)


class SignInForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """Address and password."""

    email = EmailField(lazy("E-mail"), [DataRequired(lazy("Write your e-mail address."))])
    password = PasswordField(lazy("Password"), [DataRequired(lazy("Write your password."))])


@sign_in.get("/sign-in")
def enter() -> str | AnyResponse:
    """The form."""
    if visitor_or_none():
        return redirect(inside(request.args.get("next")), code=303)
    return render_template("sign_in/form.html", form=SignInForm())


@sign_in.post("/sign-in")
def entered() -> AnyResponse | tuple[str, int]:
    """Sign in: one sentence for whatever was wrong, so that addresses can't be tried out."""
    form = SignInForm()
    problem = None
    if form.validate_on_submit():
        with changing() as session:
            problem, token = _tried(session, form)
        if token:
            return signed_in(redirect(inside(request.args.get("next")), code=303), token)
    return render_template("sign_in/form.html", form=form, problem=problem), 422


@sign_in.post("/sign-out")
def leave() -> AnyResponse:
    """Sign this browser out."""
    if visitor_or_none():
        with changing() as session:
            sign_ins.end(session, g.sign_in.id)
    response = redirect(inside("/sign-in"), code=303)
    response.delete_cookie(current_app.config["TOKEN_COOKIE"], httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def signed_in(response: AnyResponse, token: str) -> AnyResponse:
    """The response, with the cookie that carries the sign-in."""
    response.set_cookie(
        current_app.config["TOKEN_COOKIE"],
        token,
        max_age=int(sign_ins.LASTS.total_seconds()),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def _tried(session: Session, form: SignInForm) -> tuple[str | None, str | None]:
    """A problem, or the token of the sign-in."""
    now = clock.now()
    if people.is_slowed(session, form.email.data, now):
        return _("Too many sign-ins with this address failed. Try again in a quarter of an hour."), None
    person = people.by_email(session, form.email.data)
    if not passwords.fits(person, form.password.data) or person is None or person.disabled_at:
        people.note_failure(session, form.email.data, now)
        return _("Address and password do not belong together."), None
    return None, _begun(session, person)


def _begun(session: Session, person: Person) -> str:
    now = clock.now()
    token = sign_ins.begin(session, person, str(request.user_agent)[:120], now)
    audit.note(session, person, "sign_in", subject=person.name, now=now)
    return token
