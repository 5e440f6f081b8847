"""How an agreement is said: its figures, days and lists in plain English, and the tongue of a sentence."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from xla.core.agreement import Language, OwnScale
from xla.core.agreement_numbers import plain

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


class Tongue:
    """How sentences are said in a language: this one in English, others by what `documents` knows of them.

    A sentence is a text with places, such as `The monthly fee is %(amount)s.`; what fills them is said first.
    """

    def say(self, text: str, **values: str) -> str:
        """The text in the language, with its places filled."""
        return text % values

    def plural(self, one: str, many: str, number: int, **values: str) -> str:
        """The text for a number of things, which stands in it as `%(count)s`."""
        return (one if number == 1 else many) % {"count": self.figure(number), **values}

    def figure(self, number: Decimal | int) -> str:
        """An exact number."""
        return figure(number)

    def percent(self, number: Decimal | int) -> str:
        """An exact percentage."""
        return percent(number)

    def amount(self, number: Decimal, decimals: int) -> str:
        """Money: with all its decimals, or with none where it is whole."""
        whole, point, part = figure(number).partition(".")
        return f"{whole}.{part.ljust(decimals, '0')}" if point else whole

    def day(self, on: date) -> str:
        """A day."""
        return day(on)

    def span(self, lowest: int, highest: int) -> str:
        """From the lowest to the highest, in figures."""
        return span(lowest, highest)

    def joined(self, names: Iterable[str]) -> str:
        """`a, b and c`."""
        return joined(names)

    def either(self, names: Iterable[str]) -> str:
        """`a, b or c`."""
        return joined(names, "or")

    def quoted(self, text: str) -> str:
        """The text in quotation marks, on one line."""
        return quoted(text)

    def language(self, code: Language) -> str:
        """What a language is called."""
        return LANGUAGE_NAMES[code]


ENGLISH = Tongue()
