"""Standings: where each contract stands, ready to be listed, sorted and searched. Derived, never a source."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Row


class Standing(Row):
    """One contract at a glance, computed after each evaluation and close; can be computed again any time.

    `document` is JSON (null where nothing is known; no value of under five answers stands in it):

    {"closed": {"period", "start", "end", "score", "score_before", "counts": {verdict: n}} | null,
     "strip": [{"period", "start", "end", "verdict"}],      up to 12 closed periods, oldest first: the worst
     "running": {"period", "start", "end", "known_at", "verdict", "days_left", "day_count",
                 "tightest": kpi key | null, "riskiest": kpi key | null,
                 "kpis": {key: {"n", "verdict", "value", "low", "high", "spent", "allowed_so_far", "allowed",
                                "left", "left_share", "left_share_due", "burn", "runs_out_on", "chance",
                                "chance_week_ago", "unit": "ratings" | "points" | null, "floor",
                                "lane": "watch" | "forecast" | "evidence" | null}}} | null,
     "silent": [{"site", "touchpoint", "last_on", "since", "expected"}]}

    `days_left` counts today. `burn` is `spent` / `allowed_so_far`; `left` is what of the whole period's
    `allowed` is not spent, `left_share` its share and `left_share_due` what would be left on an even pace
    (the tick). In `ratings` they count poor ratings. `silent` is empty when no period runs; `expected` counts
    the ratings that did not come `since`.
    `verdict` of a period is its worst KPI's, in the order breached, at_risk, inconclusive, met, no_data.
    """

    __tablename__ = "standing"
    __table_args__ = (
        Index("ix_standing_score", "score"),
        Index("ix_standing_chance", "chance"),
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), primary_key=True, autoincrement=False)
    computed_at: Mapped[datetime]
    title: Mapped[str]
    client: Mapped[str]
    words: Mapped[str]
    """What a search looks in, case folded: contract, client, KPIs, sites."""
    score: Mapped[float | None]
    """Of the latest closed period, 0-100."""
    score_change: Mapped[float | None]
    budget_left: Mapped[float | None]
    """Of the running period's tightest KPI: the share of its budget left, 0-1."""
    chance: Mapped[float | None]
    """Of the running period's riskiest KPI: the chance of a breach, 0-1."""
    warned: Mapped[bool]
    """Whether a KPI is heading for a breach: its chance is a third or more, on at least ten answers."""
    silent_count: Mapped[int]
    document: Mapped[str]
