"""Wishes: two people of the demo who rated poorly, wrote why, and wait for an answer."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.jobs.demo.plan import CONTRACTS
from xla.models import ContactWish, Contract, Rating, Response
from xla.services.agreements import contract_of

CONTRACT, LANGUAGE = "office-park", "sv"
CONTACTS = ("per.ekdahl@ekhaga.example", "08-555 010 27")
POOR = 2
"""The highest score their answers have on any scale of the contract."""
SAID_AFTER = timedelta(minutes=2)


def add_missing(session: Session) -> int:
    """Let the latest who wrote why ask to be contacted, where nobody of the demo ever did; how many."""
    ours = select(Contract.id).where(Contract.key.in_(CONTRACTS))
    if session.scalar(select(ContactWish.id).where(ContactWish.contract_id.in_(ours)).limit(1)) is not None:
        return 0
    contract = contract_of(session, CONTRACT)
    poor = select(Rating.response_id).where(Rating.score <= POOR)
    latest = session.scalars(
        select(Response)
        .where(Response.contract_id == contract.id, Response.comment.is_not(None), Response.id.in_(poor))
        .order_by(Response.rated_on.desc(), Response.id.desc())
        .limit(len(CONTACTS))
    ).all()
    for response, contact in zip(latest, CONTACTS, strict=False):
        session.add(_wish(response, contact))
    session.flush()
    return len(latest)


def _wish(response: Response, contact: str) -> ContactWish:
    felt_at: datetime = response.rated_at or response.received_at
    return ContactWish(
        contract_id=response.contract_id,
        response_id=response.id,
        contact=contact,
        language=LANGUAGE,
        created_at=felt_at + SAID_AFTER,
    )
