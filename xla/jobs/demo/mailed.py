"""Mailed: who gets the demo's reports by mail, and how its first ones got there. Nobody is really mailed."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.jobs.demo.plan import CONTRACTS
from xla.models import Contract, Period, Report, ReportDelivery, ReportRecipient
from xla.services import deliveries
from xla.services.agreements import contract_of
from xla.services.deliveries import Origin

RECIPIENTS = {
    "airport-terminals": (
        ("elin.sandvik@aurland-airport.example", "Elin Sandvik", "en"),
        ("terminals@aurland-airport.example", "Terminal operations", "en"),
    ),
    "airport-passenger-services": (("elin.sandvik@aurland-airport.example", "Elin Sandvik", "en"),),
    "office-park": (
        ("forvaltning@ekhaga.example", "Ekhaga förvaltning", "sv"),
        ("karin.holm@ekhaga.example", "Karin Holm", "sv"),
        ("styrelsen@ekhaga.example", "Styrelsens sekreterare", "sv"),
    ),
    "hospital-patient-services": (("soren.dahl@fjordby-hospital.example", "Søren Dahl", "da"),),
}
GONE, REFUSAL = "styrelsen@ekhaga.example", "the server says 550 5.1.1 no such mailbox"
"""One of them has left, as happens."""
MAILED_AFTER = timedelta(minutes=1)


def add_missing(session: Session, now: datetime) -> int:
    """Add the recipients where the demo has none yet; how many."""
    ours = select(Contract.id).where(Contract.key.in_(CONTRACTS))
    known = select(ReportRecipient.id).where(ReportRecipient.contract_id.in_(ours)).limit(1)
    if session.scalar(known) is not None:
        return 0
    rows = [
        ReportRecipient(
            contract_id=contract_of(session, key).id, email=email, name=name, language=language, added_at=now
        )
        for key, people in RECIPIENTS.items()
        for email, name, language in people
    ]
    session.add_all(rows)
    session.flush()
    return len(rows)


def deliver_missing(session: Session, origin: Origin, now: datetime) -> int:
    """Log how the reports of final periods got to them, where nothing is logged; how many mails that were."""
    ours = select(Contract.id).where(Contract.key.in_(CONTRACTS))
    final = (
        select(Report)
        .join(Period, Period.id == Report.period_id)
        .where(Report.contract_id.in_(ours), Period.final_at.is_not(None))
        .where(
            Report.id.not_in(select(ReportDelivery.report_id).where(ReportDelivery.report_id.is_not(None)))
        )
    )
    for report in session.scalars(final.order_by(Report.id)).all():
        deliveries.queue(session, report, origin, now)
    theirs = select(Period.id).where(Period.contract_id.in_(ours))
    waiting = select(ReportDelivery).where(
        ReportDelivery.period_id.in_(theirs),
        ReportDelivery.sent_at.is_(None),
        ReportDelivery.given_up_at.is_(None),
    )
    rows = session.scalars(waiting.order_by(ReportDelivery.id)).all()
    for row in rows:
        if row.email == GONE:
            deliveries.given_up(session, row.id, REFUSAL, now + MAILED_AFTER)
        else:
            deliveries.sent(session, row.id, now + MAILED_AFTER)
    return len(rows)
