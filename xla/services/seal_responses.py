"""Seal responses: responses with their ratings as they are sealed, of which there may be millions."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date
from itertools import groupby
from json import dumps
from json.encoder import encode_basestring_ascii
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from xla.core.seal import Commit, encoded, plain
from xla.models import Amendment, bulk
from xla.services.seal_rows import Asked, Sealable, of

CHUNK = 20_000
"""Responses read at once."""
RESPONSE, AMENDMENT = "response", "amendment"


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


def _rated(session: Session, first: int, last: int) -> Mapping[int, str]:
    """The ratings of responses with those ids, encoded: question and score, by question."""
    ratings: dict[int, str] = defaultdict(str)
    for response_id, question_id, score in session.execute(_RATINGS, {"first": first, "last": last}):
        ratings[response_id] += f",[{question_id},{score}]"
    return ratings


class _Encoded(dict[str | int | None, str]):
    """Values as JSON has them, each made once: most come again and again."""

    def __missing__(self, value: str | int | None) -> str:
        told = encode_basestring_ascii(value) if isinstance(value, str) else dumps(value)
        self[value] = told
        return told


def _committed(commit: Commit, rows: Sequence[Any], ratings: Mapping[int, str]) -> list[Sealable]:
    """The rows' commitments.

    The encoding is that of `core.seal.encoded`, written out here because it is made a million times a day.
    """
    days: dict[str, date] = {}
    found, told = [], _Encoded()
    for number, at, contract, point, persona, on, felt, source, channel, who, why, upload, comment in rows:
        if (day := days.get(at[:10])) is None:
            day = days[at[:10]] = date.fromisoformat(at[:10])
        row = (
            f'["response",{number},{contract},{point},{told[persona]},{told[on]},{told[felt]},{told[source]},'
            f"{told[channel]},{told[who]},{told[why]},{told[upload]},{told[at]},"
            f"[{ratings.get(number, '')[1:]}]]"
        )
        found.append(Sealable(number, day, commit(RESPONSE, number, row, comment)))
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


def amendments(session: Session, commit: Commit, asked: Asked) -> Iterator[Sealable]:
    """What a response was committed to before it was amended, and after: until the next time, or now."""
    statement = of(select(Amendment).order_by(Amendment.id), Amendment.id, Amendment.at, asked)
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
