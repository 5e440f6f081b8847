"""Printable text: only what our faces can draw, so that a page looks the same on every machine."""

import re
import unicodedata

RANGES = (
    "0020-007E 00A0-00AC 00AE-0148 014A-01C3 01C5-024F 02B0-0304 0306-030A 030C 0326-0328 0394 03A3 03C3 "
    "1E00-1E9B 1E9D-1EFF 2000-200A 2010-2027 202F-2055 2057 205F 2070-2071 2074-208E 2090-209C 20A0-20AF "
    "20B1-20B5 20B8-20BA 20BC-20C0 2100-2101 2103 2105-2106 2109 2113 2116-2117 211E-2122 2150-215E "
    "2190-2199 2212 221A 221E 2248 2260 2264-2265 25A0-25A1 25B2-25B3 25BC-25BD 25C6-25C7 25CB 25CF 2713 2717"
)
"""What both faces have a glyph for; `docs/fonts.md` makes them, a test compares."""

STAND_IN = "□"
"""Drawn for a letter no face of ours has: a system's font would differ from machine to machine."""

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_DRAWN = "".join(
    rf"\u{first}-\u{last or first}" for first, _, last in (part.partition("-") for part in RANGES.split())
)
_OTHERS = re.compile(rf"[^{_DRAWN}\n]")


def printable(text: str) -> str:
    """`text` composed, without what nobody sees (direction marks, joiners); □ for what we cannot draw."""
    composed = unicodedata.normalize("NFC", text)
    seen = _INVISIBLE.sub("", composed).replace("\t", " ").replace("\r", " ")
    return _OTHERS.sub(STAND_IN, seen)
