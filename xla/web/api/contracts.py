"""Contracts: those a key opens, and what they agreed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.models import AgreementVersion, Contract
from xla.services import keys
from xla.services.agreement_files import as_filed
from xla.services.agreements import agreement_of, versions
from xla.web.api import cursors
from xla.web.api.access import asking_key, contract, opens
from xla.web.api.bodies import asked_for
from xla.web.api.cursors import Page
from xla.web.api.operations import Document, NoQuery, Operation, told
from xla.web.api.problems import document
from xla.web.api.root import api
from xla.web.database import reading

Texts = Annotated[dict[str, str], Field(description="Language -> text.")]


class QuestionDocument(Document):
    """A question and its scale."""

    key: str
    text: Texts
    lowest: int
    highest: int


class KpiDocument(Document):
    """A KPI and what it is measured against."""

    key: str
    title: Texts
    metric: str
    target: float
    floor: float
    higher_is_better: bool


class ContractDocument(Document):
    """A contract as its newest agreement has it."""

    key: str
    title: str
    client: str
    timezone: Annotated[str, Field(description="IANA.")]
    language: str
    currency: str
    period: Annotated[str, Field(description="month, quarter or year.")]
    starts_on: date
    ends_on: date | None
    version: Annotated[int, Field(description="The number of its newest agreement.")]
    effective_from: Annotated[date, Field(description="The day from which that agreement holds.")]
    promise: Texts
    questions: list[QuestionDocument]
    kpis: list[KpiDocument]


class ContractsDocument(Document):
    """A page of contracts."""

    items: list[ContractDocument]
    next: str | None


class AgreementDocument(BaseModel):
    """An agreement with the fields of its file; `xla agreement schema` prints their JSON Schema."""

    model_config = ConfigDict(extra="allow", frozen=True)

    format: str
    contract: dict[str, Any]
    effective_from: date
    questions: list[dict[str, Any]]
    kpis: list[dict[str, Any]]


@api.get("/contracts")
@opens("read")
@told(Operation("List contracts", "Every contract the key opens, by key.", ContractsDocument, query=Page))
def contracts() -> Response:
    """The contracts a key opens."""
    page = asked_for(Page)
    with reading() as session:
        found = keys.contracts_opened(
            session, asking_key(), after=cursors.after(page, str) or "", limit=page.limit + 1
        )
        items, following = cursors.cut(found, page, lambda each: each.key)
        return document(ContractsDocument(items=_documents(session, items), next=following))


@api.get("/contracts/<key>")
@opens("read")
@told(Operation("Read a contract", "What its newest agreement says, in short.", ContractDocument))
def one_contract(key: str) -> Response:
    """One contract."""
    asked_for(NoQuery)
    with reading() as session:
        return document(_documents(session, [contract(session, key)])[0])


@api.get("/contracts/<key>/agreement")
@opens("read")
@told(
    Operation(
        "Read an agreement",
        "The contract’s newest agreement, whole, with the fields of its file.",
        AgreementDocument,
    )
)
def agreement(key: str) -> Response:
    """The newest agreement."""
    asked_for(NoQuery)
    with reading() as session:
        newest = agreement_of(versions(session, contract(session, key))[-1])
    return document(AgreementDocument.model_validate(_plain(as_filed(newest))))


def _documents(session: Session, found: Sequence[Contract]) -> list[ContractDocument]:
    """The contracts' documents, with one query for all their agreements."""
    rows = session.scalars(
        select(AgreementVersion)
        .where(AgreementVersion.contract_id.in_([each.id for each in found]))
        .order_by(AgreementVersion.number)
    )
    newest = {row.contract_id: row for row in rows}
    return [_document(each, newest[each.id]) for each in found]


def _document(found: Contract, version: AgreementVersion) -> ContractDocument:
    agreed = agreement_of(version)
    terms = agreed.contract
    return ContractDocument(
        key=found.key,
        title=terms.title,
        client=found.client.name,
        timezone=terms.timezone,
        language=terms.language,
        currency=terms.currency,
        period=terms.period,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        version=version.number,
        effective_from=version.effective_from,
        promise=dict(agreed.promise),
        questions=_questions(agreed),
        kpis=_kpis(agreed),
    )


def _questions(agreed: Agreement) -> list[QuestionDocument]:
    return [
        QuestionDocument(
            key=each.key, text=dict(each.text), lowest=each.scores.lowest, highest=each.scores.highest
        )
        for each in agreed.questions
    ]


def _kpis(agreed: Agreement) -> list[KpiDocument]:
    return [
        KpiDocument(
            key=each.key,
            title=dict(each.title),
            metric=str(each.metric),
            target=float(each.thresholds.target),
            floor=float(each.thresholds.floor),
            higher_is_better=each.higher_is_better,
        )
        for each in agreed.kpis
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401 -- a value of a file, whatever it is
    """With decimals as JSON numbers."""
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value
