"""Drafts: an agreement written as forms, checked as its file is, and applied as the same value."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, true, update
from sqlalchemy.orm import Session

from xla.core.agreement import FORMAT, Agreement
from xla.core.agreement_flaw import Flaw
from xla.core.agreement_rules import frozen_changes
from xla.core.agreement_wording import ENGLISH, Tongue
from xla.core.changes import Change, changes
from xla.core.role import Role
from xla.core.window import local_day, period_of
from xla.models import Contract, Draft, Person
from xla.models.base import LARGEST_ID
from xla.services import agreements, audit, memberships
from xla.services.agreement_check import check
from xla.services.agreement_files import AgreementFileError, digest, export, parse, problems_at
from xla.services.agreements import Applied, ChangedMeanwhile, Refused
from xla.services.draft_values import Document, document_of, valued
from xla.services.yaml_tree import MOST_BYTES
from xla.services.yaml_writer import written


class NotReady(Refused):
    """A draft that can't become a version: something in it is wrong, or nothing in it is new."""


@dataclass(frozen=True)
class Checked:
    """What a draft would come to."""

    agreement: Agreement | None
    """None while a field is missing or unreadable."""
    flaws: list[Flaw]
    before: Agreement | None
    """The newest version; None for a new contract."""
    number: int
    """The number its version would have."""

    @property
    def is_sound(self) -> bool:
        """Whether it breaks no rule."""
        return self.agreement is not None and not self.flaws

    def changes(self, tongue: Tongue = ENGLISH) -> list[Change]:
        """What it changes against the newest version, as far as it can be read."""
        return changes(self.before, self.agreement, tongue) if self.before and self.agreement else []

    @property
    def is_ready(self) -> bool:
        """Whether it can become a version: sound, and not what is in force already."""
        same = self.before and self.agreement and digest(self.before) == digest(self.agreement)
        return self.is_sound and not same


def begin(session: Session, contract: Contract, person: Person, now: datetime) -> Draft:
    """The contract's draft; where there is none, one of its newest version, to hold from the next period."""
    known = _locked(session, contract)
    if known:
        return known
    latest = _latest(session, contract)
    document = document_of(latest)
    document.pop("note", None)
    document["effective_from"] = f"{_next_start(latest, now)}"
    return _added(session, contract, document, person, now)


def begin_new(session: Session, person: Person, now: datetime) -> Draft:
    """A draft of a new contract: what every agreement has, with the figures of nobody's contract."""
    language = person.language or "en"
    document = {
        "format": FORMAT,
        "contract": {"language": language},
        "services": [{"title": {}}],
        "questions": [{"scale": "csat5", "text": {}}],
        "kpis": [{"metric": "csat", "title": {}}],
    }
    return _added(session, None, document, person, now)


def begin_from_file(
    session: Session, content: bytes, person: Person, *, contract: Contract | None, now: datetime
) -> Draft:
    """A draft of what an agreement file says, for its contract or (None) for a new one.

    Raises `AgreementFileError` with its problems by line, `Refused` where the contract has a draft already.
    """
    agreement = parse(content)
    if contract is None:
        return _added(session, None, document_of(agreement), person, now)
    if agreement.contract.key != contract.key:
        flaw = Flaw(("contract", "key"), agreement.contract.key, f"this is the contract {contract.key}")
        raise AgreementFileError(problems_at(content, [flaw]))
    if _locked(session, contract):
        raise Refused("the contract has a draft already; throw it away or go on with it")
    return _added(session, contract, document_of(agreement), person, now)


def find(session: Session, person: Person, number: int) -> Draft | None:
    """A draft the person may work on: of a contract they see; of a new one, their own or as an admin."""
    if number > LARGEST_ID:
        return None
    return session.scalar(
        select(Draft).where(
            Draft.id == number,
            or_(
                Draft.contract_id.is_not(None) & memberships.visible(person, Draft.contract_id),
                Draft.contract_id.is_(None) & _ours(person),
            ),
        )
    )


def of_contract(session: Session, contract: Contract) -> Draft | None:
    """The contract's draft, where there is one."""
    return session.scalar(select(Draft).where(Draft.contract_id == contract.id))


def of_new_contracts(session: Session, person: Person) -> list[Draft]:
    """The drafts of new contracts the person may work on, the last changed first."""
    mine = select(Draft).where(Draft.contract_id.is_(None), _ours(person))
    return list(session.scalars(mine.order_by(Draft.changed_at.desc(), Draft.id.desc())))


def read(draft: Draft) -> Document:
    """What the draft says."""
    document: Document = json.loads(draft.document)
    return document


