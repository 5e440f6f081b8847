"""Foresight: what a contract's running period is heading for, KPI by KPI."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Kpi, Rolling
from xla.core.budget import Budget, budget_of
from xla.core.forecast import chance_of_breach_of
from xla.core.outcome import Outcome
from xla.core.pace import PAST_DAYS, coming
from xla.core.scale import Scale
from xla.core.warning import Lane, lane_of
from xla.core.weight import KINDS
from xla.core.window import CalendarPeriod, Window, local_day, rolling
from xla.models import Contract, Period
from xla.services.agreements import agreement_of, judging
from xla.services.days import Days, Told
from xla.services.evaluations import outcome_of
from xla.services.knowledge import Knowledge

PAST_PERIODS = 13
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Foreseen:
    """What a KPI's running period is heading for; all None for one that is not of ratings."""

    budget: Budget | None = None
    chance: float | None = None
    """Of a breach at the period's end, 0..1; None where no rating is given or expected."""
    chance_week_ago: float | None = None
    """As it stood when the day seven days ago began; None where that was before the period."""
    n_week_ago: int = 0
    """The ratings it rested on."""
    lane: Lane | None = None
    """The surest warning that fires."""


def foresee(
    session: Session,
    contract: Contract,
    period: CalendarPeriod,
    *,
    closed: Sequence[Outcome],
    now: datetime,
) -> Mapping[str, Foreseen]:
    """Budget and forecast of every KPI, from the counts of each day; always the same number of queries.

    A KPI with a rolling window is foreseen for the window its period's close will judge, the one that ends
    with the period. `closed` are the contract's newest closed periods, whose frozen counts tell the past of a
    KPI that asked the same there; without any, the days before its window do.
    """
    agreement = agreement_of(judging(session, contract, period.start, period.end))
    kpis = [kpi for kpi in agreement.kpis if kpi.metric in KINDS]
    windows = {kpi.key: _judged_window(kpi, period) for kpi in kpis}
    first = min([period.start - timedelta(PAST_DAYS), *(window.start for window in windows.values())])
    days = Days(Knowledge(session, contract, agreement, Window(first, period.end)), kpis)
    running = _within_contract(period, agreement)
    today = local_day(now, ZoneInfo(agreement.contract.timezone))
    found = dict.fromkeys((kpi.key for kpi in agreement.kpis), Foreseen())
    for kpi in kpis:
        told, window = days.of(kpi), windows[kpi.key]
        past = _past(kpi, closed) or _total(_inside(told, date.min, min(window.start, period.start)))
        course = _Course(kpi, agreement.question(kpi.asked[0]).scores, window, running, past)
        found[kpi.key] = course.foreseen(told, today)
    return found


def latest_closed(session: Session, contract: Contract, before: date) -> list[Outcome]:
    """The frozen outcomes of up to 13 closed periods that ended by `before`, oldest first."""
    rows = session.scalars(
        select(Period)
        .where(Period.contract_id == contract.id, Period.end_on <= before)
        .order_by(Period.start_on.desc())
        .limit(PAST_PERIODS)
    )
    return [outcome_of(row.evaluation) for row in rows][::-1]


@dataclass(frozen=True)
class _Course:
    """A KPI on its way through the running period."""

    kpi: Kpi
    scale: Scale
    judged: Window
    running: Window
    past: Mapping[int, int]

    def foreseen(self, told: Told, today: date) -> Foreseen:
        then = today - WEEK
        earlier = _inside(told, date.min, then) if then >= self.running.start else {}
        chance = self._chance(told, today)
        return Foreseen(
            budget=budget_of(self.kpi, self.scale, self._so_far(told), self._ahead(told, today)),
            chance=chance,
            chance_week_ago=self._chance(earlier, then) if then >= self.running.start else None,
            n_week_ago=sum(_total(self._so_far(earlier)).values()),
            lane=lane_of(self.kpi, self.scale, _total(self._so_far(told)), chance=chance),
        )

    def _chance(self, told: Told, today: date) -> float | None:
        return chance_of_breach_of(
            self.kpi,
            self.scale,
            _total(self._so_far(told)),
            past=self.past,
            remaining=sum(self._ahead(told, today).values(), Fraction(0)),
        )

    def _so_far(self, told: Told) -> Told:
        return _inside(told, self.judged.start, self.judged.end)

    def _ahead(self, told: Told, today: date) -> Mapping[date, Fraction]:
        volumes = {day: sum(counts.values()) for day, counts in told.items()}
        ahead = coming(volumes, self.running, today)
        return {day: count for day, count in ahead.items() if day in self.judged}


def _judged_window(kpi: Kpi, period: Window) -> Window:
    """The window the period's close will judge."""
    if isinstance(kpi.window, Rolling):
        return rolling(period, kpi.window.rolling_days, period.last_day)
    return Window(period.start, period.end)


def _within_contract(period: Window, agreement: Agreement) -> Window:
    """The period's days up to the contract's last."""
    last = agreement.contract.ends_on
    return Window(period.start, period.end if last is None else min(period.end, last + timedelta(days=1)))


def _past(kpi: Kpi, closed: Sequence[Outcome]) -> Mapping[int, int]:
    """The frozen counts of periods in which the KPI asked the same question of the same places and people."""
    past: Counter[int] = Counter()
    for outcome in closed:
        for each in outcome.kpis:
            if each.kpi.key == kpi.key and (each.kpi.asked, each.kpi.scope) == (kpi.asked, kpi.scope):
                past.update(each.measurement.counts)
    return past if past.total() else {}


def _total(told: Told) -> Mapping[int, int]:
    total: Counter[int] = Counter()
    for counts in told.values():
        total.update(counts)
    return total


def _inside(told: Told, first: date, end: date) -> Told:
    return {day: counts for day, counts in told.items() if first <= day < end}
