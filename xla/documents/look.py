"""The look: whose names, pictures and colour a report carries; never a word of what it says."""

from base64 import b64encode
from dataclasses import dataclass

from xla.documents.assets import PICTURE
from xla.documents.logo import on_white


@dataclass(frozen=True)
class Look:
    """What the provider and one client chose for their reports."""

    client: str = ""
    """The client's name as it is printed; '' where the agreement's is as good."""
    colour: str = ""
    """The client's, else the provider's: #rrggbb, readable on white, or ''."""
    client_logo: bytes | None = None
    provider_logo: bytes | None = None
    """PNGs we wrote ourselves."""


def picture(png: bytes | None) -> str:
    """A logo as an address that leads nowhere; '' for none. Printers spoil transparency, so it has none."""
    return PICTURE + b64encode(on_white(png)).decode("ascii") if png else ""


def accent(look: Look) -> str:
    """The style sheet of the colour: one line of page 1, and nothing that means anything."""
    return f".mast {{ border-bottom: 1mm solid {look.colour} }}\n" if look.colour else ""
