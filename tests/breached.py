"""A breach to work on: harbour house with a poor March, its people, and months that follow."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from rated import rate
from xla.core.role import Role
from xla.core.window import parse_period
from xla.models import Breach, BreachStep, Contract, Observation, Person
from xla.services import breaches, memberships, people, periods
from xla.services.breaches import Held

NOW = datetime(2026, 4, 20, 9, tzinfo=UTC)
CLEAN = {
    "key": "clean",
    "question": "clean",
    "metric": "csat",
    "target": 80,
    "floor": 70,
    "min_responses": 10,
    "credit": {"breached": "2.0", "cap": "6.0"},
}
FOOD = {"key": "food", "question": "food", "metric": "mean", "target": 4, "floor": 3.5, "weight": 3}
POOR, GOOD = {2: 40, 5: 20}, {2: 5, 5: 45}


def build(session: Session, **changes: object) -> Breach:
    """March closed, its cleanliness breached; a manager, a client and an auditor are members."""
    terms = make.agreement(**{"kpis": [CLEAN, FOOD], **changes})
    contract = make.contract(session, terms)
    for role in (Role.MANAGER, Role.CLIENT, Role.AUDITOR):
        memberships.add_member(session, person(session, role).id, contract.id)
    close(session, contract, "2026-03", POOR)
    return session.scalars(select(Breach)).one()


def person(session: Session, role: Role) -> Person:
    """The person of a role."""
    email = f"{role}@nordfast.example"
    known = people.by_email(session, email)
    return known or people.add(session, email, name=f"Some {role}", role=role, now=make.APPLIED_AT)


def close(session: Session, contract: Contract, month: str, scores: dict[int, int]) -> list[Breach]:
    """A month of such ratings of its cleanliness, closed; the breaches it opened."""
    period = parse_period(month)
    at = datetime.combine(period.end + timedelta(days=4), datetime.min.time(), UTC)
    rate(session, contract, "clean", scores, site="a", on=str(period.start + timedelta(days=9)), at=at)
    return periods.close(session, contract, period, known_at=at, now=at).opened


def contract_of(session: Session, breach: Breach) -> Contract:
    return session.get_one(Contract, breach.contract_id)


def held(session: Session, breach: Breach, role: Role = Role.MANAGER) -> Held:
    """Held by the person of a role, who looked at it just now."""
    contract = contract_of(session, breach)
    revision = breaches.work_of(session, breach).revision
    return breaches.hold(session, contract, breach.id, revision=revision, by=person(session, role))


def last(breach: Breach) -> BreachStep:
    return breach.steps[-1]


def observation(contract: Contract, *, amount: int, base: int) -> Observation:
    """So many tenants lost of so many in March."""
    return Observation(
        contract_id=contract.id,
        kind_key="tenants",
        site_key="",
        observed_on=date(2026, 3, 10),
        amount=Decimal(amount),
        base=Decimal(base),
        squares=None,
        received_at=datetime(2026, 4, 1, tzinfo=UTC),
    )
