"""Seal rows: what is sealed, kind by kind, as the commitments a day's tree is made of."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, cast, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from xla.core.seal import Commit, encoded, plain
from xla.models import (
    Addendum,
    AgreementVersion,
    Amendment,
    AuditEntry,
    BreachStep,
    Decision,
    Evaluation,
    Exclusion,
    Period,
    Report,
    Response,
    bulk,
)

CHUNK = 20_000
"""Responses read at once."""
RESPONSE, AMENDMENT, WITHDRAWAL = "response", "amendment", "withdrawal"


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


def amended_from(session: Session, first: int, last: int) -> dict[int, list[Amendment]]:
    """The amendments of responses with those ids, each response's oldest first."""
    rows = session.scalars(
        select(Amendment)
        .where(Amendment.response_id.between(first, last))
        .order_by(Amendment.response_id, Amendment.id)
    )
    return {each: list(some) for each, some in groupby(rows, lambda row: row.response_id)}


def responses(session: Session, commit: Commit, asked: Asked) -> Iterator[Sealable]:
    """Responses with their ratings, by id, as they were before they were amended."""
    for chunk in _chunks(session, commit, asked):
        amended = amended_from(session, chunk[0].id, chunk[-1].id)
        if not amended:
            yield from chunk
            continue
        for each in chunk:
            was = amended.get(each.id)
            yield each._replace(data=bytes.fromhex(was[0].was)) if was else each


def standing(session: Session, commit: Commit, asked: Asked) -> Iterator[Sealable]:
    """Responses as they stand, by id."""
    for chunk in _chunks(session, commit, asked):
        yield from chunk


def _chunks(session: Session, commit: Commit, asked: Asked) -> Iterator[list[Sealable]]:
    """Some at a time, in the driver's own texts: there may be millions."""
    statement = text(_RESPONSES[session.get_bind().dialect.name])
    first, count = asked.first, CHUNK
    while count == CHUNK:
        told = {"first": first, "last": asked.last, "before": bulk.instant_text(session, asked.before)}
        rows = session.execute(statement, {**told, "most": CHUNK}).all()
        count = len(rows)
        if rows:
            yield _committed(commit, rows, _rated(session, rows[0][0], rows[-1][0]))
            first = rows[-1][0] + 1


def _rated(session: Session, first: int, last: int) -> Mapping[int, list[list[int]]]:
    """The ratings of responses with those ids: question and score, by question."""
    ratings: dict[int, list[list[int]]] = defaultdict(list)
    for response_id, question_id, score in session.execute(_RATINGS, {"first": first, "last": last}):
        ratings[response_id].append([question_id, score])
    return ratings


def _committed(commit: Commit, rows: Sequence[Any], ratings: Mapping[int, list[list[int]]]) -> list[Sealable]:
    days: dict[str, date] = {}
    found = []
    for response_id, received_at, *fields, comment in rows:
        day = received_at[:10]
        if day not in days:
            days[day] = date.fromisoformat(day)
        told = [*fields, received_at, ratings.get(response_id, [])]
        data = commit(RESPONSE, response_id, encoded(RESPONSE, response_id, told), comment)
        found.append(Sealable(response_id, days[day], data))
    return found


_FIELDS = (
    "contract_id, point_id, persona, {rated_on}, {rated_at}, source, channel, respondent, reasons, upload_id,"
    " comment"
)
_WHICH = (
    " FROM response WHERE id >= :first AND (CAST(:last AS bigint) IS NULL OR id <= :last)"
    " AND received_at < {before} ORDER BY id LIMIT :most"
)
_WALL = "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
_RESPONSES = {
    "sqlite": "SELECT id, received_at, "
    + _FIELDS.format(rated_on="rated_on", rated_at="rated_at")
    + _WHICH.format(before=":before"),
    "postgresql": f"SELECT id, {_WALL.format('received_at')}, "
    + _FIELDS.format(rated_on="to_char(rated_on, 'YYYY-MM-DD')", rated_at=_WALL.format("rated_at"))
    + _WHICH.format(before="CAST(:before AS timestamptz)"),
}
_RATINGS = text(
    "SELECT response_id, question_id, score FROM rating WHERE response_id BETWEEN :first AND :last"
    " ORDER BY response_id, question_id"
)


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
        for row_id, at, written, *fields in session.execute(_of(self._statement, self._id, self._at, asked)):
            told = [plain(at), *map(plain, fields)]
            data = commit(self._kind, row_id, encoded(self._kind, row_id, told), written)
            yield Sealable(row_id, at.astimezone(UTC).date(), data)


