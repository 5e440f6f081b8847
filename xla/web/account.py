"""The account: everybody's own name, language, password and notices."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import (
    BooleanField,
    Field,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from xla import clock
from xla.core.agreement import LANGUAGES
from xla.core.notice import Event, events_for
from xla.core.role import Permission, Role
from xla.documents.language import NAMES
from xla.models import Person
from xla.services import audit, digests, notice_choices, passwords, people, second_step, sign_ins
from xla.services.people import LONGEST_NAME
from xla.web.access import current_sign_in, needs, visitor
from xla.web.database import changing, reading
from xla.web.fields import Form, choices, one_line, stripped
from xla.web.language import gettext as _
from xla.web.language import lazy
from xla.web.notice_words import DIGESTS, EVENTS
from xla.web.password_fields import NewPasswordForm
from xla.web.zones import zones

account = Blueprint("account", __name__)

HOURS = choices((str(hour), f"{hour:02d}:00") for hour in range(24))
NIGHT = (20, 7)
Page = str | AnyResponse | tuple[str, int]


class AboutForm(Form):
    """Name, language, shortcuts."""

    name = StringField(
        lazy("Name"),
        [DataRequired(lazy("Write your name.")), one_line(LONGEST_NAME)],
        filters=[stripped],
    )
    language = SelectField(
        lazy("Language"), [DataRequired()], choices=choices((key, NAMES[key]) for key in LANGUAGES)
    )
    shortcuts = BooleanField(lazy("Shortcuts of a single key"))


class PasswordForm(NewPasswordForm):
    """A new password, with the old one."""

    password = PasswordField(lazy("New password"), [DataRequired(lazy("Write a password."))])
    again = PasswordField(lazy("New password again"), [DataRequired(lazy("Write the password again."))])
    old = PasswordField(lazy("The password until now"))

    def __init__(self, *given: object) -> None:
        super().__init__(*given)
        self.old.flags.required = True


class NoticesForm(Form):
    """What to be told of, and how often."""

    events = SelectMultipleField(
        lazy("Tell me when"),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        choices=choices((event, EVENTS[event]) for event in Event),
    )
    digest = RadioField(lazy("How often"), choices=choices(DIGESTS.items()))
    timezone = SelectField(lazy("Time zone"), [DataRequired()], choices=zones)
    quiet = BooleanField(lazy("Quiet hours"))
    quiet_from = SelectField(lazy("From"), [InputRequired()], coerce=int, choices=HOURS)
    quiet_until = SelectField(lazy("Until"), [InputRequired()], coerce=int, choices=HOURS)

    def validate_quiet_until(self, field: Field) -> None:
        """Quiet hours have a length."""
        if self.quiet.data and field.data == self.quiet_from.data:
            raise ValidationError(_("Choose an hour other than the one they begin with."))


@account.get("/account")
@needs(Permission.SEE)
def mine() -> Page:
    """Everything of one's own."""
    return _page()


@account.post("/account")
@needs(Permission.SEE)
def saved() -> Page:
    """Name, language, shortcuts."""
    form = AboutForm()
    if not form.validate_on_submit():
        return _page(about=form), 422
    with changing() as session:
        person = session.get_one(Person, visitor().id)
        person.name = form.name.data
        person.language = form.language.data
        person.shortcuts = form.shortcuts.data
        audit.note(session, person, "account.change", subject=person.name, now=clock.now())
    return _back(_("Saved."))


@account.post("/account/password")
@needs(Permission.SEE)
def password_changed() -> Page:
    """A new password: every other browser is signed out."""
    form, person, now = PasswordForm(), visitor(), clock.now()
    is_valid = form.validate_on_submit()
    is_good = form.is_good(person.email, person.name)
    if is_valid and is_good:
        form.old.errors = _wrong_old(person, form.old.data or "")
    if not is_valid or not is_good or form.old.errors:
        return _page(password=form), 422
    with changing() as session:
        person = session.get_one(Person, person.id)
        people.choose_password(session, person, form.password.data, but=current_sign_in().id, now=now)
        audit.note(session, person, "account.change_password", subject=person.name, now=now)
    return _back(_("The password is changed. Your other browsers are signed out."))


@account.post("/account/notices")
@needs(Permission.SEE)
def notices_chosen() -> Page:
    """What to be told of."""
    form = NoticesForm()
    if not form.validate_on_submit():
        return _page(notices=form), 422
    with changing() as session:
        person = session.get_one(Person, visitor().id)
        notice_choices.choose(session, person, [Event(each) for each in form.events.data])
        digests.choose(session, person, form.digest.data, clock.now())
        person.timezone = form.timezone.data
        person.quiet_from = form.quiet_from.data if form.quiet.data else None
        person.quiet_until = form.quiet_until.data if form.quiet.data else None
        audit.note(session, person, "account.choose_notices", subject=person.name, now=clock.now())
    return _back(_("Saved."))


def _wrong_old(person: Person, old: str) -> list[str]:
    """What is wrong with the old password; who has none, since they sign in elsewhere, need not tell it.

    Guessing it from a browser left open is slowed down as guessing at the door is.
    """
    if person.password_hash is None:
        return []
    now = clock.now()
    with reading() as session:
        if people.is_slowed(session, person.email, now):
            return [_("It was wrong too often. Try again in a quarter of an hour.")]
    if passwords.fits(person, old):
        return []
    with changing() as session:
        people.note_failure(session, person.email, now)
    return [_("This is not your password.")]


def _page(
    about: AboutForm | None = None, password: PasswordForm | None = None, notices: NoticesForm | None = None
) -> str:
    """The page, with the form that was sent as it was sent, and the others as things are."""
    person = visitor()
    with reading() as session:
        wanted = notice_choices.wanted(session, person)
        facts: dict[str, Any] = {
            "browsers": sign_ins.of(session, person.id, clock.now()),
            "codes_left": second_step.codes_left(session, person),
        }
    chosen = [event for event, is_wanted in wanted.items() if is_wanted]
    return render_template(
        "account/account.html",
        about=about
        or AboutForm(None, name=person.name, language=person.language, shortcuts=person.shortcuts),
        password=password or PasswordForm(None),
        notices=notices or NoticesForm(None, events=chosen, digest=person.digest, **_clock(person)),
        offered=events_for(Role(person.role)),
        here_id=current_sign_in().id,
        **facts,
    )


def _clock(person: Person) -> dict[str, object]:
    """Where they are and when they want no mails; who has no quiet hours is offered the usual night."""
    is_quiet = person.quiet_from is not None
    first, until = (person.quiet_from, person.quiet_until) if is_quiet else NIGHT
    return {"timezone": person.timezone, "quiet": is_quiet, "quiet_from": first, "quiet_until": until}


def _back(sentence: str) -> AnyResponse:
    flash(sentence)
    return redirect(url_for("account.mine"), code=303)
