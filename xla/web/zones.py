"""Time zones as a list to choose from: the Nordic ones first, the others by continent."""

from functools import cache
from zoneinfo import available_timezones

from wtforms.fields.choices import SelectChoice

from xla.web.language import gettext as _

NORDIC = (
    "Europe/Stockholm",
    "Europe/Copenhagen",
    "Europe/Oslo",
    "Europe/Helsinki",
    "Atlantic/Reykjavik",
    "Atlantic/Faroe",
    "Europe/Mariehamn",
    "America/Nuuk",
)
CONTINENTS = (
    "Europe",
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Indian",
    "Pacific",
)
"""As the IANA database groups its zones; its older names stand in no group and are not offered."""


def zones() -> list[SelectChoice]:
    """Every zone, each in its group."""
    nordic = [_choice(name, _("Nordic countries")) for name in NORDIC]
    return [*nordic, *_others(), _choice("UTC", "UTC")]


@cache
def _others() -> list[SelectChoice]:
    """The other zones, continent by continent, by name."""
    names = sorted(available_timezones() - set(NORDIC))
    return [_choice(name, group) for group in CONTINENTS for name in names if name.startswith(f"{group}/")]


def _choice(name: str, group: str) -> SelectChoice:
    return SelectChoice(name, name.replace("_", " "), optgroup=group)
