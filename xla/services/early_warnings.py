"""Early warnings: a KPI of the running period is told of, once a lane, and never less surely than before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.notice import Event
from xla.core.warning import Lane
from xla.models import Contract, Notice
from xla.services import notices

SUREST_LAST = tuple(Lane)
EVENTS: Mapping[Lane, Event] = {
    Lane.WATCH: Event.EARLY_WATCH,
    Lane.FORECAST: Event.EARLY_WARNING,
    Lane.EVIDENCE: Event.EARLY_WARNING,
}


def tell(session: Session, contract_id: int, running: Mapping[str, Any], now: datetime) -> None:
    """Tell of the KPIs a standing's document of the running period warns of.

    What was told stays told: a lane that closes and opens again within the period says nothing new, nor does
    a less sure one after a surer one.
    """
    warned = {key: Lane(kpi["lane"]) for key, kpi in running["kpis"].items() if kpi["lane"]}
    if not warned:
        return
    contract = session.get_one(Contract, contract_id).key
    keys = {
        (kpi, lane): f"{contract}/{running['period']}/{kpi}/{lane}" for kpi in warned for lane in SUREST_LAST
    }
    asked = select(Notice.key).where(Notice.kind.in_(set(EVENTS.values())), Notice.key.in_(keys.values()))
    told = set(session.scalars(asked))
    for kpi, lane in warned.items():
        surer = SUREST_LAST[SUREST_LAST.index(lane) :]
        if not told.intersection(keys[kpi, each] for each in surer):
            figures = running["kpis"][kpi]
            document = {
                "contract": contract,
                "period": running["period"],
                "days_left": running["days_left"],
                "kpi": kpi,
                **figures,
            }
            event = (EVENTS[lane], keys[kpi, lane])
            notices.write(session, contract_id, event=event, document=document, now=now)
