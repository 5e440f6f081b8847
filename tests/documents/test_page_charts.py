"""The pages' charts: what is hidden is not drawn, what lies beyond an axis is shown, words are escaped."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from documents.sample import make_kpi
from xla.core.measurement import Measurement
from xla.core.verdict import Thresholds, Verdict
from xla.documents import cells
from xla.documents.chart_days import WIDE, Day, days_chart
from xla.documents.chart_levels import Level
from xla.documents.journey_chart import Stop, journey_chart

FLOOR, TARGET = Level(70.0, "Floor 70"), Level(80.0, "Target 80")
KPI = replace(
    make_kpi(),
    hidden=False,
    verdict=Verdict.BREACHED,
    thresholds=Thresholds(Decimal(80), Decimal(70)),
    measurement=Measurement(50, Fraction(60), 10.0, 75.0),
)


def test_an_interval_off_the_axis_ends_in_an_arrow() -> None:
    assert "off-breached" in cells.evidence_cell(KPI)
    inside = replace(KPI, measurement=Measurement(50, Fraction(72), 68.0, 76.0))
    assert "off-breached" not in cells.evidence_cell(inside)
    beyond = replace(KPI, measurement=Measurement(50, Fraction(5), 1.0, 9.0))
    assert 'class="interval' not in cells.evidence_cell(beyond)


def test_a_hidden_value_is_not_drawn() -> None:
    assert "mark" not in cells.evidence_cell(replace(KPI, hidden=True))


def test_where_lower_is_better_the_axis_is_mirrored() -> None:
    lower = Thresholds(Decimal(10), Decimal(20), higher_is_better=False)
    worse = replace(KPI, thresholds=lower, measurement=Measurement(50, Fraction(25), None, None))
    better = replace(worse, measurement=Measurement(50, Fraction(5), None, None))
    assert _across(cells.evidence_cell(worse)) < _across(cells.evidence_cell(better))


def test_a_hidden_step_of_the_journey_has_no_mark() -> None:
    stops = [
        Stop("Arrive <here> and look for the reception", "30 answers", Fraction(60), "60", Verdict.BREACHED),
        Stop("Lunch", "<5 hidden", None, "–", None),
        Stop("Leave", "30 answers", Fraction(90), "90", Verdict.MET),
    ]
    drawn = journey_chart(stops, floor=FLOOR, target=TARGET, higher_is_better=True, title="Weakest")
    assert drawn.count('class="mark') == 2
    assert "&lt;here&gt;" in drawn
    alike = journey_chart(stops, floor=FLOOR, target=FLOOR, higher_is_better=False, title="Weakest")
    assert 'class="target"' not in alike


def test_days_are_dots_and_all_days_so_far_a_line() -> None:
    days = [
        Day(date(2026, 3, 1), Fraction(60), Fraction(60), 50.0, 70.0),
        Day(date(2026, 3, 2), None, None),
        Day(date(2026, 3, 3), Fraction(80), Fraction(70), 64.0, 76.0),
    ]
    drawn = days_chart(KPI, days, title="70 % so far", day_count=31, size=WIDE)
    assert "so-far-band" in drawn
    assert "mark-breached" in drawn
    nothing = days_chart(KPI, [], title="None", day_count=31, size=WIDE)
    assert "mark" not in nothing


def _across(drawn: str) -> float:
    """Where the mark's path begins."""
    found = re.search(r'class="mark[^"]*" d="M([0-9.]+)', drawn)
    assert found
    return float(found[1])
