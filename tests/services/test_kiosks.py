"""Kiosks: paired once by a code, heard of, silent, revoked; their ratings stored once with the time felt."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import make
from xla.core.role import Role
from xla.core.window import parse_period
from xla.models import Contract, Kiosk, Rating, RatingPoint, Response, Tally
from xla.services import kiosks, people, periods
from xla.services.kept import Kept
from xla.services.kiosk_ratings import Outcome, deliver

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SENT = 1_700_000_000_000
"""When the tablet thinks it is: its clock is years off."""
SECOND = 1_000
ACCEPTED, DUPLICATE = Outcome("accepted"), Outcome("duplicate")


@pytest.fixture
def contract(session: Session) -> Contract:
    return make.contract(session)


@pytest.fixture
def point(session: Session, contract: Contract) -> RatingPoint:
    point = RatingPoint(
        contract_id=contract.id, site_key="a", touchpoint_key="arrive", token="abc", opened_at=make.APPLIED_AT
    )
    session.add(point)
    session.flush()
    return point


@pytest.fixture
def kiosk(session: Session, point: RatingPoint) -> Kiosk:
    return kiosks.add(session, point, "Left of the door", None, NOW)


def paired(session: Session, kiosk: Kiosk, now: datetime = NOW) -> str:
    done = kiosks.pair(session, kiosks.new_code(session, kiosk, now), now)
    assert done
    assert done.kiosk_id == kiosk.id
    session.refresh(kiosk)
    return done.secret


def item(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {"id": f"tap-{number:08}", "question": "clean", "score": 2, "felt": SENT, **changes}


def sent(session: Session, kiosk: Kiosk, *items: object, now: datetime = NOW) -> list[Outcome]:
    return deliver(session, kiosk, items, SENT, Kept(), now)


def test_a_code_pairs_one_tablet_once(session: Session, kiosk: Kiosk) -> None:
    code = kiosks.new_code(session, kiosk, NOW)
    assert len(code) == 8
    assert code.isdecimal()
    assert code not in (kiosk.code_sha256, kiosk.secret_sha256)
    done = kiosks.pair(session, code, NOW)
    assert done
    assert kiosks.pair(session, code, NOW) is None
    session.refresh(kiosk)
    assert kiosks.by_secret(session, done.secret) is kiosk
    assert kiosks.by_secret(session, "another") is None


def test_a_code_works_for_fifteen_minutes(session: Session, kiosk: Kiosk) -> None:
    code = kiosks.new_code(session, kiosk, NOW)
    assert kiosks.pair(session, code, NOW + 15 * MINUTE) is None
    assert kiosks.pair(session, code, NOW + 14 * MINUTE)


def test_a_new_code_ends_the_one_before_and_the_next_tablet_the_one_before(
    session: Session, kiosk: Kiosk
) -> None:
    first = paired(session, kiosk)
    old, new = (kiosks.new_code(session, kiosk, NOW) for _ in range(2))
    assert kiosks.pair(session, old, NOW) is None
    assert kiosks.by_secret(session, first) is kiosk
    assert kiosks.pair(session, new, NOW)
    assert kiosks.by_secret(session, first) is None


def test_two_kiosks_never_have_one_code(
    session: Session, point: RatingPoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter([7, 7, 8])
    monkeypatch.setattr("secrets.randbelow", lambda _end: next(numbers))
    codes = [
        kiosks.new_code(session, kiosks.add(session, point, name, None, NOW), NOW) for name in ("A", "B")
    ]
    assert codes == ["00000007", "00000008"]


def test_a_revoked_kiosk_is_known_and_pairs_no_more(session: Session, kiosk: Kiosk) -> None:
    secret = paired(session, kiosk)
    code = kiosks.new_code(session, kiosk, NOW)
    assert kiosks.revoke(session, kiosk, NOW)
    assert not kiosks.revoke(session, kiosk, NOW + MINUTE)
    assert kiosks.pair(session, code, NOW) is None
    found = kiosks.by_secret(session, secret)
    assert found
    assert found.revoked_at == NOW


def test_each_state_has_its_name(session: Session, kiosk: Kiosk) -> None:
    assert kiosks.state(kiosk, NOW) == "unpaired"
    kiosks.new_code(session, kiosk, NOW)
    assert kiosks.state(kiosk, NOW) == "waiting"
    assert kiosks.state(kiosk, NOW + 15 * MINUTE) == "unpaired"
    paired(session, kiosk)
    assert kiosks.state(kiosk, NOW) == "reporting"
    assert kiosks.state(kiosk, NOW + 30 * MINUTE) == "silent"
    kiosks.revoke(session, kiosk, NOW)
    assert kiosks.state(kiosk, NOW) == "revoked"


def test_a_kiosk_tells_how_much_waits_within_reason(session: Session, kiosk: Kiosk) -> None:
    kiosks.note_alive(session, kiosk, waiting=12, refused=1, now=NOW)
    assert (kiosk.seen_at, kiosk.waiting, kiosk.refused) == (NOW, 12, 1)
    kiosks.note_alive(session, kiosk, waiting=10**30, refused=-1, now=NOW)
    assert (kiosk.waiting, kiosk.refused) == (1_000_000, 0)


def test_silent_are_the_paired_of_open_points_the_longest_first(
    session: Session, contract: Contract, point: RatingPoint, kiosk: Kiosk
) -> None:
    later = NOW + 60 * MINUTE
    paired(session, kiosk)
    kiosks.add(session, point, "Never paired", None, NOW)
    longer, reporting, revoked = (kiosks.add(session, point, name, None, NOW) for name in "ABC")
    for each in (longer, reporting, revoked):
        paired(session, each, NOW - MINUTE)
    kiosks.note_alive(session, reporting, waiting=0, refused=0, now=later - 29 * MINUTE)
    kiosks.revoke(session, revoked, NOW)
    assert kiosks.silent(session, contract, NOW) == []
    assert kiosks.silent(session, contract, later) == [longer, kiosk]
    point.closed_at = later
    assert kiosks.silent(session, contract, later) == []


def test_the_list_is_the_contracts_own_with_the_revoked_last(
    session: Session, contract: Contract, point: RatingPoint, kiosk: Kiosk
) -> None:
    maja = people.add(session, "m@nordfast.example", name="Maja", role=Role.MANAGER, now=NOW)
    newer = kiosks.add(session, point, "Right", maja, NOW)
    newest = kiosks.add(session, point, "Broken", maja, NOW)
    kiosks.revoke(session, newest, NOW)
    assert [(each.kiosk, each.person) for each in kiosks.listed(session, contract)] == [
        (newer, "Maja"),
        (kiosk, None),
        (newest, "Maja"),
    ]
    stranger = make.contract(session, make.agreement(contract={"key": "quay"}))
    assert kiosks.listed(session, stranger) == []
    assert kiosks.one(session, stranger, kiosk.id) is None
    assert kiosks.one(session, contract, kiosk.id) is kiosk


def test_a_batch_is_stored_once_with_the_times_felt(session: Session, kiosk: Kiosk) -> None:
    batch = [item(1), item(2, felt=SENT - 3_600 * SECOND, score=5, reasons=["smell", "unheard of"])]
    assert sent(session, kiosk, *batch) == [ACCEPTED, ACCEPTED]
    assert sent(session, kiosk, *batch, now=NOW + MINUTE) == [DUPLICATE, DUPLICATE]
    assert sent(session, kiosk, item(3), item(3)) == [ACCEPTED, DUPLICATE]
    rows = session.scalars(select(Response).order_by(Response.id)).all()
    assert [(each.rated_at, each.reasons) for each in rows] == [
        (NOW, None),
        (NOW - 60 * MINUTE, "smell"),
        (NOW, None),
    ]
    assert {(each.source, each.channel, each.flags) for each in rows} == {("web", "kiosk", None)}
    assert session.scalar(select(func.sum(Tally.n))) == session.scalar(select(func.count(Rating.score))) == 3


def test_reasons_may_follow_for_half_an_hour(session: Session, kiosk: Kiosk) -> None:
    sent(session, kiosk, item(1), item(2))
    assert sent(session, kiosk, item(1, reasons=["smell"]), now=NOW + MINUTE) == [DUPLICATE]
    assert sent(session, kiosk, item(2, reasons=["smell"]), now=NOW + 31 * MINUTE) == [DUPLICATE]
    assert session.scalars(select(Response.reasons).order_by(Response.id)).all() == ["smell", None]


def test_two_kiosks_may_make_the_same_id(session: Session, point: RatingPoint, kiosk: Kiosk) -> None:
    other = kiosks.add(session, point, "Right", None, NOW)
    assert sent(session, kiosk, item()) == sent(session, other, item()) == [ACCEPTED]


@pytest.mark.parametrize(
    ("flawed", "reason"),
    [
        ("no rating", "shape"),
        (item(question="loud"), "question"),
        (item(score=6), "score"),
        (item(score=-(10**30)), "score"),
        (item(felt=SENT - 80 * 86_400 * SECOND), "ended"),
    ],
)
def test_what_can_not_be_taken_is_refused_alone(
    session: Session, kiosk: Kiosk, flawed: object, reason: str
) -> None:
    assert sent(session, kiosk, flawed, item(2)) == [Outcome("refused", reason), ACCEPTED]
    assert sent(session, kiosk, flawed) == [Outcome("refused", reason)]
    assert session.scalar(select(func.count(Response.id))) == 1


def test_what_was_felt_before_the_point_closed_is_taken(
    session: Session, point: RatingPoint, kiosk: Kiosk
) -> None:
    point.closed_at = NOW - MINUTE
    session.flush()
    before, after = item(1, felt=SENT - 61 * SECOND), item(2, felt=SENT - 60 * SECOND)
    assert sent(session, kiosk, before, after) == [ACCEPTED, Outcome("refused", "closed")]


def test_a_question_no_longer_asked_may_still_be_answered(session: Session, kiosk: Kiosk) -> None:
    later = make.agreement(
        effective_from="2026-03-01",
        note="Food only",
        questions=make.HARBOUR["questions"][1:2],
        kpis=[{"key": "food", "question": "food", "metric": "mean", "target": 4}],
    )
    make.contract(session, later)
    assert sent(session, kiosk, item(reasons=["smell"])) == [ACCEPTED]
    assert session.scalars(select(Response.reasons)).all() == [None]


def test_another_score_under_the_same_id_is_a_change_for_half_an_hour(session: Session, kiosk: Kiosk) -> None:
    sent(session, kiosk, item(1), item(2))
    assert sent(session, kiosk, item(1, score=5), now=NOW + MINUTE) == [ACCEPTED]
    late = NOW + 31 * MINUTE
    assert sent(session, kiosk, item(2, score=5), now=late) == [Outcome("refused", "changed")]
    cells = session.execute(select(Tally.score, Tally.n).order_by(Tally.score)).all()
    assert list(cells) == [(2, 1), (5, 1)]


def test_a_clock_that_is_wrong_is_flagged_and_loses_nothing(session: Session, kiosk: Kiosk) -> None:
    wrong = [item(1, felt=SENT + 1), item(2, felt=0), item(3, felt=SENT + 10**30)]
    assert sent(session, kiosk, *wrong) == [ACCEPTED] * 3
    rows = session.execute(select(Response.rated_at, Response.flags)).all()
    assert list(rows) == [(NOW, "clock")] * 3


def test_a_series_faster_than_people_is_flagged_across_batches_and_kept(
    session: Session, kiosk: Kiosk
) -> None:
    sent(session, kiosk, item(1, felt=SENT - 2 * SECOND), item(2, felt=SENT - SECOND))
    assert sent(session, kiosk, item(3), item(2, felt=SENT - SECOND)) == [ACCEPTED, DUPLICATE]
    assert session.scalars(select(Response.flags).order_by(Response.id)).all() == [None, None, "burst"]


def test_what_waited_through_a_close_is_late_and_kept(
    session: Session, contract: Contract, kiosk: Kiosk
) -> None:
    closed_at = datetime(2026, 4, 5, tzinfo=UTC)
    periods.close(session, contract, parse_period("2026-03"), known_at=closed_at, now=closed_at)
    waited = item(felt=SENT - 10 * 86_400 * SECOND)
    assert sent(session, kiosk, waited, now=closed_at) == [ACCEPTED]
    response = session.scalars(select(Response)).one()
    assert response.rated_at == closed_at - timedelta(days=10)
    assert response.received_at > closed_at
