"""Language: which of the five a page speaks, its texts, and its figures."""

from functools import cache
from typing import Any, cast

from babel.support import LazyProxy
from flask import Blueprint, g, has_request_context, redirect, request
from werkzeug.wrappers import Response

from xla.core.agreement import LANGUAGES, Language
from xla.documents.figures import Figures
from xla.documents.language import translations
from xla.documents.words import Words
from xla.models import Person
from xla.web.access import visitor_or_none
from xla.web.addresses import inside
from xla.web.database import changing
from xla.web.look import look

COOKIE = "xla_language"
NORWEGIAN = {"no": "nb", "nn": "nb"}
"""Other names of Norwegian, which is written as bokmål here."""
languages = Blueprint("languages", __name__)


def spoken() -> Language:
    """The language of this request: the person's own, else the one chosen, else the browser's best."""
    if not has_request_context():
        return "en"
    if "language" not in g:
        g.language = _choice()
    return cast("Language", g.language)


def gettext(text: str, **values: object) -> str:
    """`text` in the language of this request, with its `%(name)s` filled."""
    told = translations(spoken()).gettext(text)
    return told % values if values else told


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """The text for `count`, with `%(count)s` and others filled."""
    return plural(one, many, count) % {"count": figures().number(count), **values}


def plural(one: str, many: str, count: int) -> str:
    """The text for `count`, still to be filled."""
    return translations(spoken()).ngettext(one, many, count)


def lazy(text: str) -> Any:  # noqa: ANN401 -- a text to whoever reads it
    """`text`, looked up each time it is shown: for what is written once, such as a form's labels."""
    return LazyProxy(gettext, text, enable_cache=False)


def figures(timezone: str = "UTC") -> Figures:
    """Numbers and dates in the language of this request."""
    return _figures(spoken(), timezone)


def said() -> Words:
    """The report's fixed texts in the language of this request."""
    return _words(spoken())


@languages.post("/language")
def choose() -> Response:
    """Speak another language from now on: to the person wherever they are, to others in this browser."""
    chosen = request.form.get("language", "")
    response = redirect(inside(request.form.get("next")), code=303)
    if chosen in LANGUAGES:
        person = visitor_or_none()
        if person:
            with changing() as session:
                session.get_one(Person, person.id).language = chosen
        response.set_cookie(COOKIE, chosen, max_age=31_536_000, httponly=True, samesite="Lax")
    return response


def _choice() -> Language:
    person = visitor_or_none()
    if person and person.language in LANGUAGES:
        return person.language
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    for accepted, _quality in request.accept_languages:
        tongue = accepted.partition("-")[0].lower()
        if (ours := NORWEGIAN.get(tongue, tongue)) in LANGUAGES:
            return ours
    return _of_the_installation()


def _of_the_installation() -> Language:
    chosen = look()
    return chosen.language if chosen and chosen.language in LANGUAGES else "en"


@cache
def _figures(language: Language, timezone: str) -> Figures:
    return Figures(language, timezone)


@cache
def _words(language: Language) -> Words:
    return Words(language)
