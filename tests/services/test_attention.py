"""Attention: what needs whom, by when, the most urgent first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
import standing_samples
from statements import sent
from web import world
from xla.core.breach import BreachState
from xla.models import (
    Action,
    Breach,
    BreachWork,
    Contract,
    Decision,
    Kiosk,
    Period,
    Person,
    RatingPoint,
    Report,
)
from xla.services import attention as subject
from xla.services import breaches, memberships, people, periods
from xla.services.agreements import contract_of
from xla.services.attention import attention
from xla.services.attention_breaches import Need
from xla.services.attention_periods import Need as PeriodNeed

CLOSED_ON = date(2026, 4, 5)
NOW = datetime(2026, 4, 6, 9, tzinfo=UTC)


def at(day: int, month: int = 4) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _world(session: Session) -> None:
    world.add_people(session)
    world.add_contracts(session)


def someone(session: Session, role: str) -> Person:
    person = people.by_email(session, world.email(role))
    assert person
    return person


def breach(session: Session) -> Breach:
    harbour = contract_of(session, "harbour")
    return session.scalars(select(Breach).where(Breach.contract_id == harbour.id)).one()


def period(session: Session) -> Period:
    harbour = contract_of(session, "harbour")
    return session.scalars(select(Period).where(Period.contract_id == harbour.id)).one()


def worked(session: Session, **fields: object) -> Breach:
    """The breach acknowledged, with that work about it."""
    found = breach(session)
    breaches.step(session, found, BreachState.ACKNOWLEDGED, now=NOW)
    session.merge(BreachWork(breach_id=found.id, revision=1, **fields))
    session.flush()
    return found


def say(session: Session, *steps: tuple[str, str], role: str = "client", on: datetime = NOW) -> None:
    """Decisions about KPIs of March, in that order."""
    for kpi, kind in steps:
        session.add(
            Decision(
                period_id=period(session).id, kpi_key=kpi, kind=kind, person_id=someone(session, role).id,
                at=on, wrong=None, text="",
            )
        )  # fmt: skip
        session.flush()


# --- breaches -----------------------------------------------------------------------------------------------


def test_a_new_breach_is_to_be_acknowledged_within_two_days_by_the_provider(session: Session) -> None:
    found = attention(session, someone(session, "manager"), NOW)
    task = found.breaches.tasks[0]
    assert (task.need, task.due_on, task.days_left) == (Need.ACKNOWLEDGE, date(2026, 4, 7), 1)
    assert (task.terms.key, task.kpi_key, task.state) == ("harbour", "clean", BreachState.OPEN)
    assert (task.start, task.end) == (date(2026, 3, 1), date(2026, 4, 1))
    kpi = found.kpi(task, task.kpi_key)
    assert kpi
    assert kpi.title["sv"] == "Rent hus"
    assert found.kpi(task, "gone") is None
    assert '"verdict": "breached"' in found.evidence[task.breach_id]


def test_an_acknowledged_breach_needs_nobody_until_its_day_has_passed(session: Session) -> None:
    worked(session, due_on=date(2026, 4, 20))
    manager = someone(session, "manager")
    before = attention(session, manager, at(20))
    assert before.breaches.count == 0
    assert before.next_on == date(2026, 4, 20)
    after = attention(session, manager, at(21)).breaches.tasks[0]
    assert (after.need, after.days_left) == (Need.OVERDUE, -1)


def test_an_acknowledged_breach_without_a_day_waits(session: Session) -> None:
    worked(session)
    session.scalars(select(Period)).all()
    assert attention(session, someone(session, "manager"), at(20)).breaches.count == 0


@pytest.mark.parametrize(
    ("fields", "count"), [({}, 1), ({"done_on": CLOSED_ON}, 0), ({"dropped_at": NOW}, 0)]
)
def test_an_action_that_is_late_needs_the_provider_unless_done_or_dropped(
    session: Session, fields: dict[str, object], count: int
) -> None:
    found = worked(session)
    session.add(
        Action(
            breach_id=found.id, title="Clean", owner="Bo", due_on=date(2026, 4, 10), created_at=NOW, **fields
        )
    )  # fmt: skip
    tasks = attention(session, someone(session, "manager"), at(12)).breaches.tasks
    assert [task.need for task in tasks] == [Need.ACTION] * count


@pytest.mark.parametrize(
    ("accepted", "role", "count"),
    [
        ("provider_accepted_at", "client", 1),
        ("provider_accepted_at", "manager", 0),
        ("client_accepted_at", "manager", 1),
        ("client_accepted_at", "client", 0),
    ],
)
def test_what_one_party_accepts_waits_for_the_other(
    session: Session, accepted: str, role: str, count: int
) -> None:
    worked(session, **{accepted: NOW})
    tasks = attention(session, someone(session, role), NOW).breaches.tasks
    assert [(task.need, task.due_on, task.days_left) for task in tasks] == [(Need.AGREE, None, None)] * count


def test_the_most_urgent_stand_first_and_the_rest_is_counted(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "SHOWN", 1)
    breach(session).opened_at += timedelta(days=5)
    group = attention(session, someone(session, "admin"), NOW).breaches
    assert [task.terms.key for task in group.tasks] == ["quay"]
    assert (group.count, group.more) == (2, 1)


# --- periods ------------------------------------------------------------------------------------------------


def test_a_client_is_asked_for_what_is_undecided_until_the_last_day(session: Session) -> None:
    say(session, ("clean", "dispute"), ("food", "accept"))
    task = attention(session, someone(session, "client"), NOW).periods.tasks[0]
    assert (task.need, task.due_on, task.days_left) == (PeriodNeed.RESPOND, date(2026, 4, 15), 9)
    assert (task.accepted, task.disputed, task.undecided) == (1, 1, 1)
    assert task.period == "2026-03"
    assert attention(session, someone(session, "client"), at(16)).periods.count == 0


def test_an_answered_dispute_is_the_clients_again(session: Session) -> None:
    say(session, ("clean", "dispute"))
    say(session, ("clean", "answer"), role="manager")
    task = attention(session, someone(session, "client"), at(16)).periods.tasks[0]
    assert (task.need, task.disputed, task.undecided) == (PeriodNeed.RESPOND, 1, 0)
    assert attention(session, someone(session, "manager"), at(7)).periods.count == 0


def test_a_dispute_waits_for_the_providers_answer(session: Session) -> None:
    say(session, ("clean", "dispute"), on=at(8))
    task = attention(session, someone(session, "manager"), at(9)).periods.tasks[0]
    assert (task.need, task.due_on, task.days_left) == (PeriodNeed.ANSWER, date(2026, 4, 8), -1)
    assert [(fact.kpi, fact.sentence) for fact in task.disputes] == [("clean", "Elin Sandvik")]


def test_what_waits_for_the_client_is_the_providers_next_day(session: Session) -> None:
    worked(session)
    found = attention(session, someone(session, "manager"), NOW)
    assert (found.count, found.next_on) == (0, date(2026, 4, 15))


def test_a_final_period_is_answered(session: Session) -> None:
    period(session).final_at = NOW
    assert attention(session, someone(session, "client"), NOW).periods.count == 0


def test_a_period_the_clock_should_have_proposed_is_late_after_two_hours(session: Session) -> None:
    manager = someone(session, "manager")
    due = datetime(2026, 5, 3, 22, tzinfo=UTC)
    assert attention(session, manager, due + timedelta(minutes=119)).periods.count == 0
    found = attention(session, manager, due + timedelta(hours=2)).periods.tasks
    assert [(task.need, task.period, task.due_on) for task in found] == [
        (PeriodNeed.PROPOSE, "2026-04", date(2026, 5, 4))
    ]


def test_a_contract_that_has_ended_is_not_late(session: Session) -> None:
    terms = make.agreement(contract={"key": "ended", "ends_on": "2026-01-31"})
    contract = make.contract(session, terms)
    january = periods.due(session, contract, NOW)
    for each in list(january):
        periods.close(session, contract, each, known_at=NOW, now=NOW)
    assert attention(session, someone(session, "admin"), NOW).periods.count == 0


def test_a_contract_that_never_closed_a_period_is_late_with_its_first(session: Session) -> None:
    contract = make.contract(session, make.agreement(contract={"key": "new"}))
    memberships.add_member(session, someone(session, "manager").id, contract.id)
    tasks = attention(session, someone(session, "manager"), NOW).periods.tasks
    assert [(task.terms.key, task.period) for task in tasks] == [("new", "2026-01")]


def test_the_newest_final_period_without_a_report_is_to_be_reported(session: Session) -> None:
    march = period(session)
    march.final_at = at(16)
    manager = someone(session, "manager")
    task = attention(session, manager, at(17)).reports.tasks[0]
    assert (task.need, task.period, task.due_on) == (PeriodNeed.REPORT, "2026-03", date(2026, 4, 16))
    assert (task.days_left, task.accepted) == (-1, 3)
    session.add(
        Report(
            contract_id=march.contract_id, period_id=march.id, issue=1, language="en", issued_at=at(17),
            sha256="", pdf=b"",
        )
    )  # fmt: skip
    session.flush()
    assert attention(session, manager, at(17)).reports.count == 0


# --- standings ----------------------------------------------------------------------------------------------


def standing(
    session: Session, silent: Sequence[dict[str, object]] = (), **kpis: dict[str, object]
) -> Contract:
    contract = contract_of(session, "harbour")
    standing_samples.add(session, contract, kpis=kpis, silent=silent)
    return contract


def test_a_kpi_heading_for_a_breach_is_due_when_its_budget_runs_out(session: Session) -> None:
    standing(
        session,
        clean={"chance": 0.64, "chance_week_ago": 0.31, "runs_out_on": "2026-04-19", "left_share": 0.12},
        food={"chance": 0.4},
        recommend={"chance": 0.9, "n": 9},
    )
    tasks = attention(session, someone(session, "manager"), at(10)).warnings.tasks
    assert [(task.kpi_key, task.due_on, task.days_left) for task in tasks] == [
        ("clean", date(2026, 4, 19), 9),
        ("food", date(2026, 4, 30), 20),
    ]
    assert (tasks[0].chance, tasks[0].chance_week_ago, tasks[0].left_share) == (0.64, 0.31, 0.12)


def test_silent_rating_points_are_told_by_contract_the_longest_silent_first(session: Session) -> None:
    points = [
        {"site": "a", "touchpoint": "arrive", "last_on": "2026-04-02", "expected": 9.4},
        {"site": "b", "touchpoint": "lunch", "last_on": "2026-03-30", "expected": 20.1},
        {"site": "b", "touchpoint": "", "last_on": None, "expected": None},
    ]
    standing_samples.add(session, contract_of(session, "harbour"), silent=points)
    (task,) = attention(session, someone(session, "manager"), at(10)).silences.tasks
    assert [point.last_on for point in task.points] == [None, date(2026, 3, 30), date(2026, 4, 2)]
    assert task.terms.key == "harbour"


# --- whose --------------------------------------------------------------------------------------------------


def test_a_client_is_not_asked_for_the_providers_work(session: Session) -> None:
    standing(session, clean={"chance": 0.9})
    found = attention(session, someone(session, "client"), NOW)
    assert found.count == found.periods.count == 1


def test_nothing_needs_an_auditor(session: Session) -> None:
    assert attention(session, someone(session, "auditor"), NOW).count == 0


def test_a_strangers_contract_needs_nobody_but_an_admin(session: Session) -> None:
    mine = attention(session, someone(session, "manager"), NOW)
    every = attention(session, someone(session, "admin"), NOW)
    assert {task.terms.key for task in mine.breaches.tasks} == {"harbour"}
    assert {task.terms.key for task in every.breaches.tasks} == {"harbour", "quay"}


def test_the_queries_do_not_grow_with_contracts(session: Session) -> None:
    admin = someone(session, "admin")
    counts = []
    for key in ("one", "two", "three"):
        contract = make.contract(session, world.terms(key, key))
        world.live(session, contract)
        standing_samples.add(session, contract, kpis={"clean": {"chance": 0.9}})
        attention(session, admin, NOW)
        with sent(session) as statements:
            attention(session, admin, NOW)
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2] <= 16


def test_a_group_without_tasks_has_nothing_more(session: Session) -> None:
    empty = replace(subject.Attention())
    assert (empty.count, empty.breaches.more, empty.next_on) == (0, 0, None)


# --- kiosks -------------------------------------------------------------------------------------------------


def test_silent_kiosks_need_the_provider_alone_the_longest_silent_first(session: Session) -> None:
    harbour = contract_of(session, "harbour")
    for name, minutes, waiting in (("Lobby", 40, 2), ("Canteen", 90, 1), ("Gate", 29, 9)):
        point = RatingPoint(contract_id=harbour.id, site_key=name, touchpoint_key="", opened_at=NOW)
        session.add(point)
        session.flush()
        seen_at = NOW - timedelta(minutes=minutes)
        kiosk = Kiosk(point_id=point.id, name=name, created_at=seen_at, paired_at=seen_at, seen_at=seen_at)
        kiosk.waiting = waiting
        session.add(kiosk)
    session.flush()
    (task,) = attention(session, someone(session, "manager"), NOW).kiosks.tasks
    told = (task.terms.key, task.names, task.waiting, task.heard_at)
    assert told == ("harbour", ("Canteen", "Lobby"), 3, NOW - timedelta(minutes=90))
    assert attention(session, someone(session, "client"), NOW).kiosks.count == 0
