"""Observations: what operations counted, sent by another system."""

from decimal import Decimal
from typing import Annotated

from flask import Response
from pydantic import BeforeValidator, Field, WithJsonSchema
from sqlalchemy.orm import Session

from xla import clock
from xla.services.observations import take_observations
from xla.services.posted import PostRefused
from xla.web.api.access import contract, opens
from xla.web.api.bodies import Body, asked_for, fitting, parsed, raw_json
from xla.web.api.operations import NoQuery, Operation, told
from xla.web.api.problems import Answer
from xla.web.api.repeats import once
from xla.web.api.responses import MOST, Key, TakenDocument, not_taken, taken
from xla.web.api.root import api


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("not a number")  # noqa: TRY004 -- what pydantic makes a flaw of
    return Decimal(value)


Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]


class ObservationBody(Body):
    """One count of one kind on one day."""

    observation: Annotated[Key, Field(min_length=1, description="The observation’s key.")]
    date: Annotated[Key, Field(description="The local day it tells of: 2026-03-31.")]
    site: Annotated[Key | None, Field(description="A site’s key.")] = None
    numerator: Annotated[Number | None, Field(description="Of a rate.")] = None
    denominator: Annotated[Number | None, Field(description="Of a rate.")] = None
    start: Annotated[
        Number | None, Field(description="Of churn: how many there were, instead of the denominator.")
    ] = None
    end: Annotated[Number | None, Field(description="Of churn: how many were left.")] = None
    amount: Annotated[Number | None, Field(description="Of an amount_mean: the sum, such as minutes.")] = None
    count: Annotated[Number | None, Field(description="Of an amount_mean: in how many cases.")] = None
    squares: Annotated[
        Number | None, Field(description="Of an amount_mean: the sum of the squares, where known.")
    ] = None
    external_id: Annotated[
        Key | None, Field(description="Your own id of it: sent again, it counts once in its contract.")
    ] = None

    @property
    def row(self) -> dict[str, str]:
        """As a row of a file has it."""
        told = self.model_dump(exclude_none=True)
        return {
            name: format(value, "f") if isinstance(value, Decimal) else value for name, value in told.items()
        }


class ObservationsBody(Body):
    """Observations of one contract."""

    contract: Annotated[Key, Field(description="The contract’s key.", examples=["office-park"])]
    observations: Annotated[list[ObservationBody], Field(min_length=1, max_length=MOST)]


@api.post("/observations")
@opens("ratings:write")
@told(
    Operation(
        "Send observations",
        "Up to 1,000 observations of one contract, all of them or none. Numbers have at most fifteen digits"
        " before the point and nine behind it, and are kept exactly.",
        answer=TakenDocument,
        status=201,
        body=ObservationsBody,
    )
)
def observations_sent() -> Response:
    """Record observations of the contract the body names."""
    asked_for(NoQuery)
    raw = raw_json()
    document = parsed(raw)

    def work(session: Session) -> Answer:
        body = fitting(ObservationsBody, document)
        found = contract(session, body.contract)
        try:
            rows = [each.row for each in body.observations]
            return taken(take_observations(session, found, rows, now=clock.now()))
        except PostRefused as refused:
            raise not_taken(refused, "observations.") from None

    return once(raw, work)
