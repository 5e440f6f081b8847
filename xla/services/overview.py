"""One issued report, found by its contract and number."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.models import Contract, Report

MOST_ISSUES = 2**31 - 1
"""The largest number the database keeps."""


def report_of(session: Session, contract_key: str, issue: int) -> Report | None:
    """An issued report by its contract and number; its bytes are read when asked for."""
    if "\0" in contract_key or issue > MOST_ISSUES:  # neither can be in the database, nor be asked of it
        return None
    return session.scalar(
        select(Report)
        .join(Contract, Contract.id == Report.contract_id)
        .where(Contract.key == contract_key, Report.issue == issue)
    )
