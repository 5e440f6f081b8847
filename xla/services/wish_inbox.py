"""The inbox of contact wishes: who waits to be contacted about what, and what was handled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.paging import Place as Paged
from xla.core.paging import place
from xla.models import ContactWish, Contract, Person, Question, Rating, RatingPoint, Response
from xla.services import audit
from xla.services.memberships import visible
from xla.services.terms import Terms, latest_version, terms_of

PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """Somebody who rated and waits."""

    id: int
    contact: str
    language: str
    created_at: datetime
    site: str
    touchpoint: str
    point_title: str
    """'' for the names of its site and touchpoint."""
    scores: dict[str, int]
    """Question key -> what they answered; empty where the answer itself is no longer kept."""
    reasons: tuple[str, ...]
    comment: str | None


@dataclass(frozen=True)
class Inbox:
    """A page of those who wait, the longest first."""

    waiting: Sequence[Waiting]
    count: int
    paged: Paged


@dataclass(frozen=True)
class WishTask:
    """A contract some of whose raters wait to be contacted."""

    terms: Terms
    version_id: int
    count: int
    since: datetime


def inbox(session: Session, contract: Contract, page: int) -> Inbox:
    """Who waits in a contract; always as many queries."""
    waits = (ContactWish.contract_id == contract.id, ContactWish.handled_at.is_(None))
    count = session.scalar(select(func.count()).select_from(ContactWish).where(*waits)) or 0
    paged = place(count, page, PAGE)
    rows = session.execute(
        select(ContactWish, Response, RatingPoint)
        .outerjoin(Response, Response.id == ContactWish.response_id)
        .outerjoin(RatingPoint, RatingPoint.id == Response.point_id)
        .where(*waits)
        .order_by(ContactWish.id)
        .offset(paged.offset)
        .limit(PAGE)
    ).all()
    scores = _scores(session, [wish.response_id for wish, _, _ in rows])
    waiting = [_waiting(wish, response, point, scores) for wish, response, point in rows]
    return Inbox(waiting, count, paged)


def handle(session: Session, contract: Contract, wish_id: int, person: Person, now: datetime) -> bool:
    """Somebody got in touch: how to reach them is deleted at once; whether it waited."""
    wish = session.get(ContactWish, wish_id)
    if wish is None or wish.contract_id != contract.id:
        raise LookupError(f"{contract.key} has no wish {wish_id}")
    if wish.handled_at is not None:
        return False
    wish.contact, wish.handled_at, wish.handled_by = None, now, person.id
    audit.note(session, person, "wish.handle", subject=contract.key, contract_id=contract.id, now=now)
    return True


def tasks(session: Session, person: Person) -> list[WishTask]:
    """The person's contracts in which somebody waits, the longest waiting first."""
    rows = session.execute(
        select(
            latest_version(ContactWish.contract_id),
            func.count(ContactWish.id),
            func.min(ContactWish.created_at),
        )
        .where(ContactWish.handled_at.is_(None), visible(person, ContactWish.contract_id))
        .group_by(ContactWish.contract_id)
    ).all()
    terms = terms_of(session, {version_id for version_id, _, _ in rows}) if rows else {}
    found = [WishTask(terms[version_id], version_id, count, since) for version_id, count, since in rows]
    return sorted(found, key=lambda task: task.since)


def _scores(session: Session, responses: list[int]) -> dict[int, dict[str, int]]:
    rows = session.execute(
        select(Rating.response_id, Question.key, Rating.score)
        .join(Question, Question.id == Rating.question_id)
        .where(Rating.response_id.in_(responses))
        .order_by(Rating.response_id, Rating.question_id)
    )
    found: dict[int, dict[str, int]] = {}
    for response, question, score in rows:
        found.setdefault(response, {})[question] = score
    return found


def _waiting(
    wish: ContactWish,
    response: Response | None,
    point: RatingPoint | None,
    scores: dict[int, dict[str, int]],
) -> Waiting:
    return Waiting(
        id=wish.id,
        contact=wish.contact or "",
        language=wish.language,
        created_at=wish.created_at,
        site=point.site_key if point else "",
        touchpoint=point.touchpoint_key if point else "",
        point_title=point.title if point else "",
        scores=scores.get(wish.response_id, {}),
        reasons=tuple(filter(None, (response.reasons or "").split(";"))) if response else (),
        comment=response.comment if response else None,
    )
