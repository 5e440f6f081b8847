"""Exclusions: either party proposes one from a period's page, the other agrees, or it is taken back."""

from collections.abc import Callable

from flask import Blueprint, abort, flash
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from xla import clock
from xla.core.role import Permission
from xla.models import Contract, Exclusion
from xla.models.base import LARGEST_ID
from xla.services import exclusions as rules
from xla.services.agreements import ChangedMeanwhile, Refused, contract_of
from xla.web.access import needs, visitor
from xla.web.asked import asked
from xla.web.database import changing, reading
from xla.web.exclusion_form import exclusion_form
from xla.web.language import gettext as _
from xla.web.periods import page

exclusions = Blueprint("exclusions", __name__)


@exclusions.post("/contracts/<key>/periods/<period>/exclusions")
@needs(Permission.TAKE_PART)
def propose(key: str, period: str) -> AnyResponse | tuple[str, int]:
    """Propose what shall not count."""
    with reading() as session:
        about = asked(session, key, period)
    form = exclusion_form(about.agreement)
    if not form.validate_on_submit():
        return page(key, period, form=form), 422
    try:
        with changing() as session:
            contract = contract_of(session, key)
            rules.propose(
                session,
                contract,
                site=form.site.data,
                days=form.days,
                reason=form.reason.data,
                by=visitor(),
                now=clock.now(),
            )
    except Refused:
        problem = _("This can't be proposed: too many proposals wait already, or the site is gone.")
        return page(key, period, form=form, problem=problem), 422
    flash(_("Proposed. It counts once the other party has agreed."))
    return about.back()


@exclusions.post("/contracts/<key>/periods/<period>/exclusions/<int:exclusion>/agree")
@needs(Permission.TAKE_PART)
def agree(key: str, period: str, exclusion: int) -> AnyResponse:
    """Agree to the other party's proposal."""
    return _stepped(key, period, exclusion, rules.agree, _("Agreed. Both parties have agreed now."))


@exclusions.post("/contracts/<key>/periods/<period>/exclusions/<int:exclusion>/withdraw")
@needs(Permission.TAKE_PART)
def withdraw(key: str, period: str, exclusion: int) -> AnyResponse:
    """Take one's own proposal back."""
    return _stepped(key, period, exclusion, rules.withdraw, _("Taken back."))


def _stepped(key: str, period: str, exclusion: int, step: Callable[..., None], done: str) -> AnyResponse:
    with reading() as session:
        about = asked(session, key, period)
    try:
        with changing() as session:
            contract = contract_of(session, key)
            step(session, contract, _found(session, contract, exclusion), by=visitor(), now=clock.now())
        flash(done)
    except ChangedMeanwhile:
        flash(_("This changed meanwhile: the page shows how it stands now. Nothing of yours was done."))
    except Refused:
        flash(_("This is for the other party to do. Nothing was changed."))
    return about.back()


def _found(session: Session, contract: Contract, exclusion: int) -> Exclusion:
    found = session.get(Exclusion, exclusion) if exclusion <= LARGEST_ID else None
    if found is None or found.contract_id != contract.id:
        abort(404)
    return found
