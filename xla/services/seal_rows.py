"""Seal rows: what is sealed, kind by kind, as the commitments a day's tree is made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, cast, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from xla.core.seal import Commit, encoded, plain
from xla.models import Evaluation


class Sealable(NamedTuple):
    """A row as it is sealed."""

    id: int
    on: date
    """The UTC day it belongs to."""
    data: bytes
    """Of its leaf."""


END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """Which rows: ids from `first` to `last` (None: no end) whose instant lies before `before`."""

    first: int
    last: int | None = None
    before: datetime = END
    since: datetime | None = None
    """Of a fact: not what happened earlier."""


Reader = Callable[[Session, Commit, Asked], Iterator[Sealable]]


class Plain:
    """Rows of a small table, or a fact about them: what happened to a row at an instant it keeps."""

    def __init__(
        self,
        kind: str,
        at: InstrumentedAttribute[Any],
        *fields: ColumnElement[Any] | InstrumentedAttribute[Any],
        words: InstrumentedAttribute[str] | None = None,
    ) -> None:
        self._kind = kind
        self._id = at.class_.id
        self._at = at
        written = words if words is not None else cast(None, String)
        self._statement = select(self._id, at, written, *fields).order_by(self._id)

    def __call__(self, session: Session, commit: Commit, asked: Asked) -> Iterator[Sealable]:
        """Those asked for, by id."""
        for row_id, at, written, *fields in session.execute(of(self._statement, self._id, self._at, asked)):
            told = [plain(at), *map(plain, fields)]
            data = commit(self._kind, row_id, encoded(self._kind, row_id, told), written)
            yield Sealable(row_id, at.astimezone(UTC).date(), data)


def of(
    statement: Select[Any], row_id: InstrumentedAttribute[int], at: InstrumentedAttribute[Any], asked: Asked
) -> Select[Any]:
    """The statement, with what is asked for."""
    statement = statement.where(row_id >= asked.first, at < asked.before)
    if asked.last is not None:
        statement = statement.where(row_id <= asked.last)
    return statement if asked.since is None else statement.where(at >= asked.since)


class Digested:
    """Closings and addenda, with the digest of what was frozen."""

    def __init__(
        self, kind: str, at: InstrumentedAttribute[Any], *fields: InstrumentedAttribute[Any]
    ) -> None:
        row: Any = at.class_
        self._kind, self._id, self._at = kind, row.id, at
        self._statement = (
            select(row.id, at, Evaluation.document, Evaluation.known_at, *fields)
            .join(Evaluation, Evaluation.id == row.evaluation_id)
            .order_by(row.id)
        )

    def __call__(self, session: Session, commit: Commit, asked: Asked) -> Iterator[Sealable]:
        """Those asked for, by id."""
        statement = of(self._statement, self._id, self._at, asked)
        for row_id, at, document, known_at, *fields in session.execute(statement):
            digest = sha256(document.encode()).hexdigest()
            told = [plain(at), digest, plain(known_at), *map(plain, fields)]
            data = commit(self._kind, row_id, encoded(self._kind, row_id, told), None)
            yield Sealable(row_id, at.astimezone(UTC).date(), data)


class Undated:
    """Rows that never change and keep no instant: each is sealed with the first day after it was there."""

    def __init__(self, kind: str, *fields: InstrumentedAttribute[Any]) -> None:
        self._kind, self._id = kind, fields[0].class_.id
        self._statement = select(self._id, *fields).order_by(self._id)

    def __call__(self, session: Session, commit: Commit, asked: Asked) -> Iterator[Sealable]:
        """Those asked for, by id, whenever they came."""
        statement = self._statement.where(self._id >= asked.first)
        if asked.last is not None:
            statement = statement.where(self._id <= asked.last)
        for row_id, *fields in session.execute(statement):
            row = encoded(self._kind, row_id, list(map(plain, fields)))
            yield Sealable(row_id, date.min, commit(self._kind, row_id, row, None))
