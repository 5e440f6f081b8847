"""Acceptance: a breach ends as it is, one party proposing it with a reason and the other agreeing."""

from datetime import datetime

from sqlalchemy.orm import Session

from xla.core.breach import BreachState, is_live
from xla.core.role import Party
from xla.models import BreachWork
from xla.services import audit, breaches
from xla.services.breach_work import NotNow, note, tell
from xla.services.breaches import Held, Told


def proposed_by(work: BreachWork | None) -> Party | None:
    """Which party proposes it; None where none does, and once both agreed."""
    if work is None or bool(work.provider_accepted_at) == bool(work.client_accepted_at):
        return None
    return "provider" if work.provider_accepted_at else "client"


def propose(session: Session, held: Held, party: Party, *, reason: str, now: datetime) -> None:
    """Ask the other party to accept it. Raises `NotNow` where it ended or somebody asks already."""
    if not is_live(held.state) or proposed_by(held.work):
        raise NotNow(f"acceptance of breach {held.breach.id} can't be proposed now")
    _sign(held.work, party, now)
    held.work.acceptance_reason = reason
    told = Told("acceptance", {"did": "proposed", "party": party}, reason)
    note(session, held, told, "breach.propose_acceptance", now)


def agree(session: Session, held: Held, party: Party, now: datetime) -> None:
    """Agree to what the other party proposes: the breach ends. Raises `NotNow` where it does not."""
    if not is_live(held.state) or proposed_by(held.work) in {None, party}:
        raise NotNow(f"the other party does not propose to accept breach {held.breach.id}")
    _sign(held.work, party, now)
    before = held.state
    breaches.step(session, held.breach, BreachState.ACCEPTED, detail={"agreed": party}, by=held.by, now=now)
    audit.note(
        session,
        held.by,
        "breach.accepted",
        subject=held.subject,
        contract_id=held.contract.id,
        detail={"from": before, "reason": held.work.acceptance_reason},
        now=now,
    )
    tell(session, held, "breach_closed", now)


def withdraw(session: Session, held: Held, party: Party, now: datetime) -> None:
    """Take one's own proposal back. Raises `NotNow` where there is none."""
    if not is_live(held.state) or proposed_by(held.work) != party:
        raise NotNow(f"the {party} does not propose to accept breach {held.breach.id}")
    work = held.work
    work.acceptance_reason = work.provider_accepted_at = work.client_accepted_at = None
    told = Told("acceptance", {"did": "withdrawn", "party": party})
    note(session, held, told, "breach.withdraw_acceptance", now)


def _sign(work: BreachWork, party: Party, now: datetime) -> None:
    if party == "provider":
        work.provider_accepted_at = now
    else:
        work.client_accepted_at = now
