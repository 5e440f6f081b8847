"""Contact wishes in words: where somebody rated, and what they said."""

from xla.core.agreement import Agreement
from xla.services.wish_inbox import Waiting
from xla.web.answer_words import asked
from xla.web.editor_fields import language_name
from xla.web.language import gettext as _
from xla.web.words import in_words

__all__ = ["answers", "language_name", "reasons", "where"]


def where(waits: Waiting, agreement: Agreement) -> str:
    """The place they rated at."""
    sites = {site.key: site.title for site, _, _ in agreement.walk_sites()}
    moments = {each.key: in_words(each.title, agreement.contract.language) for each in agreement.journey}
    names = (sites.get(waits.site, waits.site), moments.get(waits.touchpoint, waits.touchpoint))
    return waits.point_title or ", ".join(name for name in names if name) or _("Place not told")


def answers(waits: Waiting, agreement: Agreement) -> list[tuple[str, str]]:
    """Each question they answered and their answer, such as "2, Poor"."""
    known = {question.key: question for question in agreement.questions}
    return [
        (in_words(known[key].text, agreement.contract.language), _answer(agreement, key, score))
        for key, score in waits.scores.items()
        if key in known
    ]


def reasons(waits: Waiting, agreement: Agreement) -> list[str]:
    """The reasons they gave."""
    answered = [question for question in agreement.questions if question.key in waits.scores]
    texts = {reason.key: reason.text for each in answered for reason in each.reasons}
    return [in_words(texts[key], agreement.contract.language) for key in waits.reasons if key in texts]


def _answer(agreement: Agreement, key: str, score: int) -> str:
    found = asked(agreement.question(key), agreement.contract.language).answer(score)
    return f"{score}, {found.word}" if found.word else str(score)
