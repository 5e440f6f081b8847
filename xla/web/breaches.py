"""Breaches: the inbox, and one breach's page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, get_args

from flask import Blueprint, abort, render_template, request
from sqlalchemy.orm import Session

from xla import clock
from xla.core.role import PARTIES, Permission, Role
from xla.documents import cells
from xla.documents.breach_evidence import finding
from xla.documents.breach_words import CAUSES, Happened, sentence
from xla.documents.chart_days import days_chart
from xla.documents.charts import evidence_bar
from xla.documents.figures import half_up
from xla.models import Action, Breach
from xla.services import actions as action_services
from xla.services import breaches as services
from xla.services.agreements import contract_of
from xla.services.breach_days import days_of
from xla.services.breach_list import Shown, Wanted, inbox
from xla.services.breach_page import Facts, facts
from xla.services.breach_why import why
from xla.services.breach_work import actions, owners
from xla.services.effects import Effects
from xla.web import breach_words
from xla.web.access import allowed, needs, party, visitor
from xla.web.breach_forms import (
    Forms,
    acceptance_form,
    action_form,
    comment_form,
    details_form,
    done_form,
)
from xla.web.contract_words import budget_left
from xla.web.database import reading
from xla.web.language import figures, said, spoken
from xla.web.language import gettext as _

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
    now = clock.now()
    planned, today = actions(session, breach), action_services.today(breach, now)
    chart_days, effects = days_of(session, contract, breach), Effects(session, contract, breach, now)
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
        reasons=action_services.reasons(breach),
        sites=action_services.sites(breach),
        who=_who(found, planned),
        may_work=allowed(Permission.WORK),
        party=party(),
        days=chart_days,
        effects={each.id: effects.of(each) for each in planned},
        why=why(session, contract, breach, now),
        in_brief=breach_words,
        days_picture=days_chart(found.result, chart_days, language=spoken()) if chart_days else None,
        budget_left=budget_left,
        cells=cells,
        finding=finding(found.judged, said(), figures()),
        evidence=evidence_bar(found.result, language=spoken()),
        weight=_weight(found.stake.weight_share),
        what=in_words(found.agreement.contract.timezone),
        local=figures(found.agreement.contract.timezone),
    )


def _who(found: Facts, planned: Sequence[Action]) -> list[dict[str, str]]:
    """Everybody named on the page, once: the owner, who does the actions, and who wrote something."""
    agreed = found.agreement.contract
    who = {found.owner.name: _("Owner")} if found.owner else {}
    for action in planned:
        who.setdefault(action.owner, action.title)
    for entry in found.timeline:
        if entry.who:
            client = PARTIES.get(Role(entry.who.role)) == "client"
            part = _("Client, %(client)s", client=agreed.client) if client else _("Provider")
            who.setdefault(entry.who.name, part)
    return [{"name": name, "part": part} for name, part in who.items()]


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
