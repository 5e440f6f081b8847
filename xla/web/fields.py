"""Fields: what all forms are made on, and checks that many of them share."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, ValidationError
from wtforms.fields.choices import SelectChoice

from xla.web.language import gettext as _
from xla.web.language import lazy

EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]+@[^\s@<>(),;:\\\"\[\]]+\.[^\s@<>(),;:\\\"\[\]]+")
LONGEST_EMAIL = 254
Check = Callable[[FlaskForm, Field], None]


class Translations:
    """The library's own messages, said in our words."""

    SAID: Mapping[str, Any] = {
        "Not a valid choice.": lazy("Choose one of what is offered."),
        "'%(value)s' is not a valid choice for this field.": lazy("Choose of what is offered only."),
    }

    def gettext(self, text: str) -> str:
        """One message; what we do not know is said plainly."""
        return str(self.SAID.get(text) or _("This can't be read."))

    def ngettext(self, one: str, _many: str, _count: int) -> str:
        """One message about one or more."""
        return self.gettext(one)


class Form(FlaskForm):  # type: ignore[misc]  # the library has no types
    """A form that speaks the reader's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        """How the library is asked to behave."""

        def get_translations(self, _form: FlaskForm) -> Translations:
            """What its own messages are."""
            return Translations()


def one_line(most: int) -> Check:
    """At most so many characters, on one line, none of them a control character."""

    def check(_form: FlaskForm, field: Field) -> None:
        text = field.data or ""
        if len(text) > most:
            raise ValidationError(_("At most %(most)s characters; these are %(n)s.", most=most, n=len(text)))
        if any(ord(character) < 32 or ord(character) == 127 for character in text):  # noqa: PLR2004 -- ASCII's controls
            raise ValidationError(_("Write it on one line, without control characters."))

    return check


def email(_form: FlaskForm, field: Field) -> None:
    """One plain address, fit for a mail's header."""
    text = field.data or ""
    if text and (len(text) > LONGEST_EMAIL or not EMAIL.fullmatch(text) or not text.isprintable()):
        raise ValidationError(_("Write one e-mail address, such as service@example.com."))


def stripped(text: str | None) -> str | None:
    """Without the blanks around."""
    return text.strip() if text else text


def choices(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """What a select offers: each value with its words."""
    return [SelectChoice(value, words) for value, words in pairs]
