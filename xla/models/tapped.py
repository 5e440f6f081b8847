"""Tapped: one response with one rating, stored and counted as fast as either database can."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, text

from xla.models.period import after, frozen_at
from xla.models.rating import Rating, Response, Tally

_COLUMNS = (
    "contract_id",
    "point_id",
    "persona",
    "rated_on",
    "rated_at",
    "received_at",
    "source",
    "channel",
    "group_key",
    "flags",
)
_GIVEN = ", ".join(":" + name for name in _COLUMNS)
_FROZEN = (
    "SELECT max(known_at) FROM ("
    "SELECT known_at FROM evaluation JOIN period ON period.evaluation_id = evaluation.id"
    " WHERE period.contract_id = :contract_id"
    " UNION ALL SELECT known_at FROM evaluation JOIN addendum ON addendum.evaluation_id = evaluation.id"
    " JOIN period ON period.id = addendum.period_id WHERE period.contract_id = :contract_id) AS known"
)
"""As `frozen_at`, and `after` it."""
_AFTER = f"greatest(:received_at, ({_FROZEN}) + interval '1 microsecond')"  # our own names


def _response(values: str) -> str:
    return (
        f"INSERT INTO response ({', '.join(_COLUMNS)}) VALUES ({values})"  # noqa: S608  # our own names
        " ON CONFLICT (contract_id, source, group_key) WHERE group_key IS NOT NULL DO NOTHING RETURNING id"
    )


_CELL = "question_id, rated_on, point_id, persona, score"
_RATING = "INSERT INTO rating (response_id, question_id, score)"
_TALLY = f"INSERT INTO tally ({_CELL}, n)"
_ONE_MORE = f"ON CONFLICT ({_CELL}) DO UPDATE SET n = tally.n + 1"


def _typed(statement: str, *names: str) -> TextClause:
    types = {
        column.name: column.type for row in (Tally, Rating, Response) for column in row.__table__.columns
    }
    types["response_id"] = Response.id.type
    return text(statement).bindparams(*(bindparam(name, type_=types[name]) for name in names))


_VALUES = ("question_id", "score")
_AT_ONCE = _typed(
    f"WITH answered AS ({_response(_GIVEN.replace(':received_at', _AFTER))}),"  # noqa: S608  # our own names
    f" rated AS ({_RATING} SELECT id, :question_id, :score FROM answered),"
    f" counted AS ({_TALLY} SELECT :question_id, :rated_on, :point_id, :persona, :score, 1 FROM answered"
    f" {_ONE_MORE}) SELECT id FROM answered",
    *_COLUMNS,
    *_VALUES,
)
_ONE_BY_ONE = (
    _typed(_response(_GIVEN), *_COLUMNS),
    _typed(f"{_RATING} VALUES (:response_id, :question_id, :score)", "response_id", *_VALUES),
    _typed(
        f"{_TALLY} VALUES (:question_id, :rated_on, :point_id, :persona, :score, 1) {_ONE_MORE}",
        "rated_on",
        "point_id",
        "persona",
        *_VALUES,
    ),
)


def store(connection: Connection, row: Mapping[str, Any]) -> int | None:
    """Insert the response and its rating and count it: the response's id; None where its key stands already.

    `row` has the response's columns, and `question_id` and `score`. On PostgreSQL, asked over a wire, it is
    one statement. Only for who waits for closes.
    """
    found: int | None
    if connection.dialect.name == "postgresql":
        found = connection.scalar(_AT_ONCE, row)
        return found
    response, rating, tally = _ONE_BY_ONE
    at = after(frozen_at(connection, row["contract_id"]), row["received_at"])
    found = connection.scalar(response, {**row, "received_at": at})
    if found is not None:
        connection.execute(rating, {**row, "response_id": found})
        connection.execute(tally, row)
    return found
