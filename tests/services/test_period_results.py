"""Period results: newest first, as frozen or last evaluated, without what would tell somebody apart."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

import make
from rated import rate
from xla.core.outcome import Outcome
from xla.core.window import parse_period
from xla.models import Contract
from xla.services import evaluations, period_results, periods

NOW = datetime(2026, 4, 20, tzinfo=UTC)
CLOSED_AT = datetime(2026, 4, 5, tzinfo=UTC)


def world(session: Session) -> Contract:
    """Two months closed, April running and evaluated; four answers in March, seven in April."""
    contract = make.contract(session)
    rate(session, contract, "clean", {1: 4}, on="2026-03-03", at=CLOSED_AT)
    for name in ("2026-02", "2026-03"):
        periods.close(session, contract, parse_period(name), known_at=CLOSED_AT, now=CLOSED_AT)
    rate(session, contract, "clean", {5: 7}, on="2026-04-03", at=NOW)
    running = evaluations.measured(session, contract, parse_period("2026-04"), now=NOW)
    evaluations.keep(session, contract, running)
    return contract


def told(outcome: Outcome) -> tuple[object, ...]:
    clean = outcome.kpi("clean").measurement
    return outcome.period, outcome.state, clean.n, clean.value, clean.counts


def test_periods_come_newest_first_as_far_as_they_may_be_shown(session: Session) -> None:
    contract = world(session)
    found = period_results.results(session, contract, before=None, limit=3, now=NOW)
    assert [told(each) for each in found] == [
        ("2026-04", "open", 7, 100, {}),
        ("2026-03", "final", 4, None, {}),
        ("2026-02", "final", 0, None, {1: 0, 2: 0, 3: 0, 4: 0, 5: 0}),
    ]
    later = period_results.results(session, contract, before=date(2026, 3, 1), limit=1, now=NOW)
    assert [each.period for each in later] == ["2026-02"]


def test_a_period_is_told_once_it_has_begun(session: Session) -> None:
    contract = world(session)

    def states(*names: str) -> list[str | None]:
        found = [period_results.result(session, contract, parse_period(name), NOW) for name in names]
        return [outcome.state if outcome else None for outcome in found]

    assert states("2025-12", "2026-03", "2026-04", "2026-05", "2026") == [None, "final", "open", None, None]
