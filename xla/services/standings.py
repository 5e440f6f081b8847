"""Standings: where each contract stands, computed from what is stored; can be computed again any time."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.budget import Budget
from xla.core.outcome import Judged, Outcome
from xla.core.privacy import K_VALUE
from xla.core.verdict import Verdict
from xla.core.warning import FORECAST_CHANCE, FORECAST_RATINGS
from xla.core.window import CalendarPeriod, local_day
from xla.models import Contract, Standing
from xla.services import early_warnings, periods, silence_notices
from xla.services.agreements import agreement_of, versions
from xla.services.evaluations import measured
from xla.services.foresight import Foreseen, foresee, latest_closed
from xla.services.silences import SilentPoint, silent_points

STRIP = 12
"""How many closed periods a strip shows."""
WORST_FIRST = (
    Verdict.BREACHED,
    Verdict.AT_RISK,
    Verdict.INCONCLUSIVE,
    Verdict.MET,
    Verdict.NO_DATA,
)


def refresh(session: Session, contract: Contract, now: datetime) -> Standing:
    """Compute the contract's standing and store it in place of the one before."""
    return keep(session, standing_of(session, contract, now))


def keep(session: Session, standing: Standing) -> Standing:
    """Store a standing in place of the one before, and tell of its silent points and early warnings."""
    kept = session.merge(standing)
    session.flush()
    told = json.loads(kept.document)
    silence_notices.points(session, kept.contract_id, told["silent"], kept.computed_at)
    if told["running"]:
        early_warnings.tell(session, kept.contract_id, told["running"], kept.computed_at)
    return kept


def is_stale(session: Session, contract: Contract, now: datetime) -> bool:
    """Whether there is no standing yet, or only one of an earlier day, there."""
    kept = session.get(Standing, contract.id)
    zone = ZoneInfo(_latest(session, contract).contract.timezone)
    return kept is None or local_day(kept.computed_at, zone) < local_day(now, zone)


def standing_of(session: Session, contract: Contract, now: datetime) -> Standing:
    """The contract's standing, not stored; what its document says stands at `Standing`."""
    agreement = _latest(session, contract)
    today = local_day(now, ZoneInfo(agreement.contract.timezone))
    period = next((each for each in periods.running(session, contract, now) if today in each), None)
    closed = latest_closed(session, contract, period.start if period else date.max)
    score, before = ([_float(each.score) for each in closed[:-3:-1]] + [None, None])[:2]
    running = _Running(session, contract, period, closed, now) if period else None
    silent = silent_points(session, contract, agreement, now) if running else []
    return Standing(
        contract_id=contract.id,
        computed_at=now,
        title=agreement.contract.title,
        client=agreement.contract.client,
        words=_words(agreement),
        score=score,
        score_change=None if score is None or before is None else score - before,
        budget_left=running and running.budget_left,
        chance=running and running.chance,
        warned=running is not None and running.is_warned,
        silent_count=len(silent),
        document=json.dumps(
            {
                "closed": _closed(closed[-1], score, before) if closed else None,
                "strip": [_stripe(each) for each in closed[-STRIP:]],
                "running": running and running.document(today),
                "silent": [_silent(each) for each in silent],
            },
            ensure_ascii=False,
            sort_keys=True,
        ),
    )


