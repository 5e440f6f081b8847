"""Days of a breached period, as its close knew them."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

import breached
import make
from rated import rate
from xla.core.window import parse_period
from xla.models import Breach, Contract
from xla.services import periods
from xla.services.breach_days import days_of

AT = datetime(2026, 4, 1, tzinfo=UTC)
CLOSED_AT = datetime(2026, 4, 5, tzinfo=UTC)
MARCH = parse_period("2026-03")


def poor(session: Session, **terms: object) -> tuple[Contract, Breach]:
    """A contract with ten poor ratings on 3 March, closed."""
    contract = make.contract(session, make.agreement(kpis=[{**breached.CLEAN, **terms}]))
    rate(session, contract, "clean", {1: 10}, on="2026-03-03", at=AT)
    (breach,) = periods.close(session, contract, MARCH, known_at=CLOSED_AT, now=CLOSED_AT).opened
    return contract, breach


def test_every_day_of_the_period_is_told_as_the_close_knew_it(session: Session) -> None:
    contract, breach = poor(session)
    rate(session, contract, "clean", {5: 90}, on="2026-03-03", at=datetime(2026, 4, 9, tzinfo=UTC))
    days = days_of(session, contract, breach)
    assert (len(days), days[0].day, days[-1].day) == (31, date(2026, 3, 1), date(2026, 3, 31))
    assert (days[2].n, days[2].value, days[2].so_far) == (10, 0, 0)


def test_a_kpi_with_a_rolling_window_has_no_single_days(session: Session) -> None:
    contract, breach = poor(session, window={"rolling_days": 45})
    assert days_of(session, contract, breach) == ()
