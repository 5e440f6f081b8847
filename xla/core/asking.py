"""Asking: which questions a rating point asks, and which reasons fit an answer."""

from fractions import Fraction

from xla.core.agreement import Agreement, Kpi, Question, Reason
from xla.core.scale import Scale

POOR_UP_TO = Fraction(3, 5)
"""Of the way from the worst score to the best: 3 of 5, 2 of 4, 4 of 7, 6 of 0-10."""


def asked_at(
    agreement: Agreement, site: str, touchpoint: str, chosen: tuple[str, ...]
) -> tuple[Question, ...]:
    """The questions of a place, the first first: those chosen for it, else what the KPIs in scope measure."""
    known = {question.key: question for question in agreement.questions}
    keys = [key for key in chosen if key in known] or [
        key for kpi in kpis_at(agreement, site, touchpoint) for key in kpi.asked
    ]
    return tuple(known[key] for key in dict.fromkeys(keys))


def kpis_at(agreement: Agreement, site: str, touchpoint: str) -> tuple[Kpi, ...]:
    """The KPIs that look at a place."""
    return tuple(kpi for kpi in agreement.kpis if _looks_at(agreement, kpi, site, touchpoint))


def is_poor(scale: Scale, score: int) -> bool:
    """Whether a score asks what was wrong rather than what was good; more is better on every scale we ask."""
    return Fraction(score - scale.lowest, scale.highest - scale.lowest) <= POOR_UP_TO


def reasons_for(question: Question, score: int) -> tuple[Reason, ...]:
    """The reasons offered with an answer of that score."""
    unfit = "good" if is_poor(question.scores, score) else "poor"
    return tuple(reason for reason in question.reasons if reason.given_with != unfit)


def _looks_at(agreement: Agreement, kpi: Kpi, site: str, touchpoint: str) -> bool:
    scope = kpi.scope
    in_sites = not scope.sites or site in agreement.descendants(scope.sites)
    return in_sites and (not scope.touchpoints or touchpoint in scope.touchpoints)
