"""The evidence scale: every value in steps from its floor (0) to its target (1), so that KPIs line up.

The one place of that scale: the report's bars, the pages' cells, sparklines and their stylesheet follow it.
"""

from xla.documents.report_data import KpiResult

EVIDENCE_FROM, EVIDENCE_TO = -2.1, 2.6
"""Where the axis begins and ends."""


def step(kpi: KpiResult, value: float) -> float:
    """(value − floor) / (target − floor); where the two are one, a tenth of the scale is the step."""
    terms = kpi.thresholds
    distance = float(terms.target - terms.floor)
    if not distance:
        scale = float(kpi.scale_high - kpi.scale_low) or abs(float(terms.floor)) or 1.0
        distance = scale / 10 * (1 if terms.higher_is_better else -1)
    return (value - float(terms.floor)) / distance


def share(steps: float) -> float:
    """Where on the axis that is, 0 its beginning and 1 its end; beyond either, as it is."""
    return (steps - EVIDENCE_FROM) / (EVIDENCE_TO - EVIDENCE_FROM)


def along(steps: float, width: float) -> float:
    """Where on an axis of that width it stands; what lies beyond stands at the end."""
    return min(max(share(steps), 0.0), 1.0) * width
