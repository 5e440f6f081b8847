"""A report's breaches and actions: as they stood by its knowledge, and what was changed, never of too few."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

import breached
from breached import GOOD, NOW, POOR, held
from rated import rate
from xla.core.agreement import Metric
from xla.core.effect import Result
from xla.core.window import parse_period
from xla.documents.actions_data import ActionLine, Ahead
from xla.documents.report_data import ReportData
from xla.models import Action, Breach, BreachStep
from xla.services import actions, addenda, breach_work, reports
from xla.services.actions import Planned
from xla.services.breach_work import Details

MAY = datetime(2026, 5, 5, tzinfo=UTC)
JUNE = datetime(2026, 6, 5, tzinfo=UTC)
DONE = date(2026, 4, 5)


@pytest.fixture
def breach(session: Session) -> Breach:
    breach = breached.build(session)
    breach_work.acknowledge(session, held(session, breach), NOW)
    return breach


def plan(session: Session, breach: Breach, *, title: str = "Extra round", **told: Any) -> Action:
    planned = Planned(title, "Amina", date(2026, 4, 25), told.get("reason"), told.get("site"))
    return actions.add(session, held(session, breach), planned, told.get("at", NOW))


def done(session: Session, breach: Breach, **told: Any) -> Action:
    action = plan(session, breach, **told)
    actions.finish(session, held(session, breach), action, done_on=DONE, now=NOW)
    return action


def gather(session: Session, breach: Breach, month: str = "2026-04", now: datetime = MAY) -> ReportData:
    contract = breached.contract_of(session, breach)
    return reports.gather(session, contract, parse_period(month), provider="Nordfast", now=now)


def lines(
    session: Session, breach: Breach, month: str = "2026-04", now: datetime = MAY
) -> tuple[ActionLine, ...]:
    return gather(session, breach, month, now).actions


def april(session: Session, breach: Breach, scores: dict[int, int] = GOOD) -> None:
    breached.close(session, breached.contract_of(session, breach), "2026-04", scores)


def test_a_done_action_has_its_effect_by_the_reports_knowledge(session: Session, breach: Breach) -> None:
    done(session, breach)
    april(session, breach)
    contract = breached.contract_of(session, breach)
    rate(session, contract, "clean", {1: 90}, on="2026-04-20", site="a", at=JUNE)
    (line,) = lines(session, breach, now=JUNE)
    assert line.effect
    assert (line.breach, line.number, line.kpi, line.metric) == (1, 1, "clean", Metric.CSAT)
    assert (line.effect.result, line.effect.n_before, line.effect.n_after) == (Result.IMPROVED, 60, 50)


def test_late_answers_move_no_effect_as_known_later_nor_in_an_addendum(
    session: Session, breach: Breach
) -> None:
    """Two instants, or two reports, a few answers apart would tell what those people said."""
    done(session, breach)
    april(session, breach)
    contract = breached.contract_of(session, breach)
    rate(session, contract, "clean", {1: 1}, on="2026-04-20", site="a", at=JUNE)
    rate(session, contract, "clean", {1: 8}, on="2026-04-02", site="a", at=JUNE)
    period, later = parse_period("2026-04"), JUNE + timedelta(days=2)
    told = {"provider": "Nordfast", "now": later}
    first = reports.gather(session, contract, period, **told)
    shown = reports.gather(session, contract, period, as_known_at=JUNE + timedelta(days=1), **told)
    addenda.correct(session, contract, period, reason="Late cards.", by=None, now=later)
    corrected = reports.gather(session, contract, period, addendum=1, **told)
    assert corrected.kpis[0].measurement.n == first.kpis[0].measurement.n + 9
    effects = [each.actions[0].effect for each in (first, shown, corrected)]
    assert effects[0]
    assert effects == [effects[0]] * 3


def test_what_is_felt_after_the_period_is_the_next_reports(session: Session, breach: Breach) -> None:
    done(session, breach)
    contract = breached.contract_of(session, breach)
    rate(session, contract, "clean", {1: 50}, on="2026-05-01", site="a", at=MAY - timedelta(days=3))
    april(session, breach)
    (line,) = lines(session, breach)
    assert line.effect
    assert line.effect.n_after == 50


def test_an_action_not_done_yet_is_late_from_the_day_after_it_was_due(
    session: Session, breach: Breach
) -> None:
    plan(session, breach)
    april(session, breach)
    (line,) = lines(session, breach)
    assert (line.done_on, line.effect, line.days_late) == (None, None, 10)


def test_an_action_is_told_as_it_was_then(session: Session, breach: Breach) -> None:
    action = plan(session, breach)
    april(session, breach)
    later = Planned("Another", "Bo", date(2026, 7, 1))
    actions.change(session, held(session, breach), action, later, JUNE)
    (line,) = lines(session, breach, now=JUNE)
    assert (line.title, line.owner, line.due_on) == ("Extra round", "Amina", date(2026, 4, 25))


def test_a_dropped_action_is_left_out(session: Session, breach: Breach) -> None:
    action = plan(session, breach)
    actions.drop(session, held(session, breach), action, NOW)
    april(session, breach)
    assert lines(session, breach) == ()


def test_a_step_of_an_older_release_is_completed_from_the_action(session: Session, breach: Breach) -> None:
    action = plan(session, breach, reason="smell", site="a")
    step = breach.steps[-1]
    detail = f'{{"did": "added", "action": {action.id}, "title": "T", "owner": "O", "due": "2026-04-25"}}'
    session.execute(update(BreachStep).where(BreachStep.id == step.id).values(detail=detail))
    april(session, breach)
    session.expire_all()
    (line,) = lines(session, breach)
    assert (line.title, line.reason, line.site, line.metric) == ("T", "Smell", "House A", Metric.RATE)


def test_too_few_new_answers_leave_the_effect_the_last_report_told(session: Session, breach: Breach) -> None:
    done(session, breach)
    april(session, breach)
    (told,) = lines(session, breach)
    breached.close(session, breached.contract_of(session, breach), "2026-05", {1: 4})
    (again,) = lines(session, breach, "2026-05", JUNE)
    assert again.effect == told.effect


def test_enough_new_answers_move_it(session: Session, breach: Breach) -> None:
    done(session, breach)
    april(session, breach)
    breached.close(session, breached.contract_of(session, breach), "2026-05", {1: 50})
    (line,) = lines(session, breach, "2026-05", JUNE)
    assert line.effect
    assert (line.effect.n_after, line.effect.result) == (100, Result.NO_CHANGE_SEEN)


def test_an_effect_no_report_told_before_is_told(session: Session, breach: Breach) -> None:
    action = plan(session, breach)
    actions.finish(session, held(session, breach), action, done_on=date(2026, 4, 20), now=NOW)
    april(session, breach)
    breached.close(session, breached.contract_of(session, breach), "2026-05", GOOD)
    (line,) = lines(session, breach, "2026-05", JUNE)
    assert line.effect
    assert line.effect.n_after == 50


def test_one_done_on_the_last_day_before_the_period_was_not_told_before(
    session: Session, breach: Breach
) -> None:
    action = plan(session, breach)
    actions.finish(session, held(session, breach), action, done_on=date(2026, 4, 30), now=MAY)
    april(session, breach)
    breached.close(session, breached.contract_of(session, breach), "2026-05", GOOD)
    (line,) = lines(session, breach, "2026-05", JUNE)
    assert line.effect
    assert line.effect.n_after == 50


def test_the_register_has_owner_date_and_cause_as_last_written(session: Session, breach: Breach) -> None:
    manager = breached.person(session, breached.Role.MANAGER)
    full = Details(manager.id, date(2026, 8, 1), "staffing", "Too few.")
    breach_work.describe(session, held(session, breach), full, NOW)
    april(session, breach, POOR)
    (line,) = gather(session, breach).breaches
    assert (line.state, line.state_since, line.owner) == ("acknowledged", date(2026, 4, 20), manager.name)
    assert (line.due_on, line.cause) == (date(2026, 8, 1), "Staffing and roster: Too few.")


@pytest.mark.parametrize(
    ("kind", "said", "cause"), [("routine", "", "Routine or plan"), (None, "Rain.", "Rain."), (None, "", "")]
)
def test_a_cause_may_be_its_kind_or_its_words_alone_or_taken_back(
    session: Session, breach: Breach, kind: str | None, said: str, cause: str
) -> None:
    first = Details(None, date(2026, 8, 1), "staffing", "Too few.")
    breach_work.describe(session, held(session, breach), first, NOW)
    breach_work.describe(session, held(session, breach), Details(None, None, kind, said), NOW)
    april(session, breach)
    (line,) = gather(session, breach).breaches
    assert (line.cause, line.due_on, line.owner) == (cause, None, "")


def test_the_days_ahead_follow_from_the_agreement(session: Session, breach: Breach) -> None:
    april(session, breach)
    terms = gather(session, breach)
    closed_on = date(2026, 5, 5)
    assert terms.ahead == Ahead(
        closed_on,
        closed_on + timedelta(days=terms.respond_within_days + 1),
        date(2026, 5, 1),
        date(2026, 6, 1),
    )
    assert gather(session, breach, "2026-05", JUNE).ahead == Ahead(None, None, None, None)


def test_after_the_contracts_last_period_none_follows(session: Session) -> None:
    breach = breached.build(session, contract={"ends_on": "2026-03-31"})
    found = gather(session, breach, "2026-03").ahead
    assert found
    assert (found.next_start, found.next_end) == (None, None)
