"""What an address asks for: a contract's period by its name, closed or running."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from xla import clock
from xla.core.agreement import LANGUAGES, Agreement, Language
from xla.core.window import CalendarPeriod, parse_period
from xla.models import Contract, Period
from xla.services import periods
from xla.services.agreements import agreement_of, contract_of, judging
from xla.services.reports import closed_period


@dataclass(frozen=True)
class Asked:
    """One period of one contract."""

    key: str
    contract: Contract
    period: CalendarPeriod
    agreement: Agreement
    """The version that judges it."""
    row: Period | None
    """None while it runs."""
    now: datetime

    def back(self) -> Response:
        """On to its page, after a change."""
        return redirect(url_for("periods.period", key=self.key, period=str(self.period)), code=303)


def asked(session: Session, key: str, name: str) -> Asked:
    """The period an address names; 404 where the contract has none of that name, or not yet."""
    contract, now = contract_of(session, key), clock.now()
    try:
        period = parse_period(name)
    except ValueError:
        abort(404)
    row = closed_period(session, contract, period)
    if row is not None:
        return Asked(key, contract, period, agreement_of(row.evaluation.version), row, now)
    if period not in periods.running(session, contract, now):
        abort(404)
    version = judging(session, contract, period.start, period.end)
    return Asked(key, contract, period, agreement_of(version), None, now)


def language_of(given: str | None) -> Language | None:
    """One of the languages; None where it is none of them."""
    return next((each for each in LANGUAGES if each == given), None)
