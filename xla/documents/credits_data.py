"""Credits as plain values: what a period's breaches cost, line by line, and what is left of each cap."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from xla.core.verdict import Verdict

HUNDRED = Decimal(100)


class Standing(StrEnum):
    """How far a statement of credits is agreed."""

    DRAFT = "draft"
    """The period is open: what would fall due, were it closed as it is known."""
    PROPOSED = "proposed"
    """Closed; the client may still dispute it."""
    FINAL = "final"


@dataclass(frozen=True)
class CreditItem:
    """One commitment with an agreed credit. Percent are of the monthly fee; amounts are rounded money."""

    key: str
    title: str
    verdict: Verdict
    agreed: Decimal
    """Percent that a breached period costs."""
    cap: Decimal | None
    """The most percent in one contract year; None without one."""
    used: Decimal
    """Percent that fell due earlier in the contract year."""
    percent: Decimal
    """Percent of this period before the cap."""
    percent_due: Decimal
    amount: Decimal
    """`percent` in money."""
    due: Decimal
    """`percent_due` in money: what falls due."""
    told_before: Decimal | None = None
    """What was due by the figures an addendum corrects; None outside an addendum."""

    @property
    def left(self) -> Decimal | None:
        """Percent that may still fall due in the contract year; None without a cap."""
        return None if self.cap is None else max(Decimal(0), self.cap - self.used - self.percent_due)

    @property
    def capped(self) -> Decimal:
        """The money the cap took."""
        return self.amount - self.due

    @property
    def cap_share(self) -> Decimal | None:
        """How much of the cap is used up with this period, in per cent; None without a cap above 0."""
        return HUNDRED * (self.used + self.percent_due) / self.cap if self.cap else None


@dataclass(frozen=True)
class CreditStatement:
    """What one period's breaches cost by the agreement."""

    currency: str
    monthly_fee: Decimal
    standing: Standing
    year_start: date
    """The contract year its caps hold for, half-open."""
    year_end: date
    items: tuple[CreditItem, ...]
    """One for each commitment with an agreed credit, in the agreement's order; never empty."""

    @property
    def is_final(self) -> bool:
        """Whether nobody may dispute it any more."""
        return self.standing is Standing.FINAL

    @property
    def total(self) -> Decimal:
        """The money that falls due: the sum of the lines as they are shown."""
        return sum((item.due for item in self.items[1:]), self.items[0].due)

    @property
    def total_before(self) -> Decimal | None:
        """The sum an addendum corrects; None outside an addendum."""
        told = [item.told_before for item in self.items if item.told_before is not None]
        return sum(told[1:], told[0]) if told else None

    @property
    def percent_due(self) -> Decimal:
        """Percent of the monthly fee that falls due."""
        return sum((item.percent_due for item in self.items), Decimal(0))
