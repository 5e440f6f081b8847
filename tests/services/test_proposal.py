"""The inbox of periods and the page of one: what stands where, what it costs, who said what."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

import make
from rated import rate
from xla.core.period_state import DecisionState, PeriodState, Step
from xla.core.role import Role
from xla.core.verdict import Verdict
from xla.core.window import parse_period
from xla.models import Contract, Period, Person
from xla.services import decisions, memberships, people, period_inbox, periods
from xla.services.agreements import agreement_of, versions
from xla.services.decisions import Said
from xla.services.period_inbox import Found, Wanted, Which
from xla.services.proposal import Proposal, proposal

PROPOSED = datetime(2026, 4, 4, 8, tzinfo=UTC)
KPIS = [
    {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "credit": {"breached": "2"}},
    {"key": "food", "question": "food", "metric": "mean", "target": 4},
]


@pytest.fixture
def contract(session: Session) -> Contract:
    """Harbour house with February and March proposed, and a client and an admin."""
    contract = make.contract(session, make.agreement(kpis=KPIS))
    rate(session, contract, "clean", {1: 30}, at=PROPOSED - timedelta(days=5))
    rate(session, contract, "food", {5: 3}, at=PROPOSED - timedelta(days=5))
    for name in ("2026-02", "2026-03"):
        periods.close(session, contract, parse_period(name), known_at=PROPOSED, now=PROPOSED)
    for role in (Role.CLIENT, Role.ADMIN):
        person = people.add(session, f"{role}@a.example", name=f"The {role}", role=role, now=make.APPLIED_AT)
        memberships.add_member(session, person.id, contract.id)
    return contract


def person(session: Session, role: str) -> Person:
    found = people.by_email(session, f"{role}@a.example")
    assert found
    return found


def shown(session: Session, contract: Contract, name: str, row: Period | None) -> Proposal:
    agreement = agreement_of(versions(session, contract)[-1])
    now = PROPOSED + timedelta(days=1)
    return proposal(session, contract, parse_period(name), row=row, agreement=agreement, now=now)


def march(session: Session, contract: Contract) -> Period:
    return next(each.row for each in inbox(session).periods if each.name == "2026-03")


def inbox(session: Session, after: float = 1, role: str = "client", **wanted: object) -> Found:
    asked = Wanted(**wanted)  # type: ignore[arg-type]  # keywords of the test
    return period_inbox.find(session, person(session, role), asked, PROPOSED + timedelta(days=after))


def test_a_closed_period_shows_its_decisions_credits_and_who_said_what(
    session: Session, contract: Contract
) -> None:
    row = march(session, contract)
    client = person(session, "client")
    said = [Said("clean", Step.DISPUTE, "It was closed.", "disturbed")]
    decisions.decide(session, row, said, by=client, seen=0, now=PROPOSED)
    found = shown(session, contract, "2026-03", row)
    clean, food = found.lines
    assert found.standing
    assert clean.decided
    assert clean.decided.state is DecisionState.DISPUTED
    assert [each.text for each in clean.said] == ["It was closed."]
    assert clean.credit
    assert (clean.credit.due, found.costs and found.costs.total) == (2000, 2000)
    assert found.names == {client.id: "The client"}
    assert (food.result.hidden, food.result.measurement.value, food.said) == (True, None, ())


def test_a_running_period_shows_figures_and_nothing_to_decide(session: Session, contract: Contract) -> None:
    found = shown(session, contract, "2026-04", None)
    assert (found.outcome.state, found.standing, found.costs, found.reports, found.names) == (
        "open", None, None, (), {},
    )  # fmt: skip
    assert [(line.decided, line.credit, line.said) for line in found.lines] == [(None, None, ())] * 2


def test_the_inbox_lists_what_is_not_final_first(session: Session, contract: Contract) -> None:
    row = march(session, contract)
    both = [Said("clean", Step.ACCEPT), Said("food", Step.ACCEPT)]
    decisions.decide(session, row, both, by=person(session, "client"), seen=0, now=PROPOSED)
    found = inbox(session)
    assert [each.name for each in found.periods] == ["2026-02", "2026-03"]
    assert found.counts == {Which.WAITING: 1, Which.FINAL: 1}
    assert found.contracts == {"harbour": "Aurland Port"}
    february, final = found.periods
    assert (february.decided.state, february.settled, february.disputed) == (PeriodState.PROPOSED, 0, 0)
    assert (final.decided.state, final.settled) == (PeriodState.FINAL, 2)
    assert final.verdicts == {Verdict.BREACHED: 1, Verdict.INCONCLUSIVE: 1}


def test_a_dispute_is_counted_answered_or_not(session: Session, contract: Contract) -> None:
    row = march(session, contract)
    said = [Said("clean", Step.DISPUTE, "So.", "other"), Said("food", Step.DISPUTE, "So.", "other")]
    seen = decisions.decide(session, row, said, by=person(session, "client"), seen=0, now=PROPOSED).revision
    answer = [Said("clean", Step.ANSWER, "No.")]
    decisions.decide(session, row, answer, by=person(session, "admin"), seen=seen, now=PROPOSED)
    assert inbox(session, contract="harbour").periods[0].disputed == 2


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"which": Which.WAITING}, ["2026-03", "2026-02"]),
        ({"which": Which.FINAL}, []),
        ({"contract": "quay"}, []),
        ({"year": 2026}, ["2026-03", "2026-02"]),
        ({"year": 2025}, []),
        ({"page": 7}, ["2026-03", "2026-02"]),
    ],
)
def test_the_inbox_is_narrowed(
    session: Session, contract: Contract, wanted: dict[str, object], names: list[str]
) -> None:
    assert [each.name for each in inbox(session, role="admin", **wanted).periods] == names


def test_a_stranger_finds_nothing(session: Session, contract: Contract) -> None:
    stranger = people.add(session, "s@a.example", name="S", role=Role.AUDITOR, now=make.APPLIED_AT)
    found = period_inbox.find(session, stranger, Wanted(), PROPOSED)
    assert (found.periods, found.counts, found.contracts) == ([], {}, {})
