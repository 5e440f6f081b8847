"""Ratings for tests, recorded as the product records them: what, when, where, by whom, received when."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.models import Contract, Question
from xla.services.rating_input import Given, Moment, Wrong
from xla.services.ratings import Recorder


def respond(
    session: Session,
    contract: Contract,
    scores: Mapping[str, int],
    *,
    times: int = 1,
    on: str = "2026-03-10",
    at: datetime = make.NOW,
    **told: Any,
) -> None:
    """`times` responses of the same scores, felt `on` a day and received `at` an instant."""
    ids = dict(
        session.execute(select(Question.key, Question.id).where(Question.contract_id == contract.id)).all()
    )
    given = Given(
        row=0,
        site=told.get("site", ""),
        touchpoint=told.get("touchpoint", ""),
        persona=told.get("persona", ""),
        moment=Moment(date.fromisoformat(on), told.get("felt_at")),
        channel="",
        group_key=None,
        respondent=told.get("respondent"),
        reasons=told.get("reasons"),
        comment=told.get("comment"),
        external_id=None,
        ratings=tuple((ids[question], score) for question, score in scores.items()),
    )
    Recorder(session, contract.id, source=told.get("source", "import"), wrong=_refuse, now=at).record(
        [given] * times
    )


def rate(session: Session, contract: Contract, question: str, counts: Mapping[int, int], **told: Any) -> None:
    """So many ratings of each score, each a response of its own."""
    for score, times in counts.items():
        respond(session, contract, {question: score}, times=times, **told)


def _refuse(_given: Given, wrong: Wrong) -> None:
    raise wrong
