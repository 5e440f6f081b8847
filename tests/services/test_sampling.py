"""A period's sampling note: what counts and how it came in, what came late, what would change a verdict."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import make
import tapping
from rated import rate, respond
from statements import sent
from xla.core.flag import Flag
from xla.core.verdict import Verdict
from xla.core.window import CalendarPeriod, parse_period
from xla.models import Contract, Exclusion, Invitation, InvitationPlan, Period, RatingPoint, Response
from xla.services import periods, withdrawals
from xla.services.agreements import agreement_of, judging
from xla.services.evaluations import evaluate
from xla.services.kept import Kept
from xla.services.sampling import Sampling, sampling

MARCH, APRIL = parse_period("2026-03"), parse_period("2026-04")
IN_TIME = datetime(2026, 4, 1, tzinfo=UTC)
CLOSED_AT = datetime(2026, 4, 5, 8, tzinfo=UTC)
LATER = CLOSED_AT + timedelta(days=1)


@pytest.fixture
def contract(session: Session) -> Contract:
    return make.contract(session)


def given(session: Session, contract: Contract, counts: dict[int, int], **told: Any) -> None:
    """Ratings of `clean`, and what only the row of a tap has: channel, flags."""
    columns = {name: told.pop(name) for name in ("channel", "flags", "upload_id") if name in told}
    before = session.scalars(select(Response.id)).all()
    rate(session, contract, "clean", counts, **({"at": IN_TIME} | told))
    session.execute(update(Response).where(Response.id.not_in(before)).values(columns or {"channel": ""}))


def close(session: Session, contract: Contract) -> Period:
    periods.close(session, contract, MARCH, known_at=CLOSED_AT, now=CLOSED_AT)
    return session.scalars(select(Period)).one()


def note(
    session: Session,
    contract: Contract,
    row: Period | None = None,
    period: CalendarPeriod = MARCH,
    kept: Kept | None = None,
    now: datetime = LATER,
) -> Sampling:
    version = judging(session, contract, period.start, period.end)
    holds = evaluate(session, contract, period, now=now)
    return sampling(
        session, contract, period, row=row, holds=holds, agreement=agreement_of(version), kept=kept or Kept()
    )


def test_how_a_period_s_responses_came_in(session: Session, contract: Contract) -> None:
    given(session, contract, {5: 20}, channel="qr", site="a-1", on="2026-03-02")
    given(session, contract, {5: 10}, channel="kiosk", site="b", on="2026-03-03")
    given(session, contract, {1: 7}, flags="burst;staff", channel="qr", site="b", on="2026-03-03")
    respond(session, contract, {"clean": 5, "food": 4}, times=10, on="2026-02-28", at=IN_TIME)
    came_in = note(session, contract, close(session, contract)).came_in
    assert [(each.keys, each.n) for each in came_in.channels] == [(("qr",), 27), (("kiosk",), 10)]
    assert (came_in.n, came_in.flagged_count) == (37, 7)
    assert came_in.flags == {Flag.BURST: 7, Flag.STAFF: 7}
    assert (came_in.coverage.covered, came_in.coverage.of, came_in.coverage.silent) == (3, 3, ())
    assert came_in.spread
    assert (came_in.spread.day_count, came_in.spread.empty_count) == (31, 29)
    assert [each.n for each in came_in.spread.weekdays[:3]] == [20, 17, 0]


def test_a_response_that_answers_several_questions_is_one(session: Session, contract: Contract) -> None:
    respond(session, contract, {"clean": 5, "food": 4}, times=6, at=IN_TIME)
    assert note(session, contract).came_in.n == 6


def test_only_sites_in_scope_of_a_kpi_that_asks_people_are_missed(session: Session) -> None:
    kpis = [
        {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "scope": {"sites": ["b"]}},
        {"key": "lost", "observation": "minutes", "metric": "amount_mean", "target": 30,
         "higher_is_better": False},
    ]  # fmt: skip
    contract = make.contract(session, make.agreement(kpis=kpis, contract={"ends_on": None}))
    given(session, contract, {5: 6}, site="a")
    found = note(session, contract).came_in.coverage
    assert (found.covered, found.of, found.silent) == (0, 1, ("b",))


def test_of_a_closed_period_what_counted_stays_and_what_came_late_is_told(
    session: Session, contract: Contract
) -> None:
    given(session, contract, {5: 20}, channel="qr")
    given(session, contract, {5: 2}, channel="qr", on="2026-03-11")
    withdrawals.withdraw(session, contract.id, Response.rated_on == date(2026, 3, 11), IN_TIME)
    given(session, contract, {5: 3}, channel="qr", on="2026-03-12", upload_id=7)
    withdrawals.withdraw(session, contract.id, Response.rated_on == date(2026, 3, 12), IN_TIME)
    row, kept = close(session, contract), Kept()
    before = note(session, contract, row, kept=kept)
    assert (before.came_in.n, before.late_count) == (20, 0)
    assert (before.came_in.changed_count, before.came_in.taken_back_count) == (2, 3)
    given(session, contract, {1: 4}, channel="mail", at=LATER)
    withdrawals.withdraw(session, contract.id, Response.received_at <= IN_TIME, LATER)
    for known in (kept, Kept()):
        after = note(session, contract, row, kept=known)
        assert after.came_in == before.came_in
        assert after.late_count == 4


def test_a_running_period_is_spread_over_the_days_that_are_over(session: Session, contract: Contract) -> None:
    given(session, contract, {5: 6}, on="2026-04-03", at=CLOSED_AT)
    found = note(session, contract, period=APRIL, now=CLOSED_AT).came_in
    assert found.spread
    assert (found.n, found.spread.day_count, found.spread.empty_count) == (6, 4, 3)
    first = note(session, contract, period=APRIL, now=datetime(2026, 4, 1, 9, tzinfo=UTC)).came_in
    assert first.spread is None


def test_a_contract_that_ended_is_spread_up_to_its_last_day(session: Session) -> None:
    contract = make.contract(session, make.agreement(contract={"ends_on": "2026-03-10"}))
    found = note(session, contract).came_in.spread
    assert found
    assert found.day_count == 10


def test_what_is_unusual_may_change_a_verdict_and_that_is_exact(session: Session, contract: Contract) -> None:
    given(session, contract, {5: 70, 1: 30}, site="a")
    given(session, contract, {5: 60}, flags="burst", site="b")
    row = close(session, contract)
    (found,) = note(session, contract, row).came_in.unflagged
    assert found.then
    assert (found.kpi, found.now.verdict, found.then.verdict) == ("clean", Verdict.MET, Verdict.BREACHED)
    assert (found.then.measurement.n, found.then.measurement.value) == (100, 70)


def test_where_few_are_unusual_the_difference_is_not_told(session: Session, contract: Contract) -> None:
    given(session, contract, {5: 40})
    given(session, contract, {1: 4}, flags="device")
    (found,) = note(session, contract).came_in.unflagged
    assert found.then is None


def test_what_is_left_out_by_agreement_is_left_out_without_the_unusual_too(
    session: Session, contract: Contract
) -> None:
    given(session, contract, {5: 40}, site="a")
    given(session, contract, {1: 9}, flags="device", site="a")
    given(session, contract, {1: 10}, flags="device", site="b")
    given(session, contract, {1: 20}, site="b")
    agreed = {"reason": "Rebuilding", "provider_agreed_at": IN_TIME, "client_agreed_at": IN_TIME}
    days = {"start_on": date(2026, 3, 1), "end_on": date(2026, 4, 1)}
    session.add(Exclusion(contract_id=contract.id, site_key="b", **days, **agreed))
    session.flush()
    (found,) = note(session, contract).came_in.unflagged
    assert found.then
    assert (found.now.measurement.n, found.then.measurement.n) == (49, 40)
    assert (found.now.excluded, found.then.excluded) == (30, 20)


def test_an_index_is_measured_without_the_unusual_too(session: Session, contract: Contract) -> None:
    respond(session, contract, {"expected": 9, "ideal": 9}, times=10, at=IN_TIME)
    before = session.scalars(select(Response.id)).all()
    respond(session, contract, {"expected": 1, "ideal": 1}, times=10, at=IN_TIME)
    session.execute(update(Response).where(Response.id.not_in(before)).values(flags="burst"))
    (found,) = note(session, contract).came_in.unflagged
    assert found.then
    assert (found.now.measurement.n, found.then.measurement.n) == (20, 10)
    assert found.then.measurement.low == found.then.measurement.high


def test_invitations_about_the_period_s_events_have_their_rate(session: Session, contract: Contract) -> None:
    point = tapping.point(session, contract)
    plan = InvitationPlan(
        contract_id=contract.id, key="visit", title="A visit", point_id=point.id, persona="", delay_hours=1,
        expires_after_days=14, mapping="{}", created_at=IN_TIME,
    )  # fmt: skip
    session.add(plan)
    session.flush()
    for number in range(10):
        at = IN_TIME - timedelta(days=number)
        session.add(
            Invitation(
                plan_id=plan.id, point_id=point.id, external_id=f"{number}", person_key="7", language="en",
                persona="",
                state="sent", happened_at=at, created_at=at, due_at=at, sent_at=at,
                answered_at=at if number < 4 else None,
            )
        )  # fmt: skip
    session.flush()
    rate = note(session, contract).rate
    assert (rate.delivered, rate.answered) == (9, 3)


def test_the_number_of_queries_is_fixed(session: Session, contract: Contract) -> None:
    counts = []
    for site in ("a", "b"):
        for channel in ("qr", "mail"):
            given(session, contract, {5: 10}, channel=channel, flags="burst", site=site)
        note(session, contract)
        with sent(session) as statements:
            note(session, contract)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_ratings_without_a_known_place_are_of_no_site(session: Session, contract: Contract) -> None:
    given(session, contract, {5: 6})
    session.execute(update(Response).values(point_id=999))
    assert session.scalars(select(RatingPoint)).one()
    assert note(session, contract).came_in.coverage.covered == 0


def test_a_rating_felt_in_a_closed_period_and_delivered_later_is_late(session: Session) -> None:
    """As a kiosk that was offline delivers it: shown, not counted; delivered again, it is the same."""
    place = tapping.place(session, now=IN_TIME)
    contract = make.contract(session)
    felt = datetime(2026, 3, 31, 21, 59, tzinfo=UTC)
    tapping.tap(session, place, "in time", 5, IN_TIME, felt_at=felt, channel="kiosk")
    row = close(session, contract)
    for _ in range(2):
        tapping.tap(session, place, "waited", 1, LATER, felt_at=felt, channel="kiosk")
    outcome = evaluate(session, contract, MARCH, now=LATER).kpi("clean")
    assert (outcome.measurement.n, outcome.late) == (1, 1)
    found = note(session, contract, row)
    assert (found.came_in.n, found.late_count) == (1, 1)
    assert note(session, contract, period=APRIL, now=LATER).came_in.n == 0
