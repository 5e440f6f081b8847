"""The report in a browser: the paper's own pages and style, kept to their sheet."""

import re

import pytest

from documents import sample
from xla.documents import screen
from xla.documents.page import compose


def test_the_sheets_say_what_the_paper_says() -> None:
    html = compose(sample.make_report()).html
    told = re.sub(r"<[^>]+>", "", html.partition("<body>")[2])
    assert re.sub(r"<[^>]+>", "", screen.sheets(html)).split() == told.split()


def test_wide_tables_scroll_in_regions_named_after_their_heading() -> None:
    sheets = screen.sheets("<body><h2>Sites &amp; <b>more</b></h2><table><col><col><col></table></body>")
    assert '<div class="wide" role="group" tabindex="0" aria-label="Sites &amp; more"><table>' in sheets


def test_narrow_tables_stay_as_they_are() -> None:
    assert screen.sheets("<body><table><col><col></table></body>") == "<table><col><col></table>"


def test_no_heading_of_a_table_is_empty() -> None:
    assert not re.search(r"<th\b[^>]*></th>", screen.sheets(compose(sample.make_report()).html))


def test_charts_keep_their_colours_and_lose_their_classes() -> None:
    charts = re.findall(r"<svg\b.*?</svg>", screen.sheets(compose(sample.make_report()).html), re.DOTALL)
    assert charts
    assert not any("class=" in chart for chart in charts)
    assert any('fill="#' in chart for chart in charts)


def test_nothing_in_the_sheets_needs_a_laxer_policy() -> None:
    sheets = screen.sheets(compose(sample.make_report()).html)
    assert " style=" not in sheets
    assert "<style" not in sheets
    assert "<script" not in sheets


def test_the_style_holds_within_the_sheets_only() -> None:
    css = screen.stylesheet("/static/fonts")
    outside = css[: css.index(".paper {")]
    assert {line.split("{")[0].strip() for line in outside.splitlines() if line.startswith(("@", "."))} <= {
        "@page",
        "@page :first",
        "@font-face",
    }
    assert css.count("{") == css.count("}")


def test_the_letters_come_from_our_own_folder() -> None:
    css = screen.stylesheet("/static/fonts")
    assert "url(/static/fonts/xla-inter-400.woff2)" in css
    assert "asset:" not in css


@pytest.mark.parametrize("html", ["", "<p>no body</p>"])
def test_a_page_without_a_body_has_no_sheets(html: str) -> None:
    assert screen.sheets(html) == ""
