"""Charts for lists: sound, with a sentence, and drawn as the figures say."""

from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from xla.core.verdict import Verdict
from xla.documents import chart_glance
from xla.documents.chart_glance import Placed

CLOSED = [Verdict.MET, Verdict.AT_RISK, Verdict.BREACHED, Verdict.INCONCLUSIVE, Verdict.NO_DATA]


def read(svg: Markup) -> ET.Element:
    return ET.fromstring(str(svg))  # noqa: S314 - our own drawing


def parts(svg: Markup, kind: str) -> list[ET.Element]:
    return [each for each in read(svg).iter() if kind in each.get("class", "").split()]


@pytest.mark.parametrize(
    "svg",
    [
        chart_glance.verdict_strip(CLOSED, Verdict.MET, "A <b>sentence</b>"),
        chart_glance.budget_meter(0.4, 0.6, "A <b>sentence</b>"),
        chart_glance.decision_segments(4, 1, 2, "A <b>sentence</b>"),
        chart_glance.evidence_axis(
            Placed(-0.3, -0.6, 0.1), Verdict.BREACHED, ("70", "75"), "A <b>sentence</b>"
        ),
    ],
)
def test_a_chart_is_sound_and_says_its_sentence(svg: Markup) -> None:
    root = read(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == "A <b>sentence</b>"


def test_a_strip_shows_the_last_twelve_closed_periods_and_outlines_the_running_one() -> None:
    svg = chart_glance.verdict_strip([Verdict.BREACHED] * 3 + [Verdict.MET] * 12, Verdict.AT_RISK, "")
    assert len(parts(svg, "cell-met")) == 12
    assert not parts(svg, "cell-breached")
    assert len(parts(svg, "now")) == 1
    assert not parts(chart_glance.verdict_strip([Verdict.MET], None, ""), "now")


@pytest.mark.parametrize(
    ("left", "due", "kinds"),
    [
        (0.7, 0.6, {"meter-left", "meter-tick"}),
        (0.4, 0.6, {"meter-left", "meter-missing", "meter-tick"}),
        (0.0, 0.6, {"meter-spent", "meter-tick"}),
        (0.4, None, {"meter-left"}),
        (0.0, None, set()),
        (7.0, -3.0, {"meter-left", "meter-tick"}),
    ],
)
def test_a_meter_fills_what_is_left_and_hatches_what_is_missing(
    left: float, due: float | None, kinds: set[str]
) -> None:
    svg = chart_glance.budget_meter(left, due, "")
    known = {"meter-left", "meter-missing", "meter-spent", "meter-tick"}
    assert {kind for kind in known if parts(svg, kind)} == kinds


@pytest.mark.parametrize(
    ("chance", "filled"), [(0.0, 0), (0.04, 0), (0.05, 1), (0.64, 6), (0.97, 10), (1.0, 10)]
)
def test_a_chance_fills_a_dot_for_each_tenth(chance: float, filled: int) -> None:
    svg = chart_glance.chance_dots(chance)
    assert len(parts(svg, "dot")) == 10
    assert len(parts(svg, "on")) == filled


def test_each_kpi_of_a_period_is_a_segment() -> None:
    svg = chart_glance.decision_segments(4, 1, 2, "")
    assert [len(parts(svg, kind)) for kind in ("meter-left", "meter-spent", "meter")] == [4, 1, 2]
    assert len(parts(chart_glance.decision_segments(60, 0, 0, ""), "meter-left")) == 60
    assert len(parts(chart_glance.decision_segments(0, 0, 0, ""), "meter")) == 1


def test_evidence_without_an_interval_or_a_target_of_its_own_leaves_them_out() -> None:
    svg = chart_glance.evidence_axis(Placed(-90.0, None, None), Verdict.BREACHED, ("70", ""), "")
    assert not parts(svg, "target")
    assert not parts(svg, "line-breached")
    assert len(parts(svg, "fill-breached")) == 1
