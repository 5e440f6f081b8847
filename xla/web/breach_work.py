"""Work on a breach: the buttons of its page. Each changes what was looked at, or says what changed since."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from xla import clock
from xla.core.role import Party, Permission
from xla.services import acceptances, breach_work, breaches
from xla.services.agreements import Refused, contract_of
from xla.services.breach_page import Facts, facts
from xla.services.breaches import Held
from xla.web import breach_forms
from xla.web.access import needs, party, visitor
from xla.web.addresses import inside
from xla.web.breach_view import in_words, shown
from xla.web.database import changing, reading
from xla.web.language import gettext as _

Answer = Response | tuple[str, int]
Act = Callable[[Session, Held, datetime], object]
work = Blueprint("breach_work", __name__, url_prefix="/contracts/<key>/breaches/<int:id>")


@work.post("/acknowledge")
@needs(Permission.WORK)
def acknowledge(key: str, id: int) -> Answer:  # noqa: A002 -- the address's own word
    """Say that one has seen it."""
    return change(key, id, breach_work.acknowledge, _("The breach is acknowledged."))


@work.post("/plan")
@needs(Permission.WORK)
def plan(key: str, id: int) -> Answer:  # noqa: A002 -- the address's own word
    """Say that what shall be done is planned."""
    return change(key, id, breach_work.plan, _("The plan stands."))


@work.post("/close")
@needs(Permission.WORK)
def close(key: str, id: int) -> Answer:  # noqa: A002 -- the address's own word
    """Close what is proved better."""
    return change(key, id, breach_work.close, _("The breach is closed."))


@work.post("/details")
@needs(Permission.WORK)
def details(key: str, id: int) -> Answer:  # noqa: A002 -- the address's own word
    """Set owner, date and root cause."""
    with reading() as session:
        found = looked_up(session, key, id)
        owners = breach_work.owners(session, contract_of(session, key))
        form = breach_forms.details_form(found, owners, sent=True)
        if not form.validate():
            return shown(session, found.breach, details=form), 422
    told = form.details
    return change(
        key, id, lambda session, held, now: breach_work.describe(session, held, told, now), _("Saved.")
    )


@work.post("/comment")
@needs(Permission.TAKE_PART)
def comment(key: str, id: int) -> Answer:  # noqa: A002 -- the address's own word
    """Say something about it."""
    form = breach_forms.comment_form(sent=True)
    if not form.validate():
        return again(key, id, comment=form)
    text = form.text.data
    return change(
        key,
        id,
        lambda session, held, now: breach_work.comment(session, held, text, now),
        _("Your comment is there."),
        freely=True,
    )


@work.post("/acceptance")
@needs(Permission.TAKE_PART)
def propose(key: str, id: int) -> Answer:  # noqa: A002 -- the address's own word
    """Propose to accept it as it is."""
    form = breach_forms.acceptance_form(sent=True)
    if not form.validate():
        return again(key, id, acceptance=form)
    reason, side = form.reason.data, _side()

    def act(session: Session, held: Held, now: datetime) -> None:
        acceptances.propose(session, held, side, reason=reason, now=now)

    return change(key, id, act, _("The proposal is made; the other party can agree."))


@work.post("/acceptance/agree")
@needs(Permission.TAKE_PART)
def agree(key: str, id: int) -> Answer:  # noqa: A002 -- the address's own word
    """Agree to what the other party proposes."""
    side = _side()
    return change(
        key,
        id,
        lambda session, held, now: acceptances.agree(session, held, side, now),
        _("Accepted by both parties."),
    )


@work.post("/acceptance/withdraw")
@needs(Permission.TAKE_PART)
def withdraw(key: str, id: int) -> Answer:  # noqa: A002 -- the address's own word
    """Take one's own proposal back."""
    side = _side()
    return change(
        key,
        id,
        lambda session, held, now: acceptances.withdraw(session, held, side, now),
        _("The proposal is taken back."),
    )


def change(key: str, id: int, act: Act, said: str, *, freely: bool = False) -> Answer:  # noqa: A002 -- as above
    """Change the breach as it was looked at, go back and say so; or show what changed meanwhile.

    `freely` is for what overwrites nothing, whatever happened since.
    """
    try:
        with changing() as session:
            contract = contract_of(session, key)
            revision = None if freely else request.form.get("revision", -1, type=int)
            act(session, breaches.hold(session, contract, id, revision=revision, by=visitor()), clock.now())
    except LookupError:
        abort(404)
    except Refused:
        return _changed(key, id), 409
    flash(said)
    back = request.form.get("next")
    return redirect(inside(back) if back else url_for("breaches.breach", key=key, id=id), code=303)


def again(key: str, id: int, **forms: FlaskForm) -> Answer:  # noqa: A002 -- as above
    """The page once more, with what was typed and what is wrong with it."""
    with reading() as session:
        return shown(session, looked_up(session, key, id).breach, **forms), 422


def looked_up(session: Session, key: str, id: int) -> Facts:  # noqa: A002 -- as above
    """The contract's breach; a 404 where it has none such."""
    contract = contract_of(session, key)
    found = breaches.find(session, contract, id)
    if found is None:
        abort(404)
    return facts(session, contract, found)


def _changed(key: str, id: int) -> str:  # noqa: A002 -- as above
    """What is there now, and what was typed, so that nothing is lost."""
    with reading() as session:
        found = looked_up(session, key, id)
        written = [
            text
            for name, text in request.form.items()
            if text.strip() and name.rpartition("-")[2] in {"text", "reason", "cause", "title"}
        ]
        zone = found.agreement.contract.timezone
        return render_template(
            "breaches/changed.html",
            facts=found,
            key=key,
            written=written,
            **in_words(zone),
        )


def _side() -> Party:
    """Which party the visitor speaks for: who may take part stands for one."""
    side = party()
    if side is None:
        abort(403)
    return side
