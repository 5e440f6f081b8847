"""A credit: what the breaches of one closed period cost, line by line. Money moves on a breach only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from xla.core.agreement import Kpi
from xla.core.agreement_parts import Contract, Credit
from xla.core.currency import decimals_of
from xla.core.outcome import Judged
from xla.core.verdict import Verdict
from xla.core.window import Window

NOTHING = Decimal(0)


@dataclass(frozen=True)
class CreditLine:
    """What one KPI's verdict costs. Percent are of the monthly fee, exact; amounts are rounded money."""

    kpi: str
    """The KPI's key."""
    verdict: Verdict
    rule: Credit | None
    """What the agreement says a breach costs; None where it says nothing."""
    used: Decimal
    """Percent that fell due for this KPI earlier in the contract year."""
    percent: Decimal
    """Percent before the cap."""
    percent_due: Decimal
    """Percent that falls due: what the cap leaves."""
    amount: Decimal
    """`percent` in money."""
    due: Decimal
    """`percent_due` in money."""

    @property
    def capped(self) -> Decimal:
        """The money the cap took."""
        return self.amount - self.due

    @property
    def percent_left(self) -> Decimal | None:
        """Percent that may still fall due in the contract year, after this period; None without a cap."""
        if self.rule is None or self.rule.cap is None:
            return None
        return max(NOTHING, self.rule.cap - self.used - self.percent_due)


@dataclass(frozen=True)
class Credits:
    """What one period's breaches cost."""

    currency: str
    monthly_fee: Decimal | None
    lines: tuple[CreditLine, ...]
    """One for each KPI, in the agreement's order."""

    @property
    def total(self) -> Decimal:
        """The money that falls due: the sum of the lines as they are shown."""
        return sum((line.due for line in self.lines), money(Fraction(0), self.currency))

    @property
    def used(self) -> dict[str, Decimal]:
        """Percent per KPI that fell due in the contract year up to and with this period."""
        return {line.kpi: line.used + line.percent_due for line in self.lines}


def credits_of(contract: Contract, kpis: Iterable[Judged], used: Mapping[str, Decimal]) -> Credits:
    """The credits of one closed period, by the contract's and the KPIs' own words in the version that judged.

    A breached period costs `credit.breached` percent of the monthly fee, once, whether it is a month, a
    quarter or a year: its verdict is about the whole of it and does not say that each of its months was
    breached. A month in which the contract begins or ends counts in full. Any other verdict costs nothing.

    `credit.cap` is the most percent that may fall due for a KPI within one contract year (`contract_year`).
    `used` says what earlier periods of that year took of it; a KPI it does not name took nothing. It is
    counted in percent, so that a new fee does not change what is left.

    Raises:
        ValueError: a KPI with a credit in a contract without a monthly fee.
    """
    lines = tuple(line_of(contract, each.kpi, each.verdict, used.get(each.kpi.key, NOTHING)) for each in kpis)
    return Credits(contract.currency, contract.monthly_fee, lines)


def contract_year(contract: Contract, period: Window) -> Window:
    """The contract's year a period belongs to: from one anniversary of `starts_on` to the next.

    It belongs to the one that holds its last day within the contract, so that twelve months make a year also
    where it begins within a month. A contract that starts on 29 February has its other anniversaries on
    1 March. A period before the contract counts as its first year's.
    """
    last = min(period.last_day, contract.ends_on or period.last_day)
    years = max(0, last.year - contract.starts_on.year)
    if years and _anniversary(contract.starts_on, years) > last:
        years -= 1
    return Window(_anniversary(contract.starts_on, years), _anniversary(contract.starts_on, years + 1))


def money(amount: Fraction, currency: str) -> Decimal:
    """An exact amount of 0 or more as money: rounded half up to the currency's decimals (ISO 4217)."""
    decimals = decimals_of(currency)
    return Decimal(floor(amount * 10**decimals + Fraction(1, 2))).scaleb(-decimals)


def line_of(contract: Contract, kpi: Kpi, verdict: Verdict, used: Decimal) -> CreditLine:
    """One line of `credits_of`, whose rules and errors are its own."""
    rule = kpi.credit
    percent = rule.breached if rule and verdict is Verdict.BREACHED else NOTHING
    percent_due = percent
    if rule and rule.cap is not None:
        percent_due = min(percent, max(NOTHING, rule.cap - used))
    if rule and contract.monthly_fee is None:
        raise ValueError(f"the credit of {kpi.key} is percent of a monthly fee that is not given")
    fee = Fraction(contract.monthly_fee or 0)
    return CreditLine(
        kpi=kpi.key,
        verdict=verdict,
        rule=rule,
        used=used,
        percent=percent,
        percent_due=percent_due,
        amount=money(fee * Fraction(percent) / 100, contract.currency),
        due=money(fee * Fraction(percent_due) / 100, contract.currency),
    )


def _anniversary(first: date, years: int) -> date:
    """`first` so many years on; 1 March where there is no 29 February."""
    try:
        return first.replace(year=first.year + years)
    except ValueError:
        return first.replace(year=first.year + years, day=28) + timedelta(days=1)
