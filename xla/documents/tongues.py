"""The tongues: how an agreement is said in plain words in each of the five languages."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache

from babel.lists import format_list

from xla.core.agreement import Language
from xla.core.agreement_wording import ENGLISH, Tongue
from xla.documents.figures import DASH, HARD_SPACE, Figures
from xla.documents.language import translations


class Translated(Tongue):
    """A language of the catalogues; what has no translation yet is said in English, figures aside."""

    def __init__(self, language: Language) -> None:
        self.catalogue = translations(language)
        self.figures = Figures(language)

    def say(self, text: str, **values: str) -> str:
        """The text in the language, with its places filled."""
        return super().say(self.catalogue.gettext(text), **values)

    def plural(self, one: str, many: str, number: int, **values: str) -> str:
        """The text for a number of things."""
        return self.catalogue.ngettext(one, many, number) % {"count": self.figure(number), **values}

    def figure(self, number: Decimal | int) -> str:
        """An exact number, without closing zeros."""
        return self.figures.number(_short(Decimal(number)))

    def percent(self, number: Decimal | int) -> str:
        """An exact percentage."""
        return f"{self.figure(number)}{HARD_SPACE}%"

    def amount(self, number: Decimal, decimals: int) -> str:
        """Money."""
        whole = number == number.to_integral_value()
        return self.figures.number(number.quantize(Decimal(1).scaleb(0 if whole else -decimals)))

    def day(self, on: date) -> str:
        """A day."""
        return self.figures.day(on)

    def span(self, lowest: int, highest: int) -> str:
        """From the lowest to the highest."""
        joint = f" {DASH} " if lowest < 0 else DASH
        return f"{self.figure(lowest)}{joint}{self.figure(highest)}"

    def joined(self, names: Iterable[str]) -> str:
        """A, b and c."""
        return str(format_list(list(names), locale=self.figures.locale))

    def either(self, names: Iterable[str]) -> str:
        """A, b or c."""
        return str(format_list(list(names), style="or", locale=self.figures.locale))

    def language(self, code: Language) -> str:
        """What a language is called."""
        return str(self.figures.locale.languages.get(code, code))


@cache
def tongue(language: Language) -> Tongue:
    """The tongue of a language."""
    return ENGLISH if language == "en" else Translated(language)


def _short(number: Decimal) -> Decimal:
    whole = number == number.to_integral_value()
    return number.quantize(Decimal(1)) if whole else number.normalize()
