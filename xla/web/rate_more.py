"""What people add to their rating: reasons, other answers, a comment, and how to reach them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from xla.core.agreement import Question
from xla.core.asking import is_poor, reasons_for
from xla.services import contact_wishes, taps
from xla.services.contact_wishes import Wish
from xla.services.places import Place
from xla.web.language import gettext as _
from xla.web.language import spoken

LONGEST_COMMENT = 1_000
LONGEST_CONTACT = 200
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?(?:[ ()./-]*[0-9]){5,18}[ ]*", re.ASCII)


@dataclass(frozen=True)
class Given:
    """What somebody tapped here, found by its key."""

    key: str
    response_id: int
    question: Question
    score: int
    answered: frozenset[str]
    """The keys of all questions they answered."""


@dataclass(frozen=True)
class More:
    """What the form says, and what is amiss in it: field -> sentence."""

    reasons: tuple[str, ...] = ()
    scores: Mapping[str, int] = field(default_factory=dict)
    comment: str = ""
    contact: str = ""
    flaws: Mapping[str, str] = field(default_factory=dict)

    def store(self, session: Session, place: Place, given: Given, now: datetime) -> None:
        """Add it to the rating. Raises `taps.TooLate`."""
        taps.add(
            session,
            place,
            given.key,
            scores=self.scores,
            reasons=self.reasons,
            comment=self.comment or None,
            now=now,
        )
        if self.contact:
            poor = is_poor(given.question.scores, given.score)
            wish = Wish(given.response_id, self.contact, spoken(), is_about_poor=poor)
            contact_wishes.note(session, place, wish, now)


def read(place: Place, given: Given, form: MultiDict[str, str]) -> More:
    """The form, cleaned; what the place does not offer with that answer is left out."""
    offered = [reason.key for reason in reasons_for(given.question, given.score)]
    chosen = form.getlist("reason")
    contact = _clean(form.get("contact", ""))
    comment = _clean(form.get("comment", ""))
    flaws = {}
    if len(comment) > LONGEST_COMMENT:
        flaws["comment"] = _("At most %(count)s characters fit here.", count=LONGEST_COMMENT)
    is_address = len(contact) <= LONGEST_CONTACT and (_MAIL.fullmatch(contact) or _PHONE.fullmatch(contact))
    if contact and not is_address:
        flaws["contact"] = _("Write a mail address or a telephone number, or leave it empty.")
    return More(
        tuple(key for key in offered if key in chosen), _scores(place, given, form), comment, contact, flaws
    )


def _scores(place: Place, given: Given, form: MultiDict[str, str]) -> dict[str, int]:
    found = {}
    for question in place.asked:
        told = form.get(f"score-{question.key}", "")
        known = {str(score): score for score in question.scores.scores}
        if question.key not in given.answered and told in known:
            found[question.key] = known[told]
    return found


def _clean(text: str) -> str:
    return _UNSEEN.sub("", text.replace("\r\n", "\n")).strip()
