"""The logo and the colour, for every page, signed in or not."""

from flask import Response, abort, request

from xla.services import installations
from xla.web.database import reading
from xla.web.look import look
from xla.web.settings.pages import settings

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@settings.get("/branding/logo.png")
def logo() -> Response:
    """The provider's logo: a PNG we wrote ourselves."""
    chosen = look()
    if chosen is None or chosen.logo_sha256 is None:
        abort(404)
    with reading() as session:
        png = installations.logo(session)
    response = Response(png, mimetype="image/png")
    response.set_etag(chosen.logo_sha256)
    response.headers["Cache-Control"] = _kept(chosen.logo_sha256[:10])
    return response


@settings.get("/branding.css")
def stylesheet() -> Response:
    """The provider's colour as a property of style sheets: pages may carry no style of their own."""
    chosen = look()
    colour = chosen.colour if chosen else ""
    response = Response(f":root{{--brand:{colour}}}\n" if colour else "", mimetype="text/css")
    response.headers["Cache-Control"] = _kept(colour.removeprefix("#"))
    return response


def _kept(version: str) -> str:
    """For good where the address names this very version."""
    return FOR_GOOD if request.args.get("v") == version else ASK_AGAIN
