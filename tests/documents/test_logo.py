"""A logo: a small PNG of our own writing, or refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo

from xla.documents.logo import MOST_BYTES, NoPicture, redrawn


def picture(size: tuple[int, int] = (40, 20), kind: str = "PNG", mode: str = "RGB") -> bytes:
    written = BytesIO()
    Image.new(mode, size).save(written, kind)
    return written.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large and holds nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_a_png_that_fits(kind: str) -> None:
    with Image.open(BytesIO(redrawn(picture((2000, 1000), kind)))) as image:
        assert image.format == "PNG"
        assert image.size == (320, 160)


def test_a_small_picture_is_not_blown_up() -> None:
    with Image.open(BytesIO(redrawn(picture((40, 20))))) as image:
        assert image.size == (40, 20)


def test_nothing_but_the_pixels_is_kept() -> None:
    told = PngInfo()
    told.add_text("Comment", "where it was taken")
    written = BytesIO()
    Image.new("RGB", (4, 4)).save(written, "PNG", pnginfo=told, icc_profile=b"a profile")
    png = redrawn(written.getvalue())
    assert b"taken" not in png
    assert b"iCCP" not in png


@pytest.mark.parametrize(
    ("uploaded", "reason"),
    [
        (b"", "format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "format"),
        (picture(kind="TIFF"), "format"),
        (picture((300, 300))[:80], "format"),
        (picture((300, 300), "JPEG")[:200], "format"),
        (b"x" * (MOST_BYTES + 1), "large"),
        (bomb(5_000, 5_000), "pixels"),
        (bomb(12_000, 12_000), "pixels"),
        (bomb(60_000, 60_000), "pixels"),
    ],
)
def test_what_is_no_picture_or_too_much_of_one_is_refused(uploaded: bytes, reason: str) -> None:
    with pytest.raises(NoPicture) as refused:
        redrawn(uploaded)
    assert refused.value.reason == reason


def test_a_damaged_picture_is_refused_also_where_others_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(NoPicture):
        redrawn(picture((300, 300))[:80])
    assert ImageFile.LOAD_TRUNCATED_IMAGES
