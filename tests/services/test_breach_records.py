"""Breach records: every step with who took it and what it rests on, page by page."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

import breached
import make
from xla.core.breach import BreachState
from xla.core.role import Role
from xla.services import breach_records, breach_work, breaches
from xla.services.breach_work import Details


def test_a_breach_is_told_with_its_owner_and_every_step(session: Session) -> None:
    breach = breached.build(session)
    contract = breached.contract_of(session, breach)
    owner = breached.person(session, Role.MANAGER)
    details = Details(owner_id=owner.id, due_on=None, cause_kind=None, cause="")
    breach_work.describe(session, breached.held(session, breach), details, breached.NOW)
    found = breach_records.record(session, contract, breach.id)
    assert found
    assert (found.state, found.period, found.owner) == (BreachState.OPEN, "2026-03", "Some manager")
    opened, owned = found.steps
    assert (opened.by, opened.evidence and opened.evidence.measurement.n) == (None, 60)
    assert (owned.by, owned.step.kind, owned.evidence) == ("Some manager", "owner", None)


def test_another_contracts_breach_is_not_there(session: Session) -> None:
    breach = breached.build(session)
    other = make.contract(session, make.agreement(contract={"key": "quay"}))
    assert breach_records.record(session, other, breach.id) is None


def test_breaches_are_told_newest_first_and_by_their_state(session: Session) -> None:
    breach = breached.build(session)
    contract = breached.contract_of(session, breach)
    breaches.step(session, breach, BreachState.ACCEPTED, now=datetime(2026, 4, 20, tzinfo=UTC))
    (second,) = breached.close(session, contract, "2026-04", breached.POOR)

    def ids(**told: object) -> list[int]:
        found = breach_records.records(session, contract, limit=9, **told)
        return [each.breach.id for each in found]

    assert ids() == [second.id, breach.id]
    assert ids(which="live") == [second.id]
    assert ids(which="ended") == [breach.id]
    assert ids(below=second.id) == [breach.id]
