"""Letters: what is mailed, as a subject, plain text and HTML, from `templates/mail/`."""

from functools import cache
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from xla.core.agreement import Language
from xla.documents.language import translations
from xla.documents.templates import TEMPLATES

MAIL = TEMPLATES / "mail"


class Written(NamedTuple):
    """One letter, written."""

    subject: str
    text: str
    html: str


def write(name: str, language: Language, /, **values: object) -> Written:
    """The letter `name` in a language: the first line of its text is the subject, the rest both bodies."""
    subject, _, text = _text(language).get_template(f"{name}.txt").render(values).partition("\n")
    page = _html(language).get_template(f"{name}.html")
    html = page.render(values, language=language, subject=subject)
    # A head takes no hyphen or mark that is not seen; titles that people wrote may have them.
    plain = "".join(each for each in " ".join(subject.split()) if each.isprintable())
    return Written(plain, text.strip() + "\n", html)


@cache
def _text(language: Language) -> Environment:
    """Plain text: nothing is escaped, since nothing reads it as anything but text."""
    return _environment(language, autoescape=False)


@cache
def _html(language: Language) -> Environment:
    """HTML: everything is escaped."""
    return _environment(language, autoescape=True)


def _environment(language: Language, *, autoescape: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(MAIL),
        autoescape=autoescape,  # noqa: S701 -- off for plain text only, which nothing reads as HTML
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # by the extension
    return environment
