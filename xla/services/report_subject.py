"""What a report is about: a contract's period, by which version, as known when."""

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from xla.core.agreement import Agreement
from xla.core.window import CalendarPeriod, local_day
from xla.models import Addendum, AgreementVersion, Contract, Period
from xla.services.agreements import agreement_of


class Subject(NamedTuple):
    """What a report is about."""

    contract: Contract
    period: CalendarPeriod
    version: AgreementVersion
    closed: Period | None
    as_of: datetime
    addendum: Addendum | None = None
    shown_at: datetime | None = None
    """As known at which instant it is asked for, where it is for one."""

    @property
    def told_until(self) -> datetime:
        """Until when what happened since the figures is told."""
        return self.shown_at or self.as_of

    @property
    def agreement(self) -> Agreement:
        """The agreement the period is judged by."""
        return agreement_of(self.version)

    @property
    def final_on(self) -> date | None:
        """The local day from which the period is final, as far as is known; None before."""
        final_at = self.closed.final_at if self.closed else None
        if final_at is None or (self.shown_at and final_at > self.shown_at):
            return None
        return local_day(final_at, ZoneInfo(self.agreement.contract.timezone))
