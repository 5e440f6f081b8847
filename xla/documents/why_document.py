"""Why as data: what is printed of the KPI to explain, exact."""

from fractions import Fraction

from xla.documents.why_data import DriversTold, MixAndReal, SiteFocus, Span, Why

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]


def focus_document(told: SiteFocus | None) -> Plain:
    """The KPI to explain at its sites."""
    if told is None:
        return None
    return {
        "kpi": told.kpi,
        "compared_with": _span(told.then),
        "sites": [
            {
                "key": row.key,
                "n": row.n,
                "value": _exact(row.value),
                "low": row.low,
                "high": row.high,
                "before": None if row.before is None else _exact(row.before),
            }
            for row in told.rows
        ],
    }


def why_document(told: Why | None) -> Plain:
    """What speaks for a cause."""
    if told is None:
        return None
    return {
        "kpi": told.kpi,
        "compared_with": _span(told.then),
        "mix": _mix(told.mix) if told.mix else None,
        "reasons": {
            "poor": told.reasons.poor,
            "named": told.reasons.named,
            "given": [
                {
                    "reason": line.text,
                    "n": line.n,
                    "share_before": None if line.share_before is None else _exact(line.share_before),
                }
                for line in told.reasons.lines
            ],
        }
        if told.reasons
        else None,
        "hours": {
            "site": told.hours.site,
            "parts": [
                {
                    "from": bar.start, "to": bar.end, "n": bar.n,
                    "value": _exact(bar.value), "low": bar.low, "high": bar.high,
                }
                for bar in told.hours.bars
            ],
        }
        if told.hours
        else None,
        "drivers": _drivers(told.drivers) if told.drivers else None,
        "quotes": [{"text": each.text, "site": each.site} for each in told.quotes],
    }  # fmt: skip


def _drivers(told: DriversTold) -> Plain:
    return {
        "question": told.question,
        "answered": told.answered,
        "n": told.n,
        "r2_percent": told.r2,
        "shares": [
            {
                "question": line.text,
                "percent": line.share,
                "low": line.low,
                "high": line.high,
                "surely_above_next": line.is_clear,
            }
            for line in told.lines
        ],
    }


def _mix(mix: MixAndReal) -> Plain:
    return {
        "then": _exact(mix.then),
        "now": _exact(mix.now),
        "real": _exact(mix.real),
        "mix": _exact(mix.mix),
        "real_low": mix.low,
        "real_high": mix.high,
        "sites": [
            {
                "key": site.key,
                "real": _exact(site.real),
                "mix": _exact(site.mix),
                "share_then": _exact(site.share_then),
                "share_now": _exact(site.share_now),
            }
            for site in mix.sites
        ],
        "rest_pooled": mix.is_pooled,
    }


def _span(then: Span | None) -> Plain:
    return {"start": then.start.isoformat(), "end": then.end.isoformat()} if then else None


def _exact(value: Fraction) -> Plain:
    return {"exact": str(value), "float": float(value)}
