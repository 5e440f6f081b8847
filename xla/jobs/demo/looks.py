"""The demo's looks: a small logo for the provider and for two clients, and a colour for each of these."""

from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.documents.logo import redrawn
from xla.models import Client
from xla.services import clients, installations

SIDE = 160
PROVIDER = ("#2f3b1c", ((80, 20), (125, 140), (80, 112), (35, 140)))
"""A colour, and a shape in white on a square of it."""
CLIENTS = {
    "Aurland Airport": ("#1f4e6b", ((12, 140), (66, 34), (92, 84), (108, 60), (150, 140))),
    "Fjordby Hospital": ("#0b5a63", ((62, 24), (98, 24), (98, 62), (136, 62), (136, 98), (98, 98), (98, 136),
                                     (62, 136), (62, 98), (24, 98), (24, 62), (62, 62))),
}  # fmt: skip


def add_missing(session: Session, now: datetime) -> None:
    """Logos where there are none; whoever chose another keeps it."""
    known = installations.ensured(session, now)
    if known.logo_sha256 is None:
        installations.choose_logo(session, _drawn(*PROVIDER), now)
    for client in session.scalars(select(Client).where(Client.name.in_(CLIENTS))):
        colour, shape = CLIENTS[client.name]
        if client.logo_sha256 is None:
            clients.choose_logo(session, client, _drawn(colour, shape))
            client.colour = client.colour or colour


def _drawn(colour: str, shape: tuple[tuple[int, int], ...]) -> bytes:
    picture = Image.new("RGB", (SIDE, SIDE), colour)
    ImageDraw.Draw(picture).polygon(shape, fill="white")
    written = BytesIO()
    picture.save(written, "PNG")
    return redrawn(written.getvalue())
