"""The page of one breach, put together: its facts, figures, forms and the words for them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from xla import clock
from xla.core.role import PARTIES, Permission, Role
from xla.documents import chart_glance
from xla.documents.breach_evidence import finding
from xla.documents.breach_words import CAUSES, Happened, sentence
from xla.documents.chart_days import IN_A_COLUMN, Day, days_chart, days_title
from xla.documents.charts import evidence_bar
from xla.documents.figures import half_up
from xla.models import Action, Breach, Contract
from xla.services import actions as services
from xla.services.breach_days import days_of
from xla.services.breach_page import Facts, facts
from xla.services.breach_why import why
from xla.services.breach_work import actions, owners
from xla.services.effects import Effects
from xla.services.evaluations import Moment
from xla.services.kpi_days import DayPoint
from xla.web import breach_forms, breach_words
from xla.web.access import allowed, party
from xla.web.contract_words import budget_left
from xla.web.language import figures, said, spoken
from xla.web.language import gettext as _


def shown(session: Session, breach: Breach, **forms: Any) -> str:  # noqa: ANN401 -- forms by their names
    """The page, with the forms given in place of fresh ones: those that were filled in wrongly."""
    contract = session.get_one(Contract, breach.contract_id)
    found, planned = facts(session, contract, breach), actions(session, breach)
    return render_template(
        "breaches/breach.html",
        facts=found,
        key=contract.key,
        actions=planned,
        forms=_forms(session, contract, found, planned, forms),
        today=services.today(breach, clock.now()),
        may_work=allowed(Permission.WORK),
        party=party(),
        **_measured(session, contract, found, planned),
        **_worded(found, planned),
    )


def in_words(timezone: str) -> dict[str, Any]:
    """What puts a step and its instant into words."""

    def what(step: Happened) -> str:
        return sentence(step, said(), figures(timezone))

    return {"what": what, "local": figures(timezone)}


def _forms(
    session: Session, contract: Contract, found: Facts, planned: Sequence[Action], given: Mapping[str, Any]
) -> breach_forms.Forms:
    today = services.today(found.breach, clock.now())
    done = {each.id: breach_forms.done_form(each.id, today) for each in planned if not each.done_on}
    if "done" in given:
        done[given["done_of"]] = given["done"]
    return breach_forms.Forms(
        details=given.get("details") or breach_forms.details_form(found, owners(session, contract)),
        comment=given.get("comment") or breach_forms.comment_form(),
        acceptance=given.get("acceptance") or breach_forms.acceptance_form(),
        action=given.get("action") or breach_forms.action_form(found),
        done=done,
    )


def _measured(
    session: Session, contract: Contract, found: Facts, planned: Sequence[Action]
) -> dict[str, Any]:
    """The figures by day, by cause and by action."""
    now = clock.now()
    days, effects = (
        days_of(session, contract, found.breach),
        Effects(session, contract, found.breach, Moment(None, now)),
    )
    return {
        "days": days,
        "days_picture": _picture(found, days) if days else None,
        "effects": {each.id: effects.of(each) for each in planned},
        "why": why(session, contract, found.breach, now),
    }


def _picture(found: Facts, days: Sequence[DayPoint]) -> Markup:
    """The breached period's days; without the interval, since it is told above for all of them."""
    drawn = [Day(each.day, each.value, each.so_far) for each in days]
    return days_chart(
        found.result,
        drawn,
        title=days_title(found.result, drawn, language=spoken()),
        day_count=len(drawn),
        size=IN_A_COLUMN,
        language=spoken(),
    )


def _worded(found: Facts, planned: Sequence[Action]) -> dict[str, Any]:
    """What the templates say things with."""
    return {
        "causes": CAUSES,
        "reasons": services.reasons(found.breach),
        "sites": services.sites(found.breach),
        "who": _who(found, planned),
        "in_brief": breach_words,
        "budget_left": budget_left,
        "glance": chart_glance,
        "finding": finding(found.judged, said(), figures()),
        "evidence": evidence_bar(found.result, language=spoken()),
        "weight": _weight(found.stake.weight_share),
        **in_words(found.agreement.contract.timezone),
    }


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


def _weight(share: Decimal | None) -> str | None:
    return None if share is None else figures().percent(half_up(share, 2))