def _of(
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
        statement = _of(self._statement, self._id, self._at, asked)
        for row_id, at, document, known_at, *fields in session.execute(statement):
            digest = sha256(document.encode()).hexdigest()
            told = [plain(at), digest, plain(known_at), *map(plain, fields)]
            data = commit(self._kind, row_id, encoded(self._kind, row_id, told), None)
            yield Sealable(row_id, at.astimezone(UTC).date(), data)


def amendments(session: Session, commit: Commit, asked: Asked) -> Iterator[Sealable]:
    """What a response was committed to before it was amended, and after: until the next time, or now."""
    statement = _of(select(Amendment).order_by(Amendment.id), Amendment.id, Amendment.at, asked)
    for row in session.scalars(statement):
        later = session.scalar(
            select(Amendment.was)
            .where(Amendment.response_id == row.response_id, Amendment.id > row.id)
            .order_by(Amendment.id)
            .limit(1)
        )
        now = standing(session, commit, Asked(row.response_id, row.response_id))
        after = later or next((each.data.hex() for each in now), None)
        told = [plain(row.at), row.response_id, row.was, after]
        data = commit(AMENDMENT, row.id, encoded(AMENDMENT, row.id, told), None)
        yield Sealable(row.id, row.at.astimezone(UTC).date(), data)


READERS: Mapping[str, Reader] = {
    RESPONSE: responses,
    WITHDRAWAL: Plain(WITHDRAWAL, Response.withdrawn_at, Response.contract_id),
    AMENDMENT: amendments,
    "agreement": Plain(
        "agreement",
        AgreementVersion.applied_at,
        AgreementVersion.contract_id,
        AgreementVersion.number,
        AgreementVersion.effective_from,
        AgreementVersion.digest,
    ),
    "closing": Digested("closing", Period.proposed_at, Period.contract_id, Period.start_on, Period.end_on),
    "decision": Plain(
        "decision",
        Decision.at,
        Decision.period_id,
        Decision.kpi_key,
        Decision.kind,
        Decision.person_id,
        Decision.wrong,
        words=Decision.text,
    ),
    "final": Plain("final", Period.final_at, Period.contract_id, Period.start_on),
    "addendum": Digested("addendum", Addendum.at, Addendum.period_id, Addendum.number, Addendum.person_id),
    "step": Plain(
        "step",
        BreachStep.at,
        BreachStep.breach_id,
        BreachStep.state,
        BreachStep.kind,
        BreachStep.person_id,
        BreachStep.detail,
        BreachStep.evidence,
        words=BreachStep.sentence,
    ),
    "exclusion_proposed": Plain(
        "exclusion_proposed",
        Exclusion.proposed_at,
        Exclusion.contract_id,
        Exclusion.site_key,
        Exclusion.start_on,
        Exclusion.end_on,
        Exclusion.proposed_by,
        words=Exclusion.reason,
    ),
    "exclusion_provider": Plain("exclusion_provider", Exclusion.provider_agreed_at),
    "exclusion_client": Plain("exclusion_client", Exclusion.client_agreed_at),
    "exclusion_withdrawn": Plain("exclusion_withdrawn", Exclusion.withdrawn_at),
    "report": Plain(
        "report",
        Report.issued_at,
        Report.contract_id,
        Report.period_id,
        Report.issue,
        Report.language,
        Report.addendum,
        Report.sha256,
    ),
    "audit": Plain(
        "audit",
        AuditEntry.at,
        AuditEntry.person_id,
        AuditEntry.action,
        AuditEntry.contract_id,
        AuditEntry.subject,
        AuditEntry.detail,
    ),
}
"""The kinds in the order of a tree's leaves; within a kind by id."""
FACTS = frozenset({"withdrawal", "final", "exclusion_provider", "exclusion_client", "exclusion_withdrawn"})
"""Kinds of what happens to a row later: their ids do not rise with time."""
