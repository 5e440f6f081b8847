"""The form that proposes an exclusion: where, from which day to which, and why."""

from datetime import date, timedelta

from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from xla.core.agreement import Agreement
from xla.core.window import YEARS, Window
from xla.services.exclusions import MOST_CHARACTERS, MOST_DAYS
from xla.web.fields import Form
from xla.web.language import gettext as _
from xla.web.language import lazy

INDENT = "\u2003"


class ExclusionForm(Form):
    """Days are local, both of them left out."""

    site = SelectField(lazy("Where"), [DataRequired(lazy("Choose a site."))])
    first_on = DateField(lazy("First day"), [DataRequired(lazy("Choose the first day."))])
    last_on = DateField(lazy("Last day"), [DataRequired(lazy("Choose the last day."))])
    reason = TextAreaField(
        lazy("Why"),
        [
            DataRequired(lazy("Write why these days should not count.")),
            Length(max=MOST_CHARACTERS, message=lazy("This is too long.")),
        ],
    )

    def validate_last_on(self, last_on: DateField) -> None:
        """The days must be some, in order, and not too many."""
        first, last = self.first_on.data, last_on.data
        if first is None or last is None:
            return
        if first.year not in YEARS or last.year not in YEARS:
            raise ValidationError(_("This day lies too far away."))
        if last < first:
            raise ValidationError(_("The last day lies before the first."))
        if (last - first).days >= MOST_DAYS:
            raise ValidationError(_("Leave out a year at most."))

    @property
    def days(self) -> Window:
        """The days as a half-open window. Only of a valid form."""
        first: date = self.first_on.data
        last: date = self.last_on.data
        return Window(first, last + timedelta(days=1))


def exclusion_form(agreement: Agreement) -> ExclusionForm:
    """The form over a contract's sites, filled from the request where one was sent."""
    form = ExclusionForm()
    form.site.choices = [
        ("", _("Choose a site")),
        *((site.key, INDENT * depth + site.title) for site, depth, _parent in agreement.walk_sites()),
    ]
    return form
