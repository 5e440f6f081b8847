"""Scores: what each score of a question is called, in a language: the agreement's words, else ours."""

from collections.abc import Mapping

from xla.core.agreement import Language, Question
from xla.core.agreement_texts import words
from xla.documents.language import translations

FACES: Mapping[str, tuple[int, ...]] = {
    "csat5": (1, 2, 3, 4, 5),
    "smiley5": (1, 2, 3, 4, 5),
    "smiley4": (1, 2, 4, 5),
}
"""The scales answered with faces, and which of our five stands for each score; four have no middle."""


def score_words(question: Question, language: Language, default: Language) -> dict[int, str]:
    """Score -> its words in `language`, else in `default`; '' for a number that has none. The worst first."""
    own = own_words(question, language)
    return {
        score: words(question.labels.get(str(score), {}), language, default) or own.get(score, "")
        for score in question.scores.scores
    }


def faces(question: Question) -> dict[int, int]:
    """Score -> the face that stands for it, 1 (worst) to 5; nothing for scales answered with numbers."""
    return dict(zip(question.scores.scores, FACES.get(str(question.scale), ()), strict=False))


def own_words(question: Question, language: Language) -> dict[int, str]:
    """Our words for scores of the question's scale: faces have one each, numbers at the ends."""
    _ = translations(language).gettext
    lowest, highest = question.scores.lowest, question.scores.highest
    if str(question.scale) in FACES:
        middle = () if question.scale == "smiley4" else (_("Okay"),)
        return dict(enumerate((_("Very poor"), _("Poor"), *middle, _("Good"), _("Very good")), lowest))
    match question.scale:
        case "ces7":
            ends = (_("Do not agree at all"), _("Agree completely"))
        case "nps11":
            ends = (_("Not at all likely"), _("Extremely likely"))
        case "nki10":
            ends = (_("Not at all"), _("Completely"))
        case _:
            ends = ("", "") if question.labels else (_("Worst"), _("Best"))
    return dict(zip((lowest, highest), ends, strict=True))
