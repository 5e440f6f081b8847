"""Work on a breach: its legal steps, who owns it, what proves it better."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import breached
import make
from breached import NOW, held, last, person
from rated import rate
from xla.core.role import Role
from xla.core.window import parse_period
from xla.models import AuditEntry, Breach, BreachWork, Notice
from xla.services import actions, breach_work, breaches, people
from xla.services.actions import Planned
from xla.services.agreements import ChangedMeanwhile, Refused
from xla.services.breach_work import Details, NotNow

EXTRA = Planned("Extra round", "Amina", date(2026, 4, 25))
NOTHING = Details(None, None, None, "")


@pytest.fixture
def breach(session: Session) -> Breach:
    return breached.build(session)


def planned(session: Session, breach: Breach) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    actions.add(session, held(session, breach), EXTRA, NOW)
    breach_work.plan(session, held(session, breach), NOW)


def verifying(session: Session, breach: Breach) -> None:
    planned(session, breach)
    (action,) = breach_work.actions(session, breach)
    actions.finish(session, held(session, breach), action, done_on=date(2026, 4, 18), now=NOW)


def notices(session: Session, kind: str) -> list[dict[str, Any]]:
    rows = session.scalars(select(Notice.document).where(Notice.kind == kind))
    return [json.loads(each) for each in rows]


def audited(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_new_breach_has_work_that_nobody_touched(session: Session, breach: Breach) -> None:
    assert session.get_one(BreachWork, breach.id).revision == 0


def test_to_acknowledge_is_a_step_by_somebody_audited_and_told(session: Session, breach: Breach) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    step = last(breach)
    assert (step.state, step.kind, step.at) == ("acknowledged", "moved", NOW)
    assert step.person_id == person(session, Role.MANAGER).id
    assert audited(session) == ["breach.acknowledged"]
    (told,) = notices(session, "breach_acknowledged")
    assert (told["contract"], told["period"], told["kpi"]) == ("harbour", "2026-03", "clean")
    assert (told["state"], told["by"]) == ("acknowledged", "Some manager")


def test_nobody_acknowledges_twice(session: Session, breach: Breach) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    with pytest.raises(Refused, match="it can become"):
        breach_work.acknowledge(session, held(session, breach), NOW)


def test_a_plan_needs_an_action(session: Session, breach: Breach) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    with pytest.raises(NotNow, match="no action yet"):
        breach_work.plan(session, held(session, breach), NOW)
    actions.add(session, held(session, breach), EXTRA, NOW)
    breach_work.plan(session, held(session, breach), NOW)
    assert last(breach).state == "action_planned"


def test_verification_begins_by_itself_with_the_last_action_done(session: Session, breach: Breach) -> None:
    planned(session, breach)
    second = actions.add(session, held(session, breach), EXTRA, NOW)
    first, _ = breach_work.actions(session, breach)
    actions.finish(session, held(session, breach), first, done_on=date(2026, 4, 18), now=NOW)
    assert last(breach).state == "action_planned"
    actions.finish(session, held(session, breach), second, done_on=date(2026, 4, 19), now=NOW)
    assert (last(breach).state, last(breach).detail) == ("verifying", '{"because": "done"}')


def test_a_plan_whose_actions_are_done_is_verified_at_once(session: Session, breach: Breach) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    action = actions.add(session, held(session, breach), EXTRA, NOW)
    actions.finish(session, held(session, breach), action, done_on=date(2026, 4, 18), now=NOW)
    assert last(breach).state == "acknowledged"
    breach_work.plan(session, held(session, breach), NOW)
    assert [step.state for step in breach.steps[-2:]] == ["action_planned", "verifying"]


def test_to_close_needs_a_later_period_that_held_its_floor(session: Session, breach: Breach) -> None:
    verifying(session, breach)
    assert breach_work.proof(session, breach) is None
    with pytest.raises(NotNow, match="nothing proves"):
        breach_work.close(session, held(session, breach), NOW)
    breached.close(session, breached.contract_of(session, breach), "2026-04", breached.GOOD)
    assert breach_work.proof(session, breach) == parse_period("2026-04")
    breach_work.close(session, held(session, breach), NOW)
    assert (last(breach).state, last(breach).detail) == ("closed", '{"period": "2026-04"}')
    assert breach.closed_at == NOW
    (told,) = notices(session, "breach_closed")
    assert told["state"] == "closed"


def test_a_period_of_few_answers_proves_nothing(session: Session, breach: Breach) -> None:
    verifying(session, breach)
    contract = breached.contract_of(session, breach)
    breached.close(session, contract, "2026-04", {5: 9})
    breached.close(session, contract, "2026-05", {})
    assert breach_work.proof(session, breach) is None


def test_a_period_from_before_proves_nothing(session: Session, breach: Breach) -> None:
    verifying(session, breach)
    contract = breached.contract_of(session, breach)
    breached.close(session, contract, "2026-02", breached.GOOD)
    assert breach_work.proof(session, breach) is None


def test_a_relapse_goes_back_to_the_plan_and_needs_a_new_proof(session: Session, breach: Breach) -> None:
    verifying(session, breach)
    contract = breached.contract_of(session, breach)
    breached.close(session, contract, "2026-04", breached.GOOD)
    before = session.get_one(BreachWork, breach.id).revision
    assert breached.close(session, contract, "2026-05", breached.POOR) == []
    assert (last(breach).state, last(breach).kind) == ("action_planned", "again")
    assert session.get_one(BreachWork, breach.id).revision == before + 1
    assert breach_work.last_breached(breach) == parse_period("2026-05")
    assert breach_work.proof(session, breach) is None
    breached.close(session, contract, "2026-06", breached.GOOD)
    assert breach_work.proof(session, breach) == parse_period("2026-06")


def test_a_breach_that_is_not_verified_stays_where_it_is_when_it_comes_again(
    session: Session, breach: Breach
) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    breached.close(session, breached.contract_of(session, breach), "2026-04", breached.POOR)
    assert (last(breach).state, last(breach).kind) == ("acknowledged", "again")


def test_only_what_changed_of_owner_date_and_cause_is_a_step(session: Session, breach: Breach) -> None:
    manager = person(session, Role.MANAGER)
    full = Details(manager.id, date(2026, 5, 31), "staffing", "One round instead of two.")
    breach_work.describe(session, held(session, breach), full, NOW)
    kinds = [(step.kind, step.detail, step.sentence) for step in breach.steps[1:]]
    assert kinds == [
        ("owner", '{"from": null, "to": "Some manager"}', ""),
        ("due", '{"from": null, "to": "2026-05-31"}', ""),
        ("cause", '{"cause": "staffing"}', "One round instead of two."),
    ]
    breach_work.describe(session, held(session, breach), full, NOW)
    assert len(breach.steps) == 4
    breach_work.describe(session, held(session, breach), NOTHING, NOW)
    assert [step.detail for step in breach.steps[4:]] == [
        '{"from": "Some manager", "to": null}',
        '{"from": "2026-05-31", "to": null}',
        '{"cause": null}',
    ]
    work = session.get_one(BreachWork, breach.id)
    assert (work.owner_id, work.due_on, work.cause_kind, work.cause) == (None, None, None, None)
    assert audited(session) == ["breach.owner", "breach.due", "breach.cause"] * 2


def test_only_somebody_of_the_provider_owns_a_breach(session: Session, breach: Breach) -> None:
    client = person(session, Role.CLIENT)
    with pytest.raises(NotNow, match="not one who may own"):
        breach_work.describe(session, held(session, breach), Details(client.id, None, None, ""), NOW)
    people.add(session, "other@nordfast.example", name="Stranger", role=Role.MANAGER, now=NOW)
    admin = people.add(session, "admin@nordfast.example", name="Admin", role=Role.ADMIN, now=NOW)
    gone = people.add(session, "gone@nordfast.example", name="Gone", role=Role.ADMIN, now=NOW)
    gone.disabled_at = NOW
    session.flush()
    found = breach_work.owners(session, breached.contract_of(session, breach))
    assert found == [admin, person(session, Role.MANAGER)]


def test_an_ended_breach_is_described_no_more_but_may_be_commented_on(
    session: Session, breach: Breach
) -> None:
    verifying(session, breach)
    breached.close(session, breached.contract_of(session, breach), "2026-04", breached.GOOD)
    breach_work.close(session, held(session, breach), NOW)
    with pytest.raises(NotNow, match="has ended"):
        breach_work.describe(session, held(session, breach), NOTHING, NOW)
    breach_work.comment(session, held(session, breach, Role.CLIENT), "Thank you!", NOW)
    assert (last(breach).kind, last(breach).state, last(breach).sentence) == (
        "comment",
        "closed",
        "Thank you!",
    )


def test_who_looked_at_an_older_state_changes_nothing(session: Session, breach: Breach) -> None:
    contract = breached.contract_of(session, breach)
    with pytest.raises(ChangedMeanwhile):
        breaches.hold(session, contract, breach.id, revision=7, by=None)
    assert session.get_one(BreachWork, breach.id).revision == 0


def test_a_comment_overwrites_nothing_and_so_asks_for_no_revision(session: Session, breach: Breach) -> None:
    contract = breached.contract_of(session, breach)
    free = breaches.hold(session, contract, breach.id, revision=None, by=person(session, Role.CLIENT))
    breach_work.comment(session, free, "Still a smell.", NOW)
    assert session.get_one(BreachWork, breach.id).revision == 0


def test_a_breach_of_an_older_release_gets_its_work_when_it_is_held(session: Session, breach: Breach) -> None:
    session.delete(session.get_one(BreachWork, breach.id))
    session.flush()
    contract = breached.contract_of(session, breach)
    found = breaches.hold(session, contract, breach.id, revision=0, by=None)
    assert (found.work.revision, found.state, found.subject) == (1, "open", "harbour/clean/2026-03-01")
    breach_work.acknowledge(session, found, NOW)
    (told,) = notices(session, "breach_acknowledged")
    assert told["by"] is None


def test_a_breach_is_found_within_its_contract_only(session: Session, breach: Breach) -> None:
    contract = breached.contract_of(session, breach)
    other = make.contract(session, make.agreement(contract={"key": "quay"}))
    assert breaches.find(session, contract, breach.id) is breach
    assert breaches.find(session, other, breach.id) is None
    assert breaches.find(session, contract, 2**40) is None
    with pytest.raises(LookupError, match="quay has no breach"):
        breaches.hold(session, other, breach.id, revision=0, by=None)


def test_a_good_kpi_of_the_same_period_is_no_proof(session: Session) -> None:
    breach = breached.build(session)
    verifying(session, breach)
    contract = breached.contract_of(session, breach)
    rate(session, contract, "food", {5: 40}, on="2026-04-10", at=NOW)
    breached.close(session, contract, "2026-04", {})
    assert breach_work.proof(session, breach) is None
