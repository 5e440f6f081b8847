"""Rating points: how many ratings came lately, the last day, and the silent ones first."""

import json
from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

import make
import raw
from rated import rate
from xla.models import Kiosk, Response, Standing
from xla.services import points
from xla.services.points import Terms, Where
from xla.services.rating_points import rating_points


def test_points_stand_in_the_order_of_sites_and_journey_the_silent_first(session: Session) -> None:
    contract = make.contract(session)
    rate(session, contract, "clean", {5: 3}, site="b", touchpoint="lunch", on="2026-06-14")
    rate(session, contract, "clean", {5: 2}, site="a", touchpoint="lunch", on="2026-05-01")
    rate(session, contract, "clean", {5: 1}, site="a", touchpoint="arrive", on="2026-02-01")
    rate(session, contract, "clean", {5: 4}, on="2026-06-15")
    assert [point.site for point in rating_points(session, contract, make.NOW)] == ["a", "a", "b", ""]
    silent = [{"site": "b", "touchpoint": "lunch", "last_on": "2026-06-14", "expected": 9}]
    raw.insert(
        session,
        Standing(
            contract_id=contract.id, computed_at=make.NOW, title="", client="", words="", score=None,
            score_change=None, budget_left=None, chance=None, warned=False, silent_count=1,
            document=json.dumps({"silent": silent}),
        ),
    )  # fmt: skip
    told = [
        (point.site, point.touchpoint, point.lately, point.last_on, point.is_silent)
        for point in rating_points(session, contract, make.NOW)
    ]
    assert told == [
        ("b", "lunch", 3, date(2026, 6, 14), True),
        ("a", "arrive", 0, None, False),
        ("a", "lunch", 0, date(2026, 5, 1), False),
        ("", "", 4, date(2026, 6, 15), False),
    ]


def test_a_point_tells_its_state_what_it_asks_and_its_kiosks(session: Session) -> None:
    contract = make.contract(session)
    rate(session, contract, "clean", {5: 1}, site="a", touchpoint="arrive")
    door = points.create(
        session, None, contract, where=Where("a", "lunch"), terms=Terms("Canteen", ("food",)), now=make.NOW
    )
    shut = points.create(session, None, contract, where=Where("b", ""), terms=Terms(), now=make.NOW)
    points.close(session, None, shut, make.NOW)
    for revoked_at in (None, None, make.NOW):
        raw.insert(session, Kiosk(point_id=door.id, name="Left", created_at=make.NOW, revoked_at=revoked_at))
    told = [
        (point.state, point.title, point.kiosk_count) for point in rating_points(session, contract, make.NOW)
    ]
    assert told == [("files", "", 0), ("open", "Canteen", 2), ("closed", "", 0)]
    assert rating_points(session, contract, make.NOW)[1].asked == ("food",)


def test_without_ratings_there_is_no_point(session: Session) -> None:
    assert list(rating_points(session, make.contract(session), make.NOW)) == []


def test_what_looks_unusual_of_the_last_thirty_days_is_counted(session: Session) -> None:
    contract = make.contract(session)
    rate(session, contract, "clean", {5: 3}, site="a", on="2026-06-14")
    rate(session, contract, "clean", {5: 2}, site="b", on="2026-05-01")
    session.execute(update(Response).values(flags="burst"))
    rate(session, contract, "clean", {5: 2}, site="b", on="2026-06-14")
    found = {point.site: point for point in rating_points(session, contract, make.NOW)}
    assert (found["a"].flagged, found["a"].flagged_count) == ({"burst": 3}, 3)
    assert (found["b"].flagged, found["b"].flagged_count) == ({}, 0)
