"""A notice of every event, as the product writes them; what is another's work is written as it writes it."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import breached
from xla.core.notice import Event
from xla.core.period_state import Step
from xla.core.role import Role
from xla.models import Breach, Contract, Notice, Period
from xla.services import breach_work, decisions, notices
from xla.services.breach_work import Details
from xla.services.decisions import Said

NOW = breached.NOW
DECIDED = datetime(2026, 4, 6, 9, tzinfo=UTC)
WARNED: dict[str, Any] = {
    "contract": "harbour",
    "period": "2026-04",
    "kpi": "clean",
    "days_left": 10,
    "n": 25,
    "verdict": "breached",
    "value": 66.4,
    "floor": 70.0,
    "chance": 0.72,
    "left_share": 0.25,
    "runs_out_on": "2026-04-24",
}
SILENT = {
    "contract": "harbour",
    "site": "a",
    "touchpoint": "arrive",
    "last_on": "2026-04-12",
    "expected": 14.2,
}
KIOSK = {"contract": "harbour", "kiosk": 1, "name": "Entrance", "seen_at": "2026-04-20T06:00:00+00:00"}


REMINDED = {
    "contract": "harbour", "period": "2026-03", "kpi": "clean", "what": "unseen", "action": None,
}  # fmt: skip
OTHERS: dict[str, dict[str, Any]] = {
    Event.EARLY_WATCH: WARNED | {"value": None, "chance": None, "left_share": None, "runs_out_on": None},
    Event.EARLY_WARNING: WARNED,
    Event.BREACH_REMINDER: REMINDED | {"what": "action_overdue", "action": "More rounds"},
    Event.BREACH_OVERDUE: REMINDED | {"what": "overdue"},
    Event.BREACH_ESCALATED: REMINDED | {"what": "escalated"},
    Event.BREACH_CLOSED: REMINDED | {"what": "", "by": None},
    Event.PERIOD_FINAL: {"contract": "harbour", "period": "2026-03", "decisions": {}},
    Event.REPORT_ISSUED: {"contract": "harbour", "period": "2026-03", "issue": 7, "language": "en"},
    Event.POOR_RATING: {"contract": "harbour", "wish": 1, "site": "a"},
    Event.IMPORT_FAILED: {
        "upload": 3,
        "name": "april.csv",
        "problems": [f"row {row}: score: 9 is not on the scale 1 to 5" for row in range(2, 7)],
    },
    Event.POINT_SILENT: SILENT,
    Event.KIOSK_SILENT: KIOSK,
}


def build(session: Session) -> Breach:
    """A breach that was acknowledged and planned, a period accepted and disputed, and all the others."""
    breach = breached.build(session)
    contract = breached.contract_of(session, breach)
    breach_work.acknowledge(session, breached.held(session, breach), NOW)
    owner = breached.person(session, Role.MANAGER)
    details = Details(owner.id, date(2026, 5, 15), None, "")
    breach_work.describe(session, breached.held(session, breach), details, NOW)
    march = session.scalars(select(Period)).one()
    client = breached.person(session, Role.CLIENT)
    said = [Said("clean", Step.DISPUTE, "Half of April is missing.", "missing"), Said("food", Step.ACCEPT)]
    decisions.decide(session, march, said, by=client, seen=0, now=DECIDED)
    for event, document in OTHERS.items():
        write(session, contract, event, document)
    return breach


def write(
    session: Session, contract: Contract, event: str, document: dict[str, Any], key: str = "1"
) -> Notice:
    """A notice of an event, written with its document."""
    notices.write(session, contract.id, event=(event, key), document=document, now=NOW)
    return session.scalars(select(Notice).where(Notice.kind == event, Notice.key == key)).one()
