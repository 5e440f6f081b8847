"""The catalogue: everything a contract's ratings and observations may name, over all its versions."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.scale import Scale
from xla.models.contract import Contract
from xla.models.rating import Question
from xla.services.agreements import agreement_of, versions


@dataclass(frozen=True)
class Asked:
    """A question as the database knows it."""

    id: int
    key: str
    scale: Scale
    reasons: frozenset[str]


@dataclass(frozen=True)
class Catalogue:
    """The names one contract knows; each is found as written or, failing that, whatever its case."""

    contract_id: int
    zone: ZoneInfo
    starts_on: date
    ends_on: date | None
    questions: dict[str, Asked]
    sites: frozenset[str]
    touchpoints: frozenset[str]
    personas: frozenset[str]
    observations: dict[str, Literal["rate", "amount_mean"]]


def catalogue(session: Session, contract: Contract) -> Catalogue:
    """What `contract` knows today. A name stays known when a later version drops it."""
    agreements = [agreement_of(version) for version in versions(session, contract)]
    latest = agreements[-1].contract
    return Catalogue(
        contract_id=contract.id,
        zone=ZoneInfo(latest.timezone),
        starts_on=latest.starts_on,
        ends_on=latest.ends_on,
        questions=_questions(session, contract, agreements),
        sites=frozenset(key for agreement in agreements for key in agreement.site_keys),
        touchpoints=frozenset(touchpoint.key for agreement in agreements for touchpoint in agreement.journey),
        personas=frozenset(persona.key for agreement in agreements for persona in agreement.personas),
        observations={kind.key: kind.kind for agreement in agreements for kind in agreement.observations},
    )


def _questions(session: Session, contract: Contract, agreements: list[Agreement]) -> dict[str, Asked]:
    reasons: dict[str, set[str]] = {}
    for agreement in agreements:
        for question in agreement.questions:
            reasons.setdefault(question.key, set()).update(reason.key for reason in question.reasons)
    rows = session.scalars(select(Question).where(Question.contract_id == contract.id).order_by(Question.id))
    return {
        row.key: Asked(row.id, row.key, Scale(row.lowest, row.highest), frozenset(reasons[row.key]))
        for row in rows
    }
