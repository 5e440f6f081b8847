"""The report's KPIs: each with its measurement, its history and how it is computed."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from xla.core.agreement import Agreement, Kpi, Language
from xla.core.agreement_texts import words
from xla.core.measurement import Measurement
from xla.core.outcome import Judged, Outcome
from xla.core.privacy import K_DISTRIBUTION, K_VALUE, is_few
from xla.core.scale import Scale
from xla.core.verdict import Verdict
from xla.core.weight import range_of
from xla.documents.how import how
from xla.documents.report_data import KpiResult, TrendPoint


def kpi_results(
    outcome: Outcome, agreement: Agreement, history: Sequence[Outcome], language: Language
) -> tuple[KpiResult, ...]:
    """All KPIs of an outcome."""
    return tuple(kpi_result(outcome, each, agreement, history, language) for each in outcome.kpis)


def kpi_result(
    outcome: Outcome,
    judged: Judged,
    agreement: Agreement,
    history: Sequence[Outcome],
    language: Language | None = None,
) -> KpiResult:
    """One KPI as the report shows it; under five answers without its value.

    Its texts are in `language` where the agreement has it, else in the contract's own.
    """
    kpi = judged.kpi
    own = agreement.contract.language
    language = language or own
    scale = _scale(agreement, kpi)
    low, high = range_of(kpi, scale)
    hidden = is_few(judged.measurement.n, K_VALUE)
    part = next(part for part in outcome.parts if part.kpi == kpi.key)
    service = next(service for service in agreement.services if service.key == kpi.service)
    asked = [agreement.question(key) for key in kpi.asked]
    return KpiResult(
        key=kpi.key,
        title=words(kpi.title, language, own),
        service=words(service.title, language, own),
        question=" / ".join(words(question.text, language, own) for question in asked),
        metric=kpi.metric,
        how=how(kpi, scale, language),
        scale_low=Decimal(0) if low is None else _decimal(float(low)),
        scale_high=Decimal(0) if high is None else _decimal(float(high)),
        measurement=shown(judged.measurement),
        hidden=hidden,
        thresholds=kpi.thresholds,
        confidence=kpi.confidence,
        verdict=judged.verdict,
        chance_below_floor=None if hidden else judged.chance_below_floor,
        more_ratings_needed=None if hidden else judged.more_ratings_needed,
        late=judged.late,
        excluded=judged.excluded,
        weight=kpi.weight,
        points=part.points,
        trend=tuple(_point(kpi, each) for each in history),
    )


def shown(measurement: Measurement) -> Measurement:
    """The measurement as far as it may be shown: value from five answers, score counts from eight."""
    if is_few(measurement.n, K_VALUE):
        return Measurement(measurement.n, None, None, None)
    return replace(measurement, counts={}) if is_few(measurement.n, K_DISTRIBUTION) else measurement


def visible_judged(judged: Judged) -> Judged:
    """A KPI's result as far as it may be shown."""
    if is_few(judged.measurement.n, K_VALUE):
        judged = replace(judged, chance_below_floor=None, more_ratings_needed=None)
    return replace(judged, measurement=shown(judged.measurement))


def visible_outcome(outcome: Outcome) -> Outcome:
    """A period's result as far as it may be shown; the score has no part of too few anyway."""
    return replace(outcome, kpis=tuple(visible_judged(each) for each in outcome.kpis))


def _point(kpi: Kpi, outcome: Outcome) -> TrendPoint:
    found = [each for each in outcome.kpis if each.kpi.key == kpi.key]
    if not found:
        return TrendPoint(outcome.start, outcome.end, 0, None, None, None, Verdict.NO_DATA)
    measurement = shown(found[0].measurement)
    return TrendPoint(
        outcome.start,
        outcome.end,
        measurement.n,
        measurement.value,
        measurement.low,
        measurement.high,
        found[0].verdict,
    )


def _scale(agreement: Agreement, kpi: Kpi) -> Scale | None:
    return agreement.question(kpi.asked[0]).scores if kpi.asked else None


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))
