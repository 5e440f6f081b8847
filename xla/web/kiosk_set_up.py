"""A kiosk's set-up: all its tablet shows, in two languages at once, so that it needs nobody to show it."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import g, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Language, Question
from xla.core.agreement_texts import words
from xla.core.asking import is_poor, reasons_for
from xla.core.window import local_day
from xla.documents.scores import FACES
from xla.models import Kiosk, RatingPoint
from xla.services import places
from xla.services.done_here import done_here
from xla.services.installations import installation
from xla.services.places import Place, is_running
from xla.web.answer_words import asked, known_in
from xla.web.database import kept, settings
from xla.web.language import figures, spoken
from xla.web.language import gettext as _
from xla.web.rate_page import where

SECOND: Language = "en"
"""What the second language is where the question is written in it: most guests know some."""
FINGERPRINT = 16


def set_up(session: Session, kiosk: Kiosk, now: datetime) -> dict[str, Any]:
    """What the kiosk's tablet shows today, as JSON takes it; `version` is new whenever anything in it is."""
    place = places.by_id(session, kiosk.point_id, kept(), now)
    assert place is not None  # noqa: S101  # a kiosk's rating point is never deleted
    told = {
        "kiosk": {"id": kiosk.id, "name": kiosk.name},
        "state": _state(place, now),
        **_branding(session),
        "org": place.agreement.contract.client,
        **_asking(place),
        "done": _done(session, place),
    }
    written = json.dumps(told, sort_keys=True).encode()
    return {**told, "version": hashlib.sha256(written).hexdigest()[:FINGERPRINT]}


def contract_of_kiosk(session: Session, kiosk: Kiosk) -> int:
    """The id of the contract it collects for."""
    return session.scalars(select(RatingPoint.contract_id).where(RatingPoint.id == kiosk.point_id)).one()


def _state(place: Place, now: datetime) -> str:
    """Whether ratings are taken there: open, closed, ended (or not begun), nothing (is asked)."""
    if not place.is_open:
        return "closed"
    if not is_running(place, local_day(now, place.zone)):
        return "ended"
    return "open" if place.asked else "nothing"


def _branding(session: Session) -> dict[str, Any]:
    chosen = installation(session)
    logo = chosen.logo_sha256 if chosen else None
    return {
        "provider": (chosen.provider if chosen else "") or settings().provider,
        "colour": chosen.colour if chosen else "",
        "logo": url_for("settings.logo", v=logo[:10]) if logo else "",
    }


def _asking(place: Place) -> dict[str, Any]:
    """The question and all words, each once per language."""
    own = place.agreement.contract.language
    languages = _languages(place)
    told: dict[str, Any] = {"languages": languages, "words": [], "question": None}
    for language in languages:
        with _speaking(language):
            told["words"].append({**_said(place), "place": where(place)})
    if place.asked:
        question = place.asked[0]
        told["question"] = {
            "key": question.key,
            "texts": [words(question.text, language, own) for language in languages],
            "answers": _answers(question, languages, own),
        }
    return told


def _languages(place: Place) -> list[Language]:
    """The contract's own first, then one more the question is written in."""
    own = place.agreement.contract.language
    others = [each for each in known_in(place.asked[0]) if each != own] if place.asked else []
    return [own, *([SECOND] if SECOND in others else others[:1])]


def _answers(question: Question, languages: list[Language], own: Language) -> list[dict[str, Any]]:
    """Each score with its face (0 for a number), its words and the reasons offered with it."""
    shown = []
    for language in languages:
        with _speaking(language):
            shown.append(asked(question, own).answers)
    return [
        {
            "score": each[0].score,
            "face": each[0].face,
            "words": [answer.word for answer in each],
            "poor": is_poor(question.scores, each[0].score),
            "reasons": [
                {"key": reason.key, "words": [words(reason.text, language, own) for language in languages]}
                for reason in reasons_for(question, each[0].score)
            ],
        }
        for each in zip(*shown, strict=True)
    ]


def _done(session: Session, place: Place) -> dict[str, str] | None:
    """The newest thing that was done about what people said here, in the contract's own words."""
    newest = next(iter(done_here(session, place)), None)
    if newest is None:
        return None
    own = place.agreement.contract.language
    with _speaking(own):
        about = words(newest.about, own, own)
        return {
            "said": _("You said: %(what)s", what=about) if newest.is_reason else about,
            "did": newest.title,
            "on": _("Done on %(day)s", day=figures().day(newest.done_on)),
        }


def _said(place: Place) -> dict[str, str]:
    """Our words in the language spoken now; {n} stands for a number."""
    has_faces = bool(place.asked) and str(place.asked[0].scale) in FACES
    return {
        "hint": _("Anonymous. Tap a face.") if has_faces else _("Anonymous. Tap a number."),
        "poor": _("Thank you. What was it about?"),
        "good": _("Thank you. What was good?"),
        "thanks": _("Thank you, that helps"),
        "saved": _("Your rating is saved. Back to the start in {n} s."),
        "back": _("Back to the start in {n} s."),
        "stays": _("Your rating is saved."),
        "more": _("More time"),
        "done": _("Done"),
        "offline": _("No connection. Saved on this device: {n}. They are sent later."),
        "waiting": _("Saved on this device: {n}. They are sent later."),
        "lost": _("Sorry, this rating could not be saved."),
        "closed": _("No ratings are taken here at the moment."),
    }


@contextmanager
def _speaking(language: Language) -> Iterator[None]:
    """Say what follows in a language, whatever the request speaks."""
    before = spoken()
    g.language = language
    yield
    g.language = before
