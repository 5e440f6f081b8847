"""What a KPI's page draws: its days, its scores and its reasons, as the charts want them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from babel.dates import format_skeleton
from markupsafe import Markup

from xla.core.agreement import words
from xla.core.measurement import Measurement
from xla.core.privacy import K_DISTRIBUTION
from xla.core.verdict import Verdict
from xla.core.weight import poor_scores
from xla.documents.cells import evidence_cell
from xla.documents.day_chart import Day, day_chart
from xla.documents.journey_chart import Level
from xla.services.breakdowns import Part
from xla.services.kpi_page import Details, KpiPage
from xla.services.reasons import Reasons
from xla.services.site_tables import SiteTable
from xla.web.contract_charts import persona_titles, site_titles, touchpoint_titles
from xla.web.language import figures, gettext, spoken
from xla.web.words import threshold, value

__all__ = ["persona_titles", "site_titles", "touchpoint_titles"]

A_WEEK = 7
A_MONTH = 31


class Bar(NamedTuple):
    """One bar: what it counts, how many, their share of all, and the share in the period before."""

    title: str
    n: int
    share: float
    is_poor: bool = False
    before: float | None = None


def day_figure(page: KpiPage, details: Details) -> Markup:
    """The chart of the days."""
    kpi, terms = page.kpi, page.kpi.thresholds
    last = next((each for each in reversed(details.days) if each.so_far is not None), None)
    return day_chart(
        [
            Day(
                each.day,
                _tick(each.day, index, details.day_count),
                each.value,
                each.so_far,
                each.low,
                each.high,
            )
            for index, each in enumerate(details.days)
        ],
        day_count=details.day_count,
        floor=Level(float(terms.floor), gettext("Floor %(value)s", value=threshold(terms.floor, kpi))),
        target=Level(float(terms.target), gettext("Target %(value)s", value=threshold(terms.target, kpi))),
        higher_is_better=terms.higher_is_better,
        now=(page.judged.verdict, value(last.so_far, kpi)) if last else None,
        title=day_finding(page, details),
    )


def day_finding(page: KpiPage, details: Details) -> str:
    """What the days came to, in one sentence."""
    last = next((each for each in reversed(details.days) if each.so_far is not None), None)
    if last is None:
        return gettext("Too few answers so far to show any day.")
    return gettext(
        "%(value)s after %(count)s answers, up to %(day)s.",
        value=value(last.so_far, page.kpi),
        count=figures().number(last.so_far_n),
        day=figures().day(last.day),
    )


def distribution(page: KpiPage) -> Sequence[Bar]:
    """How often each score was given, best first; empty under eight answers and for operations."""
    kpi, counts = page.kpi, page.judged.measurement.counts
    n = sum(counts.values())
    if kpi.observation or page.judged.measurement.n < K_DISTRIBUTION:
        return ()
    scale = page.agreement.question(kpi.asked[0]).scores
    poor = poor_scores(kpi, scale)
    return [
        Bar(figures().number(score), counts.get(score, 0), counts.get(score, 0) / n, score in poor)
        for score in reversed(scale.scores)
    ]


def pareto(page: KpiPage, now: Reasons, before: Reasons | None) -> Sequence[Bar]:
    """The reasons of those let down, most given first, as shares of all of them."""
    titles = _reason_titles(page)
    known = before if before and before.is_shown else None
    return [
        Bar(
            titles[key],
            n,
            n / now.poor_count,
            before=known.given[key] / known.poor_count if known else None,
        )
        for key, n in now.given.most_common()
    ]


def site_parts(table: SiteTable) -> Sequence[Part]:
    """The sites of a table of one KPI, those it looks at."""
    return [cell for line in table.lines for cell in line.cells if cell]


def part_evidence(page: KpiPage, part: Part) -> Markup:
    """A part's value and interval on the KPI's own axis."""
    measured = Measurement(part.n or 0, part.value, part.low, part.high)
    verdict = part.verdict or Verdict.NO_DATA
    return evidence_cell(
        replace(
            page.result, measurement=measured, hidden=part.hidden, verdict=verdict, more_ratings_needed=None
        ),
        language=spoken(),
    )


def _reason_titles(page: KpiPage) -> Mapping[str, str]:
    language = page.agreement.contract.language
    return {
        reason.key: words(reason.text, spoken(), language)
        for key in page.kpi.asked
        for reason in page.agreement.question(key).reasons
    }


def _tick(day: date, index: int, count: int) -> str:
    """A label for the first day and every week's; over a month for the first of each month."""
    is_told = index % A_WEEK == 0 if count <= A_MONTH else day.day == 1
    return str(format_skeleton("MMMd", day, locale=figures().locale)) if is_told else ""
