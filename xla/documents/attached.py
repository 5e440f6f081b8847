"""The attached report.json: every figure of the report as data, exact."""

from datetime import date
from fractions import Fraction

from xla.documents.counted import counted_document
from xla.documents.money_document import money_documents
from xla.documents.plain_json import Plain, written
from xla.documents.report_data import (
    BreachLine,
    Correction,
    Figure,
    KpiResult,
    ReportData,
    SiteRow,
    TrendPoint,
)
from xla.documents.sampling_document import exclusions_document, sampling_document, what_ifs_document
from xla.documents.since import since_document
from xla.documents.why_document import focus_document, why_document

FORMAT = "xla-report/1"


def report_json(data: ReportData) -> str:
    """Everything, fractions as strings and as floats. Expects `visible` values."""
    document: dict[str, Plain] = {
        "format": FORMAT,
        "contract": {"key": data.contract_key, "title": data.contract_title},
        "client": data.client,
        "provider": data.provider,
        "agreement": _agreement(data),
        "language": data.language,
        "timezone": data.timezone,
        "period": {"name": data.period, "start": data.start.isoformat(), "end": data.end.isoformat()},
        "draft": data.is_draft,
        "issue": data.issue,
        "as_known_at": data.as_of.isoformat(),
        "shown_as_known_at": data.shown_as_known_at.isoformat() if data.shown_as_known_at else None,
        "respond_by": _day(data.respond_by),
        "final_on": _day(data.final_on),
        "correction": _correction(data.correction),
        "score": _exact(data.score),
        "score_method": data.score_method,
        "score_trend": [
            {"start": day.isoformat(), "score": _exact(score)} for day, score in data.score_trend
        ],
        "late": data.late_total,
        "excluded": data.excluded_total,
        "kpis": [_kpi(kpi, data) for kpi in data.kpis],
        **_proof(data),
        "sites": [_site(row, data.kpis) for row in data.sites],
        "site_focus": focus_document(data.site_focus),
        "why": why_document(data.why),
        "breaches": [_breach(line) for line in data.breaches],
        "since_last": since_document(data),
        "sampling": sampling_document(data),
        "what_ifs": what_ifs_document(data),
        "exclusions": exclusions_document(data),
        **money_documents(data),
    }
    return written(document) + "\n"


def _agreement(data: ReportData) -> Plain:
    return {
        "version": data.agreement_version,
        "effective_from": data.agreement_effective_from.isoformat(),
        "promise": data.promise,
        "close_after_days": data.close_after_days,
        "respond_within_days": data.respond_within_days,
    }


def _correction(told: Correction | None) -> Plain:
    if told is None:
        return None
    return {
        "addendum": told.number,
        "to_issue": told.to_issue,
        "reason": told.reason,
        "kpis": [{"key": kpi.key, "old": _figure(kpi.old), "new": _figure(kpi.new)} for kpi in told.kpis],
    }


def _figure(figure: Figure) -> Plain:
    return {
        "n": None if figure.value is None and figure.n else figure.n,
        "value": _exact(figure.value),
        "verdict": figure.verdict.value,
        "credit": None if figure.credit is None else str(figure.credit),
    }


def _kpi(kpi: KpiResult, data: ReportData) -> Plain:
    measured, terms = kpi.measurement, kpi.thresholds
    counts = data.counts.get(kpi.key)
    return {
        "key": kpi.key,
        "title": kpi.title,
        "service": kpi.service,
        "question": kpi.question,
        "metric": kpi.metric.value,
        "how": kpi.how,
        "scale": [str(kpi.scale_low), str(kpi.scale_high)],
        "n": None if kpi.hidden else measured.n,
        "hidden": kpi.hidden,
        "value": _exact(measured.value),
        "low": measured.low,
        "high": measured.high,
        "confidence": str(kpi.confidence),
        "design_effect": None if kpi.hidden else measured.design_effect,
        "verdict": kpi.verdict.value,
        "target": str(terms.target),
        "floor": str(terms.floor),
        "higher_is_better": terms.higher_is_better,
        "min_responses": terms.min_responses,
        "decision_rule": terms.decision_rule.value,
        "chance_below_floor": kpi.chance_below_floor,
        "more_ratings_needed": kpi.more_ratings_needed,
        "late": kpi.late,
        "excluded": kpi.excluded,
        "weight": str(kpi.weight),
        "points": _exact(kpi.points),
        "counts": None if counts is None else {str(score): count for score, count in sorted(counts.items())},
        "trend": [_point(point) for point in kpi.trend],
    }


def _point(point: TrendPoint) -> Plain:
    return {
        "start": point.start.isoformat(),
        "end": point.end.isoformat(),
        "n": None if point.value is None else point.n,
        "value": _exact(point.value),
        "low": point.low,
        "high": point.high,
        "verdict": point.verdict.value,
    }


def _site(row: SiteRow, kpis: tuple[KpiResult, ...]) -> Plain:
    cells: dict[str, Plain] = {}
    for kpi, cell in zip(kpis, row.cells, strict=True):
        if cell.outside:
            continue
        cells[kpi.key] = {
            "n": cell.n,
            "value": _exact(cell.value),
            "low": cell.low,
            "high": cell.high,
            "verdict": cell.verdict.value if cell.verdict else None,
            "hidden": cell.hidden,
        }
    return {"key": row.key, "title": row.title, "depth": row.depth, "kpis": cells}


def _breach(line: BreachLine) -> Plain:
    return {
        "number": line.number,
        "kpi": line.kpi_title,
        "opened_on": line.opened_on.isoformat(),
        "start": line.start.isoformat(),
        "end": line.end.isoformat(),
        "value": _exact(line.value),
        "floor": str(line.floor),
        "metric": line.metric.value,
        "state": line.state,
        "state_since": _day(line.state_since),
        "cause": line.cause or None,
        "owner": line.owner or None,
        "due_on": _day(line.due_on),
        "steps": [{"on": day.isoformat(), "what": what} for day, what in line.steps],
    }


def _proof(data: ReportData) -> dict[str, Plain]:
    """The day seal it carries, and how its values come of what was counted."""
    seal = data.seal
    return {
        "seal": None if seal is None else {"day": seal.day.isoformat(), "chained": seal.chained},
        "computed": counted_document(data.counted),
    }


def _exact(value: Fraction | None) -> Plain:
    return None if value is None else {"exact": str(value), "float": float(value)}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