class _Running:
    """The running period's KPIs, measured and foreseen."""

    def __init__(
        self,
        session: Session,
        contract: Contract,
        period: CalendarPeriod,
        closed: Sequence[Outcome],
        now: datetime,
    ) -> None:
        self.period = period
        self.outcome = measured(session, contract, period, now=now)
        self.foreseen = foresee(session, contract, period, closed=closed, now=now)
        self.kpis: dict[str, dict[str, Any]] = {
            each.kpi.key: _kpi(each, self.foreseen[each.kpi.key]) for each in self.outcome.kpis
        }

    @property
    def tightest(self) -> str | None:
        """The KPI with the smallest share of its budget left; of those with none, the one that burns most."""
        told = [key for key, kpi in self.kpis.items() if kpi["left_share"] is not None]
        return min(
            told, key=lambda key: (self.kpis[key]["left_share"], -self.kpis[key]["burn"]), default=None
        )

    @property
    def riskiest(self) -> str | None:
        """The KPI most likely to be breached."""
        told = [key for key, kpi in self.kpis.items() if kpi["chance"] is not None]
        return max(told, key=lambda key: self.kpis[key]["chance"], default=None)

    @property
    def budget_left(self) -> float | None:
        """Of the tightest KPI, 0..1."""
        return None if self.tightest is None else self.kpis[self.tightest]["left_share"]

    @property
    def chance(self) -> float | None:
        """Of the riskiest KPI, 0..1."""
        return None if self.riskiest is None else self.kpis[self.riskiest]["chance"]

    @property
    def is_warned(self) -> bool:
        """Whether a KPI is heading for a breach."""
        return any(
            kpi["chance"] is not None and kpi["chance"] >= FORECAST_CHANCE and kpi["n"] >= FORECAST_RATINGS
            for kpi in self.kpis.values()
        )

    def document(self, today: date) -> dict[str, Any]:
        """The document's running period."""
        return {
            **_stripe(self.outcome),
            "known_at": self.outcome.known_at.isoformat(),
            "days_left": (self.period.end - today).days,
            "day_count": self.period.day_count,
            "tightest": self.tightest,
            "riskiest": self.riskiest,
            "kpis": self.kpis,
        }


def _latest(session: Session, contract: Contract) -> Agreement:
    return agreement_of(versions(session, contract)[-1])


def _kpi(judged: Judged, foreseen: Foreseen) -> dict[str, Any]:
    """One KPI of the running period; figures of under five answers are null."""
    measurement, budget = judged.measurement, foreseen.budget
    shown = measurement.n >= K_VALUE
    foretold = budget if budget and budget.n >= K_VALUE else None
    return {
        "n": measurement.n,
        "verdict": judged.verdict,
        "value": _float(measurement.value) if shown else None,
        "low": measurement.low if shown else None,
        "high": measurement.high if shown else None,
        **_budget(foretold),
        "chance": foreseen.chance if foretold else None,
        "chance_week_ago": foreseen.chance_week_ago if foreseen.n_week_ago >= K_VALUE else None,
        "floor": float(judged.kpi.thresholds.floor),
        "lane": foreseen.lane,
    }


def _budget(budget: Budget | None) -> dict[str, Any]:
    if budget is None:
        names = ("spent", "allowed_so_far", "allowed", "left", "left_share", "left_share_due", "burn")
        return dict.fromkeys((*names, "runs_out_on", "unit"))
    unit = budget.poor or Fraction(1)
    return {
        "spent": _float(budget.spent / unit),
        "allowed_so_far": _float(budget.allowed_so_far / unit),
        "allowed": _float(budget.allowed / unit),
        "left": _float(budget.left / unit),
        "left_share": _float(budget.left_share),
        "left_share_due": _float(budget.even_share),
        "burn": _float(budget.used),
        "runs_out_on": budget.runs_out_on and budget.runs_out_on.isoformat(),
        "unit": "ratings" if budget.poor else "points",
    }


def _closed(outcome: Outcome, score: float | None, before: float | None) -> dict[str, Any]:
    counts = Counter(each.verdict for each in outcome.kpis)
    return {
        **_span(outcome),
        "score": score,
        "score_before": before,
        "counts": {str(verdict): counts[verdict] for verdict in WORST_FIRST if counts[verdict]},
    }


def _stripe(outcome: Outcome) -> dict[str, Any]:
    """A period and its worst KPI's verdict."""
    worst = min((each.verdict for each in outcome.kpis), key=WORST_FIRST.index)
    return {**_span(outcome), "verdict": worst}


def _span(outcome: Outcome) -> dict[str, Any]:
    return {
        "period": outcome.period,
        "start": outcome.start.isoformat(),
        "end": outcome.end.isoformat(),
    }


def _silent(point: SilentPoint) -> dict[str, Any]:
    return {
        "site": point.site,
        "touchpoint": point.touchpoint,
        "last_on": point.silence.last_on.isoformat(),
        "since": point.silence.since.isoformat(),
        "expected": _float(point.silence.expected),
    }


def _words(agreement: Agreement) -> str:
    contract = agreement.contract
    titles = [title for kpi in agreement.kpis for title in kpi.title.values()]
    sites = [site.title for site, _, _ in agreement.walk_sites()]
    return "\n".join([contract.key, contract.title, contract.client, *titles, *sites]).casefold()


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
