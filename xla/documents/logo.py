"""A logo: whatever picture somebody uploads becomes a small PNG of our own writing, or is refused."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageFile, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_BYTES = 1 << 20
MOST_PIXELS = 16_000_000
"""Of the picture as it came, told by its header: a bomb is refused before it is unpacked."""
SIZE = (640, 160)
"""What it is made to fit in: sharp on any screen at the 24 pixels of the top bar."""
BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error)
"""What the library raises on damaged pictures, by format."""


class NoPicture(Exception):
    """It is not a picture we take: `reason` is `large`, `pixels` or `format`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def redrawn(uploaded: bytes) -> bytes:
    """A PNG of at most 640 x 160 pixels with nothing in it but the pixels. Raises `NoPicture`."""
    if len(uploaded) > MOST_BYTES:
        raise NoPicture("large")
    try:
        with _damage_refused(), Image.open(BytesIO(uploaded), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NoPicture("pixels")
            return _written(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NoPicture("pixels") from None
    except BROKEN:
        raise NoPicture("format") from None


def on_white(png: bytes) -> bytes:
    """A PNG of ours as it looks on paper, without transparency; the same bytes for the same picture."""
    with Image.open(BytesIO(png), formats=("PNG",)) as image:
        drawn = image.convert("RGBA")
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    written = BytesIO()
    paper.convert("RGB").save(written, "PNG", optimize=True)
    return written.getvalue()


@contextmanager
def _damage_refused() -> Iterator[None]:
    """Also in a process in which WeasyPrint told Pillow to take what there is of a picture."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _written(image: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    upright.thumbnail(SIZE, Image.Resampling.LANCZOS)
    upright.info.clear()
    written = BytesIO()
    upright.save(written, "PNG", optimize=True)
    return written.getvalue()
