"""The five languages are whole: every text of pages and reports is translated, and says the same figures."""

import re
from collections.abc import Sequence

import pytest
from babel.messages.catalog import Message

import catalogues
from xla.core.agreement import LANGUAGES, Language
from xla.documents.words import Words

SOURCE = catalogues.messages(catalogues.source())
PLACE = re.compile(r"%(?:\((\w+)\))?[-#0-9.]*[sd%]")
PAIRS = [message.id for message in SOURCE.values() if isinstance(message.id, tuple)]
PAPER = ("templates/paper/", "templates/portfolio_report/", "templates/poster/", "templates/report/")
"""The templates of what is read as XML; a text is shown there as it is, and a value is escaped."""
MARKUP = re.compile(r"<(?!/?[a-z][a-z0-9]*[ >])|&(?!#?\w+;)")
SAME_WORD = {"%(num)s period"}
"""One that another language writes as English does."""

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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_every_count_has_its_form_in_the_language(language: Language, count: int) -> None:
    words, kept = Words(language), {} if language == "en" else catalogues.messages(catalogues.kept(language))
    assert len(PAIRS) > 100
    for one, many in PAIRS:
        said = words.plural(one, many, count)
        if language == "en":
            assert said == (one if count == 1 else many)
            continue
        assert said == strings(kept[one, many])[count != 1], (one, count)
        assert said not in {one, many} - SAME_WORD, "it is still English"


@pytest.mark.parametrize("language", ["en", *catalogues.LANGUAGES])
def test_no_text_of_paper_breaks_its_markup(language: str) -> None:
    """Paper is read as XML: one bare < or & in one language, and it has no report."""
    kept = SOURCE if language == "en" else catalogues.messages(catalogues.kept(language))
    told = [
        string
        for message in kept.values()
        if any(place.startswith(PAPER) for place, _line in message.locations)
        for string in (sources(message) if language == "en" else strings(message))
    ]
    assert len(told) > 50
    assert [string for string in told if MARKUP.search(string)] == []


def test_bare_markup_is_seen() -> None:
    broken = ["fewer than <5", "a & b", "x &", "<"]
    assert [text for text in broken if not MARKUP.search(text)] == []
    assert [text for text in ["a &amp; b", "<b>5</b>", "&#8239;"] if MARKUP.search(text)] == []


def test_open_places_are_seen() -> None:
    assert places("%(count)s of %(all)s, 95 %%") == ["%%", "%(all)s", "%(count)s"]
    assert places("%s") == ["%s"]
    assert places("95 % of all") == []
