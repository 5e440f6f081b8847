"""What a public rating page says where it can't do what was asked: calmly, and never a false thanks."""

from typing import Any, NamedTuple

from flask import Blueprint, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from xla.core.flag import DEVICE_SHORT
from xla.services.devices import TooMany
from xla.services.taps import TooLate
from xla.web import outage
from xla.web.language import lazy
from xla.web.rate_page import rendered, speak


class Refused(Exception):
    """What was asked is not done, for a reason that has its page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Told(NamedTuple):
    """A page of two sentences."""

    code: int
    title: Any
    sentence: Any


PAGES = {
    "unknown": Told(
        404, lazy("There is nothing here"), lazy("The link may be mistyped. Scan the code once more.")
    ),
    "closed": Told(
        410, lazy("Ratings are no longer taken here"), lazy("This place has been closed for ratings.")
    ),
    "early": Told(409, lazy("Ratings are not taken here yet"), lazy("Come back in a while.")),
    "ended": Told(410, lazy("Ratings are no longer taken here"), lazy("The time for ratings here is over.")),
    "nothing asked": Told(409, lazy("Nothing is asked here yet"), lazy("Come back in a while.")),
    "unknown invitation": Told(
        404, lazy("There is nothing here"), lazy("The link may be cut off. Open it from the mail once more.")
    ),
    "invitation over": Told(
        410, lazy("This link has ended"), lazy("Answers are no longer taken with it. Thank you all the same.")
    ),
    "garbled": Told(
        422, lazy("Your rating was not saved"), lazy("What was sent does not fit the question. Try again.")
    ),
    "late": Told(
        409,
        lazy("Your rating stays as it is"),
        lazy("It can be changed for 30 minutes. It is saved as you gave it."),
    ),
    "too many": Told(
        429,
        lazy("Your rating was not saved"),
        lazy("Very many ratings came from here in a few minutes. Try again in ten minutes."),
    ),
    "unknown receipt": Told(
        404,
        lazy("There is nothing here"),
        lazy("No answer has this receipt code. Look whether it is mistyped."),
    ),
    "receipt gone": Told(
        410,
        lazy("This answer is gone"),
        lazy("The receipt code is right, and its answer is not stored any more. Keep the code, and ask why."),
    ),
    "receipt unreadable": Told(
        409,
        lazy("This receipt can’t be checked"),
        lazy("The receipt code is right. The seal of its day was damaged here. Keep the code, and tell us."),
    ),
    "many receipts": Told(
        429,
        lazy("Too many codes were not right"),
        lazy("Several receipt codes from here were unknown. Try again in 15 minutes."),
    ),
    "away": Told(503, lazy("This page can’t be shown right now"), lazy("Try again in a moment.")),
    "not saved": Told(
        503,
        lazy("We could not save this right now"),
        lazy("Send it again in a moment. However often you send it, it counts once."),
    ),
}


def refused(pages: Blueprint) -> None:
    """Tell `pages` how to say what went wrong."""
    pages.register_error_handler(Refused, lambda refusal: _page(PAGES[refusal.reason]))
    pages.register_error_handler(TooLate, lambda _: _page(PAGES["late"]))
    pages.register_error_handler(TooMany, _too_many)
    pages.register_error_handler(SQLAlchemyError, _away)
    pages.register_error_handler(OSError, _system_failed)
    pages.register_error_handler(HTTPException, _other)


def _too_many(_error: TooMany) -> Response:
    response = _page(PAGES["too many"])
    response.headers["Retry-After"] = str(DEVICE_SHORT.minutes * 60)
    return response


def _away(error: SQLAlchemyError | OSError) -> Response:
    """The database refused or is gone: what was sent waits in the page, to be sent again with one tap."""
    outage.note(error)
    is_sent = request.method == "POST"
    waiting = list(request.form.items(multi=True)) if is_sent else []
    response = _page(PAGES["not saved" if is_sent else "away"], waiting)
    response.headers["Retry-After"] = str(outage.AGAIN_SECONDS)
    return response


def _system_failed(error: OSError) -> Response:
    if outage.is_full(error):
        return _away(error)
    raise error


def _other(error: HTTPException) -> Response:
    told = Told(error.code or 500, lazy("This did not work"), lazy("Nothing was saved. Try again."))
    return _page(told)


def _page(told: Told, waiting: list[tuple[str, str]] | None = None) -> Response:
    place = g.get("place")
    if "language" not in g:
        speak(place)
    page = rendered("refused", place, told=told, waiting=waiting or [], here=request.full_path.rstrip("?"))
    return Response(page, told.code, mimetype="text/html")
