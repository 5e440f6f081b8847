"""Invited: where a mail's links lead. They choose a face and store nothing; the page's button stores it."""

from datetime import datetime

from flask import Blueprint, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from xla import clock
from xla.services import invitation_answers, taps
from xla.services.done_here import done_here
from xla.services.invitation_answers import CHANNEL, Opened, Standing
from xla.web.answer_words import known_in
from xla.web.database import changing, kept, reading
from xla.web.language import figures
from xla.web.rate_page import chosen, rendered, shown
from xla.web.rate_refused import Refused, refused

invited = Blueprint("invited", __name__, url_prefix="/i")
refused(invited)


@invited.get("/<token>")
def ask(token: str) -> str | Response:
    """The question, with the face chosen that was tapped in the mail; mail scanners open links, too."""
    now = clock.now()
    with reading() as session:
        opened = _opened(session, token, now)
        if opened.standing == Standing.ANSWERED:
            return _onward(session, opened)
    if opened.standing == Standing.ENDED:
        raise Refused("invitation over")
    question = shown(opened.place, opened.place.asked[0].key)
    return _page("invited", opened, asked=question, before=request.args.get("score", ""))


@invited.post("/<token>")
def answered(token: str) -> str | Response:
    """Store the answer, once a link; its author may change it for a while."""
    now = clock.now()
    with changing() as session:
        opened = _opened(session, token, now)
        if opened.standing == Standing.ENDED:
            raise Refused("invitation over")
        question = opened.place.asked[0] if opened.place.asked else None
        known = {str(score): score for score in question.scores.scores} if question else {}
        score = known.get(request.form.get("score", ""))
        if question is None or score is None:
            raise Refused("garbled")
        invitation_answers.answer(session, opened, question=question.key, score=score, kept=kept(), now=now)
        return _onward(session, opened)


@invited.get("/<token>/stop")
def stop(token: str) -> str:
    """Ask whether the person wants no more mails."""
    now = clock.now()
    with reading() as session:
        opened = _opened(session, token, now)
        is_out = invitation_answers.is_out(session, opened)
    return _page("stop", opened, is_out=is_out)


@invited.post("/<token>/stop")
def stopped(token: str) -> str:
    """No more mails, for any contract: by the page's button, or by a mail program's (RFC 8058)."""
    now = clock.now()
    with changing() as session:
        opened = _opened(session, token, now)
        invitation_answers.opt_out(session, opened, now)
    return _page("stop", opened, is_out=True)


@invited.after_request
def tell_nobody(response: Response) -> Response:
    """The link is the person's own."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _opened(session: Session, token: str, now: datetime) -> Opened:
    """The invitation, in the language of its mail unless another is chosen. Raises `Refused`."""
    opened = invitation_answers.by_token(session, token, kept(), now)
    if opened is None:
        raise Refused("unknown invitation")
    g.place = None  # what is refused names no place: its pages know other links
    place = opened.place
    known = known_in(place.asked[0]) if place.asked else ()
    own = place.agreement.contract.language
    g.language = next((each for each in (chosen(), opened.language) if each in known), own)
    return opened


def _onward(session: Session, opened: Opened) -> str | Response:
    """To what may be added to the rating; thanks alone where it is kept no more, or its place is closed."""
    if not opened.link or taps.stored(session, opened.place, opened.key) is None:
        own = opened.place.agreement.contract.language
        done = done_here(session, opened.place)
        return _page("thanks", opened, done=done, own_language=own, told=figures())
    return redirect(
        url_for("rate.saved", token=opened.link, answer=opened.key, via=CHANNEL, lang=g.language), code=303
    )


def _page(name: str, opened: Opened, **values: object) -> str:
    told = url_for("rate.answers", token=opened.link, lang=g.language) if opened.link else None
    token = str((request.view_args or {})["token"])
    here = {
        "action": url_for("invited.answered", token=token),
        "stop_href": url_for("invited.stop", token=token),
    }
    return rendered(name, opened.place, answers_href=told, **here, **values)
