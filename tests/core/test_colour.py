"""Colours: read, compared with white, darkened until text in them can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.colour import READABLE, Colour, parse, readable

part = st.integers(0, 255)


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#0f56b3", Colour(15, 86, 179)),
        ("0F56B3", Colour(15, 86, 179)),
        (" #ffffff ", Colour(255, 255, 255)),
        ("#fff", None),
        ("blue", None),
        ("#0f56b3;}", None),
        ("", None),
    ],
)
def test_a_colour_is_six_digits_and_nothing_else(text: str, colour: Colour | None) -> None:
    assert parse(text) == colour


@pytest.mark.parametrize(
    ("text", "contrast"), [("#ffffff", 1.0), ("#000000", 21.0), ("#767676", 4.54), ("#777777", 4.48)]
)
def test_the_contrast_is_the_standards(text: str, contrast: float) -> None:
    colour = parse(text)
    assert colour
    assert colour.on_white == pytest.approx(contrast, abs=0.005)


def test_what_can_be_read_stays_as_it_is() -> None:
    assert readable(Colour(15, 86, 179)) == Colour(15, 86, 179)


@given(st.builds(Colour, part, part, part))
def test_whatever_colour_becomes_readable_and_no_lighter(colour: Colour) -> None:
    darker = readable(colour)
    assert darker.on_white >= READABLE
    assert all(after <= before for after, before in zip(darker, colour, strict=True))
    assert parse(str(darker)) == darker
