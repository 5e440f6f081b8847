"""The settings' blueprint, and where one lands."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from xla.core.role import Permission
from xla.web.access import needs

settings = Blueprint("settings", __name__)


@settings.get("/settings")
@needs(Permission.ADMINISTER)
def start() -> Response:
    """The first of them."""
    return redirect(url_for("settings.branding"), code=303)
