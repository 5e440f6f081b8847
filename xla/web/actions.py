"""Actions: what is done about a breach."""

from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from xla import clock
from xla.core.role import Permission
from xla.models import Action
from xla.services import actions as services
from xla.services.breach_page import Facts
from xla.services.breaches import Held
from xla.web import breach_forms
from xla.web.access import needs
from xla.web.breach_work import Answer, again, change, looked_up
from xla.web.database import reading
from xla.web.language import gettext as _

actions = Blueprint("actions", __name__, url_prefix="/contracts/<key>/breaches/<int:id>/actions")


@actions.post("")
@needs(Permission.WORK)
def add(key: str, id: int) -> Answer:  # noqa: A002 -- the address's own word
    """Plan one."""
    with reading() as session:
        form = breach_forms.action_form(looked_up(session, key, id), sent=True)
        if not form.validate():
            return again(key, id, action=form)
    planned = form.planned
    return change(
        key,
        id,
        lambda session, held, now: services.add(session, held, planned, now),
        _("The action is planned."),
    )


@actions.get("/<int:action>")
@needs(Permission.WORK)
def edit(key: str, id: int, action: int) -> str | Response:  # noqa: A002 -- the address's own word
    """The form of one that is not done yet; of others, the breach's page."""
    with reading() as session:
        found = looked_up(session, key, id)
        known = _known(session, found, action)
        if known.done_on or known.dropped_at or not found.is_live:
            return redirect(url_for("breaches.breach", key=key, id=id), code=303)
        return _form(found, known, breach_forms.action_form(found, known))


@actions.post("/<int:action>")
@needs(Permission.WORK)
def edited(key: str, id: int, action: int) -> Answer:  # noqa: A002 -- the address's own word
    """Write down another plan for it."""
    with reading() as session:
        found = looked_up(session, key, id)
        known = _known(session, found, action)
        form = breach_forms.action_form(found, known, sent=True)
        if not form.validate():
            return _form(found, known, form), 422
    planned = form.planned

    def act(session: Session, held: Held, now: datetime) -> None:
        services.change(session, held, services.find(session, held.breach, action), planned, now)

    return change(key, id, act, _("The action is changed."))


@actions.post("/<int:action>/done")
@needs(Permission.WORK)
def done(key: str, id: int, action: int) -> Answer:  # noqa: A002 -- the address's own word
    """Say when it was done."""
    with reading() as session:
        found = looked_up(session, key, id)
        _known(session, found, action)
        today = services.today(found.breach, clock.now())
        form = breach_forms.done_form(action, today, sent=True)
        first = services.first_day(found.breach)
        if form.validate() and not first <= form.done.day <= today:
            form.done.errors = [_("Choose a day after the breached period began, today at the latest.")]
        if form.errors:
            return again(key, id, done=form, done_of=action)
    done_on = form.done.day

    def act(session: Session, held: Held, now: datetime) -> None:
        services.finish(session, held, services.find(session, held.breach, action), done_on=done_on, now=now)

    return change(key, id, act, _("The action is done."))


@actions.post("/<int:action>/drop")
@needs(Permission.WORK)
def drop(key: str, id: int, action: int) -> Answer:  # noqa: A002 -- the address's own word
    """Say that it won't be done."""

    def act(session: Session, held: Held, now: datetime) -> None:
        services.drop(session, held, services.find(session, held.breach, action), now)

    return change(key, id, act, _("The action is dropped."))


def _known(session: Session, found: Facts, action_id: int) -> Action:
    """The action; a 404 where the breach has none such."""
    try:
        return services.find(session, found.breach, action_id)
    except LookupError:
        abort(404)


def _form(found: Facts, action: Action, form: breach_forms.ActionForm) -> str:
    return render_template(
        "breaches/action.html", facts=found, key=found.agreement.contract.key, action=action, form=form
    )
