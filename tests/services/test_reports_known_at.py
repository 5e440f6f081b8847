"""A report as known at an instant: what it would have been then, never an issue."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

import make
from rated import rate, respond
from xla.core.verdict import Verdict
from xla.core.window import parse_period
from xla.documents.report_data import ReportData
from xla.models import Contract
from xla.services import addenda, periods, reports

MARCH = parse_period("2026-03")
CLEAN = {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "min_responses": 1}
FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)


def day(number: int) -> datetime:
    """Noon of a day of March 2026; April counts on."""
    return FIRST + timedelta(days=number - 1)


def agreed(session: Session) -> Contract:
    return make.contract(session, make.agreement(kpis=[CLEAN]), day(-50))


def gather(session: Session, contract: Contract, **told: Any) -> ReportData:
    return reports.gather(session, contract, MARCH, **({"provider": "Nordfast", "now": make.NOW} | told))


def close(session: Session, contract: Contract) -> None:
    periods.close(session, contract, MARCH, known_at=day(40), now=day(40))


def test_of_a_running_period_only_what_was_received_by_then_counts(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 6}, at=day(5))
    rate(session, contract, "clean", {1: 14}, at=day(20))
    then = gather(session, contract, as_known_at=day(10))
    assert (then.kpis[0].measurement.n, then.kpis[0].verdict) == (6, Verdict.MET)
    assert (then.as_of, then.shown_as_known_at, then.is_draft, then.issue) == (day(10), day(10), True, None)
    assert gather(session, contract).kpis[0].measurement.n == 20


def test_before_the_close_a_period_is_what_was_known_then(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 6}, at=day(5))
    rate(session, contract, "clean", {1: 14}, at=day(20))
    close(session, contract)
    then = gather(session, contract, as_known_at=day(10))
    assert (then.kpis[0].measurement.n, then.respond_by, then.late_total, then.breaches) == (6, None, 0, ())
    assert then.score_trend[-1][1] == 100


def test_after_the_close_it_is_what_was_frozen_with_what_came_late_by_then(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {1: 20}, at=day(5))
    close(session, contract)
    respond(session, contract, {"clean": 5}, times=3, on="2026-03-09", at=day(45))
    respond(session, contract, {"clean": 5}, times=4, on="2026-03-09", at=day(60))
    then = gather(session, contract, as_known_at=day(50))
    assert (then.kpis[0].measurement.n, then.kpis[0].late, then.late_total) == (20, 3, 3)
    assert (then.as_of, then.is_draft, then.issue) == (day(40), True, None)
    assert gather(session, contract).late_total == 7
    assert gather(session, contract, as_known_at=day(41)).late_total == 0


def test_breaches_tell_what_had_happened_by_then(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {1: 20}, at=day(5))
    close(session, contract)
    assert [line.state for line in gather(session, contract, as_known_at=day(41)).breaches] == ["open"]


def test_a_correction_is_told_from_its_day_on(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {1: 20}, at=day(5))
    close(session, contract)
    respond(session, contract, {"clean": 5}, times=12, on="2026-03-09", at=day(45))
    addenda.correct(session, contract, MARCH, reason="A kiosk was found.", by=None, now=day(50))
    before = gather(session, contract, as_known_at=day(49))
    assert (before.correction, before.kpis[0].measurement.n) == (None, 20)
    after = gather(session, contract, as_known_at=day(51))
    assert after.correction
    assert (after.correction.number, after.kpis[0].measurement.n, after.is_draft) == (1, 32, True)
    named = gather(session, contract, as_known_at=day(51), addendum=1)
    assert named == after


def test_final_is_said_from_its_day_on(session: Session) -> None:
    contract = agreed(session)
    close(session, contract)
    row = reports.closed_period(session, contract, MARCH)
    assert row
    row.final_at = day(55)
    session.flush()
    assert gather(session, contract, as_known_at=day(54)).final_on is None
    assert gather(session, contract, as_known_at=day(56)).final_on == day(55).date()


def test_what_is_to_come_is_what_is_known_now(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 6}, at=day(5))
    told = gather(session, contract, as_known_at=day(900), now=day(20))
    assert told.shown_as_known_at == day(20)


def test_asked_twice_it_is_the_same_whatever_came_since(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 6}, at=day(5))
    first = gather(session, contract, as_known_at=day(10), now=day(12))
    rate(session, contract, "clean", {1: 9}, at=day(20))
    close(session, contract)
    assert gather(session, contract, as_known_at=day(10), now=day(80)) == first
