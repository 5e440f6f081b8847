"""A breached period day by day, as its close knew it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from xla.core.agreement import Rolling
from xla.core.window import Window
from xla.models import Breach, Contract
from xla.services.agreements import agreement_of
from xla.services.knowledge import Knowledge
from xla.services.kpi_days import DayPoint, kpi_days


def days_of(session: Session, contract: Contract, breach: Breach) -> Sequence[DayPoint]:
    """The breached period's days; none for a KPI that has no single days, as one with a rolling window."""
    evaluation = breach.period.evaluation
    agreement = agreement_of(evaluation.version)
    kpi = agreement.kpi(breach.kpi_key)
    if isinstance(kpi.window, Rolling):
        return ()
    window = Window(breach.period.start_on, breach.period.end_on)
    known = Knowledge(session, contract, agreement, window, evaluation.known_at)
    return kpi_days(known, kpi, window.last_day)
