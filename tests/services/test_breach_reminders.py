"""Breach reminders: written down with what they follow from, told on their morning if they still hold."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import breached
from breached import NOW, held, person
from statements import sent
from xla.core.role import Role
from xla.core.work import Kind
from xla.models import Breach, BreachWork, Notice, WorkItem
from xla.services import actions, breach_reminders, breach_work, breaches, people, work
from xla.services.actions import Planned
from xla.services.breach_work import Details

NOTHING = Details(None, None, None, "")
DUE = date(2026, 4, 30)
"""A Thursday; NOW is Monday, 20 April."""
ROUND = Planned("Extra round", "Amina", date(2026, 4, 24))


@pytest.fixture
def breach(session: Session) -> Breach:
    return breached.build(session)


def items(session: Session) -> dict[str, datetime]:
    rows = session.scalars(select(WorkItem).where(WorkItem.kind == Kind.REMIND).order_by(WorkItem.due_at))
    return {row.key.split("/", 1)[1]: row.due_at for row in rows}


def morning(*day: int) -> datetime:
    """Eight o'clock in a Stockholm summer."""
    return datetime(*day, 6, tzinfo=UTC)


def looked(session: Session, breach: Breach, now: datetime) -> list[str]:
    """Do each REMIND item that is due; what was said."""
    contract = breached.contract_of(session, breach)
    due = select(WorkItem.document).where(WorkItem.kind == Kind.REMIND, WorkItem.due_at <= now)
    documents = [json.loads(each) for each in session.scalars(due.order_by(WorkItem.due_at, WorkItem.id))]
    return [said for each in documents for said in breach_reminders.remind(session, contract, each, now)]


def told(session: Session, kind: str) -> list[dict[str, Any]]:
    rows = session.scalars(select(Notice.document).where(Notice.kind == kind).order_by(Notice.id))
    return [json.loads(each) for each in rows]


def date_it(session: Session, breach: Breach, due_on: date | None, owner: Role | None = None) -> None:
    owner_id = person(session, owner).id if owner else None
    breach_work.describe(
        session, held(session, breach), replace(NOTHING, due_on=due_on, owner_id=owner_id), NOW
    )


def test_an_opened_breach_is_looked_at_two_working_days_later(session: Session, breach: Breach) -> None:
    """It was opened on Sunday, 5 April."""
    assert items(session) == {f"{breach.id}/unseen/2026-04-07": morning(2026, 4, 7)}


def test_nobody_saw_it_so_the_contracts_managers_are_reminded_once(session: Session, breach: Breach) -> None:
    assert looked(session, breach, morning(2026, 4, 7)) == ["harbour/2026-03/clean has not been seen."]
    looked(session, breach, morning(2026, 4, 8))
    (notice,) = told(session, "breach_reminder")
    assert notice["to"] == [person(session, Role.MANAGER).id]
    assert (notice["what"], notice["opened_on"], notice["due_on"]) == ("unseen", "2026-04-05", None)
    assert (notice["breach"], notice["kpi"], notice["state"]) == (breach.id, "clean", "open")


def test_who_owns_it_is_reminded_alone(session: Session, breach: Breach) -> None:
    admin = person(session, Role.ADMIN)
    date_it(session, breach, None, Role.ADMIN)
    looked(session, breach, morning(2026, 4, 7))
    (notice,) = told(session, "breach_reminder")
    assert (notice["to"], notice["owner"]) == ([admin.id], admin.name)


def test_an_owner_who_lost_the_contract_is_reminded_no_more_but_its_managers_are(
    session: Session, breach: Breach
) -> None:
    manager = person(session, Role.MANAGER)
    away = people.add(session, "away@nordfast.example", name="Away", role=Role.MANAGER, now=NOW)
    breaches.work_of(session, breach).owner_id = away.id
    looked(session, breach, morning(2026, 4, 7))
    (notice,) = told(session, "breach_reminder")
    assert notice["to"] == [manager.id]


def test_without_an_owner_and_managers_the_admins_are_and_without_any_nobody(
    session: Session, breach: Breach
) -> None:
    contract = breached.contract_of(session, breach)
    person(session, Role.MANAGER).disabled_at = NOW
    (item,) = work_documents(session)
    breach_reminders.remind(session, contract, item, NOW)
    session.execute(delete(Notice).where(Notice.kind == "breach_reminder"))
    admin = person(session, Role.ADMIN)
    breach_reminders.remind(session, contract, item, NOW)
    (notice,) = told(session, "breach_reminder")
    assert notice["to"] == [admin.id]


def work_documents(session: Session) -> list[dict[str, Any]]:
    rows = session.scalars(select(WorkItem.document).where(WorkItem.kind == Kind.REMIND))
    return [json.loads(each) for each in rows]


def test_what_was_seen_is_not_reminded_of(session: Session, breach: Breach) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    assert looked(session, breach, NOW) == []
    assert told(session, "breach_reminder") == []


def test_a_date_brings_three_mornings(session: Session, breach: Breach) -> None:
    date_it(session, breach, DUE)
    found = items(session)
    assert found[f"{breach.id}/due_soon/2026-04-30"] == morning(2026, 4, 28)
    assert found[f"{breach.id}/overdue/2026-04-30"] == morning(2026, 5, 1)
    assert found[f"{breach.id}/escalated/2026-04-30"] == morning(2026, 5, 8)


