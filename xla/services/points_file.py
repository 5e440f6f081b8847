"""Points from a file: rating points opened and changed as a CSV file says, all of it or nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.asking import asked_at
from xla.models import Contract, Person, RatingPoint
from xla.services import audit, csv_rows
from xla.services.agreements import Refused
from xla.services.points import (
    LONGEST_TITLE,
    MOST_AT_ONCE,
    Terms,
    Where,
    agreement_today,
    at_places,
    new_point,
    put,
    start,
    terms_of,
)

COLUMNS = ("site", "touchpoint", "title", "questions", "persona")
MOST_FLAWS = 100
MOST_SHOWN = 60
BETWEEN = re.compile(r"[;,\s]+")
"""What separates the questions of one cell: keys have none of it."""


class Problem(StrEnum):
    """Why something can't be taken."""

    UNREADABLE = "unreadable"
    NO_COLUMN = "no_column"
    FOREIGN_COLUMN = "foreign_column"
    TWICE = "twice"
    WIDTH = "width"
    UNKNOWN = "unknown"
    TITLE = "title"
    UNASKED = "unasked"
    LONG = "long"


class Flaw(NamedTuple):
    """One place of the file that can't be taken as it is."""

    row: int
    """1 is the header."""
    column: str
    found: str
    problem: Problem
    allowed: str = ""
    """What could stand there, or what else the reader said."""


