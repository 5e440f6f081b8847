"""The five languages are whole: every text of pages and reports is translated, and says the same figures."""

import re
from collections.abc import Sequence

import pytest
from babel.messages.catalog import Message

import catalogues

SOURCE = catalogues.messages(catalogues.source())
PLACE = re.compile(r"%(?:\((\w+)\))?[-#0-9.]*[sd%]")

each_language = pytest.mark.parametrize("language", catalogues.LANGUAGES)


def places(text: str) -> list[str]:
    """What a text leaves open to be filled: names, and literal percent signs."""
    return sorted(found.group(0) for found in PLACE.finditer(text))


def strings(message: Message) -> Sequence[str]:
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


def sources(message: Message) -> Sequence[str]:
    return message.id if isinstance(message.id, tuple | list) else (message.id,)


def test_the_source_says_something() -> None:
    assert len(SOURCE) > 100


@each_language
def test_no_text_is_missing_and_none_is_left_over(language: str) -> None:
    known = catalogues.messages(catalogues.kept(language))
    assert SOURCE.keys() - known.keys() == set(), "run `make catalogues` and translate what is new"
    assert known.keys() - SOURCE.keys() == set(), "run `make catalogues`"


@each_language
def test_every_text_is_translated_and_none_is_a_guess(language: str) -> None:
    known = catalogues.messages(catalogues.kept(language)).values()
    assert [message.id for message in known if not all(strings(message))] == []
    assert [message.id for message in known if message.fuzzy] == []


@each_language
def test_a_translation_leaves_open_what_the_text_leaves_open(language: str) -> None:
    for message in catalogues.messages(catalogues.kept(language)).values():
        wanted = {tuple(places(text)) for text in sources(message)}
        for string in strings(message):
            assert tuple(places(string)) in wanted, (message.id, string)


@each_language
def test_a_translation_keeps_the_marks_at_its_ends(language: str) -> None:
    """A full stop, a colon or an ellipsis lost is a sentence cut short."""
    for message in catalogues.messages(catalogues.kept(language)).values():
        first = sources(message)[0]
        for string in strings(message):
            assert first[-1:].isspace() == string[-1:].isspace(), (message.id, string)
            assert first[-1:] not in ".:?…" or string[-1:] in ".:?…", (message.id, string)


def test_open_places_are_seen() -> None:
    assert places("%(count)s of %(all)s, 95 %%") == ["%%", "%(all)s", "%(count)s"]
    assert places("%s") == ["%s"]
    assert places("95 % of all") == []
