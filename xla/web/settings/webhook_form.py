"""The form of a new webhook."""

from flask import current_app
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import (
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    URLField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from xla.core.notice import Event
from xla.documents.language import NAMES
from xla.models import Contract
from xla.outside.webhooks import is_address
from xla.web.fields import Form, choices, one_line, stripped
from xla.web.language import gettext as _
from xla.web.language import lazy
from xla.web.notice_words import EVENTS

LONGEST_NAME = 100
KINDS = {
    "signed": lazy("Another system: signed messages with figures (Standard Webhooks)"),
    "slack": lazy("A Slack channel, or one that takes the same messages"),
    "teams": lazy("A Microsoft Teams channel, by a workflow"),
}


def to_loopback() -> bool:
    """Whether this machine's own addresses are let through: in tests alone."""
    return bool(current_app.config.get("WEBHOOKS_TO_LOOPBACK", False))


def _reachable(_form: FlaskForm, field: Field) -> None:
    if not is_address(field.data or "", loopback=to_loopback()):
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
    kind = RadioField(lazy("Where the messages go"), choices=choices(KINDS.items()), default="signed")
    url = URLField(
        lazy("Address"), [DataRequired(lazy("Write its address.")), _reachable], filters=[stripped]
    )
    language = SelectField(lazy("Language"), [InputRequired()], choices=choices(NAMES.items()), default="en")
    contract = SelectField(lazy("Contract"), choices=[], render_kw={"required": False})
    events = SelectMultipleField(
        lazy("What it is told of"),
        [DataRequired(lazy("Choose at least one event."))],
        choices=choices((event.value, EVENTS[event]) for event in Event),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def webhook_form(session: Session, *, blank: bool = False) -> WebhookForm:
    """The form with the contracts there are; as it was sent, or blank."""
    form = WebhookForm(formdata=None) if blank else WebhookForm()
    every = session.scalars(select(Contract.key).order_by(Contract.key))
    form.contract.choices = choices([("", _("All contracts")), *((key, key) for key in every)])
    return form
