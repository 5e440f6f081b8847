"""The attached files: exact, complete, and nothing in them that runs or reveals."""

import json
from fractions import Fraction

from documents.sample import make_report
from xla.documents.attached import report_json
from xla.documents.visible import visible


def test_figures_are_exact_and_as_floats() -> None:
    kpi = json.loads(report_json(visible(make_report(1, 1))))["kpis"][0]
    assert kpi["value"] == {"exact": "366/5", "float": 73.2}
    assert (kpi["target"], kpi["floor"], kpi["n"]) == ("78", "75", 2589)
    assert kpi["counts"] == {"1": 104, "2": 161, "3": 429, "4": 1005, "5": 890}
    assert len(kpi["trend"]) == 13


def test_a_third_stays_a_third() -> None:
    report = make_report(1, 0, score=Fraction(1, 3))
    assert json.loads(report_json(visible(report)))["score"] == {"exact": "1/3", "float": 1 / 3}


def test_every_site_and_breach_is_there() -> None:
    document = json.loads(report_json(visible(make_report())))
    assert (len(document["kpis"]), len(document["sites"]), len(document["breaches"])) == (12, 40, 3)
    assert document["as_known_at"] == "2018-06-04T07:00:00+00:00"


def test_counts_of_fewer_than_eight_answers_are_left_out() -> None:
    report = visible(make_report(1, 0, counts={"kpi-1": {5: 7}}))
    assert report.counts == {}
