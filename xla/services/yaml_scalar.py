"""A scalar of a YAML file: the value an unquoted word stands for (YAML 1.2 core schema, and ISO days)."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MOST_DIGITS = 18

_NUMBER = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?", re.ASCII)
_VAST = re.compile(r"[-+]?[0-9.]+[eE][-+]?[0-9]{4,}", re.ASCII)
_WHOLE = re.compile(r"[-+]?[0-9]+", re.ASCII)
_NO_NUMBER = re.compile(r"[-+]?\.inf|\.nan", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NAMED: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}

Value = bool | int | Decimal | date | str | None


@dataclass(frozen=True)
class Unreadable:
    """Stands where a value should be."""

    problem: str


UNREADABLE = Unreadable("unreadable")
TOO_LONG = Unreadable(f"a number has at most {MOST_DIGITS} digits; text stands in quotes")


def value_of(word: str) -> Value | Unreadable:
    """What the unquoted `word` stands for; whatever is not clearly something else is text."""
    if word in _NAMED:
        return _NAMED[word]
    if _NUMBER.fullmatch(word):
        return _number(word)
    if _VAST.fullmatch(word):
        return TOO_LONG
    if _NO_NUMBER.fullmatch(word):
        return Unreadable("this is no number to agree on; text stands in quotes")
    return _day(word) if _DAY.fullmatch(word) else word


def _number(word: str) -> int | Decimal | Unreadable:
    if len(word) > 2 * MOST_DIGITS:
        return TOO_LONG
    number = Decimal(word)
    _, digits, exponent = number.as_tuple()
    if len(digits) > MOST_DIGITS or abs(int(exponent)) > MOST_DIGITS:
        return TOO_LONG
    return int(word) if _WHOLE.fullmatch(word) else number


def _day(word: str) -> date | Unreadable:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return Unreadable("there is no such day")
