"""Effects: what came before an action against what came after, never of too few people."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

import breached
from breached import NOW, held
from rated import rate
from xla.core.effect import Result
from xla.core.window import Window
from xla.models import Action, Breach
from xla.services import actions, breach_work
from xla.services.actions import Planned
from xla.services.effects import Effects, Measured
from xla.services.evaluations import Moment

DONE = date(2026, 4, 5)
EARLY = datetime(2026, 4, 4, tzinfo=UTC)


@pytest.fixture
def breach(session: Session) -> Breach:
    breach = breached.build(session)
    breach_work.acknowledge(session, held(session, breach), NOW)
    return breach


def done(session: Session, breach: Breach, *, reason: str | None = None, site: str | None = None) -> Action:
    planned = Planned("Extra round", "Amina", date(2026, 4, 25), reason, site)
    action = actions.add(session, held(session, breach), planned, NOW)
    actions.finish(session, held(session, breach), action, done_on=DONE, now=NOW)
    return action


def rated(session: Session, breach: Breach, scores: dict[int, int], **told: str) -> None:
    contract = breached.contract_of(session, breach)
    rate(session, contract, "clean", scores, **{"on": "2026-04-10", "site": "a", **told}, at=NOW)


def measured(session: Session, breach: Breach, action: Action, now: datetime = NOW) -> Measured:
    return Effects(session, breached.contract_of(session, breach), breach, Moment(None, now)).of(action)


def test_days_before_are_the_breached_periods_up_to_the_action_and_after_are_ninety_at_most(
    session: Session, breach: Breach
) -> None:
    action = done(session, breach)
    found = measured(session, breach, action)
    assert found.before_days == Window(date(2026, 3, 1), DONE)
    assert found.after_days == Window(date(2026, 4, 6), date(2026, 4, 21))
    later = measured(session, breach, action, NOW + timedelta(days=300))
    assert later.after_days == Window(date(2026, 4, 6), date(2026, 7, 5))


def test_a_clear_change_for_the_better_is_an_improvement(session: Session, breach: Breach) -> None:
    action = done(session, breach)
    rated(session, breach, {5: 45, 2: 5})
    effect = measured(session, breach, action).effect
    assert effect
    assert (effect.result, effect.n_before, effect.n_after) == (Result.IMPROVED, 60, 50)
    assert effect.after == 90


def test_what_is_rated_on_the_day_itself_belongs_to_neither_side(session: Session, breach: Breach) -> None:
    action = done(session, breach)
    rated(session, breach, {1: 30}, on=str(DONE))
    effect = measured(session, breach, action).effect
    assert effect
    assert (effect.n_before, effect.n_after) == (60, 0)


def test_few_answers_after_it_are_too_early_and_not_shown(session: Session, breach: Breach) -> None:
    action = done(session, breach)
    rated(session, breach, {5: 4})
    effect = measured(session, breach, action).effect
    assert effect
    assert (effect.result, effect.more_needed, effect.after) == (Result.TOO_EARLY, 6, None)


def test_an_action_not_done_yet_has_no_effect_but_a_before(session: Session, breach: Breach) -> None:
    action = actions.add(session, held(session, breach), Planned("x", "y", date(2026, 4, 25)), NOW)
    found = measured(session, breach, action)
    assert (found.effect, found.after_days, found.before.n) == (None, None, 60)
    assert found.before_days == Window(date(2026, 3, 1), date(2026, 4, 1))


def test_one_done_today_has_no_day_after_it_yet(session: Session, breach: Breach) -> None:
    action = done(session, breach)
    assert measured(session, breach, action, datetime(2026, 4, 5, 9, tzinfo=UTC)).effect is None


def test_a_reasons_effect_is_its_share_of_the_poor_ratings_and_lower_is_better(session: Session) -> None:
    breach = breached.build(session, kpis=[breached.CLEAN])
    breach_work.acknowledge(session, held(session, breach), NOW)
    rated(session, breach, {1: 60}, on="2026-03-12", reasons="smell;paper")
    action = done(session, breach, reason="smell")
    rated(session, breach, {1: 80}, reasons="paper")
    rated(session, breach, {1: 2}, reasons="smell")
    effect = measured(session, breach, action).effect
    assert effect
    assert (effect.result, effect.n_before, effect.n_after) == (Result.IMPROVED, 100, 82)
    assert effect.before == 60


def test_an_action_at_a_site_is_measured_there_with_all_inside_it(session: Session, breach: Breach) -> None:
    action = done(session, breach, site="a")
    rated(session, breach, {5: 20}, site="a-1")
    rated(session, breach, {1: 20}, site="b")
    effect = measured(session, breach, action).effect
    assert effect
    assert (effect.n_before, effect.n_after, effect.after) == (60, 20, 100)


def test_a_site_is_hidden_where_the_rest_would_tell_of_too_few(session: Session, breach: Breach) -> None:
    action = done(session, breach, site="a")
    rated(session, breach, {5: 20}, site="a")
    rated(session, breach, {1: 2}, site="b")
    effect = measured(session, breach, action).effect
    assert effect
    assert (effect.after, effect.difference) == (None, None)
