"""Points: rating points opened at a place, singly or many at once, changed, closed and opened again."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.asking import asked_at
from xla.core.window import local_day
from xla.models import Contract, Person, RatingPoint
from xla.services import audit
from xla.services.agreements import ChangedMeanwhile, Refused, agreement_of, versions

ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
"""Of short links: nothing that is taken for something else on paper, and no vowels, so no words."""
LENGTH = 9
"""Characters of a short link: 28 to the power of 9 is some ten million million."""
LONGEST_TITLE = 120
MOST_AT_ONCE = 2_000
"""Rating points opened in one go."""


class Where(NamedTuple):
    """A place: a site's and a touchpoint's key, '' for none in particular."""

    site: str
    touchpoint: str


@dataclass(frozen=True)
class Terms:
    """What somebody decides about a rating point."""

    title: str = ""
    """What its page and poster call it; '' for the names of its site and touchpoint."""
    questions: tuple[str, ...] = ()
    """What is asked, the first first; none for what the KPIs in scope measure."""
    persona: str = ""
    """Who rates there, '' where that is not known."""


class Taken(Refused):
    """There is a rating point at that place already, open or closed."""

    def __init__(self, point: RatingPoint) -> None:
        super().__init__("there is a rating point at this place already")
        self.point = point


class NothingAsked(Refused):
    """No KPI looks at the place, and no question was chosen for it."""


class TooMany(Refused):
    """More rating points at once than we open."""


@dataclass(frozen=True)
class Opened:
    """What opening many came to."""

    new: int
    known: int
    """Places that had an open or closed rating point already: nothing was changed there."""
    unasked: int
    """Places where no KPI asks anything: no rating point was opened."""


def agreement_today(session: Session, contract: Contract, now: datetime) -> Agreement:
    """The agreement that holds today; before the first does, that one."""
    every = versions(session, contract)
    today = local_day(now, ZoneInfo(agreement_of(every[-1]).contract.timezone))
    held = [version for version in every if version.effective_from <= today]
    return agreement_of((held or every[:1])[-1])


def point_of(session: Session, contract: Contract, point_id: int) -> RatingPoint | None:
    """The rating point of that id, where it is the contract's."""
    return session.scalar(
        select(RatingPoint).where(RatingPoint.id == point_id, RatingPoint.contract_id == contract.id)
    )


def is_open(point: RatingPoint) -> bool:
    """Whether its link takes ratings."""
    return point.token is not None and point.closed_at is None


def terms_of(point: RatingPoint) -> Terms:
    """What was decided about it."""
    return Terms(point.title, tuple(filter(None, point.question_keys.split(";"))), point.persona)


def fingerprint(terms: Terms) -> str:
    """Tells whether somebody else changed a rating point meanwhile."""
    plain = (terms.title, terms.questions, terms.persona)
    return hashlib.sha256(repr(plain).encode()).hexdigest()[:16]


def create(  # noqa: PLR0913 -- its keywords say what each is
    session: Session, by: Person | None, contract: Contract, *, where: Where, terms: Terms, now: datetime
) -> RatingPoint:
    """Open a rating point at a place the agreement of today knows.

    Raises `Taken` where there is one already that had a link, `NothingAsked` where nothing would be asked,
    `Refused` where the agreement knows no such place.
    """
    agreement = agreement_today(session, contract, now)
    if not _combined(agreement, {where.site}, {where.touchpoint}):
        raise Refused("the agreement of today knows no such place")
    known = at_places(session, contract).get(where)
    if known is not None and known.token is not None:
        raise Taken(known)
    if not asked_at(agreement, where.site, where.touchpoint, terms.questions):
        raise NothingAsked("no KPI looks at this place; choose what is asked there")
    point = known or new_point(session, contract, where)
    start(point, now)
    put(point, terms)
    _note(session, by, "point.open", point=point, now=now)
    return point


