"""Responses: what people said, sent by another system."""

from typing import Annotated

from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from xla import clock
from xla.models import Contract
from xla.services.posted import Posted, PostRefused, Taken, take_responses
from xla.services.rating_input import LONGEST_COMMENT, LONGEST_ID
from xla.web.api.access import contract, opens
from xla.web.api.bodies import NUL_FREE, Body, asked_for, fitting, parsed, raw_json
from xla.web.api.operations import Document, NoQuery, Operation, told
from xla.web.api.problems import Answer, Flaw, Problem, written
from xla.web.api.repeats import once
from xla.web.api.root import api

MOST = 1_000
"""Responses in one request."""
MOST_RATINGS = 100
MOST_REASONS = 50
Key = Annotated[str, Field(max_length=LONGEST_ID, pattern=NUL_FREE)]


class RatingBody(Body):
    """One score to one question."""

    question: Annotated[Key, Field(min_length=1, description="The question’s key.", examples=["clean"])]
    score: Annotated[int, Field(description="On the question’s scale; refused when off it.", examples=[4])]


class ResponseBody(Body):
    """What one person said at one moment."""

    ratings: Annotated[list[RatingBody], Field(min_length=1, max_length=MOST_RATINGS)]
    rated_at: Annotated[
        Key | None,
        Field(
            description="When it was felt: ISO 8601, with offset, or local in the contract’s zone.",
            examples=["2026-03-31T14:05:00+02:00"],
        ),
    ] = None
    date: Annotated[
        Key | None, Field(description="The local day, where the time of day is not known: 2026-03-31.")
    ] = None
    site: Annotated[Key | None, Field(description="A site’s key.")] = None
    touchpoint: Annotated[Key | None, Field(description="A touchpoint’s key.")] = None
    persona: Annotated[Key | None, Field(description="A persona’s key.")] = None
    channel: Annotated[Key | None, Field(description="How it was collected: kiosk, mail, …")] = None
    respondent: Annotated[
        Key | None, Field(description="An opaque key of the person, never a name or an address.")
    ] = None
    external_id: Annotated[
        Key | None,
        Field(description="Your own id of the response: sent again, it counts once in its contract."),
    ] = None
    reasons: Annotated[
        list[Key] | None,
        Field(max_length=MOST_REASONS, description="Keys of reasons of the questions answered."),
    ] = None
    comment: Annotated[str | None, Field(max_length=LONGEST_COMMENT, pattern=NUL_FREE)] = None

    @property
    def posted(self) -> Posted:
        """As the services take it."""
        return Posted(
            ratings=[(rating.question, rating.score) for rating in self.ratings],
            rated_at=self.rated_at or "",
            date=self.date or "",
            site=self.site or "",
            touchpoint=self.touchpoint or "",
            persona=self.persona or "",
            channel=self.channel or "",
            respondent=self.respondent or "",
            external_id=self.external_id or "",
            reasons=self.reasons or [],
            comment=self.comment or "",
        )


class ResponsesBody(Body):
    """Responses of one contract."""

    contract: Annotated[Key, Field(description="The contract’s key.", examples=["office-park"])]
    responses: Annotated[list[ResponseBody], Field(min_length=1, max_length=MOST)]


class TakenDocument(Document):
    """What came of a post."""

    accepted: Annotated[int, Field(ge=0, description="How many were new, and stored.")]
    duplicates: Annotated[int, Field(ge=0, description="How many had been received before.")]


@api.post("/responses")
@opens("ratings:write")
@told(
    Operation(
        "Send responses",
        "Up to 1,000 responses of one contract, all of them or, where one field of one can’t be taken, none."
        " A response with an external_id counts once, however often it is sent. Without external ids and"
        " without an Idempotency-Key, what is sent twice counts twice.",
        answer=TakenDocument,
        status=201,
        body=ResponsesBody,
    )
)
def responses_sent() -> Response:
    """Record responses of the contract the body names."""
    asked_for(NoQuery)
    raw = raw_json()
    document = parsed(raw)

    def work(session: Session) -> Answer:
        body = fitting(ResponsesBody, document)
        found = contract(session, body.contract)
        return _recorded(session, found, [each.posted for each in body.responses], "responses.")

    return once(raw, work)


@api.post("/contracts/<key>/responses")
@opens("ratings:write")
@told(
    Operation(
        "Send one response",
        "One response of the contract; otherwise as for many.",
        answer=TakenDocument,
        status=201,
        body=ResponseBody,
    )
)
def response_sent(key: str) -> Response:
    """Record one response."""
    asked_for(NoQuery)
    raw = raw_json()
    document = parsed(raw)

    def work(session: Session) -> Answer:
        body = fitting(ResponseBody, document)
        return _recorded(session, contract(session, key), [body.posted], "")

    return once(raw, work)


def taken(result: Taken) -> Answer:
    """The answer to what was taken."""
    document = TakenDocument(accepted=result.accepted, duplicates=result.duplicates)
    return Answer(201, written(document.model_dump()))


def not_taken(refused: PostRefused, path: str) -> Problem:
    """The problem of what can't be taken; `path` leads to the list, '' where a single one was sent."""
    errors = []
    for wrong in refused.wrongs:
        where = path + wrong.column if path else wrong.column.partition(".")[2]
        errors.append(Flaw(where, wrong.found or None, wrong.problem))
    return Problem(422, "Nothing was stored: see each error.", errors)


def _recorded(session: Session, found: Contract, posted: list[Posted], path: str) -> Answer:
    try:
        return taken(take_responses(session, found, posted, now=clock.now()))
    except PostRefused as refused:
        raise not_taken(refused, path) from None
