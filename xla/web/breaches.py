"""Breaches: the inbox, and one breach's page."""

from typing import Any, get_args

from flask import Blueprint, abort, render_template, request

from xla import clock
from xla.core.role import Permission
from xla.models.base import LARGEST_ID
from xla.services import breaches as services
from xla.services.agreements import contract_of
from xla.services.breach_list import Shown, Wanted, inbox
from xla.web.access import needs, visitor
from xla.web.breach_view import shown
from xla.web.database import reading

breaches = Blueprint("breaches", __name__)
FILTERS = ("state", "contract", "owner", "mine", "overdue")


@breaches.get("/breaches", endpoint="inbox")
@needs(Permission.SEE)
def listed() -> str:
    """The breaches of one's contracts, the most urgent first."""
    today = clock.now().date()
    wanted = _wanted()
    with reading() as session:
        found = inbox(session, visitor(), wanted, today)
        return render_template("breaches/list.html", inbox=found, wanted=wanted, here_with=_here_with)


@breaches.get("/contracts/<key>/breaches/<int:id>")
@needs(Permission.SEE)
def breach(key: str, id: int) -> str:  # noqa: A002 -- the word other pages' links use
    """One breach: what was found, why, and what is done about it."""
    with reading() as session:
        contract = contract_of(session, key)
        found = services.find(session, contract, id)
        if found is None:
            abort(404)
        return shown(session, found)


def _wanted() -> Wanted:
    asked = request.args
    state = asked.get("state", "live")
    return Wanted(
        state=state if state in get_args(Shown) else "live",  # type: ignore[arg-type]  # looked up just now
        contract=asked.get("contract", "").replace("\0", ""),
        owner_id=_number(asked.get("owner")),
        mine="mine" in asked,
        overdue="overdue" in asked,
        page=_number(asked.get("page")) or 1,
    )


def _number(text: str | None) -> int | None:
    if not text or not text.isascii() or not text.isdigit():
        return None
    return min(int(text[:12]), LARGEST_ID)


def _here_with(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- parts of an address
    """The address of the list with other filters; from its first page unless told."""
    kept = {name: request.args.get(name) for name in FILTERS} | changes
    return {name: value for name, value in kept.items() if value not in {None, ""}}
