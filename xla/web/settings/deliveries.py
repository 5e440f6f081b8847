"""Deliveries: one webhook with what was sent to it, what has not arrived, and messages sent by hand."""

from flask import abort, current_app, flash, render_template, url_for
from werkzeug.wrappers import Response

from xla import clock
from xla.core.role import Permission
from xla.documents.language import NAMES
from xla.models import Contract, Webhook
from xla.outside.webhooks import Message, post
from xla.services import hook_deliveries, hook_messages, webhooks
from xla.web.access import needs
from xla.web.addresses import asked_id
from xla.web.database import changing, reading
from xla.web.language import gettext as _
from xla.web.notice_words import EVENTS, PROBLEMS
from xla.web.settings.pages import settings
from xla.web.settings.webhook_form import KINDS, to_loopback
from xla.web.settings.webhooks import back, found, note

A_PAGE = 50


@settings.get("/settings/webhooks/<int:webhook>", endpoint="webhook")
@needs(Permission.ADMINISTER)
def shown(webhook: int) -> str:
    """One webhook, what has not arrived, and what was sent to it."""
    with reading() as session:
        one = found(session, webhook)
        sent = webhooks.deliveries(session, one.id, before=asked_id("before"), most=A_PAGE + 1)
        contract = session.get(Contract, one.contract_id) if one.contract_id else None
        return render_template(
            "settings/webhook.html",
            webhook=one,
            contract=contract,
            address=webhooks.shown_address(one),
            kind=KINDS[one.kind],
            languages=NAMES,
            missing=hook_deliveries.undelivered(session, one.id, most=A_PAGE),
            sent=sent[:A_PAGE],
            numbers=webhooks.numbers(session, sent[:A_PAGE]),
            older=sent[A_PAGE - 1].id if len(sent) > A_PAGE else None,
            events=EVENTS,
            why=_why,
        )


@settings.post("/settings/webhooks/<int:webhook>/test")
@needs(Permission.ADMINISTER)
def webhook_tested(webhook: int) -> Response:
    """Really send a test message."""
    with reading() as session:
        one = found(session, webhook)
    link = _base_url() + url_for("settings.webhook", webhook=webhook)
    _send(one, hook_messages.trial(one, link=link, now=clock.now()), "webhook.test")
    return back(webhook)


@settings.post("/settings/webhooks/<int:webhook>/deliveries/<int:delivery>/again")
@needs(Permission.ADMINISTER)
def delivery_again(webhook: int, delivery: int) -> Response:
    """Send a message once more, with the id it had."""
    with reading() as session:
        one = found(session, webhook)
        earlier = webhooks.delivery(session, one.id, delivery)
    if earlier is None:
        abort(404)
    _send(one, webhooks.again(earlier), "webhook.resend")
    return back(webhook)


@settings.post("/settings/webhooks/<int:webhook>/notices/<int:telling>/again")
@needs(Permission.ADMINISTER)
def telling_again(webhook: int, telling: int) -> Response:
    """Send what has not arrived now, also what was given up; under the id it has."""
    with reading() as session:
        one = found(session, webhook)
        wanted = hook_deliveries.telling_of(session, one.id, telling)
        if wanted is None:
            abort(404)
        message = hook_deliveries.message(session, wanted, one, base_url=_base_url())
    _send(one, message, "webhook.resend")
    return back(webhook)


def _send(one: Webhook, message: Message, action: str) -> None:
    """Send between transactions, then note how it went."""
    now = clock.now()
    answer = post(one.url, one.secret, message, loopback=to_loopback(), now=now)
    with changing() as session:
        hook_deliveries.note(session, one.id, message, answer, now)
        note(session, one, action, now)
    if answer.problem:
        flash(str(PROBLEMS[answer.problem]))
    else:
        flash(_("The address answered %(status)s.", status=answer.status))


def _base_url() -> str:
    return str(current_app.config["BASE_URL"]).rstrip("/")


def _why(problem: str | None) -> str:
    """Why a notice has not arrived, in words."""
    if problem is None:
        return ""
    if problem.isdigit():
        return _("It answered %(status)s.", status=problem)
    return str(PROBLEMS[problem])
