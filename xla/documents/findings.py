"""Findings: what a KPI came to, in one plain sentence."""

from collections import Counter
from fractions import Fraction

from xla.core.agreement import Language
from xla.core.verdict import Verdict
from xla.documents.figures import DASH, Figures
from xla.documents.report_data import KpiResult
from xla.documents.words import OBSERVED, WORST_FIRST, Words


class Findings:
    """The sentences, in one language."""

    def __init__(self, language: Language) -> None:
        self.words = Words(language)
        self.figures = Figures(language)

    def of(self, kpi: KpiResult) -> str:
        """What the value means against its thresholds."""
        _ = self.words
        if kpi.hidden:
            return _("Fewer than 5 answers: the value is not shown.")
        if kpi.measurement.value is None or kpi.verdict is Verdict.NO_DATA:
            return (
                _("No cases in this period.") if kpi.metric in OBSERVED else _("No ratings in this period.")
            )
        if kpi.verdict is Verdict.INCONCLUSIVE:
            return self._thin(kpi)
        return self._against(kpi)

    def came_to(self, kpi: KpiResult) -> str:
        """The commitment, its value and the threshold it missed, in one sentence."""
        _ = self.words
        higher = kpi.thresholds.higher_is_better
        if kpi.verdict is Verdict.BREACHED:
            text = (
                _("%(title)s came to %(value)s, below its floor of %(floor)s.")
                if higher
                else _("%(title)s came to %(value)s, above its limit of %(floor)s.")
            )
        else:
            text = (
                _("%(title)s came to %(value)s, short of its target of %(target)s.")
                if higher
                else _("%(title)s came to %(value)s, above its target of %(target)s.")
            )
        return text % {
            "title": kpi.title,
            "value": self.figures.value(kpi.measurement.value, kpi.metric, kpi.thresholds),
            **self._limits(kpi),
        }

    def trend(self, kpi: KpiResult) -> str:
        """The trend in one sentence: where it stands, and from where it came."""
        _ = self.words
        known = [point for point in kpi.trend if point.value is not None]
        now = kpi.trend[-1] if kpi.trend else None
        if now is None or now.value is None or len(known) < 2:  # noqa: PLR2004 - two make a trend
            return f"{kpi.title}: {self.of(kpi)}"
        first = known[0]
        return _("%(title)s: %(then)s in %(first)s, %(now)s in %(last)s. %(finding)s") % {
            "title": kpi.title,
            "then": self.figures.value(first.value, kpi.metric, kpi.thresholds),
            "first": self.figures.period(first.start, first.end),
            "now": self.figures.value(now.value, kpi.metric, kpi.thresholds),
            "last": self.figures.period(now.start, now.end),
            "finding": self.of(kpi),
        }

    def verdicts(self, kpi: KpiResult) -> str:
        """How often each verdict was given, and the last one."""
        _ = self.words
        count = Counter(point.verdict for point in kpi.trend)
        parts = [
            f"{self.words.verdict(verdict).lower()} {count[verdict]}"
            for verdict in WORST_FIRST
            if count[verdict]
        ]
        return _("%(title)s over %(total)s periods: %(list)s; now %(now)s.") % {
            "title": kpi.title,
            "total": len(kpi.trend),
            "list": ", ".join(parts),
            "now": self.words.verdict(kpi.verdict).lower(),
        }

    def evidence(self, kpi: KpiResult) -> str:
        """Value, interval and what they mean."""
        if kpi.hidden or kpi.measurement.value is None:
            return self.of(kpi)
        value = self.figures.value(kpi.measurement.value, kpi.metric, kpi.thresholds)
        interval = self.figures.interval(kpi.measurement.low, kpi.measurement.high, kpi.metric)
        bounds = "" if interval == DASH else f" ({interval})"
        return f"{value}{bounds}. {self.of(kpi)}"

    def _thin(self, kpi: KpiResult) -> str:
        _ = self.words
        least = kpi.thresholds.min_responses
        if kpi.measurement.n < least:
            return _("Too few to decide: %(count)s of at least %(least)s.") % {
                "count": self.figures.number(kpi.measurement.n),
                "least": self.figures.number(least),
            }
        if kpi.more_ratings_needed is None:
            return _("The evidence is too thin to decide.")
        return _("Too few to decide: about %(more)s more would settle it.") % {
            "more": self.figures.number(kpi.more_ratings_needed)
        }

    def _against(self, kpi: KpiResult) -> str:
        _ = self.words
        terms = kpi.thresholds
        exact = kpi.measurement.value
        at_target = exact is not None and exact == Fraction(terms.target)
        higher = terms.higher_is_better
        if kpi.verdict is Verdict.BREACHED:
            text = _("Below its floor of %(floor)s.") if higher else _("Above its limit of %(floor)s.")
        elif kpi.verdict is Verdict.AT_RISK:
            text = (
                _("Holds its floor of %(floor)s, but not its target of %(target)s.")
                if higher
                else _("Holds its limit of %(floor)s, but not its target of %(target)s.")
            )
        elif at_target:
            text = _("Exactly at its target of %(target)s.")
        else:
            text = _("Above its target of %(target)s.") if higher else _("Below its target of %(target)s.")
        return text % self._limits(kpi)

    def _limits(self, kpi: KpiResult) -> dict[str, str]:
        return {
            "floor": self.figures.threshold(kpi.thresholds.floor, kpi.metric),
            "target": self.figures.threshold(kpi.thresholds.target, kpi.metric),
        }
