"""Periods: what was measured of each KPI, and what it means."""

from datetime import date
from typing import Annotated

from flask import Response
from pydantic import Field

from xla import clock
from xla.core.outcome_document import document_of
from xla.services import addenda
from xla.services.period_results import result, results
from xla.web.api import cursors
from xla.web.api.access import contract, named, opens
from xla.web.api.bodies import asked_for
from xla.web.api.cursors import Page
from xla.web.api.operations import Document, NoQuery, Operation, told
from xla.web.api.problems import document, not_there
from xla.web.api.root import api
from xla.web.database import reading

Whole = int | float
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
HIDDEN = "null where nobody answered, or so few that somebody could be told apart"


class PartDocument(Document):
    """One KPI's place in the score."""

    kpi: str
    points: Annotated[float | None, Field(description="0-100; null where it has none.")]
    points_exact: Annotated[str | None, Field(description="The same as a fraction.")]
    weight: Whole
    contribution: Annotated[float | None, Field(description="What it adds to the score.")]


class ScoreDocument(Document):
    """The contract's score, 0-100."""

    value: float | None
    method: Annotated[str, Field(description="weighted or minimum.")]
    parts: list[PartDocument]


class MeasuredDocument(Document):
    """What a KPI came to, and its verdict."""

    key: str
    metric: str
    n: Annotated[int, Field(description="Answers, or cases counted.")]
    value: Annotated[float | None, Field(description=f"Full precision; {HIDDEN}.")]
    value_exact: Annotated[str | None, Field(description="The same as a fraction.")]
    low: Annotated[float | None, Field(description="The interval’s lower end.")]
    high: Annotated[float | None, Field(description="The interval’s upper end.")]
    confidence: Whole
    counts: Annotated[dict[str, int], Field(description="Score -> how many; empty below eight answers.")]
    target: Whole
    floor: Whole
    higher_is_better: bool
    min_responses: int
    verdict: Annotated[str, Field(description="met, at_risk, breached, inconclusive or no_data.")]
    decision_rule: str
    chance_below_floor: Annotated[
        float | None, Field(description="The chance that the true level is worse than the floor.")
    ]
    more_ratings_needed: int | None
    design_effect: float | None
    excluded: Annotated[int, Field(description="Left out by an agreed exclusion.")]


class ResultDocument(MeasuredDocument):
    """What a KPI came to, with what came after it was frozen."""

    late: Annotated[int, Field(description="Came after the close: shown, not counted.")]


class _Period(Document):
    contract: str
    version: int
    period: Annotated[str, Field(description="2026-03, 2026-Q1 or 2026.")]
    start: Day
    end: Annotated[Day, Field(description="The first day after it.")]
    timezone: str
    state: Annotated[str, Field(description="open, proposed or final.")]
    known_at: Instant
    score: ScoreDocument


class FigureDocument(Document):
    """What a KPI came to on one count."""

    n: int
    value: Annotated[float | None, Field(description=f"Full precision; {HIDDEN}.")]
    verdict: str
    credit: Annotated[str | None, Field(description="In the contract’s currency; null without a fee.")]


class CorrectedDocument(Document):
    """One KPI that an addendum corrects."""

    key: str
    old: FigureDocument
    new: FigureDocument


class AddendumDocument(Document):
    """A correction of a closed period; what was frozen stays as it was."""

    number: int
    at: Instant
    reason: str
    kpis: list[CorrectedDocument]


class PeriodDocument(_Period):
    """A period: the document of `xla evaluate --json`."""

    kpis: list[ResultDocument]
    addenda: list[AddendumDocument]


class ListedPeriodDocument(_Period):
    """A period as it was frozen or last evaluated, without what came late."""

    kpis: list[MeasuredDocument]


class PeriodsDocument(Document):
    """A page of periods."""

    items: list[ListedPeriodDocument]
    next: str | None


@api.get("/contracts/<key>/periods")
@opens("read")
@told(
    Operation(
        "List periods",
        "Measurements and verdicts, the newest period first: closed ones as they were frozen, running ones"
        " as they were evaluated within the hour. Read one period to learn what came late.",
        PeriodsDocument,
        query=Page,
    )
)
def periods(key: str) -> Response:
    """A page of a contract's periods."""
    page = asked_for(Page)
    before = _day(cursors.after(page, str))
    with reading() as session:
        found = results(session, contract(session, key), before=before, limit=page.limit + 1, now=clock.now())
    items, following = cursors.cut(found, page, lambda each: each.start.isoformat())
    listed = [ListedPeriodDocument.model_validate(document_of(each)) for each in items]
    return document(PeriodsDocument(items=listed, next=following))


@api.get("/contracts/<key>/periods/<period>")
@opens("read")
@told(
    Operation(
        "Read a period",
        "The document of `xla evaluate --json`, as known now: of a closed period the frozen result, with late"
        " and excluded counts. Values are told from five answers, counts by score from eight.",
        PeriodDocument,
    )
)
def one_period(key: str, period: str) -> Response:
    """One period."""
    asked_for(NoQuery)
    asked = named(period)
    with reading() as session:
        of, now = contract(session, key), clock.now()
        found = result(session, of, asked, now)
        corrections = addenda.known(session, of, asked, now)
    if found is None:
        raise not_there()
    return document(PeriodDocument.model_validate(document_of(found) | {"addenda": corrections}))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise cursors.unknown(text) from None
