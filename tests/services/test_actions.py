"""Actions: planned, changed, done or dropped, each only when it may be."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

import breached
from breached import NOW, held, last
from xla.models import Action, Breach
from xla.services import actions, breach_work
from xla.services.actions import Planned
from xla.services.breach_work import NotNow

ROUND = Planned("Extra round", "Amina Hassan", date(2026, 4, 25), "smell", "a-1")


@pytest.fixture
def breach(session: Session) -> Breach:
    breach = breached.build(session)
    breach_work.acknowledge(session, held(session, breach), NOW)
    return breach


def add(session: Session, breach: Breach, planned: Planned = ROUND) -> Action:
    return actions.add(session, held(session, breach), planned, NOW)


def test_an_action_is_kept_and_told(session: Session, breach: Breach) -> None:
    action = add(session, breach)
    assert (action.title, action.owner, action.due_on) == ("Extra round", "Amina Hassan", date(2026, 4, 25))
    assert (action.reason_key, action.site_key, action.created_at, action.done_on) == (
        "smell",
        "a-1",
        NOW,
        None,
    )
    assert last(breach).kind == "action"
    assert '"did": "added"' in str(last(breach).detail)


def test_no_action_before_somebody_has_seen_the_breach(session: Session) -> None:
    breach = breached.build(session)
    with pytest.raises(NotNow, match="is open: no action"):
        add(session, breach)


@pytest.mark.parametrize(
    "planned",
    [Planned("x", "y", date(2026, 4, 25), "no-such"), Planned("x", "y", date(2026, 4, 25), None, "no-such")],
)
def test_an_unknown_reason_or_site_is_refused(session: Session, breach: Breach, planned: Planned) -> None:
    with pytest.raises(NotNow, match="no-such is not a"):
        add(session, breach, planned)


def test_a_plan_is_changed_until_it_is_done(session: Session, breach: Breach) -> None:
    action = add(session, breach)
    other = Planned("Two rounds", "Jonas", date(2026, 4, 28))
    actions.change(session, held(session, breach), action, other, NOW)
    assert (action.title, action.owner, action.due_on, action.reason_key) == (
        "Two rounds",
        "Jonas",
        other.due_on,
        None,
    )
    assert '"did": "changed"' in str(last(breach).detail)
    actions.finish(session, held(session, breach), action, done_on=date(2026, 4, 20), now=NOW)
    assert '"done": "2026-04-20"' in str(last(breach).detail)
    for late in (
        lambda: actions.change(session, held(session, breach), action, ROUND, NOW),
        lambda: actions.finish(session, held(session, breach), action, done_on=date(2026, 4, 20), now=NOW),
        lambda: actions.drop(session, held(session, breach), action, NOW),
    ):
        with pytest.raises(NotNow, match="is done or dropped"):
            late()


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 4, 21)])
def test_nothing_is_done_before_it_began_or_tomorrow(session: Session, breach: Breach, day: date) -> None:
    action = add(session, breach)
    with pytest.raises(NotNow, match="can't have been done"):
        actions.finish(session, held(session, breach), action, done_on=day, now=NOW)


def test_dropping_the_last_undone_action_begins_verification(session: Session, breach: Breach) -> None:
    done, dropped = add(session, breach), add(session, breach)
    breach_work.plan(session, held(session, breach), NOW)
    actions.finish(session, held(session, breach), done, done_on=date(2026, 4, 20), now=NOW)
    actions.drop(session, held(session, breach), dropped, NOW)
    assert dropped.dropped_at == NOW
    assert last(breach).state == "verifying"
    assert breach_work.actions(session, breach) == [done]


def test_dropping_the_only_action_leaves_a_plan_without_one(session: Session, breach: Breach) -> None:
    action = add(session, breach)
    breach_work.plan(session, held(session, breach), NOW)
    actions.drop(session, held(session, breach), action, NOW)
    assert last(breach).state == "action_planned"


def test_an_ended_breach_keeps_its_actions(session: Session, breach: Breach) -> None:
    first, second = add(session, breach), add(session, breach)
    breach_work.plan(session, held(session, breach), NOW)
    actions.finish(session, held(session, breach), first, done_on=date(2026, 4, 20), now=NOW)
    actions.finish(session, held(session, breach), second, done_on=date(2026, 4, 20), now=NOW)
    third = add(session, breach)
    breached.close(session, breached.contract_of(session, breach), "2026-04", breached.GOOD)
    breach_work.close(session, held(session, breach), NOW)
    with pytest.raises(NotNow, match="has ended"):
        actions.drop(session, held(session, breach), third, NOW)
    with pytest.raises(NotNow, match="can't have been done"):
        actions.finish(session, held(session, breach), third, done_on=date(2026, 4, 20), now=NOW)


def test_an_action_is_found_within_its_breach_only(session: Session, breach: Breach) -> None:
    action = add(session, breach)
    assert actions.find(session, breach, action.id) is action
    for number in (action.id + 1, 2**40):
        with pytest.raises(LookupError, match="no action"):
            actions.find(session, breach, number)


def test_what_may_be_chosen_is_what_the_kpi_asks_and_where_it_looks(session: Session, breach: Breach) -> None:
    assert list(actions.reasons(breach)) == ["smell", "paper"]
    assert actions.sites(breach) == {"a": "House A", "a-1": "Floor 1", "b": "House B"}
