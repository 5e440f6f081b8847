"""Posters, labels and QR codes: what they say, on how many pages, and that a reader finds the address."""

import logging
import re
from dataclasses import replace

import page
import pytest
import segno

from documents.pdf_text import alternatives, open_pdf, page_texts, text_of
from xla.documents import labels, poster, qr
from xla.documents.labels import GRIDS, SHEETS, Label, Labels
from xla.documents.poster import LONGEST_PROMISE, SIZES, Poster, Side, Size
from xla.documents.printer import print_paper

ADDRESS = "https://xla.nordfast.example/r/nspywx28j"
SWEDISH = Side("sv", "Hur fräsch var toaletten?", 0, "Resten sköter vi.", "Norra huset", "Toalettbesöket")
ENGLISH = Side("en", "How fresh was the restroom?", 2, "We take care of it.", "Norra huset", "Restroom")
POSTER = Poster(
    "a4", (SWEDISH, ENGLISH), 5, ADDRESS, "Nordfast Service AB", None, "2026-01-01T00:00:00+00:00"
)
SHEET = Labels(
    "3x8",
    "Norra huset",
    "sv",
    (Label("Plan 1", "Norra huset", "Hur var det?", ADDRESS),),
    "Nordfast",
    POSTER.dated,
)
POINTS = {"a4": (595, 842), "a5": (420, 595), "door": (420, 298)}
HOSTILE = "</script><b>{{7*7}}</b>\u202e" + "x" * 10_000


def modules(data: str) -> set[tuple[int, int]]:
    """The dark modules of a code's path, without its quiet zone."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", data)
    return {
        (int(x) + step - qr.QUIET, int(y) - qr.QUIET) for x, y, length in runs for step in range(int(length))
    }


def test_the_code_is_the_addresss_at_level_q_or_better_in_a_quiet_zone_of_four() -> None:
    wanted = segno.make_qr(ADDRESS, error="q")
    assert wanted.error in {"Q", "H"}
    dark = {(x, y) for y, row in enumerate(wanted.matrix) for x, module in enumerate(row) if module}
    assert modules(qr.squares(ADDRESS)) == dark
    size = len(wanted.matrix) + 8
    assert f'viewBox="0 0 {size} {size}"' in qr.svg(ADDRESS, "A <name>")
    assert "<title>A &lt;name&gt;</title>" in qr.svg(ADDRESS, "A <name>")


def test_the_code_is_a_page_of_its_own_too() -> None:
    with open_pdf(qr.pdf(ADDRESS)) as document:
        assert len(document.pages) == 1


@pytest.mark.parametrize("size", SIZES)
def test_a_poster_is_one_page_of_its_size_and_says_everything(
    size: Size, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf = print_paper(poster.compose(replace(POSTER, size=size)))
    assert caplog.messages == []
    assert page.validate_pdf_bytes(pdf, profile="3a").failures == []
    with open_pdf(pdf) as document:
        (only,) = document.pages
        assert tuple(round(float(edge)) for edge in only.mediabox[2:]) == POINTS[size]
    said = text_of(pdf).replace("\n", " ")
    for words in ("Hur fräsch var toaletten?", "How fresh", "Resten sköter vi.", "We take care of it."):
        assert words in said
    for words in ("Nordfast Service AB", "Norra huset", "/r/nspywx28j", "Anonym"):
        assert words in said
    assert "xla.nordfast.example" in said.replace(" ", "")
    assert ADDRESS in alternatives(pdf)


def test_a_poster_tells_of_more_questions_and_shows_faces_for_short_scales_only() -> None:
    english = replace(POSTER, sides=(ENGLISH,))
    assert "and 2 more questions" in poster.compose(english).html
    assert 'class="faces"' in poster.compose(english).html
    assert 'class="faces"' in poster.compose(replace(english, scores=4)).html
    assert 'class="faces"' not in poster.compose(replace(english, scores=11)).html


def test_hostile_and_endless_texts_stay_text_on_one_page() -> None:
    side = Side("en", HOSTILE, 3, HOSTILE, HOSTILE, HOSTILE)
    paper = poster.compose(replace(POSTER, sides=(side, SWEDISH), provider=HOSTILE[:60]))
    assert "<b>" not in paper.html
    assert "x" * (LONGEST_PROMISE + 1) not in paper.html
    assert len(page_texts(print_paper(paper))) == 1


@pytest.mark.parametrize("grid", GRIDS)
def test_a_sheet_has_a_label_for_each_place(grid: labels.Grid, caplog: pytest.LogCaptureFixture) -> None:
    a_sheet = SHEETS[grid].columns * SHEETS[grid].rows
    many = tuple(replace(SHEET.labels[0], title=f"Plan {number}") for number in range(a_sheet + 1))
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf = print_paper(labels.compose(replace(SHEET, grid=grid, labels=many)))
    assert caplog.messages == []
    first, second = page_texts(pdf)
    assert (first.count("/r/nspywx28j"), second.count("/r/nspywx28j")) == (a_sheet, 1)
    assert f"Plan {a_sheet}" in second
    assert ("Hur var det?" in first) == (grid == "2x5")
    assert page.validate_pdf_bytes(pdf, profile="3a").failures == []
