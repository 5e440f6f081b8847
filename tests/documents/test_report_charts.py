"""Charts: one source for paper and screen."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from fontTools.ttLib import TTFont
from markupsafe import Markup

from documents.sample import MONTHS, make_kpi
from xla.core.agreement import LANGUAGES
from xla.core.measurement import Measurement
from xla.core.verdict import Thresholds, Verdict
from xla.documents import charts, shapes, typefaces
from xla.documents.figures import Figures
from xla.documents.report_data import KpiResult

PERIODS = [start for start, _ in MONTHS]
ALL = [make_kpi(index) for index in range(12)]
ODD = [
    make_kpi(0, trend=()),
    make_kpi(0, trend=make_kpi(0).trend[-1:]),
    make_kpi(0, hidden=True),
    make_kpi(0, thresholds=Thresholds(Decimal(75), Decimal(75))),
    make_kpi(0, thresholds=Thresholds(Decimal(0), Decimal(0)), scale_low=Decimal(0), scale_high=Decimal(0)),
    make_kpi(0, measurement=Measurement(9, Fraction(-900), -2000.0, 3000.0)),
]


def drawn(kpi: KpiResult) -> list[Markup]:
    return [
        charts.trend_chart(kpi),
        charts.evidence_bar(kpi),
        charts.verdict_row(kpi, PERIODS),
        charts.score_sparkline([(date(2018, 5, 1), kpi.measurement.value)], title=kpi.title),
    ]


@pytest.mark.parametrize("kpi", ALL + ODD)
def test_every_chart_is_sound_and_says_its_finding(kpi: KpiResult) -> None:
    for chart in drawn(kpi):
        root = ET.fromstring(chart)  # noqa: S314 - our own
        title = root.find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        assert title.text
        assert "style=" not in chart
        assert "nan" not in chart
        assert "e-" not in re.sub(r"<title>.*?</title>|class=\"[^\"]*\"|[a-z]+-[a-z]+=", "", chart)


def test_the_trend_says_where_it_came_from() -> None:
    chart = charts.trend_chart(make_kpi(0))
    assert (
        "<title>Restroom satisfaction: 77.8\u00a0% in May\u00a02017, 73.2\u00a0% in May\u00a02018. "
        "Below its floor of 75\u00a0%.</title>"
    ) in chart


def test_the_same_kind_of_mark_is_one_path() -> None:
    classes = re.findall(r'<path class="([^"]+)"', charts.trend_chart(make_kpi(0)))
    past, now = classes[: classes.index("interval-now")], classes[classes.index("interval-now") :]
    assert len(past) == len(set(past))
    assert len(now) == 2


def test_texts_are_escaped() -> None:
    kpi = make_kpi(0, title="</title><script>{{7*7}}")
    assert "<script>" not in charts.trend_chart(kpi)
    assert "&lt;/title&gt;&lt;script&gt;{{7*7}}" in charts.trend_chart(kpi)


def test_evidence_lines_up_whatever_the_unit() -> None:
    shapes = {
        re.search(r'class="floor" d="([^"]+)"', charts.evidence_bar(kpi))[1]  # type: ignore[index]  # a test's shorthand
        for kpi in ALL
    }
    assert len(shapes) == 1


def test_a_hidden_value_leaves_no_mark() -> None:
    assert "mark" not in charts.evidence_bar(make_kpi(0, hidden=True))


def test_missing_periods_break_the_line() -> None:
    points = [(start, None if index == 1 else Fraction(50)) for index, start in enumerate(PERIODS[:4])]
    line = re.search(r'class="score" d="([^"]+)"', charts.score_sparkline(points, title="x"))
    assert line is not None
    assert line[1].count("M") == 2


def test_a_period_without_a_verdict_is_a_dash() -> None:
    kpi = make_kpi(0, trend=make_kpi(0).trend[3:])
    assert 'class="gap"' in charts.verdict_row(kpi, PERIODS)
    assert 'class="gap"' not in charts.verdict_row(make_kpi(0), PERIODS)


def test_marks_differ_in_shape() -> None:
    assert (
        len({charts.evidence_bar(make_kpi(4, verdict=verdict)).split("<path")[-1] for verdict in Verdict})
        == 5
    )


def test_single_letters_of_an_axis_are_one_text_each_over_its_place() -> None:
    axis = ET.fromstring(charts.verdict_axis(make_kpi(0).trend))  # noqa: S314 - our own
    (ticks,) = axis.iter("{http://www.w3.org/2000/svg}text")
    assert ticks.text == "MJJASONDJFMAM"
    starts = [float(x) for x in str(ticks.get("x")).split()]
    middles = [x + shapes.ADVANCES[letter] * 21 / 2000 for letter, x in zip(ticks.text, starts, strict=True)]
    assert middles == pytest.approx([760 * (index + 0.5) / 13 for index in range(13)], abs=0.01)


def test_labels_of_several_letters_are_texts_of_their_own() -> None:
    years = [replace(point, end=date(point.start.year + 1, 5, 1)) for point in make_kpi(0).trend[-2:]]
    assert charts.verdict_axis(years).count("<text ") == 2


def test_every_month_and_quarter_has_its_letters_width() -> None:
    face = TTFont(typefaces.REGULAR)
    letters, widths = face.getBestCmap(), face["hmtx"]
    months = [(date(2018, month, 1), date(2018 + month // 12, month % 12 + 1, 1)) for month in range(1, 13)]
    quarters = [(date(2018, month, 1), date(2018 + month // 12, (month + 3) % 12, 1)) for month in (1, 4, 7)]
    said = {Figures(language).tick(*days) for language in LANGUAGES for days in months + quarters}
    assert {"J", "T", "1", "3"} <= said <= shapes.ADVANCES.keys()
    for letter, width in shapes.ADVANCES.items():
        advance = widths[letters[ord(letter)]][0]
        assert width == round(advance * 1000 / face["head"].unitsPerEm)
