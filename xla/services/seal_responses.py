"""Seal responses: responses with their ratings as they are sealed, of which there may be millions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date
from itertools import chain, groupby
from json import dumps
from json.encoder import encode_basestring_ascii
from typing import Any

from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from xla.core.seal import Commit, encoded, plain
from xla.models import Amendment, bulk
from xla.services.seal_rows import Asked, Sealable, of

AT_ONCE = 200
"""Rows read at once: so few that Python does not look through them for garbage."""
AMENDED = 20_000
"""Ids whose amendments are read at once."""
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
    amended: Mapping[int, list[Amendment]] = {}
    known = 0
    for each in standing(session, commit, asked):
        if each.id > known:
            known = each.id + AMENDED
            amended = amended_from(session, each.id, known)
        was = amended.get(each.id)
        yield each._replace(data=bytes.fromhex(was[0].was)) if was else each


def standing(session: Session, commit: Commit, asked: Asked) -> Iterator[Sealable]:
    """Responses as they stand, by id.

    The encoding is that of `core.seal.encoded`, written out here because it is made a million times a day.
    """
    told, received, day, instant = _Encoded(), None, date.min, ""
    for row, ratings in _rated(session, asked):
        number, at, contract, point, persona, on, felt, source, channel, who, why, upload, comment, *_ = row
        if at != received:
            received, day, instant = at, date.fromisoformat(at[:10]), encode_basestring_ascii(at)
        data = (
            f'["response",{number},{contract},{point},{told[persona]},{told[on]},{_once(felt)},{told[source]},'
            f"{told[channel]},{_once(who)},{_once(why)},{told[upload]},{instant},[{ratings}]]"
        )
        yield Sealable(number, day, commit(RESPONSE, number, data, comment))


def _rated(session: Session, asked: Asked) -> Iterator[tuple[Sequence[Any], str]]:
    """Each response's row in the driver's own texts, with its ratings, encoded: question and score."""
    before: Sequence[Any] = ()
    ratings = ""
    for row in _rows(session, asked):
        if not before or row[0] != before[0]:
            if before:
                yield before, ratings
            before, ratings = row, ""
        if row[-1] is not None:
            ratings += f",[{row[-2]},{row[-1]}]" if ratings else f"[{row[-2]},{row[-1]}]"
    if before:
        yield before, ratings


def _rows(session: Session, asked: Asked) -> Iterator[Sequence[Any]]:
    """A row for each rating, or one of a response without any: there may be millions, of them."""
    told = {"first": asked.first, "last": asked.last, "before": bulk.instant_text(session, asked.before)}
    statement = _RESPONSES[session.get_bind().dialect.name]
    with session.execute(statement, told, execution_options={"yield_per": AT_ONCE}) as found:
        yield from chain.from_iterable(found.partitions(AT_ONCE))


class _Encoded(dict[str | int | None, str]):
    """Values as JSON has them, each made once: for what comes again and again."""

    def __missing__(self, value: str | int | None) -> str:
        told = self[value] = _once(value)
        return told


def _once(value: str | int | None) -> str:
    """A value as JSON has it."""
    if value is None:
        return "null"
    return encode_basestring_ascii(value) if isinstance(value, str) else dumps(value)


_WALL = "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"


def _statement(received_at: str, rated_on: str, rated_at: str, before: str) -> TextClause:
    return text(
        f"SELECT r.id, {received_at}, contract_id, point_id, persona, {rated_on}, {rated_at},"  # noqa: S608 -- our own names
        " source, channel, respondent, reasons, upload_id, comment, question_id, score"
        " FROM response r LEFT JOIN rating ON response_id = r.id"
        " WHERE r.id >= :first AND (CAST(:last AS bigint) IS NULL OR r.id <= :last)"
        f" AND received_at < {before} ORDER BY r.id, question_id"
    )


_RESPONSES = {
    "sqlite": _statement("received_at", "rated_on", "rated_at", ":before"),
    "postgresql": _statement(
        _WALL.format("received_at"),
        "to_char(rated_on, 'YYYY-MM-DD')",
        _WALL.format("rated_at"),
        "CAST(:before AS timestamptz)",
    ),
}


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
