"""Figures: rounded half up, once, and never across a threshold."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from xla.core.agreement import Language, Metric
from xla.core.verdict import Thresholds
from xla.documents.figures import Figures, half_up, printed

TERMS = Thresholds(target=Decimal(78), floor=Decimal(75))


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (Fraction(1, 20), 1, "0.1"),
        (Fraction(-1, 20), 1, "-0.1"),
        (Fraction(25, 10), 0, "3"),
        (Fraction(-25, 10), 0, "-3"),
        (Fraction(1, 3), 2, "0.33"),
        (Fraction(-1, 1000), 1, "0.0"),
        (2.675, 2, "2.67"),
        (Decimal("2.675"), 2, "2.68"),
    ],
)
def test_rounding_is_half_up_on_the_exact_value(value: Fraction, decimals: int, rounded: str) -> None:
    assert str(half_up(value, decimals)) == rounded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction("74.96"), "74.96"),
        (Fraction("74.99999"), "74.99999"),
        (Fraction("75.04"), "75.04"),
        (Fraction(75), "75.0"),
        (Fraction("77.98"), "77.98"),
        (Fraction("76.44"), "76.4"),
    ],
)
def test_a_value_is_never_printed_on_the_other_side_of_a_threshold(value: Fraction, text: str) -> None:
    assert str(printed(value, Metric.CSAT, TERMS)) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "\u221212\u202f345.60"),
        ("sv", "\u221212\u202f345,60"),
        ("da", "\u221212\u202f345,60"),
        ("nb", "\u221212\u202f345,60"),
        ("fi", "\u221212\u202f345,60"),
    ],
)
def test_numbers_have_a_true_minus_and_thin_spaces(language: Language, text: str) -> None:
    assert Figures(language).number(Decimal("-12345.60")) == text


def test_a_change_carries_its_sign() -> None:
    figures = Figures("en")
    signs = [figures.number(Decimal(value), sign=True) for value in ("0.4", "-0.4", "0.0")]
    assert signs == ["+0.4", "\u22120.4", "0.0"]


def test_a_share_has_a_no_break_space_before_its_sign() -> None:
    assert Figures("en").value(Fraction("73.2"), Metric.CSAT, TERMS) == "73.2\u00a0%"
    assert Figures("en").threshold(Decimal("75.00"), Metric.CSAT) == "75\u00a0%"
    assert Figures("en").threshold(Decimal(100), Metric.NPS) == "100"


def test_a_value_that_is_not_there_is_a_dash() -> None:
    assert Figures("en").value(None, Metric.CSAT, TERMS) == "–"
    assert Figures("en").interval(None, None, Metric.CSAT) == "–"


def test_a_chance_is_never_certain() -> None:
    chances = [Figures("en").chance(chance) for chance in (0.0, 0.004, 0.5, 0.996, 1.0, None)]
    assert chances == ["<1\u00a0%", "<1\u00a0%", "50\u00a0%", ">99\u00a0%", ">99\u00a0%", "–"]


def test_an_interval_below_zero_keeps_its_dash_apart() -> None:
    assert Figures("en").interval(-12.34, 5.06, Metric.NPS) == "\u221212.3 – 5.1"
    assert Figures("en").interval(71.44, 74.86, Metric.CSAT) == "71.4–74.9"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2018, 5, 1), date(2018, 6, 1), "May\u00a02018"),
        (date(2018, 4, 1), date(2018, 7, 1), "Q2\u00a02018"),
        (date(2018, 1, 1), date(2019, 1, 1), "2018"),
    ],
)
def test_a_period_has_its_name(start: date, end: date, text: str) -> None:
    assert Figures("en").period(start, end) == text


def test_other_periods_are_named_by_their_days() -> None:
    assert (
        Figures("en").period(date(2018, 4, 29), date(2018, 5, 29))
        == "29\u00a0Apr\u00a0–\u00a028\u00a0May\u00a02018"
    )


def test_an_instant_is_told_in_the_contracts_zone() -> None:
    instant = datetime(2018, 6, 4, 7, 0, tzinfo=UTC)
    assert Figures("sv", "Europe/Stockholm").instant(instant) == "4\u00a0juni\u00a02018, 09:00"
    assert Figures("en", "Asia/Kathmandu").instant(instant) == "4\u00a0June\u00a02018, 12:45"