def checked(session: Session, draft: Draft, document: Document) -> Checked:
    """What the document would come to as the draft's next version, by the rules its file is checked by."""
    agreement, flaws = check(valued(document))
    contract = session.get(Contract, draft.contract_id) if draft.contract_id else None
    if contract is None:
        taken = agreement and agreements.find(session, agreement.contract.key)
        if agreement and taken:
            problem = "another contract has this key already"
            flaws = [*flaws, Flaw(("contract", "key"), agreement.contract.key, problem)]
        return Checked(agreement, flaws, None, 1)
    before = _latest(session, contract)
    if agreement and digest(agreement) != digest(before):
        sound = not flaws
        refused = agreements.refusals if sound else _frozen
        flaws = [*flaws, *refused(session, contract, agreement)]
    return Checked(agreement, flaws, before, len(agreements.versions(session, contract)) + 1)


def save(  # noqa: PLR0913 -- its keywords say what each is
    session: Session, draft: Draft, document: Document, *, person: Person, revision: int, now: datetime
) -> None:
    """Keep what was written, if nobody wrote since `revision`.

    Raises `ChangedMeanwhile`, and `Refused` where it is larger than a file may be.
    """
    text = json.dumps(document, ensure_ascii=True)
    if len(text) > MOST_BYTES:
        raise Refused("the draft is larger than an agreement file may be; nothing was saved")
    if text == draft.document and revision == draft.revision:
        return
    done = session.execute(
        update(Draft)
        .where(Draft.id == draft.id, Draft.revision == revision)
        .values(document=text, revision=revision + 1, changed_at=now)
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]  # an UPDATE counts its rows
        raise ChangedMeanwhile("somebody else saved this draft meanwhile; nothing was overwritten")
    session.refresh(draft)
    contract = session.get(Contract, draft.contract_id) if draft.contract_id else None
    _note(session, person, "draft.save", contract, title_of(document), now)


def apply(session: Session, draft: Draft, person: Person, *, revision: int, now: datetime) -> Applied:
    """Make the draft its contract's next version, the same value its file makes, and forget the draft.

    Raises `ChangedMeanwhile`, and `NotReady` where it is not sound or changes nothing.
    """
    _claim(session, draft, revision)
    found = checked(session, draft, read(draft))
    if found.agreement is None or not found.is_ready:
        raise NotReady("the draft is not ready to become a version")
    applied = agreements.apply(session, found.agreement, now)
    contract = agreements.contract_of(session, applied.contract)
    memberships.add_member(session, person.id, contract.id)
    _note(session, person, "agreement.apply", contract, f"{applied.contract} {applied.version}", now)
    session.delete(draft)
    session.flush()
    return applied


def discard(session: Session, draft: Draft, person: Person, *, revision: int, now: datetime) -> None:
    """Throw the draft away. Raises `ChangedMeanwhile`."""
    _claim(session, draft, revision)
    contract = session.get(Contract, draft.contract_id) if draft.contract_id else None
    _note(session, person, "draft.discard", contract, title_of(read(draft)), now)
    session.delete(draft)
    session.flush()


def exported(found: Checked, document: Document) -> str:
    """The draft as an agreement file; as far as it was written, while something in it is unreadable."""
    return export(found.agreement) if found.agreement else written(valued(document))


def title_of(document: Document) -> str:
    """What the contract is about, as far as it was written."""
    return str(document["contract"].get("title", ""))


def _ours(person: Person) -> Any:  # noqa: ANN401 -- a condition
    return true() if person.role == Role.ADMIN else Draft.person_id == person.id


def _locked(session: Session, contract: Contract) -> Draft | None:
    """The contract's draft; nobody else begins one until this transaction ends."""
    session.execute(select(Contract.id).where(Contract.id == contract.id).with_for_update())
    return of_contract(session, contract)


def _claim(session: Session, draft: Draft, revision: int) -> None:
    session.refresh(draft, with_for_update=True)
    if draft.revision != revision:
        raise ChangedMeanwhile("somebody else saved this draft meanwhile; look at it again first")


def _latest(session: Session, contract: Contract) -> Agreement:
    return agreements.agreement_of(agreements.versions(session, contract)[-1])


def _frozen(session: Session, contract: Contract, agreement: Agreement) -> list[Flaw]:
    return frozen_changes(_latest(session, contract), agreement)


def _next_start(latest: Agreement, now: datetime) -> date:
    today = local_day(now, ZoneInfo(latest.contract.timezone))
    return period_of(max(today, latest.effective_from), latest.contract.period).end


def _added(
    session: Session, contract: Contract | None, document: Document, person: Person, now: datetime
) -> Draft:
    draft = Draft(
        contract_id=contract.id if contract else None,
        person_id=person.id,
        document=json.dumps(document, ensure_ascii=True),
        revision=1,
        changed_at=now,
    )
    session.add(draft)
    session.flush()
    _note(session, person, "draft.begin", contract, title_of(document), now)
    return draft


def _note(  # noqa: PLR0913, PLR0917 -- what the log asks for
    session: Session, person: Person, action: str, contract: Contract | None, subject: str, now: datetime
) -> None:
    contract_id = contract.id if contract else None
    audit.note(session, person, action, subject=subject, contract_id=contract_id, now=now)
