"""Answers: what can be tapped to a question, each in words: the agreement's own, else ours for the scale."""

from typing import NamedTuple

from xla.core.agreement import LANGUAGES, Language, Question
from xla.documents.scores import FACES, own_words
from xla.web.language import spoken
from xla.web.words import in_words, lang_of

SPELLED_OUT = 7
"""The most numbers that stand below each other, each with its words."""


class Answer(NamedTuple):
    """One score as it is shown."""

    score: int
    word: str
    """'' for a number that has none."""
    lang: str | None
    """The word's language where it is not the page's own."""
    face: int
    """1 to 5; 0 for a number."""


class Asked(NamedTuple):
    """A question as it is shown."""

    key: str
    text: str
    lang: str | None
    answers: tuple[Answer, ...]
    """The worst first."""
    looks: str
    """How they are laid out: faces, rows, or numbers by how many there are."""

    def answer(self, score: int) -> Answer:
        """The answer of that score."""
        return next(each for each in self.answers if each.score == score)

    @property
    def ends(self) -> tuple[Answer, ...]:
        """The first and the last, where their words stand apart from the numbers."""
        ends = (self.answers[0], self.answers[-1])
        return ends if self.looks not in {"faces", "rows"} and any(each.word for each in ends) else ()


def asked(question: Question, language: Language) -> Asked:
    """The question in the language of this request, else in the contract's (`language`)."""
    faces = FACES.get(str(question.scale), ())
    own, scores = own_words(question, spoken()), question.scores.scores
    answers = tuple(
        _answer(question, score, own.get(score, ""), faces[place] if faces else 0, language)
        for place, score in enumerate(scores)
    )
    all_named = all(each.word for each in answers) and len(answers) <= SPELLED_OUT
    looks = "faces" if faces else "rows" if all_named else f"numbers-{len(answers)}"
    return Asked(
        question.key, in_words(question.text, language), lang_of(question.text, language), answers, looks
    )


def _answer(question: Question, score: int, own: str, face: int, language: Language) -> Answer:
    agreed = question.labels.get(str(score))
    if not agreed:
        return Answer(score, own, None, face)
    return Answer(score, in_words(agreed, language), lang_of(agreed, language), face)


def known_in(question: Question) -> tuple[Language, ...]:
    """The languages a question is written in, in our order."""
    return tuple(code for code in LANGUAGES if code in question.text)
