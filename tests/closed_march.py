"""A closed month to verify: frozen, its report issued, and more that came in since."""

import hashlib
from datetime import timedelta

from sqlalchemy.orm import Session

import make
import raw
from rated import rate, respond
from xla.core.window import parse_period
from xla.models import Contract, Report
from xla.services import periods
from xla.services.verification import verify

MARCH = parse_period("2026-03")
PDF = b"%PDF-1.7 what was issued"
KPIS = [
    {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "floor": 70},
    {"key": "people", "question": "clean", "metric": "mean", "cluster": "respondent", "target": 4},
    {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70},
    {"key": "weeks", "question": "clean", "metric": "csat", "window": {"rolling_days": 45}, "target": 80},
    {"key": "churn", "observation": "tenants", "metric": "rate", "target": 5, "higher_is_better": False},
]


def build(session: Session) -> Contract:
    """March closed and its report issued; some ratings came late, some in April."""
    contract = make.contract(session, make.agreement(kpis=KPIS))
    at = make.NOW - timedelta(days=60)
    rate(session, contract, "clean", {5: 20, 2: 15}, site="a", respondent="ann", at=at)
    rate(session, contract, "clean", {4: 9}, site="b", on="2026-02-20", persona="visitor", at=at)
    respond(session, contract, {"expected": 8, "ideal": 9}, times=12, at=at)
    closed = periods.close(session, contract, MARCH, known_at=make.NOW, now=make.NOW)
    rate(session, contract, "clean", {1: 3}, site="a", at=make.NOW + timedelta(days=1))
    rate(session, contract, "clean", {5: 3}, on="2026-04-02", at=make.NOW + timedelta(days=1))
    raw.insert(
        session,
        Report(
            contract_id=contract.id, period_id=closed.period.id, issue=1, language="en",
            issued_at=make.NOW, sha256=hashlib.sha256(PDF).hexdigest(), pdf=PDF,
        ),
    )  # fmt: skip
    return contract


def findings(session: Session) -> list[str]:
    session.flush()
    session.expire_all()
    return [str(each) for each in verify(session, make.NOW)]
