"""The look: names, pictures and a colour, which change nothing that the report says."""

import io
import re

import page as veto
from PIL import Image

from documents.pdf_text import alternatives, text_of
from documents.sample import make_report
from xla.documents.look import Look
from xla.documents.page import compose
from xla.documents.pdf import render


def png(colour: tuple[int, int, int, int]) -> bytes:
    written = io.BytesIO()
    Image.new("RGBA", (320, 80), colour).save(written, "PNG")
    return written.getvalue()


LOOK = Look(
    client="Aurland Airport Group plc",
    colour="#0f56b3",
    client_logo=png((20, 90, 60, 120)),
    provider_logo=png((120, 20, 60, 255)),
)


def test_a_report_carries_both_logos_the_shown_name_and_the_colour() -> None:
    paper = compose(make_report(1, 0, look=LOOK))
    assert re.findall(r'<img class="logo" src="data:image/png;base64,[^"]+" alt="([^"]+)"', paper.html) == [
        "Aurland Airport Group plc",
        "Nordfast Service AB",
    ]
    assert any("#0f56b3" in style for style in paper.styles)
    assert compose(make_report(1, 0)).html.count("<img") == 0


def test_the_figures_are_the_same_in_whatever_look() -> None:
    plain, dressed = compose(make_report(2, 3)), compose(make_report(2, 3, look=LOOK))
    assert [file.text for file in plain.attached] == [file.text for file in dressed.attached]


def test_a_report_with_half_transparent_logos_is_pdf_a_3a_and_says_whose_they_are() -> None:
    file = render(make_report(1, 0, look=LOOK))
    checked = veto.validate_pdf_bytes(file, profile="3a")
    assert [(flaw.rule_id, flaw.message) for flaw in checked.failures] == []
    assert {"Aurland Airport Group plc", "Nordfast Service AB"} <= set(alternatives(file))
    assert b"/SMask" not in file
    assert "Aurland Airport Group plc" in text_of(file)
