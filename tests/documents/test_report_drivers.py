"""Drivers on paper: shares with intervals, and what cannot be told apart in words."""

import json
from dataclasses import replace

import pytest

from documents.sample import make_report
from documents.why_sample import DRIVERS, WHY
from xla.core.agreement import Language
from xla.documents.attached import report_json
from xla.documents.drivers import driver_part
from xla.documents.page import compose
from xla.documents.words import Words


def test_each_driver_has_its_share_and_interval() -> None:
    part = driver_part(DRIVERS, Words("en"))
    first = part.rows[0]
    assert (first.place, first.text, first.share, first.interval) == (
        "1", "Was it free of smell?", "31\u00a0%", "26–37",
    )  # fmt: skip
    assert "<title>Was it free of smell? 31\u00a0%, interval 26–37</title>" in first.chart
    assert part.level == "95\u00a0% interval"
    assert part.sub == (
        "“How satisfied are you with the airport?” Shares of R² = 46\u00a0%; "
        "1\u202f412 of 1\u202f648 answered everything."
    )


def test_neighbours_that_cannot_be_told_apart_are_named() -> None:
    assert driver_part(DRIVERS, Words("en")).ties == "Cannot tell which is first: 3 or 4; 5 or 6."
    sure = replace(DRIVERS, lines=tuple(replace(line, is_clear=True) for line in DRIVERS.lines))
    assert driver_part(sure, Words("en")).ties == ""
    page = compose(make_report(why=replace(WHY, drivers=sure))).html
    assert "Cannot tell" not in page


@pytest.mark.parametrize("gone", ["reasons", "hours", "drivers"])
def test_drivers_stand_beside_the_reasons_and_nothing_is_left_empty(gone: str) -> None:
    changes = {gone: None}
    page = compose(make_report(why=replace(WHY, **changes))).html  # type: ignore[arg-type]  # a test's shorthand
    assert ('class="reasons drivers"' in page) == (gone != "drivers")
    assert ("Drivers of an overall score" in page) == (gone != "drivers")
    blocks = page.split('<div class="block">')[1:]
    assert len(blocks) == (2 if gone == "drivers" else 3)
    assert all("<h2>" in block for block in blocks)


def test_without_hours_and_quotes_no_second_row_is_begun() -> None:
    page = compose(make_report(why=replace(WHY, hours=None, quotes=()))).html
    assert page.count('<div class="pair">') == 1


def test_what_is_printed_is_in_the_data() -> None:
    found = json.loads(report_json(make_report()))["why"]["drivers"]
    assert (found["answered"], found["n"], found["r2_percent"]) == (1648, 1412, 46)
    assert found["shares"][0] == {
        "question": "Was it free of smell?", "percent": 31, "low": 26, "high": 37, "surely_above_next": True,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "sv", "da", "nb", "fi"])
def test_the_figures_are_the_same_in_every_language(language: Language) -> None:
    page = compose(make_report(language=language)).html
    for figure in ("26–37", "31\u00a0%", "R² = 46\u00a0%"):
        assert figure in page
