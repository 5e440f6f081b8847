"""The attached files: exact, complete, and nothing in them that runs or reveals."""

import csv
import io
import json
from dataclasses import replace
from fractions import Fraction

import pytest

from documents.sample import make_kpi, make_report
from xla.documents.attached import figures_csv, report_json
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


def test_the_table_has_one_row_for_each_kpi() -> None:
    rows = list(csv.DictReader(io.StringIO(figures_csv(make_report().kpis), newline="")))
    assert len(rows) == 12
    assert (rows[0]["value"], rows[0]["verdict"]) == ("73.2", "breached")
    assert rows[8]["value"] == ""


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_cell_never_runs_as_a_formula(first: str) -> None:
    text = figures_csv([make_kpi(0, title=f"{first}cmd|' /C calc'!A0")])
    assert next(csv.DictReader(io.StringIO(text, newline="")))["title"].startswith("'" + first)


def test_a_negative_figure_stays_a_figure() -> None:
    kpi = make_kpi(1)
    kpi = replace(kpi, measurement=replace(kpi.measurement, value=Fraction(-31), low=-35.0))
    row = next(csv.DictReader(io.StringIO(figures_csv([kpi]), newline="")))
    assert (row["value"], row["low"]) == ("-31.0", "-35.0")


def test_counts_of_fewer_than_eight_answers_are_left_out() -> None:
    report = visible(make_report(1, 0, counts={"kpi-1": {5: 7}}))
    assert report.counts == {}
