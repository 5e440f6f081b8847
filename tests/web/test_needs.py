"""What needs somebody today is told on the start page, in whatever words it came with."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

import tapping
from web.conftest import BrowserOf
from xla import clock, database
from xla.models import Kiosk
from xla.services.agreements import contract_of


@pytest.mark.usefixtures("harbour")
def test_a_silent_kiosk_is_told_on_the_start_page(store: Engine, browser_of: BrowserOf) -> None:
    now = clock.now()
    with database.transaction(store) as session:
        point = tapping.point(session, contract_of(session, "harbour"), touchpoint_key="lunch")
        seen_at = now - timedelta(hours=1)
        kiosk = Kiosk(point_id=point.id, name="Lobby <b>", created_at=now, paired_at=now, seen_at=seen_at)
        session.add(kiosk)
    page = browser_of("manager").get("/")
    assert page.status_code == 200
    assert "Lobby &lt;b&gt;" in page.text