def from_tree(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    by: Person | None,
    contract: Contract,
    *,
    sites: Collection[str],
    touchpoints: Collection[str],
    now: datetime,
) -> Opened:
    """Open a rating point at each of the sites for each of the touchpoints, those the agreement knows.

    A place that has one, open or closed, is left alone, and so is one where nothing would be asked.
    Raises `TooMany`.
    """
    agreement = agreement_today(session, contract, now)
    places = _combined(agreement, frozenset(sites), frozenset(touchpoints))
    if len(places) > MOST_AT_ONCE:
        raise TooMany(f"{len(places)} rating points at once; at most {MOST_AT_ONCE}")
    known = at_places(session, contract)
    free = [where for where in places if where not in known or known[where].token is None]
    fresh = [where for where in free if asked_at(agreement, where.site, where.touchpoint, ())]
    for where in fresh:
        start(known.get(where) or new_point(session, contract, where), now)
    session.flush()
    if fresh:
        audit.note(
            session, by, "point.open_many", subject=contract.key, contract_id=contract.id,
            detail={"count": len(fresh)}, now=now,
        )  # fmt: skip
    return Opened(len(fresh), len(places) - len(free), len(free) - len(fresh))


def edit(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    by: Person | None,
    point: RatingPoint,
    *,
    terms: Terms,
    seen: str,
    now: datetime,
) -> None:
    """Change title, questions and persona; `seen` is the fingerprint of what the change is made to.

    Raises `ChangedMeanwhile`, and `NothingAsked` where nothing would be asked.
    """
    session.refresh(point, with_for_update=True)
    if fingerprint(terms_of(point)) != seen:
        raise ChangedMeanwhile("this rating point was changed meanwhile")
    agreement = agreement_today(session, session.get_one(Contract, point.contract_id), now)
    if not asked_at(agreement, point.site_key, point.touchpoint_key, terms.questions):
        raise NothingAsked("no KPI looks at this place; choose what is asked there")
    if put(point, terms):
        _note(session, by, "point.change", point=point, now=now)


def close(session: Session, by: Person | None, point: RatingPoint, now: datetime) -> None:
    """Take no more ratings there; its link says so and stays its own. Again changes nothing."""
    if is_open(point):
        point.closed_at = now
        _note(session, by, "point.close", point=point, now=now)


def reopen(session: Session, by: Person | None, point: RatingPoint, now: datetime) -> None:
    """Take ratings there again, by the link it had; one that came with a file gets its first link."""
    if not is_open(point):
        start(point, now)
        point.closed_at = None
        _note(session, by, "point.reopen", point=point, now=now)


def at_places(session: Session, contract: Contract) -> dict[Where, RatingPoint]:
    """Every rating point of the contract by its place; until the transaction ends nobody else opens any."""
    session.execute(
        select(Contract.id).where(Contract.id == contract.id).with_for_update(key_share=True)
    )  # two who open points at the same places wait for each other; the ratings that come in don't
    rows = session.scalars(select(RatingPoint).where(RatingPoint.contract_id == contract.id))
    return {Where(row.site_key, row.touchpoint_key): row for row in rows}


def new_point(session: Session, contract: Contract, where: Where) -> RatingPoint:
    """A row for a place; not flushed."""
    point = RatingPoint(
        contract_id=contract.id,
        site_key=where.site,
        touchpoint_key=where.touchpoint,
        title="",
        question_keys="",
        persona="",
    )
    session.add(point)
    return point


def start(point: RatingPoint, now: datetime) -> None:
    """Give the point its link, where it has none."""
    if point.token is None:
        point.token = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        point.opened_at = now


def put(point: RatingPoint, terms: Terms) -> bool:
    """Write the terms into the row; whether that changed anything."""
    if terms_of(point) == terms:
        return False
    point.title, point.persona = terms.title, terms.persona
    point.question_keys = ";".join(terms.questions)
    return True


def named(agreement: Agreement, point: RatingPoint) -> str:
    """What the audit log calls a rating point: its title, else its site's and its touchpoint's key."""
    titles = {site.key: site.title for site, _, _ in agreement.walk_sites()}
    place = (titles.get(point.site_key, point.site_key), point.touchpoint_key)
    return point.title or " / ".join(filter(None, place)) or agreement.contract.title


def _note(session: Session, by: Person | None, action: str, *, point: RatingPoint, now: datetime) -> None:
    session.flush()
    contract = session.get_one(Contract, point.contract_id)
    subject = named(agreement_today(session, contract, now), point)
    audit.note(session, by, action, subject=subject, contract_id=contract.id, now=now)


def _combined(agreement: Agreement, sites: Collection[str], touchpoints: Collection[str]) -> list[Where]:
    """Every chosen site with every chosen touchpoint, in the agreement's order; '' is the whole contract."""
    moments = ("", *(each.key for each in agreement.journey))
    return [
        Where(site, moment)
        for site in ("", *agreement.site_keys)
        if site in sites
        for moment in moments
        if moment in touchpoints
    ]
