"""Exclusions: a site and days that shall not count, proposed by one party and agreed by the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.role import PARTIES, Party, Role
from xla.core.window import Window
from xla.models import Contract, Exclusion, Person, Question, Tally
from xla.services import audit, tallies
from xla.services.agreements import ChangedMeanwhile, Refused, agreement_of, versions
from xla.services.reception import turn

MOST_DAYS = 366
MOST_CHARACTERS = 1_000
MOST_OPEN = 20
"""Proposals of a contract that wait at the same time."""


class ExclusionState(StrEnum):
    """Where an exclusion stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Listed:
    """One exclusion as a page lists it."""

    row: Exclusion
    by: Person | None
    """Who proposed it; None where it was written down as already agreed."""
    party: Party | None
    """Whose proposal it is."""
    count: int
    """How many ratings it leaves out, or would, of the window asked for."""

    @property
    def state(self) -> ExclusionState:
        """Proposed or agreed; what was withdrawn is not listed."""
        return state_of(self.row)


def state_of(row: Exclusion) -> ExclusionState:
    """Where it stands."""
    if row.withdrawn_at is not None:
        return ExclusionState.WITHDRAWN
    return ExclusionState.PROPOSED if agreed_at(row) is None else ExclusionState.AGREED


def agreed_at(row: Exclusion) -> datetime | None:
    """When the second party agreed; None before."""
    if row.provider_agreed_at is None or row.client_agreed_at is None:
        return None
    return max(row.provider_agreed_at, row.client_agreed_at)


def of_window(session: Session, contract: Contract, agreement: Agreement, window: Window) -> list[Listed]:
    """The exclusions that touch a window and were not withdrawn, by their days; always the same queries."""
    found = session.execute(
        select(Exclusion, Person)
        .outerjoin(Person, Person.id == Exclusion.proposed_by)
        .where(
            Exclusion.contract_id == contract.id,
            Exclusion.withdrawn_at.is_(None),
            Exclusion.start_on < window.end,
            Exclusion.end_on > window.start,
        )
        .order_by(Exclusion.start_on, Exclusion.id)
    ).all()
    counts = _counts(session, contract, agreement, [row for row, _ in found], window)
    return [
        Listed(row, person, PARTIES.get(Role(person.role)) if person else None, count)
        for (row, person), count in zip(found, counts, strict=True)
    ]


def propose(  # noqa: PLR0913 -- its keywords say what each is
    session: Session, contract: Contract, *, site: str, days: Window, reason: str, by: Person, now: datetime
) -> Exclusion:
    """Propose to leave out a site's ratings of some local days; it counts once the other party agrees.

    Raises `Refused` for a site the contract does not have, too many days, no reason, an auditor's proposal,
    and where too many proposals wait already.
    """
    agreement = agreement_of(versions(session, contract)[-1])
    party, words = _party(by), reason.replace("\0", "").strip()
    if site not in agreement.site_keys:
        raise Refused(f"{contract.key} has no site {site!r}")
    if days.day_count > MOST_DAYS:
        raise Refused(f"an exclusion holds {MOST_DAYS} days at most")
    if not 0 < len(words) <= MOST_CHARACTERS:
        raise Refused(f"say why, in at most {MOST_CHARACTERS} characters")
    at = turn(session, contract.id, now)
    waiting = (
        select(func.count())
        .select_from(Exclusion)
        .where(
            Exclusion.contract_id == contract.id,
            Exclusion.withdrawn_at.is_(None),
            Exclusion.provider_agreed_at.is_(None) | Exclusion.client_agreed_at.is_(None),
        )
    )
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise Refused(f"{MOST_OPEN} proposals wait already; agree to or withdraw some of them first")
    row = Exclusion(
        contract_id=contract.id,
        site_key=site,
        start_on=days.start,
        end_on=days.end,
        reason=words,
        proposed_by=by.id,
        proposed_at=at,
    )
    _agree(row, party, at)
    session.add(row)
    session.flush()
    _note(session, contract, row, "propose", by, now)
    return row


def agree(session: Session, contract: Contract, row: Exclusion, *, by: Person, now: datetime) -> None:
    """Agree to the other party's proposal: from now on it counts, in periods that are not closed yet.

    Raises `ChangedMeanwhile` where it was withdrawn or agreed; `Refused` to the party that proposed it.
    """
    party, at = _party(by), turn(session, contract.id, now)
    _refuse_settled(session, row)
    if (row.provider_agreed_at if party == "provider" else row.client_agreed_at) is not None:
        raise Refused("the other party agrees to a proposal")
    _agree(row, party, at)
    session.flush()
    _note(session, contract, row, "agree", by, now)


def withdraw(session: Session, contract: Contract, row: Exclusion, *, by: Person, now: datetime) -> None:
    """Take one's own party's proposal back, before the other agreed.

    Raises `ChangedMeanwhile` where it was withdrawn or agreed meanwhile; `Refused` to the other party.
    """
    party = _party(by)
    turn(session, contract.id, now)
    _refuse_settled(session, row)
    if (row.provider_agreed_at if party == "provider" else row.client_agreed_at) is None:
        raise Refused("only the party that proposed it takes it back")
    row.withdrawn_at = now
    session.flush()
    _note(session, contract, row, "withdraw", by, now)


def _party(by: Person) -> Party:
    party = PARTIES.get(Role(by.role))
    if party is None:
        raise Refused("an auditor proposes and agrees to nothing")
    return party


def _agree(row: Exclusion, party: Party, at: datetime) -> None:
    if party == "provider":
        row.provider_agreed_at = at
    else:
        row.client_agreed_at = at


def _refuse_settled(session: Session, row: Exclusion) -> None:
    """The contract's turn is ours, so what the row says now stays so."""
    session.refresh(row)
    if state_of(row) is not ExclusionState.PROPOSED:
        raise ChangedMeanwhile(f"the proposal was {state_of(row)} meanwhile")


def _counts(
    session: Session, contract: Contract, agreement: Agreement, rows: Sequence[Exclusion], window: Window
) -> list[int]:
    """How many ratings each leaves out of the window, in one query."""
    if not rows:
        return []
    places = tallies.points(session, contract.id)
    sums = []
    for row in rows:
        sites = agreement.descendants((row.site_key,))
        points = [point for point, (site, _touchpoint) in places.items() if site in sites]
        inside = Tally.point_id.in_(points) & (Tally.rated_on >= row.start_on) & (Tally.rated_on < row.end_on)
        sums.append(func.sum(case((inside, Tally.n), else_=0)))
    told = session.execute(
        select(*sums)
        .select_from(Tally)
        .join(Question, Question.id == Tally.question_id)
        .where(Question.contract_id == contract.id, *tallies.within(Tally.rated_on, window))
    ).one()
    return [int(each or 0) for each in told]


def _note(  # noqa: PLR0913, PLR0917 -- who did what to which
    session: Session, contract: Contract, row: Exclusion, verb: str, by: Person, now: datetime
) -> None:
    about = {"site": row.site_key, "start": f"{row.start_on}", "end": f"{row.end_on}"}
    audit.note(
        session,
        by,
        f"exclusion.{verb}",
        subject=f"{contract.key}/{row.site_key}",
        contract_id=contract.id,
        detail=about,
        now=now,
    )
