"""Counts: the operational data of the demo, week by week, and the tenants of each month."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from xla.jobs.demo.answers import collected_at
from xla.jobs.demo.crowds import Month
from xla.jobs.demo.plan import Counted, level_at
from xla.models import Observation

FRIDAY = 4
WORKDAYS = 5


def observations(  # noqa: PLR0913 -- its keywords say what each is
    contract_id: int,
    kind: str,
    counted: Counted,
    month: Month,
    *,
    zone: ZoneInfo,
    before: date,
    now: datetime,
) -> Iterator[Observation]:
    """What operations counted on the month's days before `before`."""
    chance = random.Random(f"{kind}/{month.number}")  # noqa: S311  # a demo that is the same every time
    for day in _days(counted, month):
        for site in counted.sites or ("",):
            if day >= before:
                continue
            amount, base, squares = _count(counted, site, month, chance)
            yield Observation(
                contract_id=contract_id,
                kind_key=kind,
                site_key=site,
                observed_on=day,
                received_at=collected_at(day, zone, now),
                amount=amount,
                base=base,
                squares=squares,
            )


def _days(counted: Counted, month: Month) -> list[date]:
    """Fridays for what is counted by the week, passages too; the last day for tenants."""
    if counted.a_week is None and not counted.sites:
        return [month.period.last_day]
    days = (month.period.start + timedelta(days=number) for number in range(month.period.day_count))
    return [day for day in days if day.weekday() == FRIDAY]


def _count(
    counted: Counted, site: str, month: Month, chance: random.Random
) -> tuple[Decimal, Decimal, Decimal | None]:
    if site:
        return Decimal(round(counted.sites[site] * chance.uniform(0.9, 1.1))), Decimal(WORKDAYS), None
    if counted.a_week is None:
        return Decimal(counted.lost[month.number]), Decimal(counted.start), None
    cases = chance.randint(*counted.a_week)
    level = level_at(counted.levels, month.number)
    if counted.spread is None:
        return Decimal(sum(chance.random() < level for _ in range(cases))), Decimal(cases), None
    minutes = [max(1, round(chance.gauss(level, counted.spread))) for _ in range(cases)]
    return Decimal(sum(minutes)), Decimal(cases), Decimal(sum(each**2 for each in minutes))
