"""Signing in and out: address and password, then a code where the person asks for one."""

import hashlib
from datetime import datetime, timedelta

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired

from xla import clock
from xla.models import Person
from xla.services import audit, passwords, people, second_step, sign_ins
from xla.web.access import visitor_or_none
from xla.web.addresses import inside
from xla.web.browser_names import browser_name
from xla.web.database import changing, reading, settings
from xla.web.fields import Form
from xla.web.language import gettext as _
from xla.web.language import lazy

sign_in = Blueprint("sign_in", __name__)

PENDING = "first_step"
PENDING_LASTS = timedelta(minutes=5)
"""How long the code may take to come after the password."""


class SignInForm(Form):
    """Address and password."""

    email = EmailField(lazy("E-mail"), [DataRequired(lazy("Write your e-mail address."))])
    password = PasswordField(lazy("Password"), [DataRequired(lazy("Write your password."))])


class CodeForm(Form):
    """The second step."""

    code = StringField(lazy("Code"), [DataRequired(lazy("Write the code."))])


@sign_in.get("/sign-in")
def enter() -> str | AnyResponse:
    """The form."""
    if visitor_or_none():
        return redirect(inside(request.args.get("next")), code=303)
    return _form(SignInForm())


@sign_in.post("/sign-in")
def entered() -> AnyResponse | tuple[str, int]:
    """Sign in: one sentence for whatever was wrong, so that addresses can't be tried out."""
    form = SignInForm()
    problem = None
    if form.validate_on_submit():
        person, problem = _checked(form.email.data, form.password.data)
        if person:
            return first_step_done(person)
    return _form(form, problem), 422


@sign_in.get("/sign-in/code")
def ask_code() -> str | AnyResponse:
    """The form of the second step."""
    if _pending(clock.now()) is None:
        return redirect(url_for("sign_in.enter", next=request.args.get("next")), code=303)
    return render_template("sign_in/code.html", form=CodeForm())


@sign_in.post("/sign-in/code")
def code_given() -> AnyResponse | tuple[str, int]:
    """The second step: a code of the authenticator, or one for recovery."""
    now = clock.now()
    person = _pending(now)
    if person is None:
        return redirect(url_for("sign_in.enter", next=request.args.get("next")), code=303)
    form = CodeForm()
    problem = None
    if form.validate_on_submit():
        problem = _code_problem(person, form.code.data, now)
        if problem is None:
            return _begun(person, request.args.get("next"))
    return render_template("sign_in/code.html", form=form, problem=problem), 422


@sign_in.post("/sign-out")
def leave() -> AnyResponse:
    """Sign this browser out."""
    if visitor_or_none():
        with changing() as rows:
            sign_ins.end(rows, g.sign_in.id)
    response = redirect(inside("/sign-in"), code=303)
    response.delete_cookie(
        current_app.config["TOKEN_COOKIE"],
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def first_step_done(person: Person, onward: str | None = None) -> AnyResponse:
    """Sign a person in who proved who they are; where they ask for it, only after a second step.

    Until then nobody is signed in: the form's own signed cookie holds whose code is awaited, and since when.
    """
    onward = onward or request.args.get("next")
    if person.totp_secret is None:
        return _begun(person, onward)
    session[PENDING] = {
        "person": person.id,
        "since": clock.now().isoformat(),
        "mark": _mark(person),
    }
    return redirect(url_for("sign_in.ask_code", next=onward), code=303)


def _form(form: SignInForm, problem: str | None = None) -> str:
    return render_template(
        "sign_in/form.html", form=form, problem=problem, has_provider=bool(settings().oidc_issuer)
    )


def _checked(email: str, password: str) -> tuple[Person | None, str | None]:
    """The person, or a problem. The slow part holds no lock."""
    now = clock.now()
    with reading() as rows:
        is_slowed = people.is_slowed(rows, email, now)
        person = people.by_email(rows, email)
    if is_slowed:
        return None, _("Too many sign-ins with this address failed. Try again in a quarter of an hour.")
    if not passwords.fits(person, password) or person is None or person.disabled_at:
        _note_failure(person, email, "password", now)
        return None, _("Address and password do not belong together.")
    return person, None


def _code_problem(person: Person, code: str, now: datetime) -> str | None:
    with changing() as rows:
        if people.is_slowed(rows, person.email, now):
            return _("Too many sign-ins with this address failed. Try again in a quarter of an hour.")
        is_right = second_step.passes(rows, rows.get_one(Person, person.id), code, now)
    if is_right:
        return None
    _note_failure(person, person.email, "code", now)
    return _("This code is wrong or was used already. Wait for the next one and try again.")


def _note_failure(person: Person | None, email: str, step: str, now: datetime) -> None:
    """Count it, and write it down. An unknown address is not: some type their password there."""
    subject = person.email if person else "?"
    with changing() as rows:
        people.note_failure(rows, email, now)
        audit.note(rows, None, "sign_in.fail", subject=subject, detail={"step": step}, now=now)


def _pending(now: datetime) -> Person | None:
    """Whose first step is done and not too old; a new password since then, or being out, ends it."""
    told = session.get(PENDING)
    if not told or datetime.fromisoformat(told["since"]) <= now - PENDING_LASTS:
        return None
    with reading() as rows:
        person = rows.get(Person, told["person"])
    if person is None or person.disabled_at or person.totp_secret is None or _mark(person) != told["mark"]:
        return None
    return person


def _mark(person: Person) -> str:
    """Changes with the password and the second step."""
    return hashlib.sha256(f"{person.password_hash}{person.totp_secret}".encode()).hexdigest()[:16]


def _begun(person: Person, onward: str | None) -> AnyResponse:
    """The way on, with the cookie that carries the new sign-in."""
    now = clock.now()
    session.pop(PENDING, None)
    with changing() as rows:
        if visitor_or_none():  # somebody else, or again: this browser is one sign-in, not two
            sign_ins.end(rows, g.sign_in.id)
        token = sign_ins.begin(rows, person, browser_name(str(request.user_agent)), now)
        audit.note(rows, person, "sign_in", subject=person.name, now=now)
    response = redirect(inside(onward), code=303)
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
