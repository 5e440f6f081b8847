"""Seals: what each UTC day brought is sealed once it is over, day by day, and chained.

A row belongs to the day of its instant. One that could not be seen when that day was sealed, because it was
committed later, is sealed with the next day: what is covered is remembered row by row, so nothing is lost.
"""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from xla.core import merkle
from xla.core.ranges import Range, gaps, holds, ranges, together
from xla.core.seal import NOTHING_BEFORE, SCHEME, Commit, chained, committing
from xla.core.work import Kind
from xla.models import Contract, DaySeal, Response, SealSecret, bulk
from xla.services import seal_marks
from xla.services.seal_kinds import FACTS, READERS
from xla.services.seal_responses import RESPONSE
from xla.services.seal_rows import Asked, Sealable
from xla.services.work import Wanted

REST = timedelta(minutes=10)
"""How long after its end a day is sealed."""
LOOK_BACK = timedelta(days=7)
"""A fact is sealed late by as much at most: no transaction takes longer."""
MOST_AT_ONCE = 2_000_000
"""With more new responses than that, days are sealed one by one, so that their hashes fit into memory."""
DAY = timedelta(days=1)
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, NoResultFound)
"""What reading a seal, or the secret, raises where it was spoiled or is gone."""
Covers = Mapping[str, list[Range]]


@dataclass
class _Leaves:
    """One kind's leaves of one day."""

    ids: list[int] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)


def due(session: Session, now: datetime) -> list[Wanted]:
    """To seal the days that are over and not sealed yet: one item, named by the last of them."""
    last = (now - REST).astimezone(UTC).date() - DAY
    begins = next_day(session)
    if begins is None or begins > last:
        return []
    return [Wanted(Kind.SEAL, last.isoformat(), starts(last + DAY) + REST)]


def starts(day: date) -> datetime:
    """The instant a UTC day begins."""
    return datetime.combine(day, time(), UTC)


def latest(session: Session) -> DaySeal | None:
    """The newest seal."""
    return session.scalar(select(DaySeal).order_by(DaySeal.day.desc()).limit(1))


def next_day(session: Session) -> date | None:
    """The first day not sealed: the one after the newest seal's, else that of the first contract, if any."""
    newest: date | None = session.scalar(select(func.max(DaySeal.day)))
    if newest:
        return newest + DAY
    created = session.scalar(select(func.min(Contract.created_at)))
    return created.astimezone(UTC).date() if created else None


def secret_of(session: Session) -> bytes:
    """The secret of all commitments. NoResultFound where none was made yet."""
    return bytes.fromhex(session.get_one(SealSecret, 1).secret)


def make_secret(session: Session) -> None:
    """Make the secret where there is none yet."""
    bulk.insert_once(session, bulk.table(SealSecret), {"id": 1, "secret": secrets.token_hex(32)})


def keep(session: Session, seals: Sequence[DaySeal]) -> bool:
    """Add seals to the chain; whether they still follow upon its end, as nobody else sealed meanwhile."""
    newest = latest(session)
    if seals and seals[0].previous != (newest.chained if newest else NOTHING_BEFORE):
        return False
    session.add_all(seals)
    session.flush()
    return True


def covers_of(seal: DaySeal) -> Covers:
    """Which rows it covers."""
    found: dict[str, list[list[int]]] = json.loads(seal.covers)
    return {kind: [(first, last) for first, last in told] for kind, told in found.items()}


def seal(session: Session, until: date, now: datetime) -> list[DaySeal]:
    """The seals of the days not sealed yet, up to `until` (all of them, or some), to be added in this order.

    Reads only: what is long to compute holds no lock.
    """
    newest, first = latest(session), next_day(session)
    if first is None or first > until:
        return []
    known = [covers_of(each) for each in session.scalars(select(DaySeal))]
    covered = {kind: together(covers.get(kind, []) for covers in known) for kind in READERS}
    if _new_responses(session, covered[RESPONSE]) > MOST_AT_ONCE:
        until = first
    commit = committing(secret_of(session))
    days: dict[date, dict[str, _Leaves]] = defaultdict(lambda: defaultdict(_Leaves))
    for kind in READERS:
        since = starts(first) - LOOK_BACK if newest and kind in FACTS else None
        on, leaves = None, _Leaves()
        for row in _uncovered(session, commit, kind, covered[kind], before=starts(until + DAY), since=since):
            if row.on != on:
                on = row.on
                leaves = days[max(on, first)][kind]
            leaves.ids.append(row.id)
            leaves.hashes.append(merkle.leaf_hash(row.data))
    seals, previous = [], newest.chained if newest else NOTHING_BEFORE
    for number in range((until - first).days + 1):
        day = first + number * DAY
        seals.append(_sealed(day, days.pop(day, {}), previous, now))
        previous = seals[-1].chained
    return seals


def _new_responses(session: Session, covered: list[Range]) -> int:
    newest = session.scalar(select(func.max(Response.id))) or 0
    return newest - (covered[-1][1] if covered else 0)


def _uncovered(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    commit: Commit,
    kind: str,
    covered: list[Range],
    *,
    before: datetime,
    since: datetime | None,
) -> Iterator[Sealable]:
    """Rows in no seal, by id. What is between covered ids is looked at anew each time: it may have come."""
    if kind in FACTS:
        asked = Asked(1, before=before, since=since)
        yield from (row for row in READERS[kind](session, commit, asked) if not holds(covered, row.id))
        return
    for first, last in gaps(covered):
        yield from READERS[kind](session, commit, Asked(first, last, before))


def _sealed(day: date, leaves: Mapping[str, _Leaves], previous: str, now: datetime) -> DaySeal:
    hashes = [each for kind in READERS if kind in leaves for each in leaves[kind].hashes]
    nodes = merkle.raised(hashes, seal_marks.HEIGHT)
    root = merkle.root(nodes).hex()
    covers = {kind: ranges(leaves[kind].ids) for kind in READERS if kind in leaves}
    return DaySeal(
        day=day,
        leaf_count=len(hashes),
        root=root,
        previous=previous,
        chained=chained(previous, root, day),
        sealed_at=now,
        scheme=SCHEME,
        covers=json.dumps(covers, separators=(",", ":")),
        marks=seal_marks.packed(hashes, nodes),
    )
