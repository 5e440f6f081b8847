"""Figures: exact values as people read them. Rounding happens here, half up, once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.numbers import get_decimal_symbol

from xla.core.agreement import Language, Metric
from xla.core.verdict import Thresholds
from xla.documents.language import locale

Exact = Fraction | Decimal | float | int

MINUS = "\u2212"
THIN = "\u202f"
HARD_SPACE = "\u00a0"
DASH = "–"
PERCENT = frozenset({Metric.CSAT, Metric.SHARE, Metric.CES_AGREE, Metric.RATE})
_DECIMALS = {Metric.MEAN: 2, Metric.CES_MEAN: 2, Metric.AMOUNT_MEAN: 2}
_MOST_DECIMALS = 9


def half_up(value: Exact, decimals: int) -> Decimal:
    """`value` rounded half away from zero."""
    exact = Fraction(value)
    scaled = abs(exact) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    rounded = Decimal(whole).scaleb(-decimals)
    return -rounded if exact < 0 and whole else rounded


def printed(value: Exact, metric: Metric, thresholds: Thresholds) -> Decimal:
    """`value` as it is printed: with more decimals where fewer would move it onto or over a threshold."""
    exact = Fraction(value)
    limits = (Fraction(thresholds.floor), Fraction(thresholds.target))
    for decimals in range(_DECIMALS.get(metric, 1), _MOST_DECIMALS):
        rounded = half_up(exact, decimals)
        if all(_side(Fraction(rounded), limit) == _side(exact, limit) for limit in limits):
            return rounded
    return half_up(exact, _MOST_DECIMALS)


def rounded(bound: Exact, metric: Metric) -> Decimal:
    """A bound of an interval as it is printed."""
    return half_up(bound, _DECIMALS.get(metric, 1))


def agreed(limit: Decimal) -> Decimal:
    """A threshold exactly, without zeros at its end."""
    plain = limit.normalize()
    exponent = plain.as_tuple().exponent
    return plain.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else plain


def _side(value: Fraction, limit: Fraction) -> int:
    return (value > limit) - (value < limit)


@dataclass(frozen=True)
class Figures:
    """Numbers and dates in one language, instants in one zone."""

    language: Language
    timezone: str = "UTC"

    @property
    def locale(self) -> Locale:
        """Babel's name for the language."""
        return locale(self.language)

    def number(self, value: Decimal | int, *, sign: bool = False) -> str:
        """`value` with all its decimals, thin spaces between thousands and a true minus."""
        amount = Decimal(value)
        whole, point, rest = f"{abs(amount):f}".partition(".")
        symbol = _decimal_symbol(self.language) if point else ""
        grouped = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", THIN, whole) if len(whole) > 3 else whole  # noqa: PLR2004 - thousands
        mark = MINUS if amount < 0 else "+" if sign and amount > 0 else ""
        return mark + grouped + symbol + rest

    def value(self, value: Exact | None, metric: Metric, thresholds: Thresholds, *, unit: bool = True) -> str:
        """A KPI's value; a dash where there is none."""
        if value is None:
            return DASH
        text = self.number(printed(value, metric, thresholds))
        return text + self.unit(metric) if unit else text

    def against(self, value: Fraction, floor: Decimal, metric: Metric) -> str:
        """A value where only its floor is known."""
        return self.value(value, metric, Thresholds(target=floor, floor=floor))

    def threshold(self, limit: Decimal, metric: Metric) -> str:
        """A target or a floor, exactly as agreed."""
        return self.number(agreed(limit)) + self.unit(metric)

    def interval(self, low: float | None, high: float | None, metric: Metric) -> str:
        """Both bounds, rounded as the metric is; a dash where there is none."""
        if low is None or high is None:
            return DASH
        bounds = [self.number(rounded(bound, metric)) for bound in (low, high)]
        joint = f" {DASH} " if low < 0 else DASH
        return joint.join(bounds)

    def change(self, now: Decimal, then: Decimal) -> str:
        """The difference between two printed figures, signed."""
        return self.number(now - then, sign=True)

    def chance(self, chance: float | None) -> str:
        """A probability in whole per cent, never 0 or 100."""
        if chance is None:
            return DASH
        percent = half_up(100 * Fraction(chance), 0)
        bound = "<1" if percent < 1 else ">99" if percent > 99 else self.number(percent)  # noqa: PLR2004 - per cent
        return f"{bound}{HARD_SPACE}%"

    def score(self, value: Exact | None) -> str:
        """A place on 0-100, one decimal."""
        return DASH if value is None else self.number(half_up(value, 1))

    def percent(self, share: Decimal) -> str:
        """A share such as 0.95 as per cent."""
        return self.number(_plain(share * 100)) + f"{HARD_SPACE}%"

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount with its currency before it, such as SEK 69 000: a code is the same in all languages."""
        shown = _plain(amount) if amount == amount.to_integral_value() else amount
        return f"{currency}{HARD_SPACE}{self.number(shown)}"

    def unit(self, metric: Metric) -> str:
        """What stands behind a value, with the space before it."""
        return f"{HARD_SPACE}%" if metric in PERCENT else ""

    def rate(self, percent: Decimal, *, sign: bool = False) -> str:
        """Per cent as agreed or computed, without needless zeros: 3.75 %."""
        return self.number(_plain(percent), sign=sign) + f"{HARD_SPACE}%"

    def day(self, day: date) -> str:
        """A day, such as 4 June 2018."""
        return format_date(day, "long", locale=self.locale).replace(" ", HARD_SPACE)

    def short_day(self, day: date) -> str:
        """A day for an axis, without its year: 4 Jun."""
        return format_skeleton("MMMd", day, locale=self.locale).replace(" ", HARD_SPACE)

    def instant(self, instant: datetime) -> str:
        """A moment in the contract's zone, such as 4 June 2018, 09:00."""
        local = instant.astimezone(ZoneInfo(self.timezone))
        return f"{self.day(local.date())}, {format_time(local, 'HH:mm', locale=self.locale)}"

    def days(self, start: date, end: date) -> str:
        """A period's first and last day; `end` is the day after."""
        last = end - timedelta(days=1)
        text = format_interval(start, last, "yMMMd", locale=self.locale)
        return text.replace(" ", HARD_SPACE).replace("\u2009", HARD_SPACE)

    def month(self, day: date) -> str:
        """A month and its year, such as May 2018."""
        return format_skeleton("yMMMM", day, locale=self.locale).replace(" ", HARD_SPACE)

    def period(self, start: date, end: date) -> str:
        """A period by its name: a month, a quarter, a year, or its days."""
        months = (end.year - start.year) * 12 + end.month - start.month
        if (start.day, end.day) != (1, 1) or months not in {1, 3, 12}:
            return self.days(start, end)
        if months == 1:
            return self.month(start)
        if months == 3:  # noqa: PLR2004 - a quarter
            return format_date(start, "QQQ y", locale=self.locale).replace(" ", HARD_SPACE)
        return format_date(start, "y", locale=self.locale)

    def short_period(self, start: date, end: date) -> str:
        """A period by a name that fits a narrow column, such as Aug 2026."""
        name = self.period(start, end)
        if name != self.month(start):
            return name
        return format_skeleton("yMMM", start, locale=self.locale).replace(" ", HARD_SPACE)

    def tick(self, start: date, end: date) -> str:
        """The shortest name of a period, for an axis: M, 2, 18."""
        last = end - timedelta(days=1)
        length = (end - start).days
        pattern = "MMMMM" if length < 80 else "Q" if length < 300 else "yy"  # noqa: PLR2004 - a month or rolling, a quarter, a year
        return format_date(last, pattern, locale=self.locale)

    def tally(self, counts: Iterable[tuple[int, int]]) -> str:
        """Score counts, lowest score first: 1: 12 · 2: 30."""
        return f"{HARD_SPACE}· ".join(
            f"{score}:{HARD_SPACE}{self.number(count)}" for score, count in sorted(counts)
        )


@cache
def _decimal_symbol(language: Language) -> str:
    return get_decimal_symbol(locale(language))


def _plain(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
