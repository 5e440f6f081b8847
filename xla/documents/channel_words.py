"""Channel words: what the ways in which responses come in are called."""

from collections.abc import Mapping, Sequence

from xla.documents.figures import Figures
from xla.documents.words import Words

NAMED = 3
"""Of several small ways together, those named."""


def _(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is used."""
    return text


CHANNELS: Mapping[str, str] = {
    "": _("a way not told"),
    "qr": _("QR code"),
    "poster": _("poster"),
    "link": _("link"),
    "kiosk": _("kiosk"),
    "tablet": _("tablet"),
    "mail": _("e-mail"),
    "mail-signature": _("link in a mail’s signature"),
    "paper": _("paper"),
    "api": _("other systems"),
    "survey": _("survey"),
}


def channel_name(keys: Sequence[str], words: Words) -> str:
    """One way's name as a line begins, or those of several small ones; what is not ours stands as it is."""
    names = [words(CHANNELS[key]) if key in CHANNELS else key for key in keys[:NAMED]]
    if rest := len(keys) - len(names):
        other = words.plural("%(count)s other way", "%(count)s other ways", rest)
        names.append(other % {"count": Figures(words.language).number(rest)})
    text = words.all_of(names)
    return text[:1].upper() + text[1:]
