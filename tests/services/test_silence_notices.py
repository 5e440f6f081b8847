"""Each silence of a rating point or a kiosk is told once, and again only after it had ended."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
import tapping
from rated import rate
from xla.core.window import days_between
from xla.models import Contract, Kiosk, Notice
from xla.services import silence_notices, standings

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


@pytest.fixture
def contract(session: Session) -> Contract:
    return make.contract(session)


def daily(session: Session, contract: Contract, first: date, end: date) -> None:
    for day in days_between(first, end):
        rate(session, contract, "clean", {4: 2}, on=day.isoformat(), source="web", site="a")


def told(session: Session) -> list[tuple[str, str]]:
    return [(row.kind, row.key) for row in session.scalars(select(Notice).order_by(Notice.id))]


def test_a_silence_is_told_when_the_standing_is_refreshed_and_once(
    session: Session, contract: Contract
) -> None:
    daily(session, contract, date(2026, 2, 1), date(2026, 3, 11))
    for day in range(3):
        standings.refresh(session, contract, NOON + timedelta(days=day))
    assert told(session) == [("point_silent", "harbour/a//2026-03-10")]
    notice = session.scalars(select(Notice)).one()
    document = json.loads(notice.document)
    assert (notice.created_at, document["since"], document["expected"]) == (NOON, "2026-03-11", 10)


def test_a_point_that_rated_again_and_stopped_anew_is_told_again(
    session: Session, contract: Contract
) -> None:
    daily(session, contract, date(2026, 2, 1), date(2026, 3, 11))
    standings.refresh(session, contract, NOON)
    daily(session, contract, date(2026, 3, 16), date(2026, 3, 19))
    standings.refresh(session, contract, NOON + timedelta(days=2))
    standings.refresh(session, contract, NOON + timedelta(days=14))
    assert [key for _, key in told(session)] == ["harbour/a//2026-03-10", "harbour/a//2026-03-18"]


def test_a_silence_whose_last_rating_was_taken_back_is_the_same_silence(
    session: Session, contract: Contract
) -> None:
    point = {"site": "a", "touchpoint": "", "last_on": "2026-03-10"}
    silence_notices.points(session, contract.id, [point], NOON)
    silence_notices.points(session, contract.id, [point | {"last_on": "2026-03-09"}], NOON)
    assert len(told(session)) == 1


def test_a_kiosk_is_told_again_only_after_it_was_heard_of(session: Session, contract: Contract) -> None:
    point = tapping.point(session, contract)
    kiosk = Kiosk(point_id=point.id, name="Entrance", created_at=NOON, paired_at=NOON, seen_at=NOON)
    session.add(kiosk)
    session.flush()
    for hour in (1, 2):
        silence_notices.kiosks(session, contract, [kiosk], NOON + timedelta(hours=hour))
    assert told(session) == [("kiosk_silent", f"harbour/{kiosk.id}/2026-03-16T12:00:00+00:00")]
    kiosk.seen_at = NOON + timedelta(hours=3)
    silence_notices.kiosks(session, contract, [kiosk], NOON + timedelta(hours=5))
    assert len(told(session)) == 2


def test_a_kiosk_that_was_not_heard_of_at_first_is_told_of_once_it_falls_silent_anew(
    session: Session, contract: Contract
) -> None:
    kiosk = Kiosk(point_id=tapping.point(session, contract).id, name="Entrance", created_at=NOON)
    session.add(kiosk)
    session.flush()
    for _ in range(2):
        silence_notices.kiosks(session, contract, [kiosk], NOON)
    assert told(session) == [("kiosk_silent", f"harbour/{kiosk.id}/None")]
    kiosk.seen_at = NOON + timedelta(hours=3)
    silence_notices.kiosks(session, contract, [kiosk], NOON + timedelta(hours=5))
    assert len(told(session)) == 2
