"""The texts of an agreement: keys, one-line texts and texts in several languages."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

Language = Literal["en", "sv", "da", "nb", "fi"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

# Controls, halves of a character, and marks that make a line read in another order than it is written
# (Unicode Technical Report 36, "bidirectional text spoofing").
_UNSEEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_NOT_IN_PROSE = re.compile(f"[{_UNSEEN}]")
_NOT_IN_A_LINE = re.compile(f"[\t\n{_UNSEEN}]")


def _readable(text: str, refused: re.Pattern[str]) -> str:
    if found := refused.search(text):
        raise PydanticCustomError("own", f"it holds the invisible character U+{ord(found.group()):04X}")
    if text and not text.strip():
        raise PydanticCustomError("own", "it is blank")
    return text


def _line(text: str) -> str:
    if "\n" in text:
        raise PydanticCustomError("own", "it goes over several lines and must stand on one")
    return _readable(text, _NOT_IN_A_LINE)


def _prose(text: str) -> str:
    return _readable(text, _NOT_IN_PROSE)


Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_line)]
Words = dict[Language, Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_line)]]
"""One text per language, each on one line."""
Prose = dict[Language, Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_prose)]]
"""One text per language, which may go over several lines."""
Note = Annotated[str, Field(max_length=2000), AfterValidator(_prose)]


def words(texts: Mapping[Language, str], language: str, default: str) -> str:
    """The text in `language`, else in `default` (the contract's language), else in any language it has."""
    for choice in (language, default):
        for written, text in texts.items():
            if written == choice:
                return text
    return next(iter(texts.values()), "")
