"""Invitation trial: what would be read from a sample event, before any is sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from xla.core import event
from xla.core.event import BadMapping, Read, Unfit
from xla.core.invitation import first_due
from xla.models import Contract, InvitationPlan
from xla.services.invitation_input import Asked, invitation_input
from xla.web.invitation_forms import LONGEST_SAMPLE, PlanForm, sampled
from xla.web.language import gettext as _


class Tried(NamedTuple):
    """What a sample came to."""

    lines: Sequence[Read] = ()
    problem: str | None = None
    """Why nothing can be read at all."""
    unfit: Unfit | None = None
    """The first field whose text can't be taken."""
    asked: Asked | None = None
    """Whom it would ask."""
    due_at: datetime | None = None
    """When the mail would go out."""


def tried(
    session: Session, contract: Contract, plan: InvitationPlan | None, form: PlanForm, now: datetime
) -> Tried | None:
    """What the form's sample comes to with the form's own mapping; None where there is no sample."""
    text = form.sample.data or ""
    if not text.strip():
        return None
    if len(text) > LONGEST_SAMPLE:
        return Tried(problem=_("At most %(most)s characters.", most=LONGEST_SAMPLE))
    try:
        payload = sampled(text)
        mapping = event.parsed(form.mapping)
    except BadMapping:
        return Tried(problem=_("Say first where e-mail and id stand."))
    except ValueError:
        return Tried(problem=_("The sample is not JSON."))
    lines = event.read(payload, mapping)
    if not _is_decided(form) or any(line.problem for line in lines):
        return Tried(lines)
    return _asked(session, lines, mapping, _trial_plan(contract, plan, form), now)


def _asked(
    session: Session, lines: Sequence[Read], mapping: dict[str, str], plan: InvitationPlan, now: datetime
) -> Tried:
    try:
        asked = invitation_input(session, plan, now).asked(event.checked(lines), mapping)
    except Unfit as unfit:
        return Tried(lines, unfit=unfit)
    return Tried(lines, asked=asked, due_at=first_due(asked.happened_at, plan.delay_hours))


def _is_decided(form: PlanForm) -> bool:
    """Whether the rest of the form says enough to tell whom it would ask, and when."""
    return form.point.data in {choice.value for choice in form.point.choices} and isinstance(
        form.delay_hours.data, int
    )


def _trial_plan(contract: Contract, plan: InvitationPlan | None, form: PlanForm) -> InvitationPlan:
    """A plan of the form's values that is never kept."""
    hours = min(max(form.delay_hours.data, 0), 720)
    return InvitationPlan(
        id=plan.id if plan else 0,
        contract_id=contract.id,
        point_id=int(form.point.data),
        persona=form.persona.data or "",
        delay_hours=hours,
    )
