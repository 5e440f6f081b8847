"""Breaches: what fell below its floor, and every step taken since."""

from datetime import date, datetime
from typing import Annotated, Any

from flask import Response
from pydantic import Field

from xla.core.outcome_document import kpi_document
from xla.services import breach_records
from xla.services.breach_records import Record, StepRecord, Which
from xla.services.breach_steps import detail_of
from xla.web.api import cursors
from xla.web.api.access import contract, opens
from xla.web.api.bodies import asked_for
from xla.web.api.cursors import Page
from xla.web.api.operations import Document, NoQuery, Operation, told
from xla.web.api.periods import ResultDocument
from xla.web.api.problems import document, not_there
from xla.web.api.root import api
from xla.web.database import reading


class StepDocument(Document):
    """One thing that happened to a breach."""

    at: datetime
    kind: Annotated[
        str,
        Field(description="moved, breached, again, owner, due, cause, action, comment or acceptance."),
    ]
    state: Annotated[str, Field(description="The breach’s state after it.")]
    by: Annotated[str | None, Field(description="Who did it; null where the clock did.")]
    text: Annotated[str, Field(description="What was written with it.")]
    detail: Annotated[dict[str, Any], Field(description="What changed.")]
    evidence: Annotated[ResultDocument | None, Field(description="The measurement it rests on.")]


class BreachDocument(Document):
    """A KPI below its floor, from the close that found it until it is proved better or accepted."""

    id: int
    contract: str
    kpi: str
    period: Annotated[str, Field(description="The period that opened it.")]
    state: Annotated[
        str, Field(description="open, acknowledged, action_planned, verifying, closed or accepted.")
    ]
    opened_at: datetime
    closed_at: datetime | None
    owner: str | None
    due_on: date | None
    cause_kind: str | None
    cause: str | None
    steps: list[StepDocument]


class BreachesDocument(Document):
    """A page of breaches."""

    items: list[BreachDocument]
    next: str | None


class BreachPage(Page):
    """Which page, of which breaches."""

    state: Annotated[Which, Field(description="Those still worked on, those ended, or all.")] = "all"


@api.get("/contracts/<key>/breaches")
@opens("read")
@told(Operation("List breaches", "With their steps, the newest first.", BreachesDocument, query=BreachPage))
def breaches(key: str) -> Response:
    """A page of a contract's breaches."""
    page = asked_for(BreachPage)
    below = cursors.after(page, int)
    with reading() as session:
        found = breach_records.records(
            session, contract(session, key), which=page.state, below=below, limit=page.limit + 1
        )
        items, following = cursors.cut(found, page, lambda each: each.breach.id)
        return document(BreachesDocument(items=[_breach(key, each) for each in items], next=following))


@api.get("/contracts/<key>/breaches/<int:id>")
@opens("read")
@told(Operation("Read a breach", "With every step taken so far.", BreachDocument))
def one_breach(key: str, id: int) -> Response:  # noqa: A002 -- what the address calls it
    """One breach."""
    asked_for(NoQuery)
    with reading() as session:
        found = breach_records.record(session, contract(session, key), id)
        if found is None:
            raise not_there()
        return document(_breach(key, found))


def _breach(key: str, found: Record) -> BreachDocument:
    breach, work = found.breach, found.work
    return BreachDocument(
        id=breach.id,
        contract=key,
        kpi=breach.kpi_key,
        period=found.period,
        state=str(found.state),
        opened_at=breach.opened_at,
        closed_at=breach.closed_at,
        owner=found.owner,
        due_on=work.due_on if work else None,
        cause_kind=work.cause_kind if work else None,
        cause=work.cause if work else None,
        steps=[_step(each) for each in found.steps],
    )


def _step(record: StepRecord) -> StepDocument:
    step, evidence = record.step, record.evidence
    return StepDocument(
        at=step.at,
        kind=step.kind,
        state=step.state,
        by=record.by,
        text=step.sentence,
        detail=detail_of(step),
        evidence=ResultDocument.model_validate(kpi_document(evidence)) if evidence else None,
    )
