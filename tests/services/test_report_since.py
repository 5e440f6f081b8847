"""Since the last issue: a period beside the one before it, as that one was closed."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

import make
from rated import rate
from xla.core.verdict import Verdict
from xla.core.window import parse_period
from xla.documents.since_data import SinceLast, Turned
from xla.models import Contract
from xla.services import addenda, agreements, periods, reports

CLEAN = {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "min_responses": 1}
FOOD = {"key": "food", "question": "food", "metric": "mean", "target": 4}
FEBRUARY = parse_period("2026-02")
MARCH_10 = datetime(2026, 3, 10, 12, tzinfo=UTC)
APRIL_10 = datetime(2026, 4, 10, 12, tzinfo=UTC)


def agreed(session: Session) -> Contract:
    return make.contract(session, make.agreement(kpis=[CLEAN]), datetime(2026, 1, 10, tzinfo=UTC))


def close(session: Session, contract: Contract, month: str, at: datetime) -> None:
    periods.close(session, contract, parse_period(month), known_at=at, now=at)


def told(session: Session, contract: Contract, month: str = "2026-03") -> SinceLast | None:
    period = parse_period(month)
    return reports.gather(session, contract, period, provider="Nordfast", now=make.NOW).since_last


def test_the_first_report_has_nothing_before_it(session: Session) -> None:
    contract = agreed(session)
    close(session, contract, "2026-02", MARCH_10)
    assert told(session, contract, "2026-02") is None


def test_another_verdict_and_its_breach_are_told(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 9}, on="2026-02-10", at=MARCH_10)
    close(session, contract, "2026-02", MARCH_10)
    rate(session, contract, "clean", {1: 9}, on="2026-03-10", at=APRIL_10)
    close(session, contract, "2026-03", APRIL_10)
    found = told(session, contract)
    assert found is not None
    assert (found.start, found.end, found.issue) == (FEBRUARY.start, FEBRUARY.end, None)
    assert [(each.key, each.was, each.now) for each in found.turned] == [
        ("clean", Verdict.MET, Verdict.BREACHED)
    ]
    assert isinstance(found.turned[0], Turned)
    assert (len(found.opened), found.closed) == (1, ())
    assert found.score_was != found.score_now
    assert (found.version_was, found.version_now, found.altered) == (1, 1, ())


def test_another_version_of_the_agreement_is_told_with_what_it_changed(session: Session) -> None:
    contract = agreed(session)
    close(session, contract, "2026-02", MARCH_10)
    newer = [{**CLEAN, "target": 85}, FOOD]
    agreements.apply(session, make.agreement(effective_from="2026-03-01", kpis=newer), MARCH_10)
    found = told(session, contract)
    assert found is not None
    assert (found.version_was, found.version_now) == (1, 2)
    assert (len(found.added), found.removed) == (1, ())
    assert any("85" in sentence for sentence in found.altered)


def test_late_ratings_and_corrections_of_the_period_before_are_told(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 9}, on="2026-02-10", at=MARCH_10)
    close(session, contract, "2026-02", MARCH_10)
    late = MARCH_10 + timedelta(days=5)
    rate(session, contract, "clean", {1: 60}, on="2026-02-10", at=late)
    found = addenda.correct(session, contract, FEBRUARY, reason="Counted anew.", by=None, now=late)
    assert found.number == 1
    close(session, contract, "2026-03", APRIL_10)
    since = told(session, contract)
    assert since is not None
    assert (since.late, since.addenda) == (60, ((1, "Counted anew."),))


def test_what_happened_after_a_report_is_not_in_it(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 9}, on="2026-02-10", at=MARCH_10)
    close(session, contract, "2026-02", MARCH_10)
    close(session, contract, "2026-03", APRIL_10)
    before = told(session, contract)
    later = APRIL_10 + timedelta(days=5)
    rate(session, contract, "clean", {1: 60}, on="2026-02-10", at=later)
    addenda.correct(session, contract, FEBRUARY, reason="Counted anew.", by=None, now=later)
    assert told(session, contract) == before
