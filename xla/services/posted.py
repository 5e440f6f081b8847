"""Posted: responses another system sends us at once, all of them or none, each external id once."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy.orm import Session

from xla.models import Contract
from xla.services.catalogue import Asked, catalogue
from xla.services.rating_input import Given, Moment, RatingInput, Wrong
from xla.services.ratings import Recorder
from xla.services.reception import turn

SOURCE = "api"
Value = TypeVar("Value")


class Posted(NamedTuple):
    """One response as it was sent; '' for what was not told."""

    ratings: Sequence[tuple[str, int]]
    """(question's key, score)."""
    rated_at: str = ""
    date: str = ""
    site: str = ""
    touchpoint: str = ""
    persona: str = ""
    channel: str = ""
    respondent: str = ""
    external_id: str = ""
    reasons: Sequence[str] = ()
    comment: str = ""


class Taken(NamedTuple):
    """What came of it."""

    accepted: int
    """Responses, or observations, that were new."""
    duplicates: int
    """Those received before."""


class PostRefused(Exception):
    """Something of it can't be taken, so nothing was; each of `wrongs` names its place as its column."""

    def __init__(self, wrongs: Sequence[Wrong]) -> None:
        super().__init__("\n".join(map(str, wrongs)))
        self.wrongs = wrongs


def take_responses(
    session: Session, contract: Contract, responses: Sequence[Posted], *, now: datetime
) -> Taken:
    """Record them all. Raises `PostRefused` with every field that is wrong, as `3.ratings.0.score`."""
    received_at = turn(session, contract.id, now)
    reading = _Reading(RatingInput(catalogue(session, contract), received_at))
    given = [reading.read(number, posted) for number, posted in enumerate(responses)]
    if reading.wrongs:
        raise PostRefused(reading.wrongs)
    recorder = Recorder(
        session,
        contract.id,
        source=SOURCE,
        wrong=lambda given, wrong: reading.tell(str(given.row), wrong),  # none: each stands alone
        now=received_at,
    )
    recorder.record(each for each in given if each is not None)
    return Taken(recorder.submissions, len(responses) - recorder.submissions)


class _Reading:
    """Reads responses one by one and keeps what is wrong with them."""

    def __init__(self, fields: RatingInput) -> None:
        self.fields = fields
        self.wrongs: list[Wrong] = []

    def read(self, number: int, posted: Posted) -> Given | None:
        """The response; None where something of it is wrong."""
        known, fields = len(self.wrongs), self.fields
        asked = list(self._asked(number, posted))
        moment = self._field(number, lambda: _moment(fields, posted))
        site = self._field(number, lambda: fields.site(posted.site))
        touchpoint = self._field(number, lambda: fields.touchpoint(posted.touchpoint))
        persona = self._field(number, lambda: fields.persona(posted.persona))
        channel = self._field(number, lambda: fields.opaque("channel", posted.channel))
        respondent = self._field(number, lambda: fields.opaque("respondent", posted.respondent))
        external_id = self._field(number, lambda: fields.opaque("external_id", posted.external_id))
        comment = self._field(number, lambda: fields.comment(posted.comment))
        reasons = self._reasons(number, posted, [question for question, _ in asked])
        if len(self.wrongs) > known or moment is None:
            return None
        return Given(
            row=number,
            site=site or "",
            touchpoint=touchpoint or "",
            persona=persona or "",
            moment=moment,
            channel=channel or "",
            group_key=None,
            respondent=respondent,
            reasons=reasons,
            comment=comment,
            external_id=external_id,
            ratings=tuple((question.id, score) for question, score in asked),
        )

    def tell(self, where: str, wrong: Wrong) -> None:
        """Keep what is wrong somewhere."""
        self.wrongs.append(Wrong(f"{where}.{wrong.column}", wrong.found, wrong.problem))

    def _asked(self, number: int, posted: Posted) -> Iterator[tuple[Asked, int]]:
        answered: set[int] = set()
        for place, (key, score) in enumerate(posted.ratings):
            where = f"{number}.ratings.{place}"
            try:
                question = self.fields.question(key)
                if question.id in answered:
                    raise Wrong("question", key, "this response answers the question twice")  # noqa: TRY301 -- told like the others
                answered.add(question.id)
                yield question, self.fields.score(question, str(score))
            except Wrong as wrong:
                self.tell(where, wrong)

    def _reasons(self, number: int, posted: Posted, asked: Sequence[Asked]) -> str | None:
        given: list[str] = []
        for place, reason in enumerate(posted.reasons):
            try:
                given.append(self.fields.reasons(reason, asked) or "")
            except Wrong as wrong:
                self.wrongs.append(Wrong(f"{number}.reasons.{place}", wrong.found, wrong.problem))
        return ";".join(dict.fromkeys(filter(None, given))) or None

    def _field(self, number: int, read: Callable[[], Value]) -> Value | None:
        try:
            return read()
        except Wrong as wrong:
            self.tell(str(number), wrong)
            return None


def _moment(fields: RatingInput, posted: Posted) -> Moment:
    if posted.rated_at and posted.date:
        raise Wrong("date", posted.date, "rated_at is given; leave it out")
    if not posted.rated_at and not posted.date:
        raise Wrong("rated_at", "", "missing; a response needs rated_at or date")
    return fields.moment(posted.rated_at, posted.date)
