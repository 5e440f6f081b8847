"""Zones: every time zone that somebody's days are counted in."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.models import AgreementVersion, Person


def named(session: Session) -> set[str]:
    """The names of the zones of all agreements, which no version changes, and of all people."""
    first = select(AgreementVersion.document).where(AgreementVersion.number == 1)
    documents = session.scalars(first)
    of_contracts = {str(json.loads(document)["contract"]["timezone"]) for document in documents}
    return of_contracts | set(session.scalars(select(Person.timezone).distinct()))
