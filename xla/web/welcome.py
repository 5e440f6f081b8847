"""Welcome: the pages behind one-time links, and the form of who forgot their password."""

from functools import partial

from flask import Blueprint, render_template
from sqlalchemy import Engine
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, SelectField, StringField
from wtforms.validators import DataRequired

from xla import clock, database
from xla.core.agreement import LANGUAGES
from xla.documents.language import NAMES
from xla.services import people, tickets, welcome
from xla.services.people import LONGEST_NAME
from xla.services.tickets import Kind
from xla.services.welcome import NewAdmin, Void
from xla.web.database import changing, engine, reading
from xla.web.fields import Form, choices, email, one_line, stripped
from xla.web.language import gettext as _
from xla.web.language import lazy, spoken
from xla.web.password_fields import NewPasswordForm
from xla.web.post import Post, post
from xla.web.sign_in import first_step_done

welcomes = Blueprint("welcomes", __name__)

Page = str | AnyResponse | tuple[str, int]


class SetUpForm(NewPasswordForm):
    """The first admin."""

    name = StringField(
        lazy("Your name"),
        [DataRequired(lazy("Write your name.")), one_line(LONGEST_NAME)],
        filters=[stripped],
    )
    email = EmailField(
        lazy("E-mail"), [DataRequired(lazy("Write your e-mail address.")), email], filters=[stripped]
    )
    language = SelectField(
        lazy("Language"), [DataRequired()], choices=choices((key, NAMES[key]) for key in LANGUAGES)
    )

    def is_whole(self) -> bool:
        """Whether everything can be taken; else each field says what is wrong."""
        is_valid = self.validate_on_submit()
        return self.is_good(self.email.data or "", self.name.data or "") and bool(is_valid)


class ForgottenForm(Form):
    """Whose password was forgotten."""

    email = EmailField(
        lazy("E-mail"), [DataRequired(lazy("Write your e-mail address.")), email], filters=[stripped]
    )


@welcomes.get("/set-up/<token>")
def set_up(token: str) -> Page:
    """The form of the first admin."""
    with reading() as session:
        if tickets.find(session, "setup", token, clock.now()) is None:
            return _void("setup")
    return render_template("welcome/set_up.html", form=SetUpForm(language=spoken()))


@welcomes.post("/set-up/<token>")
def set_up_done(token: str) -> Page:
    """Make the first admin and sign them in."""
    form, now = SetUpForm(), clock.now()
    if not form.is_whole():
        return render_template("welcome/set_up.html", form=form), 422
    admin = NewAdmin(form.email.data, form.name.data, form.language.data, form.password.data)
    try:
        with changing() as session:
            ticket = tickets.find(session, "setup", token, now)
            if ticket is None:
                return _void("setup")
            person = welcome.set_up(session, ticket, admin, now)
    except Void:
        return _void("setup")
    except people.Known:
        form.email.errors = [*form.email.errors, _("There is somebody with this address already.")]
        return render_template("welcome/set_up.html", form=form), 422
    return first_step_done(person)


@welcomes.get("/invitation/<token>")
def invitation(token: str) -> Page:
    """Choose a first password."""
    return _asked("invitation", token)


@welcomes.post("/invitation/<token>")
def invitation_accepted(token: str) -> Page:
    """Take the invitation."""
    return _chosen("invitation", token)


@welcomes.get("/new-password/<token>")
def reset(token: str) -> Page:
    """Choose a new password."""
    return _asked("reset", token)


@welcomes.post("/new-password/<token>")
def reset_done(token: str) -> Page:
    """Take the new password; every sign-in made with the old one ends."""
    return _chosen("reset", token)


@welcomes.get("/forgotten")
def forgotten() -> str:
    """The form of who forgot their password."""
    return render_template("welcome/forgotten.html", form=ForgottenForm(), has_mail=post().has_mail)


@welcomes.post("/forgotten")
def forgotten_told() -> Page:
    """The same answer whoever's address it is, as fast: what it takes is done after it."""
    form = ForgottenForm()
    if not post().has_mail or not form.validate_on_submit():
        return render_template("welcome/forgotten.html", form=form, has_mail=post().has_mail), 422
    post().later(partial(_send_reset, engine(), post(), form.email.data))
    return render_template("welcome/sent.html", email=form.email.data)


def _send_reset(store: Engine, writer: Post, email: str) -> None:
    now = clock.now()
    with database.transaction(store) as session:
        found = welcome.asked_for_reset(session, email, now)
    if found:
        writer.send_link(found[0], "reset", found[1])


def _asked(kind: Kind, token: str) -> Page:
    with reading() as session:
        found = welcome.whose(session, kind, token, clock.now())
    if found is None:
        return _void(kind)
    return render_template("welcome/password.html", form=NewPasswordForm(), kind=kind, person=found[1])


def _chosen(kind: Kind, token: str) -> Page:
    form, now = NewPasswordForm(), clock.now()
    with reading() as session:
        found = welcome.whose(session, kind, token, now)
    if found is None:
        return _void(kind)
    ticket, person = found
    is_valid = form.validate_on_submit()
    if not form.is_good(person.email, person.name) or not is_valid:
        return render_template("welcome/password.html", form=form, kind=kind, person=person), 422
    try:
        with changing() as session:
            person = session.get_one(type(person), person.id)
            welcome.accept(session, ticket, person, form.password.data, now)
    except Void:
        return _void(kind)
    return first_step_done(person)


def _void(kind: Kind) -> tuple[str, int]:
    """The same page whether a link is used, too old or made up."""
    return render_template("welcome/void.html", kind=kind, has_mail=post().has_mail), 404
