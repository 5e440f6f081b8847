"""Standings for tests, as rows of their own: what is not said is unknown."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from xla.models import Contract, Standing
from xla.services.agreements import agreement_of, versions

COMPUTED_AT = datetime(2026, 4, 10, 7, 12, tzinfo=UTC)


def kpi(**told: Any) -> dict[str, Any]:
    """One KPI of a running period."""
    return {
        "n": 40, "verdict": "met", "value": 84.0, "low": 80.0, "high": 88.0,
        "spent": 6, "allowed": 20, "left": 14,
        "left_share": 0.7, "left_share_due": 0.6, "burn": 0.3, "runs_out_on": None, "chance": 0.04,
        "chance_week_ago": None, "unit": "ratings", "floor": 80.0, "lane": None,
    } | told  # fmt: skip


def share(told: Mapping[str, Any]) -> float:
    """What is left of its budget; all of it where it has none."""
    return 1.0 if told["left_share"] is None else float(told["left_share"])


def running(kpis: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """April 2026, as known on the tenth."""
    told = {key: kpi(**changes) for key, changes in kpis.items()}
    return {
        "period": "2026-04", "start": "2026-04-01", "end": "2026-05-01", "known_at": COMPUTED_AT.isoformat(),
        "verdict": "met", "days_left": 21, "day_count": 30,
        "tightest": min(told, key=lambda key: share(told[key]), default=None),
        "riskiest": max(told, key=lambda key: told[key]["chance"], default=None),
        "kpis": told,
    }  # fmt: skip


CLOSED = {
    "period": "2026-03", "start": "2026-03-01", "end": "2026-04-01", "score": 64.2, "score_before": 69.0,
    "counts": {"breached": 1, "met": 2},
}  # fmt: skip
STRIP = [
    {"period": "2026-02", "start": "2026-02-01", "end": "2026-03-01", "verdict": "at_risk"},
    {"period": "2026-03", "start": "2026-03-01", "end": "2026-04-01", "verdict": "breached"},
]

EVIDENCE = json.dumps(
    {
        "key": "k0", "metric": "csat", "n": 60, "value": 68.3, "value_exact": "205/3",
        "low": 55.8, "high": 78.7, "counts": {}, "target": 80, "floor": 75, "higher_is_better": True,
        "verdict": "breached",
    }
)  # fmt: skip
"""What a breach was opened on."""


def add(
    session: Session,
    contract: Contract,
    *,
    kpis: Mapping[str, Mapping[str, Any]] | None = None,
    closed: Mapping[str, Any] | None = CLOSED,
    silent: Sequence[Mapping[str, Any]] = (),
    strip: Sequence[Mapping[str, Any]] = STRIP,
    **columns: Any,
) -> Standing:
    """The contract's standing: March breached, April running with those KPIs."""
    agreement = agreement_of(versions(session, contract)[-1])
    terms = agreement.contract
    now = running(kpis) if kpis is not None else None
    known = now["kpis"].values() if now else []
    words = [terms.title, terms.client, *(site.title for site, _, _ in agreement.walk_sites())]
    words += [title for each in agreement.kpis for title in each.title.values()]
    document = {
        "closed": closed,
        "strip": list(strip) if closed else [],
        "running": now,
        "silent": list(silent),
    }
    fields = {
        "contract_id": contract.id,
        "computed_at": COMPUTED_AT,
        "title": terms.title,
        "client": terms.client,
        "words": " ".join(words).casefold(),
        "score": closed["score"] if closed else None,
        "score_change": -4.8 if closed else None,
        "budget_left": min(map(share, known), default=None),
        "chance": max((each["chance"] for each in known), default=None),
        "warned": any(each["chance"] >= 1 / 3 and each["n"] >= 10 for each in known),
        "silent_count": len(silent),
        "document": json.dumps(document),
    }
    standing = Standing(**fields | columns)
    session.add(standing)
    session.flush()
    return standing
