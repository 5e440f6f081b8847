"""Problems: every refusal of the API as application/problem+json (RFC 9457), with the fields it is about."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple

from flask import Response, request
from pydantic import BaseModel
from werkzeug.exceptions import HTTPException

MIMETYPE = "application/problem+json"
MOST_SHOWN = 60
MOST_TOLD = 1_000


class Flaw(NamedTuple):
    """One field that can't be taken."""

    path: str
    """Where it stands: `responses.3.ratings.0.score`, a parameter's or a header's name; '' for the whole."""
    found: str | None
    """What stands there; None where nothing does."""
    problem: str


class Answer(NamedTuple):
    """An answer as it is sent and kept."""

    status: int
    text: str


class Problem(Exception):
    """A request that is refused; raised anywhere below a view of the API."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[Flaw],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors[:MOST_TOLD]
        self.headers = headers or {}

    @property
    def answer(self) -> Answer:
        """What is sent."""
        document = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "errors": [error._asdict() for error in self.errors],
        }
        return Answer(self.status, written(document))


SENTENCES = {
    400: "not a request this server understands",
    403: "a page of another site may not ask this",
    404: "there is nothing at this address",
    405: "not a method of this address; the header Allow names those there are",
    413: "larger than the 4 MiB this server takes",
    503: "the database can't be reached; nothing was changed",
}
PLACES = {405: "method", 413: "body"}


def not_there() -> Problem:
    """There is nothing of that name or number in the contract."""
    return Problem(404, "There is nothing at this address.", [Flaw("", None, SENTENCES[404])])


def no_contract() -> Problem:
    """There is no such contract, or the key does not open it: one and the same answer."""
    problem = "there is no such contract, or this key does not open it"
    return Problem(404, "There is no such contract here.", [Flaw("contract", None, problem)])


def written(document: object) -> str:
    """A document as JSON; what no encoding knows is escaped."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode() + "\n"


def sent(answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    """The response that carries an answer."""
    mimetype = MIMETYPE if answer.status >= HTTPStatus.BAD_REQUEST else "application/json"
    return Response(answer.text, answer.status, headers, mimetype=mimetype)


def document(found: BaseModel) -> Response:
    """The response that carries one of our documents."""
    return sent(Answer(200, written(found.model_dump(mode="json"))))


def refused(problem: Problem) -> Response:
    """The response that tells of a problem."""
    return sent(problem.answer, problem.headers)


def of_http(error: HTTPException) -> Response:
    """A refusal of the framework's own, told as all others are."""
    status = error.code or 500
    problem = SENTENCES.get(status, "this server could not answer; its log says why")
    found = request.method if status == HTTPStatus.METHOD_NOT_ALLOWED else None
    allow = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    sentence = problem[0].upper() + problem[1:] + "."
    return refused(
        Problem(
            status,
            sentence,
            [Flaw(PLACES.get(status, ""), found, problem)],
            {"Allow": allow} if allow else {},
        )
    )


def database_away() -> Response:
    """The database refused or is gone: nothing was changed, and the same may be asked again soon."""
    detail = "The database can't be reached. Nothing was changed; ask again soon."
    return refused(Problem(503, detail, [Flaw("", None, SENTENCES[503])], {"Retry-After": "5"}))


def no_room() -> Response:
    """The disk is full: nothing was changed, and somebody has to make room first."""
    flaw = Flaw("", None, "the disk is full; nothing was changed")
    detail = "There is no room left to store anything. Nothing was changed; ask again later."
    return refused(Problem(503, detail, [flaw], {"Retry-After": "5"}))


def shown(found: object) -> str | None:
    """What was found, short enough to be told."""
    match found:
        case None:
            return "null"
        case bool():
            return "true" if found else "false"
        case dict():
            return "an object"
        case list():
            return "a list"
    text = str(found)
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"


def is_asked() -> bool:
    """Whether the request at hand is for the API."""
    return request.path.startswith("/api/")
