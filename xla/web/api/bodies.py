"""Bodies: JSON read strictly, and a body or query as one of our models, each flaw with its path."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError

from xla.web.api.problems import Flaw, Problem, shown

LONGEST_NUMBER = 40
LARGEST_EXPONENT = 18
NUL_FREE = r"^[^\x00]*$"
Model = TypeVar("Model", bound=BaseModel)


class Body(BaseModel):
    """What is sent to us: exactly these fields, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Query(BaseModel):
    """What stands behind the question mark; nothing else may."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def raw_json() -> bytes:
    """The body of a request that says it is JSON, unread."""
    if request.mimetype != "application/json":
        found = request.mimetype or None
        raise Problem(
            415,
            "The body must be JSON.",
            [Flaw("Content-Type", found, "write application/json")],
        )
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding != "identity":
        raise Problem(
            415,
            "The body must not be packed.",
            [Flaw("Content-Encoding", shown(encoding), "leave it out")],
        )
    return request.get_data()


def parsed(raw: bytes) -> object:
    """The document, its numbers exact. Raises a problem 400 for what is no JSON or means two things."""
    try:
        return json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_fields,
            parse_constant=_no_number,
            parse_float=_exact,
            parse_int=_whole,
        )
    except UnicodeDecodeError as error:
        _malformed(f"byte {error.start}", "not UTF-8")
    except json.JSONDecodeError as error:
        _malformed(f"line {error.lineno}, column {error.colno}", f"not JSON: {error.msg}")
    except RecursionError:
        _malformed(None, "nested too deep")


def fitting(model: type[Model], document: object) -> Model:
    """The document as the model. Raises a problem 422 that names every field that does not fit."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise Problem(422, "The body does not fit.", flaws_of(error)) from None


def asked_for(model: type[Model]) -> Model:
    """The query as the model. Raises a problem 422 that names every parameter that does not fit."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        flaws = [Flaw(name, shown(request.args[name]), "given twice") for name in twice]
        raise Problem(422, "The query does not fit.", flaws)
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise Problem(422, "The query does not fit.", flaws_of(error)) from None


def flaws_of(error: ValidationError) -> Sequence[Flaw]:
    """What a model found, in the words of our problems."""
    return [_flaw(each) for each in error.errors(include_url=False, include_context=False)]


def _flaw(error: Any) -> Flaw:  # noqa: ANN401 -- pydantic's own dictionary
    path = ".".join(map(str, error["loc"]))
    if error["type"] == "missing":
        return Flaw(path, None, "missing")
    if error["type"] == "extra_forbidden":
        return Flaw(path, shown(error["input"]), "no field that is known here")
    return Flaw(path, shown(error["input"]), error["msg"])


def _fields(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        _malformed(shown(twice), "this field stands twice in one object", twice)
    return fields


def _no_number(text: str) -> NoReturn:
    _malformed(text, "no number that JSON knows")


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        _malformed(shown(text), f"a number of more than {LONGEST_NUMBER} characters")
    return int(text)


def _exact(text: str) -> Decimal | int:
    """Exact; whole numbers are whole however they are written, as JSON Schema has it."""
    if len(text) > LONGEST_NUMBER or re.search(r"[eE][+-]?\d{4}", text):
        _malformed(shown(text), "a number too long or too far from 0")
    number = Decimal(text)
    is_whole = abs(number.adjusted()) <= LARGEST_EXPONENT and number == number.to_integral_value()
    return int(number) if is_whole else number


def _malformed(found: str | None, problem: str, path: str = "") -> NoReturn:
    raise Problem(400, "The body is not JSON that can be read in one way.", [Flaw(path, found, problem)])