class Faulty(Refused):
    """The file has flaws: nothing of it was taken."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__(f"the file has {len(flaws)} flaws")
        self.flaws = flaws[:MOST_FLAWS]
        self.count = len(flaws)


@dataclass(frozen=True)
class Taken:
    """What a file came to."""

    new: int
    changed: int
    same: int
    closed: int
    """Rating points that are closed and stay so; what the file says of them is written down all the same."""


class Line(NamedTuple):
    """One row, read: what its file does not say is None."""

    where: Where
    title: str | None
    questions: tuple[str, ...] | None
    persona: str | None

    def over(self, known: Terms) -> Terms:
        """The terms there are, with what the row says."""
        return Terms(
            known.title if self.title is None else self.title,
            known.questions if self.questions is None else self.questions,
            known.persona if self.persona is None else self.persona,
        )


def from_csv(session: Session, by: Person | None, contract: Contract, path: Path, now: datetime) -> Taken:
    """Open and change rating points as the file says; the same file twice changes nothing.

    Columns as in `COLUMNS`, site or touchpoint at least; comma or semicolon between. A column the file does
    not have leaves what it would say as it is. Raises `Faulty`, having changed nothing.
    """
    agreement = agreement_today(session, contract, now)
    known = at_places(session, contract)
    flaws: list[Flaw] = []
    lines = dict(_lines(agreement, path, flaws))
    terms = {
        row: line.over(terms_of(known[line.where]) if line.where in known else Terms())
        for row, line in lines.items()
    }
    for row, line in lines.items():
        if not asked_at(agreement, *line.where, terms[row].questions):
            flaws.append(Flaw(row, "questions", "", Problem.UNASKED))
    if flaws:
        raise Faulty(sorted(flaws))
    counts = dict.fromkeys(("new", "changed", "same", "closed"), 0)
    for row, line in lines.items():
        point = known.get(line.where) or new_point(session, contract, line.where)
        counts[_taken(point, terms[row], now)] += 1
    session.flush()
    told = Taken(**counts)
    if told.new or told.changed:
        audit.note(
            session,
            by,
            "point.from_file",
            subject=contract.key,
            contract_id=contract.id,
            detail=counts,
            now=now,
        )
    return told


def _taken(point: RatingPoint, terms: Terms, now: datetime) -> str:
    """Write the row down; which count it goes to."""
    is_new = point.token is None
    start(point, now)
    changed = put(point, terms)
    if is_new:
        return "new"
    if changed:
        return "changed"
    return "closed" if point.closed_at else "same"


def _lines(agreement: Agreement, path: Path, flaws: list[Flaw]) -> Iterator[tuple[int, Line]]:
    """(row, line) of every row that can be read; what is wrong is added to the flaws."""
    reader = _Reader(agreement)
    seen: dict[Where, int] = {}
    try:
        for row, fields in csv_rows.read_by_hand(path):
            if row > MOST_AT_ONCE + 1:
                flaws.append(Flaw(row, "", "", Problem.LONG, str(MOST_AT_ONCE)))
                return
            line, wrong = reader.read(row, fields)
            flaws.extend(wrong)
            if line is not None:
                if line.where in seen:
                    flaws.append(Flaw(row, "site", line.where.site, Problem.TWICE, str(seen[line.where])))
                seen.setdefault(line.where, row)
                yield row, line
    except csv_rows.Unreadable as bad:
        flaws.append(Flaw(bad.row, "", bad.wrong.found, Problem.UNREADABLE, bad.wrong.problem))
    if not reader.is_begun:
        flaws.append(Flaw(1, "site", "", Problem.NO_COLUMN))


class _Reader:
    """Reads a header, and the rows below it."""

    def __init__(self, agreement: Agreement) -> None:
        self.at: Mapping[str, int] = {}
        self.width = 0
        self.is_begun = False
        self.known = {
            "site": list(agreement.site_keys),
            "touchpoint": [each.key for each in agreement.journey],
            "questions": [each.key for each in agreement.questions],
            "persona": [each.key for each in agreement.personas],
        }

    def read(self, row: int, fields: list[str]) -> tuple[Line | None, list[Flaw]]:
        """What the row says, if anything, and what is wrong with it."""
        if not self.is_begun:
            self.is_begun = True
            return None, list(self._header(row, fields))
        if not any(map(str.strip, fields)) or not self.at:
            return None, []
        if len(fields) != self.width:
            return None, [Flaw(row, "", str(len(fields)), Problem.WIDTH, str(self.width))]
        cells = {name: " ".join(fields[place].split()) for name, place in self.at.items()}
        questions = tuple(dict.fromkeys(filter(None, BETWEEN.split(cells.get("questions", "")))))
        flaws = [*self._unknown(row, cells, questions), *_title(row, cells.get("title", ""))]
        where = Where(cells.get("site", ""), cells.get("touchpoint", ""))
        chosen = questions if "questions" in cells else None
        return (None if flaws else Line(where, cells.get("title"), chosen, cells.get("persona"))), flaws

    def _header(self, row: int, header: list[str]) -> Iterator[Flaw]:
        """Learn the columns; what is wrong with them. With a wrong header no row is read."""
        names = [name.strip().casefold() for name in header]
        wrong = [
            Flaw(row, name[:MOST_SHOWN], "", Problem.FOREIGN_COLUMN, ", ".join(COLUMNS))
            for name in names
            if name not in COLUMNS
        ]
        wrong.extend(
            Flaw(row, name, "", Problem.TWICE, str(row))
            for place, name in enumerate(names)
            if name in names[:place]
        )
        if "site" not in names and "touchpoint" not in names:
            wrong.append(Flaw(row, "site", "", Problem.NO_COLUMN))
        if not wrong:
            self.at, self.width = {name: place for place, name in enumerate(names)}, len(names)
        yield from wrong

    def _unknown(self, row: int, cells: Mapping[str, str], questions: tuple[str, ...]) -> Iterator[Flaw]:
        """Keys the agreement does not know."""
        told = [(column, cells.get(column, "")) for column in ("site", "touchpoint", "persona")]
        for column, text in [*told, *(("questions", key) for key in questions)]:
            if text and text not in self.known[column]:
                allowed = ", ".join(self.known[column])
                yield Flaw(row, column, text[:MOST_SHOWN], Problem.UNKNOWN, allowed)


def _title(row: int, title: str) -> list[Flaw]:
    if len(title) <= LONGEST_TITLE and title.isprintable():
        return []
    return [Flaw(row, "title", title[:MOST_SHOWN], Problem.TITLE, str(LONGEST_TITLE))]
