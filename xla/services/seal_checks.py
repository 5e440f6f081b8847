"""Seal checks: every seal made anew from the rows it covers; what differs is named by its day and row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from xla.core import merkle
from xla.core.ranges import Range, gaps, holds, together
from xla.core.seal import NOTHING_BEFORE, SCHEME, Commit, chained, committing
from xla.core.work import Kind
from xla.models import Amendment, DaySeal, WorkItem
from xla.services import seal_marks
from xla.services.seal_kinds import FACTS, READERS, UNDATED
from xla.services.seal_responses import AMENDMENT, RESPONSE
from xla.services.seal_rows import Asked, Sealable
from xla.services.seals import DAY, UNREADABLE, covers_of, secret_of, starts

MOST = 100
"""Rows named of one day and kind."""
Problem = tuple[str, str]
"""Where, and what is wrong there."""


def problems(session: Session) -> Iterator[Problem]:
    """Everything wrong with the seals and with what they seal."""
    seals = session.scalars(select(DaySeal).order_by(DaySeal.day).options(undefer(DaySeal.marks))).all()
    yield from _chain(seals)
    yield from _cut(session, seals)
    if not seals:
        return
    try:
        commit = committing(secret_of(session))
    except UNREADABLE:
        yield "secret", "is gone, or can't be read: no seal can be checked"
        return
    covered = []
    for number, each in enumerate(seals):
        try:
            covered.append(covers_of(each))
            yield from (
                (str(each.day), what) for what in _Check(session, commit, each, number == 0).problems()
            )
        except UNREADABLE as error:
            yield str(each.day), f"can't be read: {type(error).__name__}"
    for kind in (each for each in READERS if each not in UNDATED):
        told = together(covers.get(kind, []) for covers in covered)
        yield from _added(session, commit, kind, told, starts(seals[-1].day + DAY))


def _chain(seals: Sequence[DaySeal]) -> Iterator[Problem]:
    previous, expected = NOTHING_BEFORE, None
    for each in seals:
        if expected and each.day != expected:
            yield str(expected), "the chain is cut: this day's seal is missing"
        if each.previous != previous:
            yield (
                str(each.day),
                "the chain is forked: it follows upon another seal than that of the day before",
            )
        if not _is_chained(each):
            yield str(each.day), "its place in the chain was changed"
        previous, expected = each.chained, each.day + DAY


def _is_chained(seal: DaySeal) -> bool:
    try:
        return seal.chained == chained(seal.previous, seal.root, seal.day)
    except ValueError:  # no hex
        return False


def _cut(session: Session, seals: Sequence[DaySeal]) -> Iterator[Problem]:
    """Days that were sealed, as the work done tells, and have no seal any more."""
    done = session.scalars(
        select(WorkItem.key)
        .where(WorkItem.kind == Kind.SEAL, WorkItem.state == "done")
        .order_by(WorkItem.key)
    ).all()
    newest = seals[-1].day.isoformat() if seals else ""
    for key in done[-1:]:
        if key > newest:
            yield key, "the chain is cut: this day was sealed, and its seal is missing"


@dataclass
class _Check:
    """One seal beside its rows."""

    session: Session
    commit: Commit
    seal: DaySeal
    is_first: bool

    def problems(self) -> Iterator[str]:
        if self.seal.scheme != SCHEME:
            yield f"is of a scheme unknown here, {self.seal.scheme}"
            return
        self._hashes: list[bytes] = []
        begins, named = 0, 0
        covers = covers_of(self.seal)
        for kind in READERS:
            told, self._place = covers.get(kind, []), begins
            for what in islice(self._rows(kind, told), MOST):
                named += 1
                yield what
            begins += sum(last - first + 1 for first, last in told)
        nodes = merkle.raised(self._hashes, seal_marks.HEIGHT)
        root = merkle.root(nodes).hex()
        if not named and (root != self.seal.root or len(self._hashes) != self.seal.leaf_count):
            yield "its root is not that of its rows"
        elif not named and seal_marks.nodes_of(self.seal) not in ([], seal_marks.kept(nodes)):
            yield "what the paths to its root are made of was changed"

    def _rows(self, kind: str, told: list[Range]) -> Iterator[str]:
        for first, last in told:
            expected = first
            for row in READERS[kind](self.session, self.commit, Asked(first, last)):
                for missing in range(expected, row.id):
                    yield self._missing(kind, missing)
                yield from self._found(kind, row)
                expected = row.id + 1
            for missing in range(expected, last + 1):
                yield self._missing(kind, missing)

    def _missing(self, kind: str, row_id: int) -> str:
        self._place += 1
        return f"{kind} {row_id} is gone"

    def _found(self, kind: str, row: Sealable) -> Iterator[str]:
        found = merkle.leaf_hash(row.data)
        self._hashes.append(found)
        mark = seal_marks.mark_of(self.seal, self._place)
        self._place += 1
        if mark != seal_marks.mark(found):
            yield f"{kind} {row.id}{self._about(kind, row.id)} was changed"
        elif kind == RESPONSE and row.on < self.seal.day and not self.is_first:
            yield f"{kind} {row.id} says it was received on {row.on}: it came late, or was added"

    def _about(self, kind: str, row_id: int) -> str:
        """The response an amendment is of: that it is committed to afterwards may be what differs."""
        return (
            f", of response {self.session.get_one(Amendment, row_id).response_id},"
            if kind == AMENDMENT
            else ""
        )


def _added(
    session: Session, commit: Commit, kind: str, told: list[Range], before: datetime
) -> Iterator[Problem]:
    """Rows and facts of sealed days that no seal covers."""
    asked = [Asked(1, None, before)] if kind in FACTS else [Asked(*gap, before) for gap in gaps(told)]
    found = (row for each in asked for row in READERS[kind](session, commit, each) if not holds(told, row.id))
    for row in islice(found, MOST):
        yield str(row.on), f"{kind} {row.id} is in no seal: it came late, or was added"
