"""PortfolioData: what a portfolio report says of a provider's contracts in one period, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from xla.core.agreement import Language
from xla.documents.report_data import ReportData


@dataclass(frozen=True)
class Reported:
    """One contract that has the period, and what its breaches cost."""

    data: ReportData
    credit: Decimal | None
    """In `currency`; None while the period runs, and where no fee is agreed."""
    currency: str


@dataclass(frozen=True)
class Missing:
    """One contract that has no such period: not begun, ended, or counted in other periods."""

    client: str
    title: str


@dataclass(frozen=True)
class PortfolioData:
    """One period of all contracts."""

    provider: str
    language: Language
    start: date
    end: date
    """The first day after the period."""
    at: datetime
    """When it was put together."""
    contracts: tuple[Reported, ...]
    """In the order of their pages."""
    missing: tuple[Missing, ...]
