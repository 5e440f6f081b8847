"""Faces: the scores of a short scale, drawn alike in size and colour so that none is favoured."""

from markupsafe import Markup

MOUTHS = (
    "M20 46c3-6.4 7.2-8.6 12-8.6S41 39.6 44 46M17.5 18.5l8 3.6M46.5 18.5l-8 3.6",
    "M22 44c2.8-3.6 6-5 10-5s7.2 1.4 10 5",
    "M22 42h20",
    "M22 39.5c2.8 3.6 6 5 10 5s7.2-1.4 10-5",
    "M18.5 37.5h27c0 7.8-6 12.3-13.5 12.3s-13.5-4.5-13.5-12.3z",
)
"""From worst to best, on a square of 64."""
OF_FOUR = (0, 1, 3, 4)
STEP = 78
INK = "#14222c"


def row(count: int) -> Markup:
    """Four or five faces side by side, worst first; nothing for another number of scores."""
    if count not in {len(OF_FOUR), len(MOUTHS)}:
        return Markup()
    mouths = [MOUTHS[place] for place in (OF_FOUR if count == len(OF_FOUR) else range(count))]
    faces = Markup().join(_face(mouth, place * STEP) for place, mouth in enumerate(mouths))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 64" role="presentation">{faces}</svg>'
    ).format(width=STEP * (count - 1) + 64, faces=faces)


def _face(mouth: str, left: int) -> Markup:
    filled = INK if mouth == MOUTHS[-1] else "none"
    return Markup(
        '<g transform="translate({left})"><circle cx="32" cy="32" r="30.5" fill="none" stroke="{ink}"'
        ' stroke-width="2.4"/><circle cx="23" cy="27" r="3.1" fill="{ink}"/>'
        '<circle cx="41" cy="27" r="3.1" fill="{ink}"/><path d="{mouth}" fill="{filled}" stroke="{ink}"'
        ' stroke-width="2.4" stroke-linecap="round"/></g>'
    ).format(left=left, ink=INK, mouth=mouth, filled=filled)
