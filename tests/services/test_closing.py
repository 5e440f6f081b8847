"""Closing a period: due or refused, frozen, once; breaches and notices follow."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import make
from xla.core.breach import NEXT, BreachState, is_live
from xla.core.verdict import Verdict
from xla.core.window import CalendarPeriod, parse_period
from xla.models import Breach, BreachStep, Contract, Evaluation, Notice, Period
from xla.services import breaches, notices, periods
from xla.services.agreements import Refused
from xla.services.evaluations import evaluate
from xla.services.imports import import_ratings
from xla.services.verification import verify

MARCH, APRIL = parse_period("2026-03"), parse_period("2026-04")
DUE = datetime(2026, 4, 3, 22, tzinfo=UTC)
"""March's end plus three days, in Stockholm, where clocks went forward in March."""
LATER = DUE + timedelta(days=40)


def rate(session: Session, contract: Contract, folder: Path, scores: str, on: date, now: datetime) -> None:
    """Ratings of how clean it was, one a digit."""
    rows = [{"question": "clean", "score": score, "date": on} for score in scores]
    name = f"{on}-{scores}-{now:%d%H%M}.csv"
    import_ratings(session, contract, make.csv_file(folder, rows, name), now=now)


def close(
    session: Session, contract: Contract, period: CalendarPeriod = MARCH, now: datetime = DUE
) -> periods.Closed:
    return periods.close(session, contract, period, known_at=now, now=now)


def count(session: Session, row: type) -> int:
    return session.scalar(select(func.count()).select_from(row)) or 0


@pytest.fixture
def contract(session: Session, tmp_path: Path) -> Contract:
    """Forty ratings of March, half of them poor: breached."""
    made = make.contract(session)
    rate(session, made, tmp_path, "2" * 20 + "5" * 20, date(2026, 3, 10), datetime(2026, 3, 11, tzinfo=UTC))
    return made


def test_a_period_is_proposed_from_the_instant_it_is_due(session: Session, contract: Contract) -> None:
    closed = close(session, contract)
    assert closed.is_new
    assert closed.outcome.state == "proposed"
    assert closed.outcome.kpi("clean").verdict is Verdict.BREACHED


def test_a_moment_earlier_it_is_refused_and_nothing_changes(session: Session, contract: Contract) -> None:
    before = make.contents(session)
    with pytest.raises(Refused, match=r"yet: it ends.*until 2026-04-04 00:00 in Europe/Stockholm"):
        close(session, contract, now=DUE - timedelta(microseconds=1))
    assert make.contents(session) == before


