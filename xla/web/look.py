"""The look: what the provider chose for all pages: its name, logo, colour and language."""

from typing import cast

from flask import g
from sqlalchemy.exc import DBAPIError

from xla.models import Installation
from xla.services.installations import installation
from xla.web.database import reading, settings


def look() -> Installation | None:
    """What was chosen, read once a request; None while nothing was, or the database does not answer."""
    if "look" not in g:
        try:
            with reading() as session:
                g.look = installation(session)
        except DBAPIError:  # the page that says so has a top, too
            g.look = None
    return cast("Installation | None", g.look)


def provider() -> str:
    """The provider's name: the chosen one, else the setting's."""
    chosen = look()
    return (chosen.provider if chosen else "") or settings().provider
