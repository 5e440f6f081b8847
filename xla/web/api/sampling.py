"""How a period's responses came in: counts alone, as far as nobody can be told apart."""

from typing import Annotated

from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from xla import clock
from xla.core.window import CalendarPeriod
from xla.models import Contract
from xla.services import periods
from xla.services.agreements import agreement_of, judging
from xla.services.evaluations import evaluate
from xla.services.reports import closed_period
from xla.services.sampling import Sampling, sampling
from xla.web.api.access import contract, named, opens
from xla.web.api.bodies import asked_for
from xla.web.api.operations import Document, NoQuery, Operation, told
from xla.web.api.problems import document, not_there
from xla.web.api.root import api
from xla.web.database import kept, reading


class ChannelDocument(Document):
    """Responses that came in one way, or by several small ones together."""

    channels: Annotated[list[str], Field(description="'' where it was not told.")]
    n: int


class WeekdayDocument(Document):
    """Responses felt on one weekday."""

    weekday: Annotated[int, Field(description="1 is Monday, 7 Sunday.")]
    n: int
    even: Annotated[float, Field(description="What an equal spread over all days would have brought.")]


class SitesDocument(Document):
    """Of the sites in scope of a KPI that asks people, those that gave any response."""

    covered: int
    of: int
    silent: Annotated[list[str], Field(description="Those that gave none, the outermost only.")]


class SamplingDocument(Document):
    """How a period's responses came in; of a closed period, those that counted."""

    period: str
    n: Annotated[int, Field(description="Responses: what one person gave at one moment.")]
    channels: list[ChannelDocument]
    sites: SitesDocument
    weekdays: Annotated[list[WeekdayDocument], Field(description="Empty on a period’s first day.")]
    days: Annotated[int, Field(description="Days that are over and on which the contract collects.")]
    days_without: Annotated[int, Field(description="Of those, days without any response.")]
    flagged: Annotated[int, Field(description="Look unusual, and count all the same.")]
    flags: Annotated[dict[str, int], Field(description="burst, device, staff, clock -> how many.")]
    changed: Annotated[int, Field(description="Taken back or replaced by who gave them.")]
    taken_back: Annotated[int, Field(description="Taken back with their file.")]
    late: Annotated[int, Field(description="Came after the close: shown, not counted.")]
    invitations_delivered: int
    invitations_answered: int


@api.get("/contracts/<key>/periods/<period>/sampling")
@opens("read")
@told(
    Operation(
        "Read how a period's responses came in",
        "Channels, sites, weekdays, what looks unusual, what came late. Channels of under five responses are"
        " told together with others.",
        SamplingDocument,
    )
)
def one_sampling(key: str, period: str) -> Response:
    """One period's sampling note."""
    asked_for(NoQuery)
    asked = named(period)
    with reading() as session:
        note = _note(session, contract(session, key), asked)
    return document(_document(asked, note))


def _note(session: Session, of: Contract, period: CalendarPeriod) -> Sampling:
    now = clock.now()
    row = closed_period(session, of, period)
    if row is None and period not in periods.running(session, of, now):
        raise not_there()
    version = row.evaluation.version if row else judging(session, of, period.start, period.end)
    return sampling(
        session,
        of,
        period,
        row=row,
        holds=evaluate(session, of, period, now=now),
        agreement=agreement_of(version),
        kept=kept(),
    )


def _document(period: CalendarPeriod, note: Sampling) -> SamplingDocument:
    came_in, spread = note.came_in, note.came_in.spread
    weekdays = spread.weekdays if spread else ()
    return SamplingDocument(
        period=str(period),
        n=came_in.n,
        channels=[ChannelDocument(channels=list(each.keys), n=each.n) for each in came_in.channels],
        sites=SitesDocument(
            covered=came_in.coverage.covered,
            of=came_in.coverage.of,
            silent=list(came_in.coverage.silent),
        ),
        weekdays=[
            WeekdayDocument(weekday=each.weekday + 1, n=each.n, even=float(each.even)) for each in weekdays
        ],
        days=spread.day_count if spread else 0,
        days_without=spread.empty_count if spread else 0,
        flagged=came_in.flagged_count,
        flags={str(flag): n for flag, n in came_in.flags.items()},
        changed=came_in.changed_count,
        taken_back=came_in.taken_back_count,
        late=note.late_count,
        invitations_delivered=note.rate.delivered,
        invitations_answered=note.rate.answered,
    )
