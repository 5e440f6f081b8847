"""What a KPI's page draws: its days, its scores and its reasons, as the charts want them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from markupsafe import Markup

from xla.core.agreement import words
from xla.core.measurement import Measurement
from xla.core.privacy import K_DISTRIBUTION
from xla.core.verdict import Verdict
from xla.core.weight import poor_scores
from xla.documents.cells import evidence_cell
from xla.documents.chart_days import WIDE, Day, days_chart
from xla.services.breakdowns import Part
from xla.services.kpi_page import Details, KpiPage
from xla.services.reasons import Reasons
from xla.services.site_tables import SiteTable
from xla.web.contract_charts import persona_titles, site_titles, touchpoint_titles
from xla.web.language import figures, gettext, spoken
from xla.web.words import value

__all__ = ["persona_titles", "site_titles", "touchpoint_titles"]


class Bar(NamedTuple):
    """One bar: what it counts, how many, their share of all, and the share in the period before."""

    title: str
    n: int
    share: float
    is_poor: bool = False
    before: float | None = None


def day_figure(page: KpiPage, details: Details) -> Markup:
    """The chart of the days."""
    return days_chart(
        page.result,
        [Day(each.day, each.value, each.so_far, each.low, each.high) for each in details.days],
        title=day_finding(page, details),
        day_count=details.day_count,
        size=WIDE,
        language=spoken(),
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
