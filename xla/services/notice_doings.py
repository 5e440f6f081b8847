"""What is found of a notice about collecting: a wish for contact, a failed import, a silence."""

from datetime import date, datetime
from fractions import Fraction

from xla.documents import notice_words as texts
from xla.documents.figures import half_up
from xla.documents.notice_words import Row
from xla.services.notice_reading import Found, Reading
from xla.services.silence_notices import NEVER

MOST_PROBLEMS = 3


def wish(reading: Reading) -> Found:
    """Somebody to get in touch with: where they rated, and never who they are or how to reach them."""
    return Found("/wishes", {"place": reading.place(reading.document["site"])})


def failed_import(reading: Reading) -> Found:
    """A file that could not be imported, and what is wrong with its first rows."""
    problems = reading.document["problems"]
    label = reading.words(texts.PROBLEM)
    left = len(problems) - MOST_PROBLEMS
    return Found(
        f"/imports/{reading.document['upload']}",
        {"file": reading.document["name"]},
        tuple(Row(label, problem) for problem in problems[:MOST_PROBLEMS]),
        reading.counted(texts.MORE, left) if left > 0 else "",
    )


def silent_point(reading: Reading) -> Found:
    """A rating point, since when nothing came, and what is usual in that time."""
    told = reading.document
    last_on = reading.figures.day(date.fromisoformat(told["last_on"]))
    named = {"place": reading.place(told["site"], told["touchpoint"]), "day": last_on}
    usual = reading.counted(texts.ABOUT, int(half_up(Fraction(told["expected"]), 0)))
    return Found("/points", named, (Row(reading.words(texts.USUAL), usual),))


def silent_kiosk(reading: Reading) -> Found:
    """A kiosk, and since when nothing was heard of it."""
    named = {"kiosk": reading.document["name"]}
    if reading.document["seen_at"] == NEVER:
        return Found("/kiosks", named, what="unheard")
    seen_at = datetime.fromisoformat(reading.document["seen_at"])
    return Found("/kiosks", {**named, "at": reading.figures.instant(seen_at)})
