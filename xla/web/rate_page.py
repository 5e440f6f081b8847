"""The frame of the public rating pages: their language, where they lead, and how they are rendered."""

import re
from typing import Any

from flask import current_app, g, request, url_for

from xla.core.agreement import LANGUAGES, Language
from xla.core.agreement_texts import words
from xla.documents.language import NAMES
from xla.services.places import Place
from xla.web.answer_words import asked, known_in
from xla.web.database import settings
from xla.web.language import NORWEGIAN
from xla.web.shell import asset

USUAL_CHANNEL = "qr"
CHANNEL = re.compile(r"[a-z][a-z-]{0,23}", re.ASCII)


def speak(place: Place | None) -> Language:
    """Choose the language of this request: the one asked for, else the phone's, else the contract's.

    Only those the place's first question is written in: a page half in one language helps nobody.
    """
    known = known_in(place.asked[0]) if place and place.asked else LANGUAGES
    g.language = _wanted(known) or (place.agreement.contract.language if place else known[0])
    return g.language  # type: ignore[no-any-return]  # Flask's own bag


def channel() -> str:
    """How the link was met: told by the link itself, in a short word."""
    told = request.args.get("via", "")
    return told if CHANNEL.fullmatch(told) else USUAL_CHANNEL


def chosen() -> Language | None:
    """The language somebody chose on the page."""
    told = request.args.get("lang", "")
    return next((code for code in LANGUAGES if code == told), None)


def onward(endpoint: str, token: str, answer: str | None = None) -> str:
    """An address of these pages that keeps the channel and the language somebody chose."""
    known = {"via": None if channel() == USUAL_CHANNEL else channel(), "lang": chosen()}
    given = {"answer": answer} if answer else {}
    return url_for(endpoint, token=token, **known, **given)  # type: ignore[arg-type]  # Flask's own names aside


def rendered(name: str, place: Place | None, **values: Any) -> str:  # noqa: ANN401 -- what the template shows
    """A template of these pages in their own frame, which asks the database nothing."""
    told = {**_frame(place), **values}
    return current_app.jinja_env.get_template(f"rate/{name}.html").render(told)


def shown(place: Place, key: str) -> Any:  # noqa: ANN401 -- an `Asked`, for the template
    """The place's question of that key in the language of this request."""
    question = place.question(key)
    assert question is not None  # noqa: S101  # only what the place asks is shown
    return asked(question, place.agreement.contract.language)


def where(place: Place) -> str:
    """What the place is called: its own name, else its site's and that of the site around it."""
    if place.title:
        return place.title
    moments = {moment.key: moment.title for moment in place.agreement.journey}
    contract = place.agreement.contract
    names = ", ".join(place.names[:2])
    return names or words(moments.get(place.touchpoint, {}), g.language, contract.language) or contract.title


def _frame(place: Place | None) -> dict[str, Any]:
    known = known_in(place.asked[0]) if place and place.asked else ()
    told: dict[str, Any] = {
        "language": g.language,
        "switch": [(code, letters(code), NAMES[code], _here_in(code)) for code in known if len(known) > 1],
        "asset": asset,
        "org": "",
        "provider": settings().provider,
        "where": "",
        "where_lang": None,
        "answers_href": None,
        "receipt_code": None,
    }
    if place is None:
        return told
    own = place.agreement.contract.language
    return told | {
        "org": place.agreement.contract.client,
        "provider": place.provider or settings().provider,
        "where": where(place),
        "where_lang": own if own != g.language else None,
        "answers_href": onward("rate.answers", str((request.view_args or {})["token"])),
    }


def _here_in(language: Language) -> str:
    arguments = {**(request.view_args or {}), "lang": language}
    if channel() != USUAL_CHANNEL:
        arguments["via"] = channel()
    return url_for(str(request.endpoint), **arguments)


def letters(code: Language) -> str:
    """What a language's link shows."""
    return "NO" if code == "nb" else code.upper()


def _wanted(known: tuple[Language, ...]) -> Language | None:
    tongues = [request.args.get("lang", "")]
    tongues += [accepted.partition("-")[0].lower() for accepted, _quality in request.accept_languages]
    ours = (NORWEGIAN.get(tongue, tongue) for tongue in tongues)
    return next((each for each in ours if each in known), None)
