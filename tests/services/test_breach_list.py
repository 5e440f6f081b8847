"""The inbox: what a person may see of the breaches, the most urgent first."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

import breached
import make
from breached import NOW, held, person
from statements import sent
from xla.core.role import Role
from xla.models import Breach, BreachWork
from xla.services import acceptances, breach_list, breach_work, memberships
from xla.services.breach_list import Inbox, Wanted

TODAY = date(2026, 4, 20)
LIVE = Wanted()


def another(session: Session, key: str, *, member: bool = True) -> Breach:
    """A contract of that key with a breach of its own."""
    contract = make.contract(
        session, make.agreement(kpis=[breached.CLEAN], contract={"key": key, "title": f"The {key}"})
    )
    if member:
        memberships.add_member(session, person(session, Role.MANAGER).id, contract.id)
    (breach,) = breached.close(session, contract, "2026-03", breached.POOR)
    return breach


def listed(session: Session, wanted: Wanted = LIVE, role: Role = Role.MANAGER) -> Inbox:
    return breach_list.inbox(session, person(session, role), wanted, TODAY)


def keys(session: Session, wanted: Wanted = LIVE) -> list[str]:
    return [line.agreed.key for line in listed(session, wanted).lines]


def work(session: Session, breach: Breach) -> BreachWork:
    return session.get_one(BreachWork, breach.id)


def end(session: Session, breach: Breach) -> None:
    acceptances.propose(session, held(session, breach), "provider", reason="x", now=NOW)
    acceptances.agree(session, held(session, breach, Role.CLIENT), "client", NOW)


def test_a_line_says_what_was_found_and_where_it_stands(session: Session) -> None:
    breach = breached.build(session)
    (line,) = listed(session).lines
    assert (line.breach, line.state, line.owner, line.revision) == (breach, "open", None, 0)
    assert (line.judged.measurement.n, line.agreed.title, line.is_overdue) == (60, "Harbour house", False)
    session.delete(work(session, breach))
    session.flush()
    (line,) = listed(session).lines
    assert line.revision == 0


def test_a_value_of_few_answers_is_not_in_it(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[{**breached.CLEAN, "min_responses": 1}]))
    memberships.add_member(session, person(session, Role.MANAGER).id, contract.id)
    breached.close(session, contract, "2026-03", {1: 4})
    (line,) = listed(session).lines
    assert line.judged.measurement.value is None
    assert line.judged.chance_below_floor is None


def test_a_strangers_breach_is_not_in_it_but_an_admins_list_has_all(session: Session) -> None:
    breached.build(session)
    another(session, "quay", member=False)
    assert keys(session) == ["harbour"]
    assert listed(session).contracts == {"harbour": "Harbour house"}
    assert listed(session, role=Role.ADMIN).found == 2


def test_the_overdue_come_first_then_the_unseen_then_by_date(session: Session) -> None:
    unseen = breached.build(session)
    overdue, soon, later, dateless = (another(session, key) for key in ("over", "soon", "later", "none"))
    for breach, due in ((overdue, -1), (soon, 3), (later, 30)):
        work(session, breach).due_on = TODAY + timedelta(days=due)
    for breach in (overdue, soon, later, dateless):
        breach_work.acknowledge(session, held(session, breach), NOW)
    assert unseen.id
    assert keys(session) == ["over", "harbour", "soon", "later", "none"]
    assert [line.is_overdue for line in listed(session).lines] == [True, False, False, False, False]


def test_filters_narrow(session: Session) -> None:
    open_, seen, ended = breached.build(session), another(session, "seen"), another(session, "ended")
    manager = person(session, Role.MANAGER)
    breach_work.acknowledge(session, held(session, seen), NOW)
    work(session, seen).owner_id = manager.id
    work(session, seen).due_on = TODAY - timedelta(days=1)
    end(session, ended)
    assert open_.id
    assert keys(session, Wanted("live")) == ["seen", "harbour"]
    assert keys(session, Wanted("all")) == ["seen", "harbour", "ended"]
    assert keys(session, Wanted("ended")) == ["ended"]
    assert keys(session, Wanted("open")) == ["harbour"]
    assert keys(session, Wanted("acknowledged")) == ["seen"]
    assert keys(session, Wanted("verifying")) == []
    assert keys(session, Wanted(contract="harbour")) == ["harbour"]
    assert keys(session, Wanted(owner_id=manager.id)) == ["seen"]
    assert keys(session, Wanted(mine=True)) == ["seen"]
    assert keys(session, Wanted(overdue=True)) == ["seen"]
    found = listed(session)
    assert found.owners == {manager.id: "Some manager"}
    assert found.by_state == {
        "open": 1, "acknowledged": 1, "accepted": 1, "live": 2, "ended": 1, "all": 3, "overdue": 1,
    }  # fmt: skip


def test_an_empty_list_counts_nothing(session: Session) -> None:
    found = listed(session)
    assert (found.found, found.pages, list(found.lines)) == (0, 1, [])
    assert found.by_state == {"live": 0, "ended": 0, "all": 0, "overdue": 0}


def test_a_long_list_has_pages_and_one_beyond_the_last_is_the_last(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breach_list, "AT_ONCE", 2)
    breached.build(session)
    for key in ("one", "two"):
        another(session, key)
    first, second, beyond = (listed(session, Wanted(page=page)) for page in (1, 2, 9))
    assert (first.pages, first.found, len(first.lines), len(second.lines)) == (2, 3, 2, 1)
    assert [line.breach.id for line in beyond.lines] == [line.breach.id for line in second.lines]


def test_queries_do_not_grow_with_breaches(session: Session) -> None:
    breached.build(session)
    counts = []
    for number in range(3):
        another(session, f"house-{number}")
        session.expunge_all()
        manager = person(session, Role.MANAGER)
        with sent(session) as statements:
            breach_list.inbox(session, manager, Wanted(), TODAY)
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]
