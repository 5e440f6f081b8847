"""Cursors: a list a page at a time; what comes or goes meanwhile shifts nobody's page."""

import base64
import json
import re
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field

from xla.models.base import LARGEST_ID
from xla.web.api.bodies import Query
from xla.web.api.problems import Flaw, Problem, shown

MOST = 200
USUAL = 50
WHOLE = re.compile(r"\d{1,9}", re.ASCII)
Item = TypeVar("Item")
Place = TypeVar("Place", str, int)


def _whole(text: object) -> object:
    return int(text) if isinstance(text, str) and WHOLE.fullmatch(text) else text


class Page(Query):
    """Which page of a list."""

    limit: Annotated[
        int,
        Field(strict=True, ge=1, le=MOST, description="Items on a page, 1 to 200; 50 where left out."),
        BeforeValidator(_whole),
    ] = USUAL
    cursor: Annotated[
        str | None, Field(max_length=300, description="The `next` of the page before; opaque.")
    ] = None


def after(page: Page, kind: type[Place]) -> Place | None:
    """The place of the last item of the page before, a text or an id; None for the first page."""
    if page.cursor is None:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(page.cursor.encode()))
    except (ValueError, RecursionError):
        place = None
    is_text = isinstance(place, str) and place.isprintable()
    is_id = type(place) is int and 0 <= place <= LARGEST_ID
    if type(place) is not kind or not (is_text or is_id):
        raise unknown(page.cursor)
    return place


def unknown(cursor: str) -> Problem:
    """No cursor that a page of this list had as its next."""
    flaw = Flaw("cursor", shown(cursor), "no cursor of this list; take the `next` of a page")
    return Problem(422, "The query does not fit.", [flaw])


def cut(
    found: Sequence[Item], page: Page, place: Callable[[Item], str | int]
) -> tuple[Sequence[Item], str | None]:
    """The items of a page, of one more than it holds where there is another page; and its cursor."""
    items = found[: page.limit]
    if len(found) <= page.limit:
        return items, None
    return items, base64.urlsafe_b64encode(json.dumps(place(items[-1])).encode()).decode()
