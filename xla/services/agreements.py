"""Agreements: apply a version, find the one in force."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.agreement_flaw import Flaw
from xla.core.agreement_rules import frozen_changes
from xla.core.scale import Scale
from xla.models.agreement_version import AgreementVersion, versions_of
from xla.models.contract import Client, Contract
from xla.models.rating import Question
from xla.services.agreement_files import digest, from_json, to_json


class Refused(Exception):
    """What was asked can't be done; the sentence says why and what is allowed."""


class ChangedMeanwhile(Refused):
    """Somebody else was quicker: what was to be changed is not as it was shown. Nothing was overwritten."""


class Frozen(Refused):
    """A version would change what no version can; each flaw says where in the file."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        super().__init__("\n".join(map(str, flaws)))
        self.flaws = flaws


@dataclass(frozen=True)
class Applied:
    """What applying a file came to."""

    contract: str
    version: int
    is_new: bool


def apply(session: Session, agreement: Agreement, now: datetime) -> Applied:
    """Append the agreement as its contract's next version; the same agreement twice changes nothing.

    Raises `Frozen` where it would change what a version can't change, or overlap the version before.
    """
    contract = find(session, agreement.contract.key)
    latest = _latest(session, contract.id) if contract else None
    if contract and latest:
        if latest.digest == digest(agreement):
            return Applied(contract.key, latest.number, is_new=False)
        flaws = refusals(session, contract, agreement)
        if flaws:
            raise Frozen(flaws)
    else:
        contract = _new_contract(session, agreement, now)
    number = latest.number + 1 if latest else 1
    session.add(
        AgreementVersion(
            contract_id=contract.id,
            number=number,
            effective_from=agreement.effective_from,
            document=to_json(agreement),
            digest=digest(agreement),
            applied_at=now,
        )
    )
    _add_questions(session, contract.id, agreement)
    session.flush()
    return Applied(contract.key, number, is_new=True)


def refusals(session: Session, contract: Contract, agreement: Agreement) -> list[Flaw]:
    """What the sound agreement would change that no new version of the contract can change."""
    latest = agreement_of(versions(session, contract)[-1])
    flaws = [
        *frozen_changes(latest, agreement),
        *_rescaled(session, contract, agreement),
    ]
    return list(dict.fromkeys(flaws))


def find(session: Session, key: str) -> Contract | None:
    """The contract with that key, where there is one."""
    return session.scalar(select(Contract).where(Contract.key == key))


def contract_of(session: Session, key: str) -> Contract:
    """The contract with that key. Raises `Refused` where there is none."""
    contract = find(session, key)
    if contract is None:
        known = session.scalars(select(Contract.key).order_by(Contract.key)).all()
        raise Refused(f"there is no contract {key!r}; there is {', '.join(known) or 'none yet'}")
    return contract


def versions(session: Session, contract: Contract) -> list[AgreementVersion]:
    """Every version, oldest first."""
    return list(session.scalars(versions_of(contract.id)))


def in_force(session: Session, contract: Contract, day: date) -> AgreementVersion:
    """The version that holds on `day`. Raises `Refused` before the first."""
    every = versions(session, contract)
    held = [version for version in every if version.effective_from <= day]
    if not held:
        raise Refused(
            f"{contract.key} has no agreement on {day}; its first holds from {every[0].effective_from}"
        )
    return held[-1]


def judging(
    session: Session, contract: Contract, start: date, end: date, *, known_at: datetime | None = None
) -> AgreementVersion:
    """The version a period is judged by: in force on its first day, or the first to come into force in it.

    Of those applied by `known_at`, where it is told and any was.
    """
    every = versions(session, contract)
    first = every[0].effective_from
    found = in_force(session, contract, first if start < first < end else start)
    if known_at is None or found.applied_at <= known_at:
        return found
    known = [
        each for each in every if each.applied_at <= known_at and each.effective_from <= found.effective_from
    ]
    return known[-1] if known else found


def began_on(session: Session, contract: Contract) -> date:
    """The first day on which the contract runs and an agreement holds."""
    first = versions(session, contract)[0]
    return max(agreement_of(first).contract.starts_on, first.effective_from)


def agreement_of(version: AgreementVersion) -> Agreement:
    """The agreement a version row holds."""
    return _parsed(version.digest, version.document)


@lru_cache(maxsize=256)
def _parsed(_digest: str, document: str) -> Agreement:
    return from_json(document)


def _latest(session: Session, contract_id: int) -> AgreementVersion | None:
    return session.scalars(versions_of(contract_id)).all()[-1]


def _new_contract(session: Session, agreement: Agreement, now: datetime) -> Contract:
    client = session.scalar(select(Client).where(Client.name == agreement.contract.client))
    client = client or Client(name=agreement.contract.client)
    contract = Contract(key=agreement.contract.key, client=client, created_at=now)
    session.add(contract)
    session.flush()
    return contract


def _rescaled(session: Session, contract: Contract, agreement: Agreement) -> Iterator[Flaw]:
    """Questions that an older version asked on another scale."""
    rows = session.scalars(select(Question).where(Question.contract_id == contract.id))
    known = {row.key: Scale(row.lowest, row.highest) for row in rows}
    for place, question in enumerate(agreement.questions):
        scale = known.get(question.key, question.scores)
        if scale != question.scores:
            problem = f"an earlier version asked it on {scale}; give a question on another scale another key"
            yield Flaw(("questions", place, "scale"), str(question.scores), problem)


def _add_questions(session: Session, contract_id: int, agreement: Agreement) -> None:
    known = set(session.scalars(select(Question.key).where(Question.contract_id == contract_id)))
    for question in agreement.questions:
        if question.key not in known:
            scale = question.scores
            session.add(
                Question(
                    contract_id=contract_id, key=question.key, lowest=scale.lowest, highest=scale.highest
                )
            )
