"""Exclusions: one party proposes, the other agrees; what would differ is told where it tells nobody apart."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from rated import rate
from statements import sent
from xla.core.role import Role
from xla.core.verdict import Verdict
from xla.core.window import Window, parse_period
from xla.models import AuditEntry, Contract, Exclusion, Person
from xla.services import exclusions, people, periods
from xla.services.agreements import ChangedMeanwhile, Refused, agreement_of, versions
from xla.services.evaluations import evaluate
from xla.services.exclusions import ExclusionState, Listed, agreed_at, of_window, state_of
from xla.services.reports import closed_period
from xla.services.verification import verify
from xla.services.what_if import WhatIf, what_if

MARCH = parse_period("2026-03")
KPIS = [
    {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "floor": 70},
    {"key": "food", "question": "food", "metric": "mean", "target": 4},
]
TEN_TO_ELEVEN = Window(date(2026, 3, 10), date(2026, 3, 12))


@pytest.fixture
def contract(session: Session) -> Contract:
    """In March ten poor ratings in house A on the 10th, two on the 20th; forty good ones in B."""
    contract = make.contract(session, make.agreement(kpis=KPIS))
    rate(session, contract, "clean", {1: 10}, site="a", on="2026-03-10")
    rate(session, contract, "clean", {1: 2}, site="a-1", on="2026-03-20")
    rate(session, contract, "clean", {5: 40}, site="b", on="2026-03-10")
    for role in Role:
        people.add(session, f"{role}@a.example", name=f"The {role}", role=role, now=make.APPLIED_AT)
    return contract


def person(session: Session, role: str) -> Person:
    found = people.by_email(session, f"{role}@a.example")
    assert found
    return found


def propose(
    session: Session,
    contract: Contract,
    role: str = "manager",
    *,
    site: str = "a",
    days: Window = TEN_TO_ELEVEN,
    reason: str = "Closed by the police",
    now: datetime = make.NOW,
) -> Exclusion:
    by = person(session, role)
    return exclusions.propose(session, contract, site=site, days=days, reason=reason, by=by, now=now)


def agree(
    session: Session, contract: Contract, row: Exclusion, role: str = "client", *, now: datetime = make.NOW
) -> None:
    exclusions.agree(session, contract, row, by=person(session, role), now=now)


def listed(session: Session, contract: Contract, window: Window = MARCH) -> list[Listed]:
    return of_window(session, contract, agreement_of(versions(session, contract)[-1]), window)


def supposed(session: Session, contract: Contract, *, now: datetime = make.NOW) -> WhatIf:
    return what_if(
        session,
        contract,
        MARCH,
        row=closed_period(session, contract, MARCH),
        holds=evaluate(session, contract, MARCH, now=now),
        exclusions=[each.row for each in listed(session, contract)],
        now=now,
    )


def n_of(session: Session, contract: Contract) -> int:
    return evaluate(session, contract, MARCH, now=make.NOW).kpi("clean").measurement.n


@pytest.mark.parametrize(("first", "second"), [("manager", "client"), ("client", "admin")])
def test_it_counts_once_the_other_party_agreed(
    session: Session, contract: Contract, first: str, second: str
) -> None:
    row = propose(session, contract, first)
    assert (state_of(row), agreed_at(row), n_of(session, contract)) == (ExclusionState.PROPOSED, None, 52)
    agree(session, contract, row, second)
    assert (state_of(row), agreed_at(row), n_of(session, contract)) == (ExclusionState.AGREED, make.NOW, 42)
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()[-2:] == [
        "exclusion.propose",
        "exclusion.agree",
    ]


def test_a_party_does_not_agree_with_itself(session: Session, contract: Contract) -> None:
    row = propose(session, contract, "manager")
    with pytest.raises(Refused, match="the other party agrees"):
        agree(session, contract, row, "admin")


def test_who_proposed_takes_it_back_and_it_is_listed_no_more(session: Session, contract: Contract) -> None:
    row = propose(session, contract, "client")
    with pytest.raises(Refused, match="only the party that proposed"):
        exclusions.withdraw(session, contract, row, by=person(session, "manager"), now=make.NOW)
    exclusions.withdraw(session, contract, row, by=person(session, "client"), now=make.NOW)
    assert state_of(row) is ExclusionState.WITHDRAWN
    assert listed(session, contract) == []


def test_the_provider_takes_its_own_proposal_back_too(session: Session, contract: Contract) -> None:
    row = propose(session, contract, "admin")
    with pytest.raises(Refused, match="only the party that proposed"):
        exclusions.withdraw(session, contract, row, by=person(session, "client"), now=make.NOW)
    exclusions.withdraw(session, contract, row, by=person(session, "manager"), now=make.NOW)
    assert state_of(row) is ExclusionState.WITHDRAWN


def test_what_was_agreed_or_taken_back_meanwhile_is_said(session: Session, contract: Contract) -> None:
    row = propose(session, contract)
    agree(session, contract, row)
    with pytest.raises(ChangedMeanwhile, match="agreed meanwhile"):
        exclusions.withdraw(session, contract, row, by=person(session, "manager"), now=make.NOW)
    other = propose(session, contract, "client")
    exclusions.withdraw(session, contract, other, by=person(session, "client"), now=make.NOW)
    with pytest.raises(ChangedMeanwhile, match="withdrawn meanwhile"):
        agree(session, contract, other, "manager")


@pytest.mark.parametrize(
    ("role", "told", "problem"),
    [
        ("auditor", {}, "an auditor"),
        ("client", {"site": "nowhere"}, "has no site 'nowhere'"),
        ("client", {"days": Window(date(2026, 1, 1), date(2027, 1, 3))}, "366 days at most"),
        ("client", {"reason": " \0 "}, "say why"),
        ("client", {"reason": "x" * 1001}, "say why"),
    ],
)
def test_a_flawed_proposal_is_refused(
    session: Session, contract: Contract, role: str, told: dict[str, object], problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        propose(session, contract, role, **told)  # type: ignore[arg-type]  # keywords of the test
    assert listed(session, contract) == []


def test_proposals_do_not_pile_up(session: Session, contract: Contract) -> None:
    for _ in range(exclusions.MOST_OPEN):
        row = propose(session, contract)
    with pytest.raises(Refused, match="20 proposals wait already"):
        propose(session, contract)
    agree(session, contract, row)
    propose(session, contract)


def test_the_list_says_who_when_and_how_many(session: Session, contract: Contract) -> None:
    propose(session, contract, "client", site="a", days=Window(date(2026, 2, 1), date(2026, 3, 21)))
    propose(session, contract, "manager", site="a-1")
    session.add(
        Exclusion(
            contract_id=contract.id, site_key="b", start_on=date(2026, 3, 10), end_on=date(2026, 3, 11),
            reason="Agreed on paper", provider_agreed_at=make.NOW, client_agreed_at=make.NOW,
        )
    )  # fmt: skip
    propose(session, contract, days=Window(date(2026, 4, 1), date(2026, 4, 2)))
    found = listed(session, contract)
    assert [(each.row.site_key, each.party, each.count) for each in found] == [
        ("a", "client", 12),
        ("a-1", "provider", 0),
        ("b", None, 40),
    ]
    assert found[0].by
    assert found[0].by.name == "The client"
    assert [each.state for each in found] == ["proposed", "proposed", "agreed"]


def test_queries_do_not_grow_with_exclusions(session: Session, contract: Contract) -> None:
    counts = []
    for _ in range(3):
        propose(session, contract)
        session.expire_all()
        with sent(session) as statements:
            listed(session, contract)
        counts.append(len(statements))
    assert counts[1] == counts[2]


# --- what if ------------------------------------------------------------------------------------------------


def test_a_running_period_is_shown_with_and_without(session: Session, contract: Contract) -> None:
    assert supposed(session, contract) == WhatIf((), (), ())
    row = propose(session, contract)
    (each,) = supposed(session, contract).proposed_left_out
    assert each.then
    assert (each.kpi, each.now.measurement.n, each.then.measurement.n) == ("clean", 52, 42)
    agree(session, contract, row)
    found = supposed(session, contract)
    (each,) = found.everything_counted
    assert each.then
    assert (each.now.measurement.n, each.then.measurement.n) == (42, 52)
    assert (each.now.verdict, each.then.verdict) == (Verdict.MET, Verdict.AT_RISK)
    assert found.proposed_left_out == ()


def test_a_difference_of_two_answers_is_not_told(session: Session, contract: Contract) -> None:
    propose(session, contract, days=Window(date(2026, 3, 20), date(2026, 3, 21)))
    (each,) = supposed(session, contract).proposed_left_out
    assert (each.kpi, each.then) == ("clean", None)


def test_what_would_be_left_of_three_answers_is_not_told(session: Session, contract: Contract) -> None:
    rate(session, contract, "food", {5: 3}, site="b", on="2026-03-10")
    rate(session, contract, "food", {1: 9}, site="a", on="2026-03-10")
    propose(session, contract)
    found = {each.kpi: each.then for each in supposed(session, contract).proposed_left_out}
    assert found["food"] is None
    assert found["clean"]


def test_an_exclusion_agreed_after_the_close_changes_no_frozen_figure(
    session: Session, contract: Contract
) -> None:
    row = propose(session, contract)
    closed_at = make.NOW + timedelta(days=1)
    periods.close(session, contract, MARCH, known_at=closed_at, now=closed_at)
    agree(session, contract, row, now=closed_at)
    assert agreed_at(row) == closed_at + timedelta(microseconds=1)
    assert n_of(session, contract) == 52
    (each,) = supposed(session, contract, now=closed_at + timedelta(days=1)).proposed_left_out
    assert each.then
    assert each.then.measurement.n == 42
    assert verify(session, closed_at + timedelta(days=2)) == []


def test_what_came_late_is_shown_as_if_it_counted(session: Session, contract: Contract) -> None:
    row = propose(session, contract)
    agree(session, contract, row)
    periods.close(session, contract, MARCH, known_at=make.NOW, now=make.NOW)
    assert supposed(session, contract).late_counted == ()
    after = make.NOW + timedelta(days=1)
    rate(session, contract, "clean", {1: 20}, site="b", at=after)
    found = supposed(session, contract, now=after)
    (each,) = found.late_counted
    assert each.then
    assert (each.now.measurement.n, each.then.measurement.n) == (42, 62)
    (each,) = found.everything_counted
    assert each.then
    assert each.then.measurement.n == 52
