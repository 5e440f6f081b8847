"""What a contract's standing warns of: KPIs heading for a breach, and rating points gone silent."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from xla.core.warning import FORECAST_CHANCE, FORECAST_RATINGS
from xla.core.window import local_day
from xla.models import Person, Standing
from xla.services.memberships import visible
from xla.services.terms import Terms, latest_version, terms_of


@dataclass(frozen=True)
class WarningTask:
    """One KPI heading for a breach in the running period."""

    terms: Terms
    version_id: int
    kpi_key: str
    start: date
    end: date
    """The running period, half-open."""
    chance: float
    chance_week_ago: float | None
    left_share: float | None
    """Of its budget, 0-1; None where it has none."""
    left_share_due: float | None
    runs_out_on: date | None
    due_on: date
    """When its budget runs out, or the period's last day."""
    days_left: int


class SilentPoint(NamedTuple):
    """A rating point that went silent; a key is '' where it was not told."""

    site: str
    touchpoint: str
    last_on: date | None
    expected: float | None
    """Ratings usual in that time."""


@dataclass(frozen=True)
class SilenceTask:
    """A contract's silent rating points, the longest silent first."""

    terms: Terms
    version_id: int
    points: tuple[SilentPoint, ...]


class Warned(NamedTuple):
    """What the standings of a person's contracts warn of, the most urgent first."""

    warnings: list[WarningTask]
    silences: list[SilenceTask]


def warned(session: Session, person: Person, now: datetime) -> Warned:
    """Of the person's contracts; three queries at most."""
    rows = session.execute(
        select(Standing.document, latest_version(Standing.contract_id)).where(
            or_(Standing.warned, Standing.silent_count > 0), visible(person, Standing.contract_id)
        )
    ).all()
    terms = terms_of(session, {version_id for _, version_id in rows})
    warnings: list[WarningTask] = []
    silences: list[SilenceTask] = []
    for document, version_id in rows:
        told = json.loads(document)
        here = (version_id, terms[version_id])
        warnings.extend(_warnings(told["running"], here, now))
        if points := sorted(map(_point, told["silent"]), key=lambda point: point.last_on or date.min):
            silences.append(SilenceTask(here[1], version_id, tuple(points)))
    return Warned(
        sorted(warnings, key=lambda task: (task.due_on, -task.chance)),
        sorted(silences, key=lambda task: task.points[0].last_on or date.min),
    )


def _warnings(
    running: Mapping[str, Any] | None, here: tuple[int, Terms], now: datetime
) -> Iterator[WarningTask]:
    if running is None:
        return
    version_id, terms = here
    end = date.fromisoformat(running["end"])
    for key, told in running["kpis"].items():
        if told["chance"] is None or told["chance"] < FORECAST_CHANCE or told["n"] < FORECAST_RATINGS:
            continue
        runs_out_on = date.fromisoformat(told["runs_out_on"]) if told["runs_out_on"] else None
        due_on = runs_out_on or end - timedelta(days=1)
        yield WarningTask(
            terms=terms,
            version_id=version_id,
            kpi_key=key,
            start=date.fromisoformat(running["start"]),
            end=end,
            chance=told["chance"],
            chance_week_ago=told["chance_week_ago"],
            left_share=told["left_share"],
            left_share_due=told["left_share_due"],
            runs_out_on=runs_out_on,
            due_on=due_on,
            days_left=(due_on - local_day(now, terms.zone)).days,
        )


def _point(told: Mapping[str, Any]) -> SilentPoint:
    last_on = told["last_on"]
    return SilentPoint(
        told["site"], told["touchpoint"], date.fromisoformat(last_on) if last_on else None, told["expected"]
    )
