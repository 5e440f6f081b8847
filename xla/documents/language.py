"""Language: the fixed texts and the locale of reports and pages."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from xla.core.agreement import Language

CATALOGUES = Path(__file__).resolve().parent.parent / "translations"
NAMES: dict[Language, str] = {
    "en": "English",
    "sv": "Svenska",
    "da": "Dansk",
    "nb": "Norsk bokmål",
    "fi": "Suomi",
}
"""What each language calls itself."""
_LOCALES: dict[Language, str] = {"en": "en_GB", "sv": "sv_SE", "da": "da_DK", "nb": "nb_NO", "fi": "fi_FI"}


@cache
def locale(language: Language) -> Locale:
    """How numbers and dates are written."""
    return Locale.parse(_LOCALES[language])


@cache
def translations(language: Language) -> NullTranslations:
    """The fixed texts, read from the catalogue as it is kept; the source's English where there is none."""
    catalogue = CATALOGUES / f"{language}.po"
    if not catalogue.is_file():
        return NullTranslations()
    with catalogue.open("rb") as file:
        messages = read_po(file, locale=_LOCALES[language])
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)
