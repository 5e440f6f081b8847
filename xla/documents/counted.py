"""What was counted: the file inside a report from which its figures can be computed again, out and in.

One line for each count or sum: `kpi`, `question`, `of`, `key`, `number`. Numbers are exact: whole, decimal,
or a fraction such as 200/3. A KPI of too few answers has one line, `hidden`.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from xla.core.cluster import Respondents
from xla.core.metric import IndexSums
from xla.core.summary import Observed, Summary

Kind = Literal["share", "net", "mean", "index", "rate", "amount"]
Row = tuple[str, str, str, str, str]
COLUMNS: Row = ("kpi", "question", "of", "key", "number")
SCORE, OBSERVED, INDEX, RESPONDENTS, HIDDEN = "score", "observed", "index", "respondents", "hidden"
NUMBER = re.compile(r"-?\d{1,400}(\.\d{1,400}|/\d{1,400})?")
MOST_ROWS = 50_000


@dataclass(frozen=True)
class CountedKpi:
    """One KPI: how its value is made, and of what."""

    key: str
    kind: Kind
    summary: Summary | None
    """None where it stands for too few answers to be shown."""
    weights: Mapping[int, Fraction] = field(default_factory=dict)
    """Score -> what a rating with it is worth, in the units shown; empty for an index or an observation."""
    scale: tuple[int, int] | None = None
    """The lowest and highest score of its questions; None for an observation."""


def hide(counted: Iterable[CountedKpi], keys: Iterable[str]) -> tuple[CountedKpi, ...]:
    """Without what some of the KPIs come from."""
    hidden = set(keys)
    return tuple(replace(each, summary=None) if each.key in hidden else each for each in counted)


def counted_csv(counted: Iterable[CountedKpi]) -> str:
    """The file. Expects `visible` values."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(row for each in counted for row in _rows(each))
    return out.getvalue()


def counted_document(counted: Iterable[CountedKpi]) -> dict[str, Any]:
    """KPI -> how its value is made of the file's counts: kind, what each score is worth, the scale."""
    return {
        each.key: {
            "kind": each.kind,
            "worth": {str(score): str(worth) for score, worth in each.weights.items()} or None,
            "scale": None if each.scale is None else list(each.scale),
        }
        for each in counted
    }


def read_counted(text: str) -> dict[str, Summary | None]:
    """KPI -> what its figures come from; None where that is hidden.

    Raises:
        ValueError: the file is none of that form; the sentence says where.
    """
    rows = _read(text)
    if tuple(next(rows, ())) != COLUMNS:
        raise ValueError("its first line does not name the columns")
    found: dict[str, dict[tuple[str, str, str], str]] = {}
    for number, row in enumerate(rows, 2):
        if len(row) != len(COLUMNS) or (row[2] != HIDDEN and not NUMBER.fullmatch(row[4])):
            raise ValueError(f"line {number} holds no count")
        kpi, *what, counted = row
        told = found.setdefault(kpi, {})
        if (what[0], what[1], what[2]) in told:
            raise ValueError(f"line {number} says again what was said before")
        told[what[0], what[1], what[2]] = counted
    return {kpi: _summary(kpi, told) for kpi, told in found.items()}


def _read(text: str) -> Iterator[list[str]]:
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""))):
            if number >= MOST_ROWS:
                raise ValueError(f"it has more than {MOST_ROWS} lines")
            yield row
    except csv.Error as error:
        raise ValueError(f"it is no CSV: {error}") from error


def _rows(each: CountedKpi) -> Iterator[Row]:
    told = each.summary
    if told is None:
        yield (each.key, "", HIDDEN, "", "")
        return
    for question, counts in told.scores.items():
        yield from ((each.key, question, SCORE, str(score), str(n)) for score, n in sorted(counts.items()))
    for name, sums in ((OBSERVED, told.observed), (INDEX, told.index), (RESPONDENTS, told.respondents)):
        if sums is not None:
            for key, number in vars(sums).items():
                if number is not None:
                    yield (each.key, "", name, key, _exact(number))


def _exact(number: int | Decimal | Fraction) -> str:
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


def _summary(kpi: str, told: Mapping[tuple[str, str, str], str]) -> Summary | None:
    if ("", HIDDEN, "") in told:
        return None
    scores: dict[str, dict[int, int]] = {}
    for (question, of, key), number in told.items():
        if of == SCORE:
            scores.setdefault(question, {})[int(key)] = int(number)
    sums = {
        name: {key: number for (_, of, key), number in told.items() if of == name}
        for name in (OBSERVED, INDEX, RESPONDENTS)
    }
    try:
        return Summary(
            scores,
            _observed(sums[OBSERVED]) if sums[OBSERVED] else None,
            _index(sums[INDEX]) if sums[INDEX] else None,
            _respondents(sums[RESPONDENTS]) if sums[RESPONDENTS] else None,
        )
    except (KeyError, ArithmeticError) as missing:
        raise ValueError(f"the sums of {kpi} are not complete: {missing}") from missing


def _observed(sums: Mapping[str, str]) -> Observed:
    squares = sums.get("squares")
    return Observed(
        Decimal(sums["amount"]), Decimal(sums["base"]), None if squares is None else Decimal(squares)
    )


def _index(sums: Mapping[str, str]) -> IndexSums:
    return IndexSums(int(sums["n"]), Fraction(sums["total"]), Fraction(sums["squares"]))


def _respondents(sums: Mapping[str, str]) -> Respondents:
    return Respondents(
        count=int(sums["count"]),
        ratings=int(sums["ratings"]),
        total=Fraction(sums["total"]),
        ratings_squared=int(sums["ratings_squared"]),
        products=Fraction(sums["products"]),
        totals_squared=Fraction(sums["totals_squared"]),
    )
