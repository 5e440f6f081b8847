"""The look: what every page has around it, read once a request: the provider's choices, and one's counts."""

from typing import cast

from flask import g
from sqlalchemy.exc import DBAPIError

from xla.models import Installation
from xla.services.surroundings import Surroundings, surroundings
from xla.web.access import visitor_or_none
from xla.web.database import reading, settings


def around() -> Surroundings:
    """What the top bar, the navigation and the foot say; nothing where the database does not answer."""
    if "around" not in g:
        try:
            with reading() as session:
                g.around = surroundings(session, visitor_or_none())
        except DBAPIError:  # the page that says so has a top, too
            g.around = Surroundings(None)
    return cast("Surroundings", g.around)


def look() -> Installation | None:
    """What the provider chose; None while nothing was, or the database does not answer."""
    return around().installation


def provider() -> str:
    """The provider's name: the chosen one, else the setting's."""
    chosen = look()
    return (chosen.provider if chosen else "") or settings().provider
