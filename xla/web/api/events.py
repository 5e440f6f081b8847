"""Events: another system tells that a visit ended or an order was closed; somebody is asked about it."""

from typing import Annotated

from flask import Response
from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from xla import clock
from xla.core.event import Unfit
from xla.services import invitation_plans
from xla.services.invitations import Stopped, invite_from_event
from xla.web.api.access import contract, opens
from xla.web.api.bodies import Body, asked_for, fitting, parsed, raw_json
from xla.web.api.operations import Document, NoQuery, Operation, told
from xla.web.api.problems import Answer, Flaw, Problem, not_there, shown, written
from xla.web.api.repeats import once
from xla.web.api.root import api
from xla.web.invitation_words import PROBLEMS


class EventBody(Body):
    """An event, with whatever fields its sender gives it; the plan's mapping says where ours stand in it."""

    model_config = ConfigDict(extra="allow")


class EventDocument(Document):
    """What came of an event."""

    invited: Annotated[bool, Field(description="False for an event that was sent before.")]


@api.post("/contracts/<key>/plans/<plan>/events")
@opens("events:write")
@told(
    Operation(
        "Send an event",
        "An event of the invitation plan, such as the end of a visit, as the other system words it. Who it"
        " names is asked by mail, once an event, when the plan says so; not where they were asked lately or"
        " want no mails.",
        answer=EventDocument,
        body=EventBody,
    )
)
def event_sent(key: str, plan: str) -> Response:
    """Invite who an event names."""
    asked_for(NoQuery)
    raw = raw_json()
    document = parsed(raw)

    def work(session: Session) -> Answer:
        found = invitation_plans.one(session, contract(session, key).id, plan)
        if found is None:
            raise not_there()
        fitting(EventBody, document)
        try:
            invited = invite_from_event(session, found, document, clock.now())
        except Unfit as unfit:
            flaw = Flaw(unfit.path, shown(unfit.found) if unfit.found else None, str(PROBLEMS[unfit.problem]))
            raise Problem(422, f"Nobody was invited: see {unfit.field}.", [flaw]) from None
        except Stopped:
            flaw = Flaw("plan", shown(plan), "stopped; it invites nobody until somebody resumes it")
            raise Problem(409, "The plan is stopped.", [flaw]) from None
        return Answer(200, written(EventDocument(invited=invited.is_new).model_dump()))

    return once(raw, work)
