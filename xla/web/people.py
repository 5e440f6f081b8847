"""People, for admins: who is in, who may see what, and links for those who can't get in."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired

from xla import clock
from xla.core.agreement import LANGUAGES
from xla.core.role import Permission, Role
from xla.documents.language import NAMES
from xla.models import Person
from xla.services import audit, roster, second_step, welcome
from xla.services import people as persons
from xla.services.people import LONGEST_NAME
from xla.services.roster import LastAdmin, Named, Terms
from xla.web.access import needs, visitor
from xla.web.database import changing, reading
from xla.web.fields import Form, choices, email, one_line, stripped
from xla.web.language import gettext as _
from xla.web.language import lazy, spoken
from xla.web.post import Link, post
from xla.web.words import ROLES

people = Blueprint("people", __name__)

Page = str | AnyResponse | tuple[str, int]
PERSON = "<int:person>"


class PersonForm(Form):
    """What an admin decides about a person."""

    name = StringField(
        lazy("Name"),
        [DataRequired(lazy("Write a name.")), one_line(LONGEST_NAME)],
        filters=[stripped],
    )
    role = SelectField(
        lazy("Role"),
        [DataRequired()],
        choices=choices(ROLES.items()),
    )
    contracts = SelectMultipleField(lazy("Contracts"), coerce=int)
    seen = HiddenField()

    def offer(self, contracts: list[Named]) -> None:
        """Let these contracts be chosen."""
        self.contracts.choices = choices((str(each.id), each.title) for each in contracts)

    @property
    def terms(self) -> Terms:
        """What was written."""
        return Terms(self.name.data, Role(self.role.data), frozenset(self.contracts.data))


class InvitationForm(PersonForm):
    """Somebody new."""

    email = EmailField(
        lazy("E-mail"), [DataRequired(lazy("Write an e-mail address.")), email], filters=[stripped]
    )
    language = SelectField(
        lazy("Language"), [DataRequired()], choices=choices((key, NAMES[key]) for key in LANGUAGES)
    )


@people.get("/people")
@needs(Permission.ADMINISTER)
def everybody() -> str:
    """The list."""
    with reading() as session:
        entries = roster.everybody(session, clock.now())
    return render_template("people/list.html", entries=entries)


@people.get("/people/new")
@needs(Permission.ADMINISTER)
def invite() -> str:
    """The form for somebody new."""
    with reading() as session:
        offered = roster.contracts(session)
    form = InvitationForm(role=str(Role.MANAGER), language=spoken(), contracts=[])
    form.offer(offered)
    return _invitation(form, offered)


@people.post("/people/new")
@needs(Permission.ADMINISTER)
def invited() -> Page:
    """Invite them: by mail, else by a link to hand over."""
    form, now = InvitationForm(), clock.now()
    with reading() as session:
        offered = roster.contracts(session)
    form.offer(offered)
    if not form.validate_on_submit():
        return _invitation(form, offered), 422
    try:
        with changing() as session:
            person, issued = roster.invite(
                session, visitor(), form.email.data, form.terms, language=form.language.data, now=now
            )
    except persons.Known:
        form.email.errors = [*form.email.errors, _("There is somebody with this address already.")]
        return _invitation(form, offered), 422
    return _handed_over(post().send_link(person, "invitation", issued))


@people.get(f"/people/{PERSON}")
@needs(Permission.ADMINISTER)
def one(person: int) -> str:
    """One person."""
    with reading() as session:
        found = _found(session, person)
        terms, offered = roster.terms_of(session, found), roster.contracts(session)
    form = PersonForm(
        None,
        name=terms.name,
        role=str(terms.role),
        contracts=sorted(terms.contracts),
        seen=roster.fingerprint(terms),
    )
    form.offer(offered)
    return _one(found, form, offered)


@people.post(f"/people/{PERSON}")
@needs(Permission.ADMINISTER)
def changed(person: int) -> Page:
    """Name, role, contracts."""
    form, now, problem = PersonForm(), clock.now(), None
    with changing() as session:
        found, offered = _found(session, person), roster.contracts(session)
        form.offer(offered)
        if form.validate_on_submit():
            problem = _problem(session, found, form)
            if problem is None:
                roster.change(session, visitor(), found, form.terms, now)
    if form.errors or problem:
        return _one(found, form, offered, problem), 422
    flash(_("Saved."))
    return redirect(url_for("people.everybody"), code=303)


@people.post(f"/people/{PERSON}/disable")
@needs(Permission.ADMINISTER)
def disable(person: int) -> Page:
    """Shut somebody out."""
    with changing() as session:
        found = _found(session, person)
        try:
            roster.disable(session, visitor(), found, clock.now())
        except LastAdmin:
            flash(
                _(
                    "%(name)s is the last admin and stays one. Make somebody else an admin first.",
                    name=found.name,
                )
            )
            return redirect(url_for("people.one", person=person), code=303)
    flash(_("%(name)s is signed out everywhere and can't sign in any more.", name=found.name))
    return redirect(url_for("people.everybody"), code=303)


@people.post(f"/people/{PERSON}/enable")
@needs(Permission.ADMINISTER)
def enable(person: int) -> Page:
    """Let somebody in again."""
    with changing() as session:
        found = _found(session, person)
        roster.enable(session, visitor(), found, clock.now())
    flash(_("%(name)s can sign in again.", name=found.name))
    return redirect(url_for("people.one", person=person), code=303)


@people.post(f"/people/{PERSON}/link")
@needs(Permission.ADMINISTER)
def link(person: int) -> Page:
    """A new link to choose a password: the invitation again, or a new password."""
    by_mail, now = request.form.get("by") == "mail", clock.now()
    with changing() as session:
        found = _found(session, person)
        if found.disabled_at is not None:
            abort(404)
        kind, issued = welcome.link_for(session, found, now)
        audit.note(session, visitor(), f"person.link_{kind}", subject=found.name, now=now)
    return _handed_over(post().send_link(found, kind, issued, by_mail=by_mail))


@people.post(f"/people/{PERSON}/second-step/off")
@needs(Permission.ADMINISTER)
def second_step_off(person: int) -> Page:
    """For who lost telephone and recovery codes."""
    with changing() as session:
        found = _found(session, person)
        second_step.turn_off(session, found)
        audit.note(session, visitor(), "person.second_step_off", subject=found.name, now=clock.now())
    flash(_("%(name)s signs in without a second step until they switch it on again.", name=found.name))
    return redirect(url_for("people.one", person=person), code=303)


def _found(session: Session, person_id: int) -> Person:
    found = session.get(Person, person_id)
    if found is None:
        abort(404)
    return found


def _problem(session: Session, person: Person, form: PersonForm) -> str | None:
    """What keeps the change from being made."""
    if form.seen.data != roster.fingerprint(roster.terms_of(session, person)):
        return _("Somebody changed this person meanwhile. Load the page anew to see how things stand now.")
    if form.terms.role is not Role.ADMIN and roster.is_last_admin(session, person):
        return _(
            "%(name)s is the last admin and stays one. Make somebody else an admin first.", name=person.name
        )
    return None


def _one(person: Person, form: PersonForm, offered: list[Named], problem: str | None = None) -> str:
    known: dict[str, Any] = {"person": person, "form": form, "offered": offered, "problem": problem}
    return render_template("people/person.html", has_mail=post().has_mail, **known)


def _invitation(form: InvitationForm, offered: list[Named]) -> str:
    return render_template("people/new.html", form=form, offered=offered, has_mail=post().has_mail)


def _handed_over(handed: Link) -> Page:
    """Where it went; where it could not be mailed, the link itself, in this answer only."""
    if handed.is_mailed:
        flash(_("A link is on its way to %(email)s.", email=handed.person.email))
        return redirect(url_for("people.everybody"), code=303)
    return render_template("people/link.html", link=handed)
