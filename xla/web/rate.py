"""Rating: the public pages behind a rating point's link. One tap is a stored rating; a GET never stores."""

import re
from datetime import datetime

from flask import Blueprint, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from xla import clock
from xla.core.asking import is_poor, reasons_for
from xla.core.window import local_day
from xla.services import places, receipts, seals, taps
from xla.services.devices import Device
from xla.services.done_here import done_here
from xla.services.places import Place
from xla.services.taps import Tap
from xla.web.database import changing, kept, reading
from xla.web.fresh import KEY_PLACE, fresh
from xla.web.language import figures
from xla.web.rate_more import Given, More, read
from xla.web.rate_page import channel, onward, rendered, shown, speak
from xla.web.rate_refused import Refused, refused

rate = Blueprint("rate", __name__, url_prefix="/r")
refused(rate)
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)


@rate.get("/<token>")
def ask(token: str) -> str:
    """The place's first question; the key of each reader's answer is put in at the door (`web.fresh`)."""
    return _question(_now_open(token, clock.now()), KEY_PLACE)


@rate.post("/<token>")
def tapped(token: str) -> Response:
    """Store what was tapped, at once; a repeat of the same key is the same rating."""
    now = clock.now()
    place = _now_open(token, now)
    tap = _tap(place, now)
    with changing() as session:
        taps.tap(session, place, tap, kept(), now)
    return redirect(onward("rate.saved", token, tap.key), code=303)


@rate.get("/<token>/<answer>/change")
def change(token: str, answer: str) -> str:
    """The question once more, with the same key: another tap takes the first one's place."""
    now = clock.now()
    with reading() as session:
        place = _open(session, token, now)
        given = _given(session, place, answer)
    return _question(place, answer, before=given.score)


@rate.get("/<token>/<answer>")
def saved(token: str, answer: str) -> str:
    """What was saved, and what may be added to it."""
    now = clock.now()
    with reading() as session:
        place = _known(session, token, now)
        given = _given(session, place, answer)
    return _added(place, given, More())


@rate.post("/<token>/<answer>")
def added(token: str, answer: str) -> Response | tuple[str, int]:
    """Add reasons, a comment and other answers to what was tapped."""
    now = clock.now()
    with changing() as session:
        place = _known(session, token, now)
        given = _given(session, place, answer)
        more = read(place, given, request.form)
        if more.flaws:
            return _added(place, given, more), 422
        more.store(session, place, given, now)
    return redirect(onward("rate.thanks", token, answer), code=303)


@rate.get("/<token>/<answer>/thanks")
def thanks(token: str, answer: str) -> str:
    """Thanks, with what was really done about what others said here."""
    now = clock.now()
    with reading() as session:
        place = _known(session, token, now)
        given = _given(session, place, answer)
        done = done_here(session, place)
        code = receipts.code(session, given.response_id)
    own = place.agreement.contract.language
    code = code or _code(given)
    href = url_for("receipts.page", code=code, lang=g.language)
    return rendered(
        "thanks", place, done=done, own_language=own, told=figures(), receipt_code=code, receipt_href=href
    )


@rate.get("/<token>/answers")
def answers(token: str) -> str:
    """How answers are used, in plain words."""
    now = clock.now()
    with reading() as session:
        place = _known(session, token, now)
    return rendered("answers", place)


@rate.after_request
def tell_nobody(response: Response) -> Response:
    """Where somebody rated is nobody else's business."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _known(session: Session, token: str, now: datetime) -> Place:
    """The place of a link, in the language of this request. Raises `Refused`."""
    return _met(_by_token(session, token, now))


def _by_token(session: Session, token: str, now: datetime) -> Place | None:
    return places.by_token(session, token, kept(), now) if TOKEN.fullmatch(token) else None


def _met(place: Place | None) -> Place:
    g.place = place
    speak(place)
    if place is None:
        raise Refused("unknown")
    return place


def _now_open(token: str, now: datetime) -> Place:
    """As `_open`, as it was known within the last second."""

    def found() -> Place | None:
        with reading() as session:
            return _by_token(session, token, now)

    return _taking(_met(fresh().of(token, found)), now)


def _open(session: Session, token: str, now: datetime) -> Place:
    """The same, where ratings are taken there now. Raises `Refused`."""
    return _taking(_known(session, token, now), now)


def _taking(place: Place, now: datetime) -> Place:
    today = local_day(now, place.zone)
    if not place.is_open:
        raise Refused("closed")
    if not places.is_running(place, today):
        raise Refused("early" if today < place.agreement.contract.starts_on else "ended")
    if not place.asked:
        raise Refused("nothing asked")
    return place


def _question(place: Place, key: str, before: int | None = None) -> str:
    token = str((request.view_args or {})["token"])
    question = shown(place, place.asked[0].key)
    return rendered("ask", place, asked=question, key=key, before=before, action=onward("rate.tapped", token))


def _tap(place: Place, now: datetime) -> Tap:
    """What the form says. Raises `Refused` where it is none of ours, or off the scale."""
    form = request.form
    key, question = form.get("key", ""), place.question(form.get("question", ""))
    score = form.get("score", "")
    known = {str(each): each for each in question.scores.scores} if question else {}
    if question is None or score not in known or not KEY.fullmatch(key):
        raise Refused("garbled")
    device = Device(request.remote_addr or "", request.user_agent.string)
    return Tap(question.key, known[score], key, channel(), now, device)


def _given(session: Session, place: Place, key: str) -> Given:
    """The answer of a key, where it was given here. Raises `Refused`."""
    response = taps.stored(session, place, key) if KEY.fullmatch(key) else None
    if response is None or response.point_id != place.point_id:
        raise Refused("unknown")
    found = taps.answers(session, place, response.id)
    question = next((place.question(each) for each in found), None)
    if question is None:
        raise Refused("unknown")
    return Given(key, response.id, question, found[question.key], frozenset(found))


def _code(given: Given) -> str | None:
    """The first receipt code of the installation, whose secret nobody needed before."""
    with changing() as session:
        seals.make_secret(session)
        return receipts.code(session, given.response_id)


def _added(place: Place, given: Given, more: More) -> str:
    token = str((request.view_args or {})["token"])
    question = shown(place, given.question.key)
    return rendered(
        "saved",
        place,
        asked=question,
        answer=question.answer(given.score),
        is_poor=is_poor(given.question.scores, given.score),
        reasons=reasons_for(given.question, given.score),
        own_language=place.agreement.contract.language,
        others=[shown(place, each.key) for each in place.asked if each.key not in given.answered],
        more=more,
        action=onward("rate.added", token, given.key),
        change_href=onward("rate.change", token, given.key),
        thanks_href=onward("rate.thanks", token, given.key),
    )