def test_a_date_nearer_than_its_reminder_is_not_reminded_of(session: Session, breach: Breach) -> None:
    date_it(session, breach, date(2026, 4, 21))
    assert f"{breach.id}/due_soon/2026-04-21" not in items(session)


def test_before_its_date_who_owns_it_is_reminded(session: Session, breach: Breach) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    date_it(session, breach, DUE, Role.MANAGER)
    assert looked(session, breach, morning(2026, 4, 28)) == ["harbour/2026-03/clean is due soon."]
    (notice,) = told(session, "breach_reminder")
    assert notice["to"] == [person(session, Role.MANAGER).id]
    assert (notice["due_on"], notice["days_over"]) == ("2026-04-30", 0)


def test_the_day_after_its_date_all_are_told_and_a_week_later_the_admins(
    session: Session, breach: Breach
) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    date_it(session, breach, DUE)
    assert looked(session, breach, morning(2026, 5, 1)) == ["harbour/2026-03/clean is overdue."]
    (overdue,) = told(session, "breach_overdue")
    assert (overdue["due_on"], overdue["days_over"], "to" in overdue) == ("2026-04-30", 1, False)
    assert looked(session, breach, morning(2026, 5, 8))[-1] == "harbour/2026-03/clean is escalated."
    assert len(told(session, "breach_overdue")) == 1
    (escalated,) = told(session, "breach_escalated")
    assert (escalated["days_over"], "to" in escalated) == (8, False)


def test_another_date_begins_anew_and_each_date_is_told_once(session: Session, breach: Breach) -> None:
    date_it(session, breach, DUE)
    looked(session, breach, morning(2026, 5, 1))
    date_it(session, breach, date(2026, 5, 4))
    looked(session, breach, morning(2026, 5, 4))
    assert [each["due_on"] for each in told(session, "breach_overdue")] == ["2026-04-30"]
    looked(session, breach, morning(2026, 5, 5))
    looked(session, breach, morning(2026, 5, 6))
    assert [each["due_on"] for each in told(session, "breach_overdue")] == ["2026-04-30", "2026-05-04"]


def test_a_date_taken_away_and_a_breach_that_ended_are_not_told_of(session: Session, breach: Breach) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    date_it(session, breach, DUE)
    date_it(session, breach, None)
    assert looked(session, breach, morning(2026, 5, 8)) == []
    date_it(session, breach, DUE)
    breaches.step(session, breach, breaches.BreachState.ACCEPTED, now=NOW)
    assert looked(session, breach, morning(2026, 5, 8)) == []


def test_an_overdue_action_is_told_to_who_owns_the_breach_unless_it_was_done(
    session: Session, breach: Breach
) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    late = actions.add(session, held(session, breach), ROUND, NOW)
    done = actions.add(session, held(session, breach), ROUND, NOW)
    actions.finish(session, held(session, breach), done, done_on=date(2026, 4, 18), now=NOW)
    assert items(session)[f"{breach.id}.{late.id}/action_overdue/2026-04-24"] == morning(2026, 4, 25)
    said = looked(session, breach, morning(2026, 4, 25))
    assert said == ["harbour/2026-03/clean has an action that is overdue."]
    (notice,) = told(session, "breach_reminder")
    assert (notice["action"], notice["due_on"]) == ("Extra round", "2026-04-24")


def test_an_action_planned_anew_is_looked_at_on_its_new_date(session: Session, breach: Breach) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    action = actions.add(session, held(session, breach), ROUND, NOW)
    actions.change(session, held(session, breach), action, replace(ROUND, due_on=DUE), NOW)
    assert f"{breach.id}.{action.id}/action_overdue/2026-04-30" in items(session)
    assert looked(session, breach, morning(2026, 4, 25)) == []


def test_breaches_of_an_older_release_are_found(session: Session, breach: Breach) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    date_it(session, breach, DUE)
    actions.add(session, held(session, breach), ROUND, NOW)
    dropped = actions.add(session, held(session, breach), ROUND, NOW)
    actions.drop(session, held(session, breach), dropped, NOW)
    contract = breached.contract_of(session, breach)
    assert breach_reminders.missing(session, contract, NOW) == []
    session.execute(delete(WorkItem))
    found = breach_reminders.missing(session, contract, NOW)
    assert [each.document["what"] for each in found] == ["due_soon", "overdue", "escalated", "action_overdue"]
    assert work.put(session, found, NOW) == 4


def test_one_nobody_touched_is_found_also_where_it_has_no_work_yet(session: Session, breach: Breach) -> None:
    session.execute(delete(WorkItem))
    session.execute(delete(BreachWork))
    session.expire_all()
    contract = breached.contract_of(session, breach)
    (found,) = breach_reminders.missing(session, contract, NOW)
    assert (found.document["what"], found.contract_id) == ("unseen", contract.id)


def test_without_a_live_breach_one_query_finds_it(session: Session, breach: Breach) -> None:
    breach.closed_at = NOW + timedelta(days=1)
    session.flush()
    contract = breached.contract_of(session, breach)
    with sent(session) as statements:
        assert breach_reminders.missing(session, contract, NOW) == []
    assert len(statements) == 1
