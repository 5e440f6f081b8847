"""Letters: a subject, plain text as it is, and HTML with everything escaped."""

import pytest

from xla.core.agreement import Language
from xla.documents import letters
from xla.documents.letters import MAIL

HOSTILE = "</p><script>{{7*7}}</script> & Søn"
VALUES = {
    "name": HOSTILE,
    "provider": "Nordfast & <Co>",
    "link": "https://xla.example/invitation/abc",
    "until": "22 June 2026, 12:00 UTC",
}
NAMES = sorted(path.stem for path in MAIL.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_each_letter_says_the_same_in_text_and_html(name: str) -> None:
    written = letters.write(name, "en", **VALUES)
    assert written.subject
    assert "\n" not in written.subject
    for body in (written.text, written.html):
        assert VALUES["link"] in body
        assert "22 June 2026, 12:00 UTC" in body


@pytest.mark.parametrize("name", NAMES)
def test_hostile_words_are_text_in_both(name: str) -> None:
    written = letters.write(name, "en", **VALUES)
    assert HOSTILE in written.text
    assert "<script>" not in written.html
    assert "&lt;script&gt;{{7*7}}&lt;/script&gt; &amp; Søn" in written.html


def test_a_line_break_in_a_name_does_not_reach_the_subject() -> None:
    written = letters.write("invitation", "en", **{**VALUES, "provider": "Nord\r\nBcc: all@x.example"})
    assert "\n" not in written.subject
    assert "\r" not in written.subject


def test_what_is_not_seen_in_a_title_does_not_reach_the_subject() -> None:
    written = letters.write("invitation", "en", **{**VALUES, "provider": "Nord\u00adfast\u00a0Ltd\u200d"})
    assert "Nordfast Ltd" in written.subject
    assert written.subject.isprintable()


@pytest.mark.parametrize(
    ("language", "hello"), [("en", "Hello"), ("sv", "Hej"), ("da", "Hej"), ("nb", "Hei"), ("fi", "Hei")]
)
def test_a_letter_is_written_in_the_readers_language(language: Language, hello: str) -> None:
    assert hello in letters.write("invitation", language, **VALUES).text
