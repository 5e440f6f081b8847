"""Language: the fixed texts and the locale of a report."""

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from babel import Locale

from xla.core.agreement import Language

CATALOGUES = Path(__file__).resolve().parent.parent / "translations"
_LOCALES: dict[Language, str] = {"en": "en_GB", "sv": "sv_SE", "da": "da_DK", "nb": "nb_NO", "fi": "fi_FI"}


@cache
def locale(language: Language) -> Locale:
    """How numbers and dates are written."""
    return Locale.parse(_LOCALES[language])


def written(language: Language) -> Language:
    """The language a report can be written in: English, its figures too, where a catalogue is missing."""
    return language if type(translations(language)) is not NullTranslations else "en"


@cache
def translations(language: Language) -> NullTranslations:
    """The fixed texts; the English of the source where a catalogue is missing."""
    return translation("messages", CATALOGUES, languages=[language], fallback=True)
