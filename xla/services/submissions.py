"""Submissions: rows that belong to one response find each other, in any order and across files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from xla.models.rating import OnceKey, Rating, Response
from xla.services.rating_input import Given, Wrong

SOUGHT_AT_ONCE = 500
CONTRADICTIONS = {
    "response": "another row has this response's answer to that question",
    "respondent": "another row of the same response has another respondent",
    "comment": "another row of the same response has another comment",
}
"""How a row may contradict others of its response, by the column that does."""
Item = TypeVar("Item")


@dataclass
class Submission:
    """One response that several rows tell of."""

    id: int
    point_id: int
    given: Given | None
    """The first row that told of it; None when it was stored before."""
    respondent: str | None = None
    reasons: set[str] = field(default_factory=set)
    comment: str | None = None
    answered: set[int] = field(default_factory=set)
    upload_id: int | None = None
    """The file that brought it, where one did and it was stored before."""
    received_at: datetime | None = None
    """When it came, where it was stored before."""
    is_changed: bool = False

    def join(self, given: Given) -> None:
        """Take one more row in. Raises `Wrong` where it contradicts the rows before, and stays as it was."""
        if any(question_id in self.answered for question_id, _ in given.ratings):
            raise Wrong("response", str(given.group_key), CONTRADICTIONS["response"])
        self._check("respondent", given.respondent)
        self._check("comment", given.comment)
        reasons = set(given.reasons.split(";")) if given.reasons else set()
        self.is_changed |= not reasons <= self.reasons
        self.answered.update(question_id for question_id, _ in given.ratings)
        self.reasons |= reasons
        self._tell("respondent", given.respondent)
        self._tell("comment", given.comment)

    def _check(self, name: str, told: str | None) -> None:
        if told is not None and getattr(self, name) not in {None, told}:
            raise Wrong(name, told, CONTRADICTIONS[name])

    def _tell(self, name: str, told: str | None) -> None:
        if told is not None and getattr(self, name) is None:
            setattr(self, name, told)
            self.is_changed = True

    @property
    def reasons_text(self) -> str | None:
        """The reasons as stored: ';' between."""
        return ";".join(sorted(self.reasons)) or None


def known_keys(
    session: Session, contract_id: int, source: str, external_ids: Iterable[str]
) -> set[tuple[str, str]]:
    """Which of the sender's ids were received before: (id, what it told of)."""
    known: set[tuple[str, str]] = set()
    for some in chunks(external_ids, SOUGHT_AT_ONCE):
        rows = session.execute(
            select(OnceKey.external_id, OnceKey.subject).where(
                OnceKey.contract_id == contract_id,
                OnceKey.source == source,
                OnceKey.external_id.in_(some),
            )
        )
        known.update((external_id, subject) for external_id, subject in rows)
    return known


def stored(session: Session, contract_id: int, source: str, keys: set[str]) -> dict[str, Submission]:
    """The submissions already stored under those group keys."""
    known: dict[str, Submission] = {}
    for some in chunks(keys, SOUGHT_AT_ONCE):
        rows = session.execute(
            select(Response, Rating.question_id)
            .join(Rating, Rating.response_id == Response.id)
            .where(
                Response.contract_id == contract_id,
                Response.source == source,
                Response.group_key.in_(some),
            )
        )
        for response, question_id in rows:
            known.setdefault(str(response.group_key), _restored(response)).answered.add(question_id)
    return known


def keep_changes(session: Session, submissions: Iterable[Submission]) -> None:
    """Add to stored responses what later rows told of them: a respondent, reasons, a comment."""
    for submission in submissions:
        if submission.given is None and submission.is_changed:
            session.execute(
                update(Response)
                .where(Response.id == submission.id)
                .values(
                    respondent=submission.respondent,
                    reasons=submission.reasons_text,
                    comment=submission.comment,
                )
            )


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items, `size` at a time."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _restored(response: Response) -> Submission:
    return Submission(
        response.id,
        response.point_id,
        None,
        respondent=response.respondent,
        reasons=set(response.reasons.split(";")) if response.reasons else set(),
        comment=response.comment,
        upload_id=response.upload_id,
        received_at=response.received_at,
    )
