"""The demo's kiosks: one has just reported, one is silent; made once."""

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.jobs.demo import links, tablets
from xla.jobs.demo.plan import scripts
from xla.models import Kiosk
from xla.services import kiosks
from xla.services.agreements import apply, contract_of
from xla.services.points import Where, new_point

NOW = datetime(2026, 6, 17, 9, 30, tzinfo=UTC)


def test_one_kiosk_reports_and_one_is_silent(session: Session) -> None:
    played = scripts(date(2025, 5, 1))
    for script in played:
        apply(session, script.agreement, NOW)
    park = contract_of(session, "office-park")
    for site, touchpoint, *_ in tablets.KIOSKS:
        new_point(session, park, Where(site, touchpoint))
    links.open_missing(session, played)
    assert tablets.add_missing(session, NOW) == 2
    assert tablets.add_missing(session, NOW) == 0
    (silent,) = kiosks.silent(session, park, NOW)
    assert (silent.name, silent.waiting) == ("Restrooms, north, floor 1", 12)
    assert {kiosks.state(each, NOW) for each in session.scalars(select(Kiosk))} == {"reporting", "silent"}
