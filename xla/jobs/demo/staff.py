"""Staff: the demo's invented people who may sign in, at the provider and at its clients."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.role import Role
from xla.jobs.demo.plan import CONTRACTS
from xla.models import Contract
from xla.services import memberships, people

AIRPORT = ("airport-terminals", "airport-passenger-services")


class Invented(NamedTuple):
    """One of them."""

    email: str
    name: str
    role: Role
    language: Language
    contracts: tuple[str, ...]


STAFF = (
    Invented("maja.lindqvist@nordfast.example", "Maja Lindqvist", Role.MANAGER, "en", CONTRACTS),
    Invented("elin.sandvik@aurland-airport.example", "Elin Sandvik", Role.CLIENT, "en", AIRPORT),
    Invented("karin.holm@ekhaga.example", "Karin Holm", Role.CLIENT, "sv", ("office-park",)),
    Invented(
        "soren.dahl@fjordby-hospital.example",
        "Søren Dahl",
        Role.CLIENT,
        "da",
        ("hospital-patient-services",),
    ),
    Invented("ingrid.aas@revisjon.example", "Ingrid Aas", Role.AUDITOR, "nb", CONTRACTS),
)


def add_missing(session: Session, password: str, now: datetime) -> list[Invented]:
    """Make those who are not there yet, all with one password; gives whom it made."""
    missing = [each for each in STAFF if people.by_email(session, each.email) is None]
    contracts = {row.key: row.id for row in session.scalars(select(Contract)) if row.key in CONTRACTS}
    for each in missing:
        person = people.add(
            session,
            each.email,
            name=each.name,
            role=each.role,
            language=each.language,
            password=password,
            now=now,
        )
        for key in each.contracts:
            memberships.add_member(session, person.id, contracts[key])
    return missing
