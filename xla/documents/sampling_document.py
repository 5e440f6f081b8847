"""The sample as data: everything the report's part on it prints, in `report.json`."""

from fractions import Fraction

from xla.documents.report_data import ReportData
from xla.documents.sampling_data import ExclusionLine, Sampling, Supposed

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]


def sampling_document(data: ReportData) -> Plain:
    """Null where nobody was asked."""
    told = data.sampling
    if told is None:
        return None
    return {
        "received": told.received,
        "excluded": told.excluded,
        "counted": told.counted,
        "late": told.late if told.is_closed else None,
        "flagged": told.flagged,
        "changed": told.changed,
        "taken_back": told.taken_back,
        "invitations": {"delivered": told.delivered, "answered": told.answered},
        "channels": [
            {"keys": list(each.keys), "n": each.n, "share": _exact(each.share)} for each in told.channels
        ],
        "days": [{"on": day.day.isoformat(), "by_channel": list(day.by_channel)} for day in told.days],
        "sites": _sites(told),
        "silences": [
            {
                "site": each.site,
                "touchpoint": each.touchpoint_title,
                "start": each.start.isoformat(),
                "end": each.end.isoformat(),
                "expected": each.expected,
            }
            for each in told.outages
        ],
    }


def what_ifs_document(data: ReportData) -> Plain:
    """Null where nothing would differ."""
    if data.what_ifs is None:
        return None
    return {
        "without_sites": list(data.what_ifs.outage_sites),
        "kpis": {
            line.kpi: {asked.value: _supposed(told) for asked, told in line.then.items()}
            for line in data.what_ifs.lines
        },
    }


def exclusions_document(data: ReportData) -> Plain:
    """Those agreed that touch the period."""
    return [_exclusion(line) for line in data.exclusions]


def _sites(told: Sampling) -> Plain:
    return [
        {
            "site": line.site,
            "days": line.days,
            "of_days": line.of_days,
            "n": line.n,
            "share": _exact(line.share),
            "traffic_share": _exact(line.traffic_share),
        }
        for line in told.coverage
    ]


def _exclusion(line: ExclusionLine) -> Plain:
    return {
        "site": line.site,
        "start": line.start.isoformat(),
        "end": line.end.isoformat(),
        "reason": line.reason,
        "provider_agreed_on": line.provider_agreed_on.isoformat(),
        "client_agreed_on": line.client_agreed_on.isoformat(),
        "n": line.n,
        "put_back": {each.kpi: _supposed(each.supposed) for each in line.kpis},
    }


def _supposed(told: Supposed) -> Plain:
    return {
        "n_differs_by": told.count,
        "value": _exact(told.value),
        "chance_below_floor": told.chance_below_floor,
        "verdict": told.verdict.value if told.verdict else None,
        "same_verdict": told.is_same if told.verdict or told.is_same else None,
    }


def _exact(value: Fraction | None) -> Plain:
    return None if value is None else {"exact": str(value), "float": float(value)}
