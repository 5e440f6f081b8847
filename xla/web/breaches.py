"""Breaches: the inbox, and one breach's page."""

from decimal import Decimal
from typing import Any, get_args

from flask import Blueprint, abort, render_template, request
from sqlalchemy.orm import Session

from xla import clock
from xla.core.role import Permission
from xla.documents.breach_evidence import finding
from xla.documents.breach_words import CAUSES, Happened, sentence
from xla.documents.charts import evidence_bar
from xla.documents.figures import half_up
from xla.models import Breach
from xla.services import breaches as services
from xla.services.actions import today as today_of
from xla.services.agreements import contract_of
from xla.services.breach_list import Shown, Wanted, inbox
from xla.services.breach_page import facts
from xla.services.breach_work import actions, owners
from xla.web.access import allowed, needs, party, visitor
from xla.web.breach_forms import (
    Forms,
    acceptance_form,
    action_form,
    comment_form,
    details_form,
    done_form,
)
from xla.web.database import reading
from xla.web.language import figures, said, spoken

breaches = Blueprint("breaches", __name__)


@breaches.get("/breaches", endpoint="inbox")
@needs(Permission.SEE)
def listed() -> str:
    """The breaches of one's contracts, the most urgent first."""
    today = clock.now().date()
    wanted = _wanted()
    with reading() as session:
        found = inbox(session, visitor(), wanted, today)
        page = min(max(wanted.page, 1), found.pages)
        return render_template(
            "breaches/list.html", inbox=found, wanted=wanted, here_with=_here_with, page=page
        )


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


def shown(session: Session, breach: Breach, **forms: Any) -> str:  # noqa: ANN401 -- forms by their names
    """The page, with the forms given in place of fresh ones: those that were filled in wrongly."""
    contract = contract_of(session, _key())
    found = facts(session, contract, breach)
    planned, today = actions(session, breach), today_of(breach, clock.now())
    done = {each.id: done_form(each.id, today) for each in planned if not each.done_on}
    if "done" in forms:
        done[forms["done_of"]] = forms["done"]
    return render_template(
        "breaches/breach.html",
        facts=found,
        key=contract.key,
        actions=planned,
        forms=Forms(
            details=forms.get("details") or details_form(found, owners(session, contract)),
            comment=forms.get("comment") or comment_form(),
            acceptance=forms.get("acceptance") or acceptance_form(),
            action=forms.get("action") or action_form(found),
            done=done,
        ),
        today=today,
        causes=CAUSES,
        may_work=allowed(Permission.WORK),
        party=party(),
        finding=finding(found.judged, said(), figures()),
        evidence=evidence_bar(found.result, language=spoken()),
        weight=_weight(found.stake.weight_share),
        what=in_words(found.agreement.contract.timezone),
        local=figures(found.agreement.contract.timezone),
    )


def in_words(timezone: str) -> Any:  # noqa: ANN401 -- a function for templates
    """What puts a step into words."""

    def what(step: Happened) -> str:
        return sentence(step, said(), figures(timezone))

    return what


def _weight(share: Decimal | None) -> str | None:
    return None if share is None else figures().percent(half_up(share, 2))


def _key() -> str:
    return str((request.view_args or {})["key"])


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
    return min(int(text[:12]), services.MOST_NUMBER)


def _here_with(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- parts of an address
    """The address of the list with other filters; from its first page unless told."""
    kept = {name: value for name, value in request.args.items() if name != "page"} | changes
    return {name: value for name, value in kept.items() if value not in {None, ""}}
