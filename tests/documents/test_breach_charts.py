"""The pictures of a breach's page: sound whatever they are given, each saying its finding."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from documents.sample import make_kpi
from xla.core.agreement import Metric
from xla.core.effect import Effect, Result
from xla.core.verdict import Thresholds, Verdict
from xla.documents.chart_days import IN_A_COLUMN, Day, days_chart, days_title
from xla.documents.chart_effect import SHOWN, effect_chart
from xla.documents.chart_why import place_bar, share_bar
from xla.documents.report_data import KpiResult

KPI = make_kpi(0, thresholds=Thresholds(Decimal(78), Decimal(75)))
FIRST = date(2018, 5, 1)


def month(values: list[int | None]) -> list[Day]:
    """Days whose value so far is given."""
    return [
        Day(FIRST + timedelta(number), Fraction(value), Fraction(value))
        if value is not None
        else Day(FIRST + timedelta(number), None, None)
        for number, value in enumerate(values)
    ]


def drawn(days: list[Day], kpi: KpiResult = KPI) -> Markup:
    title = days_title(kpi, days)
    return days_chart(kpi, days, title=title, day_count=len(days), size=IN_A_COLUMN)


def title_of(chart: Markup) -> str:
    found = ET.fromstring(chart).find("{*}title")  # noqa: S314 -- our own chart
    assert found is not None
    return str(found.text)


@pytest.mark.parametrize(
    "days",
    [
        month([80, 78, 74, 73]),
        month([None, 74, None, 70]),
        month([80]),
        month([None, None]),
        month([75] * 365),
        month([75] * 31),
    ],
)
def test_every_chart_of_days_is_sound(days: list[Day]) -> None:
    assert title_of(drawn(days)) == days_title(KPI, days)


def test_the_title_says_when_the_floor_was_held_last() -> None:
    assert "was held last on 2\u00a0May\u00a02018" in days_title(KPI, month([80, 78, 74, 73]))
    assert "from 74" in days_title(KPI, month([74, 73]))
    assert days_title(KPI, month([None])) == "No day has answers enough to be shown."


def test_lower_is_better_shades_the_other_side() -> None:
    lower = make_kpi(0, thresholds=Thresholds(Decimal(75), Decimal(75), higher_is_better=False))
    assert "floor-zone" in drawn(month([74, 80]), lower)


@pytest.mark.parametrize("result", list(Result))
def test_every_result_has_its_mark_and_its_picture(result: Result) -> None:
    effect = Effect(result, 60, 50, Fraction(70), Fraction(80), Fraction(10), 2.0, 18.0)
    picture = effect_chart(effect, Metric.CSAT, KPI.thresholds)
    assert picture is not None
    assert f"mark-{SHOWN[result]}" in picture
    assert title_of(picture) == "Before 70.0\u00a0%, after 80.0\u00a0%."


def test_an_effect_without_both_values_has_no_picture_and_one_without_interval_has() -> None:
    few = Effect(Result.TOO_EARLY, 60, 3)
    assert effect_chart(few, Metric.CSAT, KPI.thresholds) is None
    same = Effect(Result.CANNOT_TELL, 60, 50, Fraction(70), Fraction(70), Fraction(0))
    assert effect_chart(same, Metric.RATE, KPI.thresholds) is not None


def test_bars_stay_within_their_picture() -> None:
    for share, before in ((Fraction(0), None), (Fraction(1, 2), Fraction(1, 3)), (Fraction(0), Fraction(0))):
        assert title_of(share_bar(share, before, Fraction(1, 2), "Smell")) == "Smell"
    assert title_of(share_bar(Fraction(0), None, Fraction(0), "Smell")) == "Smell"
    for now, before_ in ((-1.0, None), (9.0, -9.0), (0.0, 0.5)):
        assert title_of(place_bar(now, before_, Verdict.BREACHED, "House A")) == "House A"