@pytest.mark.parametrize(
    ("period", "sentence"),
    [
        ("2026-Q1", "is closed by month; 2026-Q1 is a quarter"),
        ("2026", "is closed by month; 2026 is a year"),
        ("2025-12", "lies outside the contract, which runs from 2026-01-01 to 2027-12-31"),
        ("2028-01", "lies outside the contract"),
    ],
)
def test_only_the_contracts_own_periods_are_closed(
    session: Session, contract: Contract, period: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        close(session, contract, parse_period(period), now=datetime(2030, 1, 1, tzinfo=UTC))


def test_a_contract_without_an_end_has_no_last_period(session: Session) -> None:
    endless = make.contract(session, make.agreement(contract={"ends_on": None}))
    assert close(session, endless, parse_period("2030-01"), now=datetime(2031, 1, 1, tzinfo=UTC)).is_new
    with pytest.raises(Refused, match="runs from 2026-01-01 to further notice"):
        close(session, endless, parse_period("2025-12"), now=LATER)


def test_closing_twice_is_once(session: Session, contract: Contract) -> None:
    first = close(session, contract)
    before = make.contents(session)
    second = close(session, contract, now=LATER)
    assert not second.is_new
    assert second.outcome == first.outcome
    assert second.opened == []
    assert make.contents(session) == before


def test_what_comes_later_is_late_and_not_counted(
    session: Session, contract: Contract, tmp_path: Path
) -> None:
    frozen = close(session, contract).outcome.kpi("clean")
    rate(session, contract, tmp_path, "555", date(2026, 3, 20), LATER)
    shown = evaluate(session, contract, MARCH, now=LATER).kpi("clean")
    assert shown.measurement.n == frozen.measurement.n == 40
    assert (frozen.late, shown.late) == (0, 3)
    as_then = evaluate(session, contract, MARCH, as_known_at=DUE, now=LATER).kpi("clean")
    assert (as_then.measurement.n, as_then.late) == (40, 0)


def test_what_waited_for_a_close_is_received_after_it(
    session: Session, contract: Contract, tmp_path: Path
) -> None:
    close(session, contract)
    rate(session, contract, tmp_path, "555", date(2026, 3, 20), DUE - timedelta(seconds=1))
    assert evaluate(session, contract, MARCH, now=LATER).kpi("clean").late == 3
    assert verify(session, LATER) == []


def test_asked_as_known_before_its_close_a_period_answers_as_then(
    session: Session, contract: Contract
) -> None:
    close(session, contract)
    before = datetime(2026, 3, 10, tzinfo=UTC)
    outcome = evaluate(session, contract, MARCH, as_known_at=before, now=LATER)
    assert outcome.state == "open"
    assert outcome.kpi("clean").verdict is Verdict.NO_DATA


def test_a_breach_opens_with_its_evidence_and_a_notice(session: Session, contract: Contract) -> None:
    (breach,) = close(session, contract).opened
    (step,) = breach.steps
    evidence = json.loads(str(step.evidence))
    assert (breach.kpi_key, step.state, step.kind) == ("clean", "open", "breached")
    assert json.loads(str(step.detail)) == {"period": "2026-03"}
    assert (evidence["n"], evidence["value"], evidence["floor"]) == (40, 50.0, 80)
    kinds = session.scalars(select(Notice.kind).order_by(Notice.kind)).all()
    assert kinds == ["breach_opened", "period_proposed"]


def test_a_second_breached_period_adds_a_step_to_the_live_breach(
    session: Session, contract: Contract, tmp_path: Path
) -> None:
    (breach,) = close(session, contract).opened
    rate(session, contract, tmp_path, "1" * 30, date(2026, 4, 2), datetime(2026, 4, 30, tzinfo=UTC))
    assert close(session, contract, APRIL, now=LATER).opened == []
    found = [(step.kind, step.detail) for step in breach.steps]
    assert found == [("breached", '{"period": "2026-03"}'), ("again", '{"period": "2026-04"}')]
    assert count(session, Breach) == 1


def test_a_closed_breach_lets_the_next_one_open(session: Session, contract: Contract, tmp_path: Path) -> None:
    (breach,) = close(session, contract).opened
    breaches.step(session, breach, BreachState.ACCEPTED, written="Both accept it.", now=DUE)
    rate(session, contract, tmp_path, "1" * 30, date(2026, 4, 2), datetime(2026, 4, 30, tzinfo=UTC))
    assert len(close(session, contract, APRIL, now=LATER).opened) == 1


def test_a_breach_takes_legal_steps_only(session: Session, contract: Contract) -> None:
    (breach,) = close(session, contract).opened
    with pytest.raises(Refused, match="is open; it can become accepted, acknowledged, not closed"):
        breaches.step(session, breach, BreachState.CLOSED, written="Done.", now=DUE)
    for state in (
        BreachState.ACKNOWLEDGED,
        BreachState.ACTION_PLANNED,
        BreachState.VERIFYING,
        BreachState.CLOSED,
    ):
        breaches.step(session, breach, state, written="On.", now=LATER)
    assert breach.closed_at == LATER
    with pytest.raises(Refused, match="is closed; it can become nothing more"):
        breaches.step(session, breach, BreachState.OPEN, written="Again.", now=LATER)


def test_every_state_has_its_next_ones_and_only_ended_ones_have_none() -> None:
    assert set(NEXT) == set(BreachState)
    ended = {state for state in BreachState if not is_live(state)}
    assert ended == {BreachState.CLOSED, BreachState.ACCEPTED}


def test_the_database_itself_forbids_a_second_live_breach(session: Session, contract: Contract) -> None:
    (breach,) = close(session, contract).opened
    other = close(session, contract, APRIL, now=LATER).period
    session.add(Breach(contract_id=contract.id, kpi_key=breach.kpi_key, period_id=other.id, opened_at=LATER))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_the_database_itself_forbids_a_second_close(session: Session, contract: Contract) -> None:
    first = close(session, contract).period
    evaluation = close(session, contract, APRIL, now=LATER).period.evaluation
    session.add(
        Period(
            contract_id=contract.id,
            start_on=first.start_on,
            end_on=first.end_on,
            evaluation_id=evaluation.id,
            proposed_at=LATER,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_the_database_itself_forbids_a_step_into_no_state(session: Session, contract: Contract) -> None:
    (breach,) = close(session, contract).opened
    session.add(BreachStep(breach_id=breach.id, at=LATER, state="forgotten", sentence="?", evidence=None))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_notice_is_written_once(session: Session, contract: Contract) -> None:
    for _ in range(2):
        notices.write(session, contract.id, event=("told", "once"), document={"a": 1}, now=DUE)
    assert session.scalar(select(func.count()).where(Notice.kind == "told")) == 1


def test_what_is_due_comes_in_order_after_any_downtime(session: Session, contract: Contract) -> None:
    now = datetime(2026, 5, 10, tzinfo=UTC)
    assert [str(each) for each in periods.due(session, contract, now)] == [
        "2026-01",
        "2026-02",
        "2026-03",
        "2026-04",
    ]
    close(session, contract)
    assert [str(each) for each in periods.due(session, contract, now)] == ["2026-01", "2026-02", "2026-04"]
    assert [str(each) for each in periods.running(session, contract, now)] == [
        "2026-01",
        "2026-02",
        "2026-04",
        "2026-05",
    ]


def test_nothing_is_due_after_the_contracts_last_period(session: Session, contract: Contract) -> None:
    every = [str(each) for each in periods.due(session, contract, datetime(2031, 1, 1, tzinfo=UTC))]
    assert (every[0], every[-1], len(every)) == ("2026-01", "2027-12", 24)


def test_the_current_period_is_the_local_one(session: Session, contract: Contract) -> None:
    just_before_midnight_in_utc = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    assert periods.current(session, contract, just_before_midnight_in_utc) == APRIL


def test_a_close_keeps_one_evaluation(session: Session, contract: Contract) -> None:
    close(session, contract)
    assert count(session, Evaluation) == 1
