"""The world of the web's tests: a person of each role, a contract of theirs and one that is not."""

from datetime import UTC, datetime
from functools import cache

from sqlalchemy.orm import Session

import make
from rated import rate, respond
from xla.core.agreement import Agreement
from xla.core.role import Role
from xla.core.window import parse_period
from xla.models import Contract
from xla.services import evaluations, memberships, passwords, people, periods

MARCH, APRIL = parse_period("2026-03"), parse_period("2026-04")
CLOSED_AT = datetime(2026, 4, 5, 8, tzinfo=UTC)
NAMES = {
    Role.ADMIN: "Astrid Admin",
    Role.MANAGER: "Maja Lindqvist",
    Role.CLIENT: "Elin Sandvik",
    Role.AUDITOR: "Olav Revisor",
}
PASSWORD = "correct horse battery"
KPIS = [
    {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "floor": 70,
     "title": {"en": "Clean house", "sv": "Rent hus"}, "credit": {"breached": "2.0", "cap": "6.0"}},
    {"key": "food", "question": "food", "metric": "mean", "target": 4, "floor": 3.5,
     "title": {"en": "Good food", "sv": "God mat"}},
    {"key": "recommend", "question": "recommend", "metric": "nps", "target": 20,
     "title": {"en": "Recommend us", "sv": "Rekommenderar oss"}},
]  # fmt: skip


def email(role: str) -> str:
    """The address of the person of a role."""
    return f"{role}@nordfast.example"


def add_people(session: Session) -> None:
    """One of each role."""
    for role, name in NAMES.items():
        person = people.add(session, email(role), name=name, role=role, now=make.APPLIED_AT)
        person.password_hash = _hashed()
    session.flush()


@cache
def _hashed() -> str:
    """Of `PASSWORD`: slow by intent, so once for all tests."""
    return passwords.hashed(PASSWORD)


def terms(key: str = "harbour", title: str = "Harbour house", **changes: object) -> Agreement:
    """Three KPIs: one breached in March, one met, one that nobody answered."""
    return make.agreement(kpis=KPIS, contract={"key": key, "title": title}, **changes)


def add_contracts(session: Session) -> None:
    """`harbour` with a breached March and an open April; `quay` the same, and nobody's but the admin's."""
    for key, title in (("harbour", "Harbour house"), ("quay", "Quay offices")):
        contract = make.contract(session, terms(key, title))
        live(session, contract)
        if key == "harbour":
            for role in NAMES:
                person = people.by_email(session, email(role))
                assert person
                memberships.add_member(session, person.id, contract.id)


def live(session: Session, contract: Contract) -> None:
    """Forty poor ratings and twenty good ones in March, closed; some better ones in April."""
    at = datetime(2026, 4, 1, tzinfo=UTC)
    rate(session, contract, "clean", {2: 40, 5: 20}, site="a", touchpoint="arrive", at=at)
    rate(session, contract, "food", {5: 35, 4: 5}, site="b", touchpoint="lunch", at=at)
    periods.close(session, contract, MARCH, known_at=CLOSED_AT, now=CLOSED_AT)
    respond(session, contract, {"clean": 5}, times=12, on="2026-04-03", at=CLOSED_AT, site="a")
    running = evaluations.measured(session, contract, APRIL, now=CLOSED_AT)
    evaluations.keep(session, contract, running)
