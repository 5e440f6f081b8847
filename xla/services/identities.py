"""Identities: who somebody is that an identity provider vouches for."""

from typing import Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.models import Person
from xla.services import people

Refusal = Literal["unverified", "unknown", "other", "disabled"]
"""Why nobody is let in: the address is not verified there, nobody was invited with it, its person signs in
with another identity, or is disabled."""


class Identity(NamedTuple):
    """What the identity provider says: issuer and subject name a person, an address alone never does."""

    issuer: str
    subject: str
    email: str
    is_verified: bool


def recognise(session: Session, identity: Identity) -> Person | Refusal:
    """The person of an identity. The first time, the one who was invited with the same verified address."""
    known = session.scalar(
        select(Person).where(Person.oidc_issuer == identity.issuer, Person.oidc_subject == identity.subject)
    )
    person = known or _invited(session, identity)
    if isinstance(person, Person) and person.disabled_at is not None:
        return "disabled"
    if isinstance(person, Person) and known is None:
        person.oidc_issuer, person.oidc_subject = identity.issuer, identity.subject
        session.flush()
    return person


def _invited(session: Session, identity: Identity) -> Person | Refusal:
    if not identity.is_verified:
        return "unverified"
    person = people.by_email(session, identity.email)
    if person is None:
        return "unknown"
    return "other" if person.oidc_subject is not None else person
