"""Invitations: people are asked after events, told one by one by other systems or many in a file.

Nothing is mailed in here: an invitation waits until it is due (`invitation_mails`).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from xla.core import event
from xla.core.event import Unfit
from xla.core.invitation import State, first_due
from xla.core.invitation_link import person_key
from xla.models import Invitation, InvitationPlan, OptOut, bulk
from xla.services.agreements import Refused
from xla.services.installations import ensured
from xla.services.invitation_input import Asked, InvitationInput, invitation_input
from xla.services.submissions import chunks

MOST_ROWS = 20_000
AT_ONCE = 500
MOST_FLAWS = 100
COLUMNS = {field: field for field in event.FIELDS}
"""A file's columns are called as the fields are."""


class Stopped(Refused):
    """The plan invites nobody any more."""


class Invited(NamedTuple):
    """What an event came to."""

    invitation_id: int
    is_new: bool
    """False for an event that was told before."""


class Flaw(NamedTuple):
    """A field of a file that can't be taken: the row as spreadsheets count, the column, and why."""

    row: int
    column: str
    found: str
    problem: str


class Loaded(NamedTuple):
    """What a file came to: nothing is kept where it has flaws."""

    new_count: int
    known_count: int
    """Events that were told before, also earlier in the file."""
    flaws: Sequence[Flaw]
    flaw_count: int


def invite_from_event(session: Session, plan: InvitationPlan, payload: object, now: datetime) -> Invited:
    """Invite who an event names, once an event. Raises `Unfit` and `Stopped`."""
    _refuse_stopped(plan)
    mapping = event.kept(plan.mapping)
    asked = invitation_input(session, plan, now).asked(event.texts(payload, mapping), mapping)
    new_count = _keep(session, plan, [asked], now)
    invitation_id = session.scalars(
        select(Invitation.id).where(
            Invitation.plan_id == plan.id, Invitation.external_id == asked.external_id
        )
    ).one()
    return Invited(invitation_id, is_new=bool(new_count))


def invite_from_csv(
    session: Session, plan: InvitationPlan, rows: Iterable[tuple[int, Sequence[str]]], now: datetime
) -> Loaded:
    """Invite everybody in a file, its header first, or nobody where a row has a flaw. Raises `Stopped`."""
    _refuse_stopped(plan)
    found: list[Asked] = []
    flaws: list[Flaw] = []
    flaw_count = 0
    reader = _Rows(invitation_input(session, plan, now))
    for number, fields in rows:
        try:
            asked = reader.asked(fields)
        except Unfit as unfit:
            flaw_count += 1
            if len(flaws) < MOST_FLAWS:
                flaws.append(Flaw(number, unfit.field, unfit.found, unfit.problem))
            if reader.columns is None or unfit.problem == "many":
                break
        else:
            found.extend([asked] if asked else [])
    if reader.columns is None and not flaws:
        flaws, flaw_count = [Flaw(1, "email", "", "column")], 1
    if flaws:
        return Loaded(0, 0, flaws, flaw_count)
    new_count = _keep(session, plan, found, now)
    return Loaded(new_count, len(found) - new_count, (), 0)


class _Rows:
    """Reads a file's rows by the names in its first."""

    def __init__(self, known: InvitationInput) -> None:
        self.columns: Sequence[str] | None = None
        self._known = known
        self._count = 0

    def asked(self, fields: Sequence[str]) -> Asked | None:
        """Whom a row asks; None for the header. Raises `Unfit`."""
        if self.columns is None:
            self.columns = self._header(fields)
            return None
        self._count += 1
        if self._count > MOST_ROWS:
            raise Unfit("email", "", str(self._count), "many")
        if len(fields) > len(self.columns):
            raise Unfit("email", "", str(len(fields)), "wide")
        told = dict(zip(self.columns, (field.strip() for field in fields), strict=False))
        return self._known.asked({field: told.get(field, "") for field in event.FIELDS}, COLUMNS)

    def _header(self, fields: Sequence[str]) -> Sequence[str]:
        names = [field.strip().lower() for field in fields]
        for required in event.REQUIRED:
            if required not in names:
                raise Unfit(required, required, ", ".join(names), "column")
        for name in names:
            if names.count(name) > 1:
                raise Unfit(name, name, ", ".join(names), "twice")
        return names


def _refuse_stopped(plan: InvitationPlan) -> None:
    if plan.stopped_at is not None:
        raise Stopped(f"the plan {plan.key!r} is stopped")


def _keep(session: Session, plan: InvitationPlan, found: Sequence[Asked], now: datetime) -> int:
    """Keep the invitations, once an event; how many are new.

    Of somebody who asked never to be asked not even the address is kept.
    """
    secret = ensured(session, now).secret
    statement = _KEEP[session.get_bind().dialect.name]
    new_count = 0
    firsts: dict[str, Asked] = {}
    for asked in found:
        firsts.setdefault(asked.external_id, asked)
    for some in chunks(firsts.values(), AT_ONCE):
        people = {asked.external_id: person_key(secret, asked.email) for asked in some}
        out = set(session.scalars(select(OptOut.person_key).where(OptOut.person_key.in_(people.values()))))
        rows = [_row(plan, asked, people[asked.external_id], out, now) for asked in some]
        new_count += len(session.execute(statement, rows).all())
    return new_count


def _row(
    plan: InvitationPlan, asked: Asked, person: str, out: Collection[str], now: datetime
) -> dict[str, object]:
    return {
        "plan_id": plan.id,
        "point_id": asked.point_id,
        "external_id": asked.external_id,
        "email": None if person in out else asked.email,
        "person_key": person,
        "language": asked.language,
        "persona": asked.persona,
        "state": State.OPTED_OUT if person in out else State.WAITING,
        "happened_at": asked.happened_at,
        "created_at": now,
        "due_at": first_due(asked.happened_at, plan.delay_hours),
    }


_TABLE = bulk.table(Invitation)
_KEEP = {
    "postgresql": postgresql.insert(_TABLE)
    .on_conflict_do_nothing(index_elements=["plan_id", "external_id"])
    .returning(_TABLE.c.id),
    "sqlite": sqlite.insert(_TABLE)
    .on_conflict_do_nothing(index_elements=["plan_id", "external_id"])
    .returning(_TABLE.c.id),
}
