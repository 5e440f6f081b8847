"""Forms about rating points: where one stands, what it asks, which sites and touchpoints are combined."""

from collections.abc import Mapping

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from xla.core.agreement import Agreement, words
from xla.services.breakdowns import UNTOLD
from xla.services.points import LONGEST_TITLE, Terms, Where
from xla.web import contract_charts
from xla.web.fields import Form, choices, one_line
from xla.web.language import gettext as _
from xla.web.language import lazy, spoken

INDENT = "\u2003"
MOST_SLOTS = 8
"""Places a form offers for questions."""


def squeezed(text: str | None) -> str:
    """One line without blanks around, or two in a row."""
    return " ".join((text or "").split())


class TermsForm(Form):
    """Title, questions in their order, persona."""

    title = StringField(lazy("Title"), [one_line(LONGEST_TITLE)], filters=[squeezed])
    questions = SelectMultipleField(lazy("Questions"))
    persona = SelectField(lazy("Who rates here"))
    seen = HiddenField()

    def offer(self, agreement: Agreement) -> None:
        """Let the agreement's questions and personas be chosen."""
        own = agreement.contract.language
        worded = [(each.key, words(each.text, spoken(), own)) for each in agreement.questions]
        self.questions.choices = choices([("", _("No question")), *worded])
        personas = _named(contract_charts.persona_titles(agreement))
        self.persona.choices = choices([("", _("Not known")), *personas])

    def validate_title(self, title: StringField) -> None:
        """Marks nobody sees would make it read as something else."""
        if not title.data.isprintable():
            raise ValidationError(_("Write it on one line, without control characters."))

    @property
    def slots(self) -> list[str]:
        """The questions as they stand in the form, '' where there is room for one more."""
        chosen = [key for key in self.questions.data or () if key]
        room = min(len(self.questions.choices) - 1, MOST_SLOTS)
        return [*chosen, *[""] * max(room - len(chosen), 0)]

    @property
    def terms(self) -> Terms:
        """What was written; the questions in the order in which they were chosen."""
        questions = tuple(dict.fromkeys(filter(None, self.questions.data)))
        return Terms(self.title.data, questions, self.persona.data)


class PointForm(TermsForm):
    """A new rating point."""

    site = SelectField(lazy("Site"))
    touchpoint = SelectField(lazy("Touchpoint"))

    def offer(self, agreement: Agreement) -> None:
        """As the other form, and the places."""
        super().offer(agreement)
        self.site.choices = choices([("", _("The whole contract")), *site_choices(agreement)])
        moments = _named(contract_charts.touchpoint_titles(agreement))
        self.touchpoint.choices = choices([("", _("None in particular")), *moments])

    @property
    def where(self) -> Where:
        """The place."""
        return Where(self.site.data, self.touchpoint.data)


class TreeForm(Form):
    """Many at once: every chosen site with every chosen touchpoint."""

    sites = SelectMultipleField(lazy("Sites"))
    touchpoints = SelectMultipleField(lazy("Touchpoints"))

    def offer(self, agreement: Agreement) -> None:
        """Let all sites and touchpoints be chosen; where there are none, the one that stands for it."""
        self.sites.choices = choices(site_choices(agreement) or [("", _("The whole contract"))])
        moments = _named(contract_charts.touchpoint_titles(agreement))
        self.touchpoints.choices = choices(moments or [("", _("None in particular"))])

    def validate_sites(self, sites: SelectMultipleField) -> None:
        """One at least."""
        if not sites.data:
            raise ValidationError(_("Choose a site at least."))

    def validate_touchpoints(self, touchpoints: SelectMultipleField) -> None:
        """One at least."""
        if not touchpoints.data:
            raise ValidationError(_("Choose a touchpoint at least."))


def _named(titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """What has a key of its own."""
    return [(key, title) for key, title in titles.items() if key != UNTOLD]


def site_choices(agreement: Agreement) -> list[tuple[str, str]]:
    """Every site with its words, set in by its depth."""
    return [(site.key, INDENT * depth + site.title) for site, depth, _parent in agreement.walk_sites()]
