"""Webhooks: addresses that are told of events, tried from here, with the log of what was sent."""

from datetime import datetime

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Field, SelectMultipleField, StringField, URLField, ValidationError
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from xla import clock
from xla.core.notice import Event
from xla.core.role import Permission
from xla.models import Webhook
from xla.outside.webhooks import Message, is_address, post
from xla.services import audit, webhooks
from xla.web.access import needs, visitor
from xla.web.addresses import asked_id
from xla.web.database import changing, reading
from xla.web.fields import Form, choices, one_line, stripped
from xla.web.language import gettext as _
from xla.web.language import lazy
from xla.web.notice_words import EVENTS, PROBLEMS
from xla.web.settings.pages import settings

LONGEST_NAME = 100
A_PAGE = 50


def _reachable(_form: FlaskForm, field: Field) -> None:
    if not is_address(field.data or "", loopback=_loopback()):
        raise ValidationError(
            _("Write an address that begins with https:// and has no user name, blank or # in it.")
        )


class WebhookForm(Form):
    """A new webhook."""

    name = StringField(
        lazy("What it is for"),
        [DataRequired(lazy("Write what the webhook is for.")), one_line(LONGEST_NAME)],
        filters=[stripped],
    )
    url = URLField(
        lazy("Address"), [DataRequired(lazy("Write its address.")), _reachable], filters=[stripped]
    )
    events = SelectMultipleField(
        lazy("What it is told of"),
        [DataRequired(lazy("Choose at least one event."))],
        choices=choices((event.value, EVENTS[event]) for event in Event),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


@settings.get("/settings/webhooks", endpoint="webhooks")
@needs(Permission.ADMINISTER)
def listed() -> str:
    """Every webhook, and the form for a new one."""
    with reading() as session:
        return _page(session, WebhookForm(formdata=None))


@settings.post("/settings/webhooks")
@needs(Permission.ADMINISTER)
def webhook_created() -> tuple[str, int]:
    """A new webhook; its secret is shown on this answer and never again."""
    form = WebhookForm()
    is_valid = form.validate_on_submit()
    with changing() as session:
        if not is_valid:
            return _page(session, form), 422
        now = clock.now()
        events = [Event(each) for each in form.events.data]
        made, secret = webhooks.create(session, form.name.data, url=form.url.data, events=events, now=now)
        _note(session, made, "webhook.create", now)
        return _page(session, WebhookForm(formdata=None), secret=secret, name=made.name), 201


@settings.get("/settings/webhooks/<int:webhook>", endpoint="webhook")
@needs(Permission.ADMINISTER)
def shown(webhook: int) -> str:
    """One webhook, and what was sent to it."""
    with reading() as session:
        found = _found(session, webhook)
        sent = webhooks.deliveries(session, found.id, before=asked_id("before"), most=A_PAGE + 1)
        return render_template(
            "settings/webhook.html",
            webhook=found,
            sent=sent[:A_PAGE],
            older=sent[A_PAGE - 1].id if len(sent) > A_PAGE else None,
            events=EVENTS,
            problems=PROBLEMS,
        )


@settings.post("/settings/webhooks/<int:webhook>/disable")
@needs(Permission.ADMINISTER)
def webhook_disabled(webhook: int) -> Response:
    """Send it nothing for now."""
    now = clock.now()
    with changing() as session:
        found = _found(session, webhook)
        if webhooks.switch(session, found, disabled_at=now):
            _note(session, found, "webhook.disable", now)
    flash(_("The webhook is off."))
    return _back(webhook)


@settings.post("/settings/webhooks/<int:webhook>/enable")
@needs(Permission.ADMINISTER)
def webhook_enabled(webhook: int) -> Response:
    """Send to it again."""
    with changing() as session:
        found = _found(session, webhook)
        if webhooks.switch(session, found, disabled_at=None):
            _note(session, found, "webhook.enable", clock.now())
    flash(_("The webhook is on."))
    return _back(webhook)


@settings.post("/settings/webhooks/<int:webhook>/test")
@needs(Permission.ADMINISTER)
def webhook_tested(webhook: int) -> Response:
    """Really send a test message."""
    with reading() as session:
        found = _found(session, webhook)
    _send(found, webhooks.trial(found, clock.now()), "webhook.test")
    return _back(webhook)


@settings.post("/settings/webhooks/<int:webhook>/deliveries/<int:delivery>/again")
@needs(Permission.ADMINISTER)
def delivery_again(webhook: int, delivery: int) -> Response:
    """Send a message once more, with the id it had."""
    with reading() as session:
        found = _found(session, webhook)
        earlier = webhooks.delivery(session, found.id, delivery)
    if earlier is None:
        abort(404)
    _send(found, webhooks.again(earlier), "webhook.resend")
    return _back(webhook)


def _send(found: Webhook, message: Message, action: str) -> None:
    """Send between transactions, then note how it went."""
    now = clock.now()
    answer = post(found.url, found.secret, message, loopback=_loopback(), now=now)
    with changing() as session:
        webhooks.log(session, found.id, message, answer, now)
        _note(session, found, action, now)
    if answer.problem:
        flash(str(PROBLEMS[answer.problem]))
    else:
        flash(_("The address answered %(status)s.", status=answer.status))


def _note(session: Session, found: Webhook, action: str, now: datetime) -> None:
    audit.note(session, visitor(), action, subject=found.name, detail={"url": found.url}, now=now)


def _found(session: Session, webhook: int) -> Webhook:
    found = webhooks.one(session, webhook)
    if found is None:
        abort(404)
    return found


def _back(webhook: int) -> Response:
    return redirect(url_for("settings.webhook", webhook=webhook), code=303)


def _loopback() -> bool:
    """Whether this machine's own addresses are let through: in tests alone."""
    return bool(current_app.config.get("WEBHOOKS_TO_LOOPBACK", False))


def _page(session: Session, form: WebhookForm, *, secret: str | None = None, name: str = "") -> str:
    return render_template(
        "settings/webhooks.html",
        form=form,
        webhooks=webhooks.every(session),
        events=EVENTS,
        secret=secret,
        name=name,
    )
