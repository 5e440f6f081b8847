"""Effects: what a breach's KPI, or a reason, came to before and after each action."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Kpi
from xla.core.effect import Effect, effect
from xla.core.measurement import Measurement
from xla.core.metric import measure_rate
from xla.core.privacy import is_few
from xla.core.window import Window, local_day
from xla.models import Action, Breach, Contract
from xla.services.agreements import agreement_of
from xla.services.evaluations import Knowing, Moment
from xla.services.reasons import reasons

LASTS = timedelta(days=90)
"""How long after an action its effect is measured."""
LEAST = 30
"""Answers needed on each side for a part of the answers: one site, or the poor ratings alone."""


@dataclass(frozen=True)
class Measured:
    """An action's effect and the days it compares; the effect is None while there is no day after it."""

    effect: Effect | None
    before: Measurement
    before_days: Window
    after_days: Window | None


class Effects:
    """The effects of one breach's actions, as known at a moment, of the answers felt before the day `until`.

    Without `until` those of the moment's own day count too.
    """

    def __init__(
        self,
        session: Session,
        contract: Contract,
        breach: Breach,
        moment: Moment,
        until: date | None = None,
    ) -> None:
        self.agreement: Agreement = agreement_of(breach.period.evaluation.version)
        self.kpi = self.agreement.kpi(breach.kpi_key).model_copy(update={"window": "period"})
        self._breach = breach
        self._about = (session, contract, self.agreement)
        self._moment = moment
        today = local_day(moment.known_at, ZoneInfo(self.agreement.contract.timezone))
        self._end = min(until or date.max, today + timedelta(days=1))
        self._known: dict[Window, Knowing] = {}

    def of(self, action: Action) -> Measured:
        """From the breached period's first day to the day before it was done, against the days after it.

        The day it was done on belongs to neither. After it count up to ninety days, the moment's own
        included. Until it is done, the whole breached period stands for the days before.
        """
        period = self._breach.period
        before_days = Window(period.start_on, action.done_on or period.end_on)
        before = self._measured(before_days, action)
        after_days = self._after(action.done_on)
        if after_days is None:
            return Measured(None, before, before_days, None)
        found = effect(
            before,
            self._measured(after_days, action),
            higher_is_better=self.kpi.higher_is_better and action.reason_key is None,
            least=self._least(action),
            confidence=self.kpi.confidence,
        )
        return Measured(found, before, before_days, after_days)

    def _after(self, done_on: date | None) -> Window | None:
        if done_on is None or done_on >= self._end - timedelta(days=1):
            return None
        first = done_on + timedelta(days=1)
        return Window(first, min(self._end, first + LASTS))

    def _least(self, action: Action) -> int:
        is_part = action.reason_key is not None or action.site_key is not None
        return min(self.kpi.min_responses, LEAST) if is_part else self.kpi.min_responses

    def _measured(self, days: Window, action: Action) -> Measurement:
        """What is measured of an action; hidden where the whole less the site would tell of too few."""
        whole = self._whole(days, self.kpi, action.reason_key)
        if action.site_key is None:
            return whole
        inside = self.agreement.descendants(self.kpi.scope.sites or self.agreement.site_keys)
        sites = self.agreement.descendants((action.site_key,)) & inside
        scope = self.kpi.scope.model_copy(update={"sites": tuple(sorted(sites))})
        part = self._whole(days, self.kpi.model_copy(update={"scope": scope}), action.reason_key)
        return replace(part, value=None) if is_few(whole.n - part.n) else part

    def _whole(self, days: Window, kpi: Kpi, reason: str | None) -> Measurement:
        if days not in self._known:
            self._known[days] = Knowing(*self._about, days, self._moment)
        knowing = self._known[days]
        if reason is None:
            return knowing.measure(kpi)
        found = reasons(knowing.of(kpi), kpi)
        naming = found.given[reason]
        return measure_rate(Decimal(naming), Decimal(found.poor_count), True, kpi.confidence)  # noqa: FBT003 -- the reasons counted are some of the poor ratings
