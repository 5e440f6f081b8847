"""How an agreement's values are said in plain English: figures, percent, days, lists and quotations."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from xla.core.agreement import Language, OwnScale
from xla.core.agreement_numbers import plain
from xla.core.window import CalendarPeriod

SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
LANGUAGE_NAMES: dict[Language, str] = {
    "en": "English",
    "sv": "Swedish",
    "da": "Danish",
    "nb": "Norwegian",
    "fi": "Finnish",
}


def figure(number: Decimal | int) -> str:
    """The exact number with a true minus and its thousands apart."""
    whole, point, part = plain(Decimal(number)).partition(".")
    grouped = f"{int(whole.removeprefix('-')):,}".replace(",", SPACE)
    return f"{MINUS if whole.startswith('-') else ''}{grouped}{point}{part}"


def percent(number: Decimal | int) -> str:
    """The figure as a percentage."""
    return f"{figure(number)}{SPACE}%"


def day(on: date) -> str:
    """`1 January 2014`."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def period(named: CalendarPeriod) -> str:
    """`May 2018`, `2018-Q2` or `2018`."""
    return f"{MONTHS[named.start.month - 1]} {named.start.year}" if named.kind == "month" else str(named)


def count(number: int, noun: str) -> str:
    """`1 day`, `30 days`."""
    return f"{figure(number)} {noun if number == 1 else f'{noun}s'}"


def span(lowest: int, highest: int) -> str:
    """`1 to 5` in figures: with an en dash, or with words where a number is negative."""
    if lowest < 0:
        return f"{figure(lowest)} to {figure(highest)}"
    return f"{lowest}{DASH}{highest}"


def joined(names: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    texts = list(names)
    if len(texts) < 2:  # noqa: PLR2004 -- one name, or none, needs no joining
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"


def quoted(text: str) -> str:
    """The text in quotation marks, on one line."""
    return f'"{" ".join(text.split())}"'


def scale_name(scale: str | OwnScale) -> str:
    """The scale's name, or `1–9` for one of the contract's own."""
    return span(scale.min, scale.max) if isinstance(scale, OwnScale) else scale
