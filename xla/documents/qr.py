"""QR codes: an address as black squares in the quiet zone a reader needs (ISO/IEC 18004).

Error correction is level Q at least: a quarter of the code may be worn or covered.
"""

from io import BytesIO
from itertools import groupby

import segno
from markupsafe import Markup

QUIET = 4
"""Modules of white around the code."""
LEVEL = "q"
POINTS_PER_MODULE = 12
"""Of the code as a file of its own: some 17 cm, for whoever lays it out elsewhere."""


def svg(address: str, title: str) -> Markup:
    """The code as an SVG picture with a name, one unit a module, white behind it."""
    code = _code(address)
    size = len(code.matrix) + 2 * QUIET
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {size} {size}" role="img">'
        '<title>{title}</title><path fill="#ffffff" d="M0 0h{size}v{size}H0z"/>'
        '<path fill="#000000" d="{squares}"/></svg>'
    ).format(size=size, title=title, squares=_squares(code))


def pdf(address: str) -> bytes:
    """The code as a PDF page."""
    written = BytesIO()
    _code(address).save(written, kind="pdf", border=QUIET, scale=POINTS_PER_MODULE)
    return written.getvalue()


def squares(address: str) -> str:
    """The dark modules as one path, run by run, moved by the quiet zone."""
    return _squares(_code(address))


def _squares(code: segno.QRCode) -> str:
    runs = []
    for y, row in enumerate(code.matrix, QUIET):
        x = QUIET
        for dark, modules in groupby(row):
            length = len(list(modules))
            if dark:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(runs)


def _code(address: str) -> segno.QRCode:
    return segno.make_qr(address, error=LEVEL, boost_error=True)
