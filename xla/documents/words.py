"""Words: the fixed texts that depend on a value - verdicts, metrics, rules."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from babel.lists import format_list

from xla.core.agreement import Language, Metric
from xla.core.verdict import DecisionRule, Verdict
from xla.documents.language import locale, translations

if TYPE_CHECKING:
    from gettext import NullTranslations

MARKS: Mapping[Verdict, str] = {
    Verdict.MET: "●",
    Verdict.AT_RISK: "▲",
    Verdict.BREACHED: "■",
    Verdict.INCONCLUSIVE: "◇",
    Verdict.NO_DATA: "○",
}
WORST_FIRST = (Verdict.BREACHED, Verdict.AT_RISK, Verdict.INCONCLUSIVE, Verdict.NO_DATA, Verdict.MET)
OBSERVED = frozenset({Metric.RATE, Metric.AMOUNT_MEAN})


def _(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is used."""
    return text


VERDICTS: Mapping[Verdict, str] = {
    Verdict.MET: _("Met"),
    Verdict.AT_RISK: _("At risk"),
    Verdict.BREACHED: _("Breached"),
    Verdict.INCONCLUSIVE: _("Inconclusive"),
    Verdict.NO_DATA: _("No data"),
}
STATES: Mapping[str, str] = {
    "open": _("Open"),
    "acknowledged": _("Acknowledged"),
    "action_planned": _("Action planned"),
    "verifying": _("Verifying"),
    "closed": _("Closed"),
    "accepted": _("Accepted as it is"),
}
FORMULAS: Mapping[Metric, tuple[str, str]] = {
    Metric.CSAT: (
        _("Satisfaction share"),
        _("Ratings with one of the best scores, divided by all ratings, in per cent."),
    ),
    Metric.SHARE: (
        _("Share of scores"),
        _("Ratings with one of the agreed scores, divided by all ratings, in per cent."),
    ),
    Metric.MEAN: (_("Mean score"), _("The sum of all scores divided by the number of ratings.")),
    Metric.NPS: (
        _("Net promoter score"),
        _("Per cent of ratings 9 or 10 minus per cent of ratings 0 to 6; 7 and 8 count in n only."),
    ),
    Metric.ENPS: (
        _("Employee net promoter score"),
        _("Per cent of ratings 9 or 10 minus per cent of ratings 0 to 6; 7 and 8 count in n only."),
    ),
    Metric.CES_MEAN: (_("Effort, mean"), _("The mean of scores 1 to 7, where 7 is easiest.")),
    Metric.CES_AGREE: (
        _("Effort, share who agree"),
        _("Ratings 5 to 7 divided by all ratings, in per cent."),
    ),
    Metric.CES_NET: (_("Effort, net"), _("Per cent of ratings 6 or 7 minus per cent of ratings 1 to 3.")),
    Metric.HAPPINESS: (
        _("Happiness index"),
        _("Each score has a weight from 0 to 100; the value is the mean weight of all ratings."),
    ),
    Metric.NKI: (
        _("Satisfaction index (NKI)"),
        _(
            "The mean over the questions of (mean score − lowest) / (highest − lowest) × 100. "
            "An equal-weight index; not comparable to the published Swedish index."
        ),
    ),
    Metric.RATE: (_("Rate"), _("The cases counted divided by all cases, in per cent.")),
    Metric.AMOUNT_MEAN: (_("Mean amount"), _("The amount divided by the number of cases.")),
}
_WILSON = _("Wilson score interval")
_T = _("Student t interval")
_WALD = _("adjusted Wald interval")
INTERVALS: Mapping[Metric, str] = {
    Metric.CSAT: _WILSON,
    Metric.SHARE: _WILSON,
    Metric.CES_AGREE: _WILSON,
    Metric.RATE: _("Wilson score interval where the cases counted are part of all cases, else none"),
    Metric.MEAN: _T,
    Metric.CES_MEAN: _T,
    Metric.HAPPINESS: _("Student t interval on the weighted scores"),
    Metric.NKI: _("Student t interval on each response's own index"),
    Metric.NPS: _WALD,
    Metric.ENPS: _WALD,
    Metric.CES_NET: _WALD,
    Metric.AMOUNT_MEAN: _("none, unless the squares are given"),
}
RULES: Mapping[DecisionRule, tuple[str, str, str]] = {
    DecisionRule.SIMPLE: (
        _("Simple"),
        _("The value is worse than the floor."),
        _("There are fewer ratings than agreed."),
    ),
    DecisionRule.GUARDED_REJECTION: (
        _("Guarded rejection"),
        _("The whole interval is worse than the floor."),
        _(
            "There are fewer ratings than agreed; "
            "or the value is worse than the floor, but its interval reaches it."
        ),
    ),
    DecisionRule.GUARDED_ACCEPTANCE: (
        _("Guarded acceptance"),
        _("The value is worse than the floor."),
        _(
            "There are fewer ratings than agreed; "
            "or the value holds the floor, but its interval reaches past it."
        ),
    ),
}
"""Per rule: its name, when it is breached, when it is inconclusive."""


class Words:
    """The fixed texts in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.catalogue: NullTranslations = translations(language)

    def __call__(self, text: str) -> str:
        """`text` in the language."""
        return self.catalogue.gettext(text)

    def plural(self, one: str, many: str, count: int) -> str:
        """The text for `count`, with `%(count)s` still to be filled."""
        return self.catalogue.ngettext(one, many, count)

    def all_of(self, parts: Iterable[str]) -> str:
        """A, B and C."""
        return str(format_list(list(parts), locale=locale(self.language)))

    def verdict(self, verdict: Verdict) -> str:
        """The verdict's word."""
        return self(VERDICTS[verdict])

    def answers(self, metric: Metric) -> str:
        """What n counts, as a heading."""
        return self("Cases (n)") if metric in OBSERVED else self("Ratings (n)")
