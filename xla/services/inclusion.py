"""Inclusion: where a row hangs in the tree of its day, and the path from there to the root.

A path is made of one block of the day's leaves, hashed anew from their rows, and of the nodes kept with the
seal: whatever the size of the day, some thousand rows are read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from xla.core import merkle
from xla.core.seal import Commit
from xla.models import DaySeal
from xla.services import seal_marks
from xla.services.seal_kinds import READERS
from xla.services.seal_rows import Asked
from xla.services.seals import Covers, covers_of


@dataclass(frozen=True)
class Leaf:
    """A row's leaf in a day's tree."""

    day: date
    index: int
    """From 0."""
    size: int
    """How many leaves the tree has."""
    data: bytes
    path: tuple[bytes, ...]
    """Hashes from the leaf up to the root; none where the rows beside it are not those that were sealed."""
    root: bytes

    @property
    def is_included(self) -> bool:
        """Whether the path leads to the root."""
        found = merkle.leaf_hash(self.data)
        return merkle.is_included(found, self.index, self.size, self.path, self.root)


def leaf(session: Session, commit: Commit, kind: str, row_id: int, *, since: date) -> Leaf | None:
    """The row's leaf, in the seal of the day `since` or a later one; None while it is in none."""
    place = _place(session, kind, row_id, since)
    row = next(iter(READERS[kind](session, commit, Asked(row_id, row_id))), None)
    if place is None or row is None:
        return None
    day, index = place
    seal = session.get_one(DaySeal, day, options=[undefer(DaySeal.marks)])
    path = tuple(_path(session, commit, seal, index))
    return Leaf(day, index, seal.leaf_count, row.data, path, bytes.fromhex(seal.root))


def _place(session: Session, kind: str, row_id: int, since: date) -> tuple[date, int] | None:
    """The day whose seal covers the row, and its leaf's index there."""
    statement = select(DaySeal).where(DaySeal.day >= since).order_by(DaySeal.day)
    for seal in session.scalars(statement):
        begins = 0
        for each, first, last in _runs(covers_of(seal)):
            if each == kind and first <= row_id <= last:
                return seal.day, begins + row_id - first
            begins += last - first + 1
    return None


def _runs(covers: Covers) -> Iterator[tuple[str, int, int]]:
    """The runs of ids of all kinds, in the order of the leaves."""
    for kind in READERS:
        for first, last in covers.get(kind, []):
            yield kind, first, last


def _path(session: Session, commit: Commit, seal: DaySeal, index: int) -> list[bytes]:
    block = seal_marks.block()
    begin = index - index % block
    end = min(begin + block, seal.leaf_count)
    hashes = list(_hashes(session, commit, seal, begin, end))
    if len(hashes) != end - begin:
        return []
    within = merkle.proof(hashes, index - begin)
    return within if seal.leaf_count <= block else within + _above(session, commit, seal, index // block)


def _hashes(session: Session, commit: Commit, seal: DaySeal, begin: int, end: int) -> Iterator[bytes]:
    """The hashes of the leaves from `begin` up to `end`, as their rows say."""
    place = 0
    for kind, first, last in _runs(covers_of(seal)):
        after = place + last - first + 1
        one, other = max(begin, place), min(end, after)
        if one < other:
            asked = Asked(first + one - place, first + other - 1 - place)
            for row in READERS[kind](session, commit, asked):
                yield merkle.leaf_hash(row.data)
        place = after


def _above(session: Session, commit: Commit, seal: DaySeal, number: int) -> list[bytes]:
    """The path from a block's node on; for a seal without kept nodes they are made from all its rows."""
    nodes = seal_marks.nodes_of(seal)
    if not nodes:
        hashes = list(_hashes(session, commit, seal, 0, seal.leaf_count))
        nodes = merkle.raised(hashes, seal_marks.HEIGHT)
    return merkle.proof(nodes, number) if number < len(nodes) else []
