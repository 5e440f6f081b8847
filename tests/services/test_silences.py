"""Silences: rating points from which expected ratings do not come."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

import make
from rated import rate
from xla.core.window import days_between
from xla.models import Contract, Exclusion, RatingPoint
from xla.services.agreements import agreement_of, versions
from xla.services.silences import SilentPoint, silent_points

TODAY = date(2026, 3, 16)
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


@pytest.fixture
def contract(session: Session) -> Contract:
    return make.contract(session)


def daily(session: Session, contract: Contract, first: str, end: str, **told: Any) -> None:
    for day in days_between(date.fromisoformat(first), date.fromisoformat(end)):
        rate(session, contract, "clean", {4: 2}, on=day.isoformat(), **({"source": "web"} | told))


def silent(session: Session, contract: Contract, now: datetime = NOON) -> list[SilentPoint]:
    return silent_points(session, contract, agreement_of(versions(session, contract)[-1]), now)


def places(found: list[SilentPoint]) -> list[tuple[str, str]]:
    return [(each.site, each.touchpoint) for each in found]


def test_a_point_whose_ratings_stopped_is_silent_and_the_others_are_not(
    session: Session, contract: Contract
) -> None:
    daily(session, contract, "2026-02-01", "2026-03-11", site="a", touchpoint="arrive")
    daily(session, contract, "2026-02-01", "2026-03-16", site="a", touchpoint="lunch")
    daily(session, contract, "2026-03-01", "2026-03-05", site="b")
    (found,) = silent(session, contract)
    assert (found.site, found.touchpoint) == ("a", "arrive")
    assert (found.silence.last_on, found.silence.since) == (date(2026, 3, 10), date(2026, 3, 11))
    assert found.silence.expected == 10


def test_the_most_missed_comes_first(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-02-01", "2026-03-11", site="a-1")
    daily(session, contract, "2026-02-01", "2026-03-09", site="a")
    daily(session, contract, "2026-02-01", "2026-03-11", touchpoint="lunch")
    daily(session, contract, "2026-02-01", "2026-03-16", site="b")
    assert places(silent(session, contract)) == [("a", ""), ("", "lunch"), ("a-1", "")]


def test_ratings_of_several_questions_are_one_rhythm(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-02-01", "2026-03-11", site="a")
    for day in days_between(date(2026, 2, 1), TODAY):
        rate(session, contract, "food", {4: 1}, on=day.isoformat(), site="a", source="web")
    assert silent(session, contract) == []


def test_ratings_without_any_place_are_of_no_point(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-02-01", "2026-03-09")
    assert silent(session, contract) == []


def test_a_point_the_agreement_no_longer_has_is_not_missed(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-02-01", "2026-03-09", site="b")
    daily(session, contract, "2026-02-01", "2026-03-09", site="a", touchpoint="lunch")
    assert len(silent(session, contract)) == 2
    later = make.agreement(
        effective_from="2026-04-01", note="House B is sold", sites=make.HARBOUR["sites"][:1], journey=[]
    )
    make.contract(session, later)
    assert silent(session, contract) == []


def test_days_left_out_by_agreement_are_not_silent(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-02-01", "2026-03-09", site="a-1")
    told = {"provider_agreed_at": make.NOW, "client_agreed_at": make.NOW, "reason": "Rebuilding"}
    left = Exclusion(
        contract_id=contract.id, site_key="a", start_on=date(2026, 3, 9), end_on=date(2026, 3, 30), **told
    )
    session.add(left)
    session.flush()
    assert silent(session, contract) == []
    left.end_on = date(2026, 3, 12)
    session.flush()
    assert silent(session, contract)[0].silence.since == date(2026, 3, 12)


def test_what_a_files_end_hides_is_no_silence(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-02-01", "2026-03-11", site="a", source="import")
    daily(session, contract, "2026-02-01", "2026-03-05", site="b", source="import")
    assert places(silent(session, contract)) == [("b", "")]
    assert places(silent(session, contract, NOON + timedelta(days=20))) == [("b", "")]


def test_a_contract_without_ratings_is_not_silent(session: Session, contract: Contract) -> None:
    assert silent(session, contract) == []


def test_a_point_somebody_closed_is_not_missed(session: Session, contract: Contract) -> None:
    daily(session, contract, "2026-02-01", "2026-03-11", site="a", touchpoint="arrive")
    daily(session, contract, "2026-02-01", "2026-03-11", site="b")
    session.execute(update(RatingPoint).where(RatingPoint.site_key == "a").values(closed_at=NOON))
    assert places(silent(session, contract)) == [("b", "")]
