"""Repeats: a write under an Idempotency-Key is done once, and answered the same however often it is sent."""

import hashlib
import re
from collections.abc import Callable

from flask import Response, request
from sqlalchemy.orm import Session

from xla import clock
from xla.services import given_answers
from xla.services.given_answers import OtherRequest
from xla.web.api.access import asking_key
from xla.web.api.problems import Answer, Flaw, Problem, sent, shown
from xla.web.database import changing

HEADER = "Idempotency-Key"
WRITTEN = re.compile(r"[\x21-\x7e]{1,255}")
Work = Callable[[Session], Answer]


def once(raw: bytes, work: Work) -> Response:
    """Do `work` in one transaction; under a key that was used before, answer as then.

    A refusal is kept like any other answer. Who sends the same twice at once waits for the first.
    """
    key = request.headers.get(HEADER)
    if key is None:
        with changing() as session:
            answer = work(session)
        return sent(answer)
    if not WRITTEN.fullmatch(key):
        flaw = Flaw(HEADER, shown(key), "write 1 to 255 visible ASCII characters")
        raise Problem(400, "The Idempotency-Key can't be used.", [flaw])
    with changing() as session:
        return sent(_kept(session, key, raw, work))


def _kept(session: Session, key: str, raw: bytes, work: Work) -> Answer:
    now = clock.now()
    about = f"{request.method} {request.path}\n".encode("utf-8", "surrogateescape")
    digest = hashlib.sha256(about + raw).hexdigest()
    try:
        given = given_answers.claim(session, asking_key().id, key, digest, now)
    except OtherRequest:
        flaw = Flaw(HEADER, shown(key), "was used for another request; choose a new one for each")
        raise Problem(409, "This Idempotency-Key was used for another request.", [flaw]) from None
    if given is not None:
        return Answer(given.status, given.answer)
    try:
        with session.begin_nested():
            answer = work(session)
    except Problem as problem:
        answer = problem.answer
    given_answers.keep(session, asking_key().id, key, status=answer.status, answer=answer.text)
    return answer
