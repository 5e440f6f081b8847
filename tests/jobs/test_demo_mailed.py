"""The demo's recipients: added once; how its reports got to them is logged, and nobody is mailed."""

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.window import parse_period
from xla.jobs.demo import mailed
from xla.jobs.demo.plan import scripts
from xla.models import Report, ReportDelivery
from xla.services import periods
from xla.services.agreements import apply, contract_of
from xla.services.deliveries import Origin

NOW = datetime(2026, 6, 17, 9, 30, tzinfo=UTC)
ORIGIN = Origin("http://127.0.0.1:8000", "127.0.0.1")


def test_recipients_are_added_once_and_each_report_of_a_final_period_got_to_them(session: Session) -> None:
    for script in scripts(date(2026, 4, 1)):
        apply(session, script.agreement, NOW)
    assert mailed.add_missing(session, NOW) == 7
    assert mailed.add_missing(session, NOW) == 0
    park = contract_of(session, "office-park")
    closed = periods.close(session, park, parse_period("2026-04"), known_at=NOW, now=NOW).period
    session.add(
        Report(
            contract_id=park.id, period_id=closed.id, issue=1, language="sv",
            issued_at=NOW, sha256="7", pdf=b"%PDF-",
        )
    )  # fmt: skip
    session.flush()
    assert mailed.deliver_missing(session, ORIGIN, NOW) == 0
    closed.final_at = NOW
    session.flush()
    assert mailed.deliver_missing(session, ORIGIN, NOW) == 3
    assert mailed.deliver_missing(session, ORIGIN, NOW) == 0
    rows = session.scalars(select(ReportDelivery).order_by(ReportDelivery.email)).all()
    assert [row.problem for row in rows] == [None, None, mailed.REFUSAL]
    assert [bool(row.sent_at) for row in rows] == [True, True, False]
