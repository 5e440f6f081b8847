"""What a contract's pages draw: figures and words put into the charts of `xla/documents`."""

from collections.abc import Mapping

from markupsafe import Markup

from xla.core.agreement import Agreement, Kpi, Words, words
from xla.documents.chart_levels import Level
from xla.documents.journey_chart import Stop, journey_chart
from xla.services.breakdowns import UNTOLD, Part
from xla.services.site_tables import Journey
from xla.web.language import figures, gettext, ngettext, spoken
from xla.web.words import threshold, value

CLASSES = {"met": "h2p", "at_risk": "h1m", "breached": "h2m", "inconclusive": "h1p", "no_data": "nil"}
"""Verdict -> the class of its heat cell."""


def touchpoint_titles(agreement: Agreement) -> Mapping[str, str]:
    """Each touchpoint by its key, in the reader's language."""
    return _titled({each.key: each.title for each in agreement.journey}, agreement)


def persona_titles(agreement: Agreement) -> Mapping[str, str]:
    """Each persona by its key, in the reader's language."""
    return _titled({each.key: each.title for each in agreement.personas}, agreement)


def question_texts(agreement: Agreement) -> Mapping[str, str]:
    """Each question by its key, in the reader's language."""
    return _titled({each.key: each.text for each in agreement.questions}, agreement)


def site_titles(agreement: Agreement) -> Mapping[str, str]:
    """Each site by its key."""
    titles = {site.key: site.title for site, _, _ in agreement.walk_sites()}
    return {**titles, UNTOLD: gettext("Not told")}


def bare(part: Part, kpi: Kpi) -> str:
    """A part's value without its unit, which the column's head tells."""
    return figures().value(part.value, kpi.metric, kpi.thresholds, unit=False)


def part_note(part: Part) -> str:
    """How many answers a part has, or that it is hidden."""
    if part.hidden:
        return gettext("<5 hidden")
    return ngettext("%(count)s answer", "%(count)s answers", part.n or 0)


def journey_figure(journey: Journey, agreement: Agreement) -> Markup:
    """The journey's chart, its finding as its name."""
    kpi, titles, terms = journey.kpi, touchpoint_titles(agreement), journey.kpi.thresholds
    return journey_chart(
        [
            Stop(titles[stop.key], part_note(stop), stop.value, bare(stop, kpi), stop.verdict)
            for stop in journey.stops
        ],
        floor=Level(float(terms.floor), gettext("Floor %(value)s", value=threshold(terms.floor, kpi))),
        target=Level(float(terms.target), gettext("Target %(value)s", value=threshold(terms.target, kpi))),
        higher_is_better=terms.higher_is_better,
        title=journey_finding(journey, agreement),
    )


def journey_finding(journey: Journey, agreement: Agreement) -> str:
    """Where on the journey the KPI is weakest."""
    if journey.weakest is None:
        return gettext("Too few steps of the journey have enough answers to compare them.")
    return gettext(
        "Weakest at %(touchpoint)s: %(value)s.",
        touchpoint=touchpoint_titles(agreement)[journey.weakest.key],
        value=value(journey.weakest.value, journey.kpi),
    )


def _titled(titles: Mapping[str, Words], agreement: Agreement) -> Mapping[str, str]:
    language = agreement.contract.language
    told = {key: words(texts, spoken(), language) for key, texts in titles.items()}
    return {**told, UNTOLD: gettext("Not told")}
