"""Seals: what each UTC day brought is sealed once it is over, day by day, and chained.

A row belongs to the day of its instant. One that could not be seen when that day was sealed, because it was
committed later, is sealed with the next day: what is covered is remembered row by row, so nothing is lost.
"""

import json
import secrets
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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


class _Leaves:
    """One day's leaves, in their order: of a full block its node alone, so that a million fit into memory."""

    def __init__(self) -> None:
        self.ids: dict[str, array[int]] = {}
        self.marks = bytearray()
        self._nodes: list[bytes] = []
        self._block: list[bytes] = []
        self._size = seal_marks.block()

    def add(self, kind: str, row_id: int, data: bytes) -> None:
        found = merkle.leaf_hash(data)
        if kind not in self.ids:
            self.ids[kind] = array("q")
        self.ids[kind].append(row_id)
        self.marks += seal_marks.mark(found)
        self._block.append(found)
        if len(self._block) == self._size:
            self._nodes.append(merkle.root(self._block))
            self._block.clear()

    def nodes(self) -> list[bytes]:
        """The nodes over the blocks, the last over what is left."""
        return [*self._nodes, merkle.root(self._block)] if self._block else self._nodes


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
    days: dict[date, _Leaves] = defaultdict(_Leaves)
    for kind in READERS:
        since = starts(first) - LOOK_BACK if newest and kind in FACTS else None
        for row in _uncovered(session, commit, kind, covered[kind], before=starts(until + DAY), since=since):
            days[max(row.on, first)].add(kind, row.id, row.data)
    seals, previous = [], newest.chained if newest else NOTHING_BEFORE
    for number in range((until - first).days + 1):
        day = first + number * DAY
        seals.append(_sealed(day, days.pop(day, _Leaves()), previous, now))
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


def _sealed(day: date, leaves: _Leaves, previous: str, now: datetime) -> DaySeal:
    nodes = leaves.nodes()
    root = merkle.root(nodes).hex()
    covers = {kind: ranges(ids) for kind, ids in leaves.ids.items()}
    return DaySeal(
        day=day,
        leaf_count=len(leaves.marks) // seal_marks.SIZE,
        root=root,
        previous=previous,
        chained=chained(previous, root, day),
        sealed_at=now,
        scheme=SCHEME,
        covers=json.dumps(covers, separators=(",", ":")),
        marks=seal_marks.packed(leaves.marks, nodes),
    )
