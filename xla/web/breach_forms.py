"""The forms of a breach's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.support import LazyProxy
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from xla.documents.breach_words import CAUSES
from xla.models import Action, Person
from xla.services import actions
from xla.services.actions import Planned
from xla.services.breach_page import Facts
from xla.services.breach_work import Details
from xla.web.fields import Form
from xla.web.language import gettext as _
from xla.web.language import lazy
from xla.web.words import in_words

MOST_WRITTEN = 2_000
MOST_TITLE = 200


def plain(text: str | None) -> str:
    """What was typed, without what no database keeps, and with one kind of line end."""
    return (text or "").replace("\0", "").replace("\r\n", "\n").strip()


def _written(label: LazyProxy, missing: LazyProxy | None = None) -> TextAreaField:
    most = Length(max=MOST_WRITTEN, message=lazy("Write 2,000 characters at most."))
    first = DataRequired(missing) if missing is not None else Optional()
    return TextAreaField(label, [first, most], filters=[plain], render_kw={"rows": 3})


def _line(label: LazyProxy, missing: LazyProxy) -> StringField:
    most = Length(max=MOST_TITLE, message=lazy("Write 200 characters at most."))
    return StringField(label, [DataRequired(missing), most], filters=[plain])


class Day(DateField):  # type: ignore[misc]  # the library has no types
    """A day; what can't be read as one is said in our words."""

    data: date | None

    @property
    def day(self) -> date:
        """The day, of a form that was found valid and asks for one."""
        assert self.data is not None  # noqa: S101 -- for the type checker; the form asked for it
        return self.data

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(_("Write a day as year, month and day: 2026-03-31.")) from None
        if self.data and not 2000 <= self.data.year <= 2200:  # noqa: PLR2004 -- days a person means
            raise ValueError(_("Write a day between 2000 and 2200."))


class DetailsForm(Form):
    """Owner, date and root cause."""

    owner = SelectField(lazy("Owner"), default="")
    due = Day(lazy("Close by"), [Optional()])
    cause_kind = SelectField(lazy("Root cause"), default="")
    cause = _written(lazy("Root cause in words"))

    def offer(self, owners: Sequence[Person], owner: Person | None) -> None:
        """Fill the lists to choose from; who owns it now stays in the list."""
        people = {person.id: person.name for person in [*owners, *([owner] if owner else [])]}
        self.owner.choices = [("", _("Nobody")), *((str(number), name) for number, name in people.items())]
        self.cause_kind.choices = [
            ("", _("Not known yet")),
            *((key, _(text)) for key, text in CAUSES.items()),
        ]

    @property
    def details(self) -> Details:
        """What was filled in."""
        owner = int(self.owner.data) if self.owner.data else None
        return Details(owner, self.due.data, self.cause_kind.data or None, self.cause.data)


class CommentForm(Form):
    """Say something."""

    text = _written(lazy("Comment"), lazy("Write something first."))


class AcceptanceForm(Form):
    """Propose to accept the breach as it is."""

    reason = _written(lazy("Why it can stay as it is"), lazy("Write why, so that the other party can agree."))


class ActionForm(Form):
    """What shall be done, by whom, by when, and what tells that it worked."""

    title = _line(lazy("What shall be done"), lazy("Write what shall be done."))
    owner = _line(lazy("Who does it"), lazy("Write who does it."))
    due = Day(lazy("By"), [DataRequired(lazy("Choose a day."))])
    measured = SelectField(lazy("Measured on"), default="")
    site = SelectField(lazy("At"), default="")

    def offer(self, kpi: str, reasons: Mapping[str, str], sites: Mapping[str, str]) -> None:
        """Fill the lists to choose from."""
        named = ((key, _("Says “%(reason)s”", reason=text)) for key, text in reasons.items())
        self.measured.choices = [("", kpi), *named]
        self.site.choices = [("", _("Everywhere")), *sites.items()]

    @property
    def planned(self) -> Planned:
        """What was filled in."""
        return Planned(
            self.title.data,
            self.owner.data,
            self.due.day,
            self.measured.data or None,
            self.site.data or None,
        )


class DoneForm(Form):
    """The day it was done."""

    done = Day(lazy("Done on"), [DataRequired(lazy("Choose a day."))])


@dataclass(frozen=True)
class Forms:
    """All forms of the page."""

    details: DetailsForm
    comment: CommentForm
    acceptance: AcceptanceForm
    action: ActionForm
    done: Mapping[int, DoneForm]
    """By the action's number."""

    @property
    def flawed(self) -> FlaskForm | None:
        """The one that was filled in wrongly."""
        every: tuple[FlaskForm, ...] = (
            self.details,
            self.comment,
            self.acceptance,
            self.action,
            *self.done.values(),
        )
        return next((form for form in every if form.errors), None)


def details_form(facts: Facts, owners: Sequence[Person], *, sent: bool = False) -> DetailsForm:
    """As it stands, or as it was sent."""
    work = facts.work
    now = {
        "owner": str(work.owner_id or "") if work else "",
        "due": work.due_on if work else None,
        "cause_kind": (work.cause_kind or "") if work else "",
        "cause": (work.cause or "") if work else "",
    }
    form = DetailsForm(prefix="details-", data=now, **_fresh(sent=sent))
    form.offer(owners, facts.owner)
    return form


def action_form(facts: Facts, action: Action | None = None, *, sent: bool = False) -> ActionForm:
    """An empty one, one that holds an action, or one that was sent."""
    now = (
        {
            "title": action.title,
            "owner": action.owner,
            "due": action.due_on,
            "measured": action.reason_key or "",
            "site": action.site_key or "",
        }
        if action
        else {}
    )
    form = ActionForm(prefix="action-", data=now, **_fresh(sent=sent))
    language = facts.agreement.contract.language
    texts = {key: in_words(text, language) for key, text in actions.reasons(facts.breach).items()}
    form.offer(in_words(facts.kpi.title, language), texts, actions.sites(facts.breach))
    return form


def done_form(action_id: int, today: date, *, sent: bool = False) -> DoneForm:
    """Done today, unless told."""
    return DoneForm(prefix=f"done-{action_id}-", data={"done": today}, **_fresh(sent=sent))


def comment_form(*, sent: bool = False) -> CommentForm:
    """An empty one, or one that was sent."""
    return CommentForm(prefix="comment-", **_fresh(sent=sent))


def acceptance_form(*, sent: bool = False) -> AcceptanceForm:
    """An empty one, or one that was sent."""
    return AcceptanceForm(prefix="acceptance-", **_fresh(sent=sent))


def _fresh(*, sent: bool) -> dict[str, Any]:
    """Several forms stand on the page: one only reads what was sent where it was the one that was sent."""
    return {} if sent else {"formdata": None}
