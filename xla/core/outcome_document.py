"""The outcome as a document: what `xla evaluate --json` prints and what a close freezes.

Numbers have full precision; beside each exact value stands its fraction, so that nothing is lost in storage.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xla.core.agreement import Agreement
from xla.core.composite import Part
from xla.core.measurement import Measurement
from xla.core.outcome import Judged, Outcome
from xla.core.verdict import Verdict

Document = Mapping[str, Any]


def document_of(outcome: Outcome) -> dict[str, Any]:
    """The document of interface.md, with what may stand beside it."""
    return {
        "contract": outcome.contract,
        "version": outcome.version,
        "period": outcome.period,
        "start": outcome.start.isoformat(),
        "end": outcome.end.isoformat(),
        "timezone": outcome.timezone,
        "state": outcome.state,
        "known_at": outcome.known_at.isoformat(),
        "score": {
            "value": _float(outcome.score),
            "method": outcome.method,
            "parts": [_part(part, outcome.contributions) for part in outcome.parts],
        },
        "kpis": [kpi_document(each) for each in outcome.kpis],
    }


def outcome_from(document: Document, agreement: Agreement) -> Outcome:
    """The outcome a document was made of, without the evidence behind its intervals."""
    return Outcome(
        contract=document["contract"],
        version=document["version"],
        period=document["period"],
        start=date.fromisoformat(document["start"]),
        end=date.fromisoformat(document["end"]),
        timezone=document["timezone"],
        state=document["state"],
        known_at=datetime.fromisoformat(document["known_at"]),
        method=document["score"]["method"],
        kpis=tuple(judged_from(each, agreement) for each in document["kpis"]),
        parts=tuple(
            Part(part["kpi"], _fraction(part["points_exact"]), Decimal(str(part["weight"])))
            for part in document["score"]["parts"]
        ),
    )


def with_late(outcome: Outcome, late: Mapping[str, int]) -> Outcome:
    """The outcome with the ratings that came after it was frozen: shown, not counted."""
    return replace(outcome, kpis=tuple(replace(each, late=late[each.kpi.key]) for each in outcome.kpis))


def _part(part: Part, contributions: Mapping[str, Fraction]) -> dict[str, Any]:
    return {
        "kpi": part.kpi,
        "points": _float(part.points),
        "points_exact": _text(part.points),
        "weight": _number(part.weight),
        "contribution": _float(contributions.get(part.kpi)),
    }


def kpi_document(each: Judged) -> dict[str, Any]:
    """One KPI of the document; also the evidence a breach is opened on."""
    measurement, thresholds = each.measurement, each.kpi.thresholds
    return {
        "key": each.kpi.key,
        "metric": str(each.kpi.metric),
        "n": measurement.n,
        "value": _float(measurement.value),
        "value_exact": _text(measurement.value),
        "low": measurement.low,
        "high": measurement.high,
        "confidence": _number(each.kpi.confidence),
        "counts": {str(score): n for score, n in sorted(measurement.counts.items())},
        "target": _number(thresholds.target),
        "floor": _number(thresholds.floor),
        "higher_is_better": thresholds.higher_is_better,
        "min_responses": thresholds.min_responses,
        "verdict": str(each.verdict),
        "decision_rule": str(thresholds.decision_rule),
        "chance_below_floor": each.chance_below_floor,
        "more_ratings_needed": each.more_ratings_needed,
        "design_effect": measurement.design_effect,
        "late": each.late,
        "excluded": each.excluded,
    }


def judged_from(document: Document, agreement: Agreement) -> Judged:
    """One KPI of a document, its evidence aside."""
    return Judged(
        kpi=agreement.kpi(document["key"]),
        measurement=Measurement(
            document["n"],
            _fraction(document["value_exact"]),
            document["low"],
            document["high"],
            {int(score): n for score, n in document["counts"].items()},
            document["design_effect"],
        ),
        verdict=Verdict(document["verdict"]),
        chance_below_floor=document["chance_below_floor"],
        more_ratings_needed=document["more_ratings_needed"],
        excluded=document["excluded"],
        late=document["late"],
    )


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _number(value: Decimal) -> int | float:
    """A JSON number: whole where it is whole."""
    return int(value) if value == int(value) else float(value)
