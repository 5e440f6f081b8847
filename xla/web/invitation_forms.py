"""Invitation forms: what somebody decides about a plan, the fields of its events, and a sample to try."""

import json
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Field, HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from xla.core import event
from xla.core.agreement import Agreement
from xla.core.agreement_texts import words
from xla.core.event import BadMapping
from xla.core.invitation import MOST_DELAY_HOURS, MOST_EXPIRE_DAYS, MOST_REMIND_DAYS
from xla.models import Contract, InvitationPlan, RatingPoint
from xla.services import points
from xla.services.agreements import agreement_of, versions
from xla.services.invitation_plans import Planned
from xla.web.fields import Form, choices, one_line, stripped
from xla.web.invitation_words import FIELDS, MAPPING
from xla.web.language import gettext as _
from xla.web.language import lazy, spoken

LONGEST_TITLE = 100
LONGEST_SAMPLE = 100_000
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
DEFAULTS = {"delay_hours": 24, "remind_after_days": 5, "expires_after_days": 14}


def _key(_form: Form, field: Field) -> None:
    if not KEY.fullmatch(field.data or ""):
        raise ValidationError(_("Write 1 to 40 of a–z, 0–9 and -, such as visits."))


def _sample(_form: Form, field: Field) -> None:
    if len(field.data or "") > LONGEST_SAMPLE:
        raise ValidationError(_("At most %(most)s characters.", most=LONGEST_SAMPLE))


def _days(most: int) -> NumberRange:
    return NumberRange(1, most, lazy("Write a whole number of days the field allows."))


class PlanForm(Form):
    """A plan; `key` is asked once, when it is made."""

    title = StringField(
        lazy("After which event"),
        [DataRequired(lazy("Write what happened then.")), one_line(LONGEST_TITLE)],
        filters=[stripped],
    )
    key = StringField(lazy("Key"), [_key], filters=[stripped])
    point = SelectField(lazy("Rating point"), [DataRequired(lazy("Choose what is rated."))], choices=[])
    persona = SelectField(lazy("Who is asked"), choices=[], render_kw={"required": False})
    delay_hours = IntegerField(
        lazy("Hours from the event to the mail"),
        [
            InputRequired(lazy("Write a number of hours.")),
            NumberRange(0, MOST_DELAY_HOURS, lazy("Write a whole number of hours from 0 to 720.")),
        ],
    )
    remind_after_days = IntegerField(
        lazy("Days to the reminder"), [Optional(), _days(MOST_REMIND_DAYS)], render_kw={"required": False}
    )
    expires_after_days = IntegerField(
        lazy("Days until the link ends"),
        [InputRequired(lazy("Write a number of days.")), _days(MOST_EXPIRE_DAYS)],
    )
    was = HiddenField()
    """The plan's fingerprint when the form was shown."""
    sample = TextAreaField(
        lazy("A sample event"), [Optional(), _sample], render_kw={"rows": 10, "spellcheck": "false"}
    )

    @property
    def paths(self) -> Sequence[Field]:
        """Where an event's fields stand, one line each."""
        return [self[f"path_{name}"] for name in event.FIELDS]

    @property
    def mapping(self) -> dict[str, str]:
        """Those that are filled in."""
        return {name: self[f"path_{name}"].data or "" for name in event.FIELDS}

    @property
    def planned(self) -> Planned:
        """What was decided, once it is valid."""
        return Planned(
            title=self.title.data,
            point_id=int(self.point.data),
            persona=self.persona.data,
            delay_hours=self.delay_hours.data,
            remind_after_days=self.remind_after_days.data,
            expires_after_days=self.expires_after_days.data,
            mapping=self.mapping,
        )


def _path(_form: PlanForm, field: Field) -> None:
    """Each path by itself: what is amiss with one must not stand beside another."""
    name = field.name.removeprefix("path_")
    others = dict.fromkeys(event.REQUIRED, "x")
    try:
        event.parsed(others | {name: field.data or ""})
    except BadMapping as bad:
        raise ValidationError(str(MAPPING[bad.reason])) from None


for _field, _label in FIELDS.items():
    _checks = [DataRequired(MAPPING["missing"])] if _field in event.REQUIRED else []
    _told = {"spellcheck": "false", "autocomplete": "off"}
    setattr(
        PlanForm,
        f"path_{_field}",
        StringField(_label, [*_checks, _path], filters=[stripped], render_kw=_told),
    )


def form_of(
    session: Session, contract: Contract, plan: InvitationPlan | None, start: str = "", *, anew: bool = False
) -> PlanForm:
    """The form of a plan, or of a new one that starts from a ready mapping; `anew` forgets what was typed."""
    mapping = event.kept(plan.mapping) if plan else event.READY.get(start, {})
    told: dict[str, Any] = {f"path_{name}": mapping.get(name, "") for name in event.FIELDS}
    if plan:
        names = ("title", "key", "persona", *DEFAULTS)
        told |= {name: getattr(plan, name) for name in names} | {"point": str(plan.point_id)}
    else:
        told |= DEFAULTS
    form = PlanForm(formdata=None, data=told) if anew else PlanForm(data=told)
    agreement = agreement_of(versions(session, contract)[-1])
    form.point.choices = choices(_points(session, contract, agreement, plan))
    form.persona.choices = choices([("", _("Not told")), *_personas(agreement)])
    if plan:
        form.key.validators = []
    return form


def sampled(text: str) -> object:
    """The sample as the JSON it is; ValueError where it is none."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _points(
    session: Session, contract: Contract, agreement: Agreement, plan: InvitationPlan | None
) -> list[tuple[str, str]]:
    """The open rating points by name, and the plan's own where it was closed meanwhile."""
    rows = session.scalars(select(RatingPoint).where(RatingPoint.contract_id == contract.id))
    own = plan.point_id if plan else None
    found = [row for row in rows if row.id == own or (row.token is not None and row.closed_at is None)]
    return sorted(((str(row.id), points.named(agreement, row)) for row in found), key=lambda each: each[1])


def _personas(agreement: Agreement) -> list[tuple[str, str]]:
    own = agreement.contract.language
    return [(each.key, words(each.title, spoken(), own)) for each in agreement.personas]
