"""Colours: read, compared with white, and darkened until text in them can be read."""

import re
from typing import NamedTuple

READABLE = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""
HEX = re.compile(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
STEPS = 100


class Colour(NamedTuple):
    """Red, green and blue, each 0-255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def on_white(self) -> float:
        """Its contrast with white, 1-21 (WCAG 2.2, contrast ratio)."""
        return 1.05 / (_luminance(self) + 0.05)


def parse(text: str) -> Colour | None:
    """A colour written as #rrggbb, with or without its #; None where it is no such thing."""
    found = HEX.fullmatch(text.strip())
    return Colour(*(int(part, 16) for part in found.groups())) if found else None


def readable(colour: Colour) -> Colour:
    """The colour itself where it can be read on white, else the same hue as little darker as makes it so."""
    darker = (_scaled(colour, 1 - step / STEPS) for step in range(STEPS + 1))
    return next(each for each in darker if each.on_white >= READABLE)


def _scaled(colour: Colour, by: float) -> Colour:
    return Colour(*(int(part * by) for part in colour))


def _luminance(colour: Colour) -> float:
    """Relative luminance, 0-1 (WCAG 2.2)."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 -- the standard's own constants
