"""Observations: operational data, from a file or from another system, all of it or nothing, each row once.

Columns: `observation` and `date`; for a `rate` `numerator` and `denominator`, or `start` and `end` for churn
(the numerator is then who was lost, start - end); for an `amount_mean` `amount`, `count` and, where known,
`squares`; and `site`, `external_id`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from xla.models import Contract, Observation, OnceKey
from xla.services import csv_rows, due, work
from xla.services.catalogue import Catalogue, catalogue
from xla.services.import_result import Imported, ImportRefused
from xla.services.posted import SOURCE, PostRefused, Taken
from xla.services.rating_input import RatingInput, Wrong
from xla.services.reception import turn

COLUMNS = (
    "observation",
    "date",
    "site",
    "numerator",
    "denominator",
    "start",
    "end",
    "amount",
    "count",
    "squares",
    "external_id",
)
NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)
Row = Mapping[str, str]


def import_observations(session: Session, contract: Contract, path: Path, *, now: datetime) -> Imported:
    """Append every observation of the file. Raises `ImportRefused` where one row can't be taken.

    Once-only by `external_id` or, without one, by the file's digest and the row.
    """
    received_at = turn(session, contract.id, now)
    result = Imported()
    known = catalogue(session, contract)
    fields = RatingInput(known, received_at)
    try:
        digest = csv_rows.digest(path)
        rows = csv_rows.read(path)
        header = _header(next(rows, (1, []))[1])
        for number, texts in rows:
            result.rows += 1
            try:
                row = _row(header, texts)
                observation = _observation(fields, known, row)
                external_id = fields.opaque("external_id", row["external_id"])
            except Wrong as wrong:
                result.rejected += 1
                result.tell(number, wrong)
                continue
            once = ("import", external_id) if external_id else ("file", f"row {number} of {digest}")
            _append(session, contract.id, observation, once, result)
    except csv_rows.Unreadable as unreadable:
        result.tell(unreadable.row, unreadable.wrong)
        result.rejected += unreadable.row > 1
        result.rows += unreadable.row > 1
    if result.errors:
        raise ImportRefused(result)
    session.flush()
    if result.accepted:
        work.put(session, [due.evaluation(contract, f"observed {received_at.isoformat()}", now)], now)
    return result


def take_observations(session: Session, contract: Contract, rows: Sequence[Row], *, now: datetime) -> Taken:
    """Append them all, each external id once. Raises `PostRefused` with every row that is wrong, as `3.date`.

    A row holds what was told, by the names of a file's columns.
    """
    received_at = turn(session, contract.id, now)
    known = catalogue(session, contract)
    fields = RatingInput(known, received_at)
    wrongs: list[Wrong] = []
    result = Imported()
    for number, told in enumerate(rows):
        row = dict.fromkeys(COLUMNS, "") | dict(told)
        try:
            observation = _observation(fields, known, row)
            external_id = fields.opaque("external_id", row["external_id"])
        except Wrong as wrong:
            wrongs.append(Wrong(f"{number}.{wrong.column}", wrong.found, wrong.problem))
            continue
        _append(session, contract.id, observation, (SOURCE, external_id) if external_id else None, result)
    if wrongs:
        raise PostRefused(wrongs)
    session.flush()
    return Taken(result.accepted, result.duplicates)


def _header(texts: Sequence[str]) -> list[str]:
    header = [name.strip() for name in texts]
    if not header:
        raise csv_rows.Unreadable(0, Wrong(csv_rows.FILE, "", "it is empty; row 1 names the columns"))
    for place, name in enumerate(header):
        if name not in COLUMNS:
            problem = f"no column of ours; they are {', '.join(COLUMNS)}"
            raise csv_rows.Unreadable(1, Wrong(name, name, problem))
        if name in header[:place]:
            raise csv_rows.Unreadable(1, Wrong(name, name, "two columns have this name"))
    for name in ("observation", "date"):
        if name not in header:
            raise csv_rows.Unreadable(1, Wrong(name, "", "the column is missing"))
    return header


def _row(header: Sequence[str], texts: Sequence[str]) -> Row:
    if len(texts) != len(header):
        raise Wrong("row", f"{len(texts)} fields", f"the header has {len(header)}")
    told = {name: text.strip() for name, text in zip(header, texts, strict=True)}
    return dict.fromkeys(COLUMNS, "") | told


def _observation(fields: RatingInput, known: Catalogue, row: Row) -> Observation:
    key = fields.named("observation", known.observations, row["observation"])
    if not key:
        raise Wrong("observation", "", "empty; every row tells of one")
    amount, base, squares = _rate(row) if known.observations[key] == "rate" else _amount(row)
    return Observation(
        contract_id=known.contract_id,
        kind_key=key,
        site_key=fields.site(row["site"]),
        observed_on=fields.day(row["date"]).rated_on,
        received_at=fields.now,
        amount=amount,
        base=base,
        squares=squares,
    )


def _rate(row: Row) -> tuple[Decimal, Decimal, None]:
    _empty(row, ("amount", "count", "squares"), "belongs to an amount_mean")
    if row["start"] or row["end"]:
        _empty(row, ("numerator", "denominator"), "start and end are given; leave it out")
        start, end = _number(row, "start"), _number(row, "end")
        return start - end, start, None
    return _number(row, "numerator"), _number(row, "denominator"), None


def _amount(row: Row) -> tuple[Decimal, Decimal, Decimal | None]:
    _empty(row, ("numerator", "denominator", "start", "end"), "belongs to a rate")
    amount, count = _signed(row, "amount"), _number(row, "count")
    squares = _number(row, "squares") if row["squares"] else None
    if count != int(count):
        raise Wrong("count", row["count"], "not a whole number")
    if squares is not None and squares * count < amount * amount:
        raise Wrong("squares", row["squares"], f"too small for {amount} in {count} cases")
    return amount, count, squares


def _number(row: Row, name: str) -> Decimal:
    number = _signed(row, name)
    if number < 0:
        raise Wrong(name, row[name], "below 0")
    return number


def _signed(row: Row, name: str) -> Decimal:
    if not NUMBER.fullmatch(row[name]):
        raise Wrong(name, row[name], "not a number; write 1234.5")
    return Decimal(row[name])


def _empty(row: Row, names: Sequence[str], problem: str) -> None:
    for name in names:
        if row[name]:
            raise Wrong(name, row[name], problem)


def _append(
    session: Session,
    contract_id: int,
    observation: Observation,
    once: tuple[str, str] | None,
    result: Imported,
) -> None:
    if once is not None and not _is_first(session, contract_id, observation, once):
        result.duplicates += 1
        return
    session.add(observation)
    result.accepted += 1


def _is_first(session: Session, contract_id: int, observation: Observation, once: tuple[str, str]) -> bool:
    """Whether it was not received before; it is remembered."""
    source, external_id = once
    # A rating's subject is a number, which may be an observation's name too.
    subject = f"observation {observation.kind_key}"
    if session.get(OnceKey, (contract_id, source, external_id, subject)):
        return False
    session.add(OnceKey(contract_id=contract_id, source=source, external_id=external_id, subject=subject))
    session.flush()
    return True
