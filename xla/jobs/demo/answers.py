"""Answers: what somebody of the demo said, and when it was received."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from xla.core.window import starts_at
from xla.services.catalogue import Asked
from xla.services.rating_input import Given, Moment

COLLECTED_AFTER = timedelta(minutes=20)


class Answer(NamedTuple):
    """One person's scores at one moment."""

    moment: Moment
    received_at: datetime
    scores: Mapping[str, int]
    """Question -> score."""
    site: str
    channel: str
    touchpoint: str = ""
    persona: str = ""
    respondent: str | None = None
    reasons: Sequence[str] = ()
    comment: str | None = None


def collected_at(day: date, zone: ZoneInfo, now: datetime) -> datetime:
    """When a day's answers are received: in the night after it, and never after `now`."""
    return min(starts_at(day + timedelta(days=1), zone) + COLLECTED_AFTER, now)


def given(answers: Iterable[Answer], asked: Mapping[str, Asked]) -> list[Given]:
    """The answers, ready to be recorded; questions the contract does not ask are left out."""
    return [
        Given(
            row=0,
            site=answer.site,
            touchpoint=answer.touchpoint,
            persona=answer.persona,
            moment=answer.moment,
            channel=answer.channel,
            group_key=None,
            respondent=answer.respondent,
            reasons=";".join(answer.reasons) or None,
            comment=answer.comment,
            external_id=None,
            ratings=ratings,
        )
        for answer in answers
        if (ratings := tuple((asked[key].id, score) for key, score in answer.scores.items() if key in asked))
    ]
