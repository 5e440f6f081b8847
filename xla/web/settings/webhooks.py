"""Webhooks: addresses that are told of events: made, switched off and on."""

from datetime import datetime

from flask import abort, flash, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from xla import clock
from xla.core.notice import Event
from xla.core.role import Permission
from xla.models import Contract, Webhook
from xla.services import audit, webhooks
from xla.web.access import needs, visitor
from xla.web.database import changing, reading
from xla.web.language import gettext as _
from xla.web.notice_words import EVENTS
from xla.web.settings.pages import settings
from xla.web.settings.webhook_form import KINDS, WebhookForm, webhook_form


@settings.get("/settings/webhooks", endpoint="webhooks")
@needs(Permission.ADMINISTER)
def listed() -> str:
    """Every webhook, and the form for a new one."""
    with reading() as session:
        return _page(session, webhook_form(session, blank=True))


@settings.post("/settings/webhooks")
@needs(Permission.ADMINISTER)
def webhook_created() -> tuple[str, int]:
    """A new webhook; its secret is shown on this answer and never again."""
    with changing() as session:
        form = webhook_form(session)
        if not form.validate_on_submit():
            return _page(session, form), 422
        now = clock.now()
        made, secret = webhooks.create(
            session,
            form.name.data,
            url=form.url.data,
            events=[Event(each) for each in form.events.data],
            kind=form.kind.data,
            language=form.language.data,
            contract_id=session.scalar(select(Contract.id).where(Contract.key == form.contract.data)),
            now=now,
        )
        note(session, made, "webhook.create", now)
        return _page(session, webhook_form(session, blank=True), made=made, secret=secret), 201


@settings.post("/settings/webhooks/<int:webhook>/disable")
@needs(Permission.ADMINISTER)
def webhook_disabled(webhook: int) -> Response:
    """Send it nothing for now."""
    now = clock.now()
    with changing() as session:
        one = found(session, webhook)
        if webhooks.switch(session, one, disabled_at=now):
            note(session, one, "webhook.disable", now)
    flash(_("The webhook is off."))
    return back(webhook)


@settings.post("/settings/webhooks/<int:webhook>/enable")
@needs(Permission.ADMINISTER)
def webhook_enabled(webhook: int) -> Response:
    """Send to it again."""
    with changing() as session:
        one = found(session, webhook)
        if webhooks.switch(session, one, disabled_at=None):
            note(session, one, "webhook.enable", clock.now())
    flash(_("The webhook is on."))
    return back(webhook)


def note(session: Session, webhook: Webhook, action: str, now: datetime) -> None:
    """Write down what the visitor did to a webhook."""
    audit.note(
        session,
        visitor(),
        action,
        subject=webhook.name,
        contract_id=webhook.contract_id,
        detail={"url": webhooks.shown_address(webhook)},
        now=now,
    )


def found(session: Session, webhook: int) -> Webhook:
    """The webhook, or a 404."""
    one = webhooks.one(session, webhook)
    if one is None:
        abort(404)
    return one


def back(webhook: int) -> Response:
    """To its page."""
    return redirect(url_for("settings.webhook", webhook=webhook), code=303)


def _page(session: Session, form: WebhookForm, *, made: Webhook | None = None, secret: str = "") -> str:
    return render_template(
        "settings/webhooks.html",
        form=form,
        webhooks=webhooks.every(session),
        contracts=dict(session.execute(select(Contract.id, Contract.key)).all()),
        address=webhooks.shown_address,
        kinds=KINDS,
        events=EVENTS,
        made=made,
        secret=secret,
    )
