"""Decisions on a closed period: each party's steps, all of a set or none, until it is final."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import make
from rated import rate
from xla import database
from xla.core.period_state import DecisionState, PeriodState, Step
from xla.core.role import Role
from xla.core.window import parse_period
from xla.models import AuditEntry, Contract, Decision, Notice, Period, Person
from xla.services import decisions, people, periods
from xla.services.agreements import ChangedMeanwhile, Refused, contract_of
from xla.services.decisions import Said
from xla.services.evaluations import evaluate
from xla.services.reports import closed_period
from xla.services.verification import verify

MARCH = parse_period("2026-03")
PROPOSED = datetime(2026, 4, 4, 8, tzinfo=UTC)
"""With ten days to respond: the client may until 14 April, Stockholm's time."""
KPIS = [
    {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "floor": 70},
    {"key": "food", "question": "food", "metric": "mean", "target": 4},
]
BOTH = [Said("clean", Step.ACCEPT), Said("food", Step.ACCEPT)]
DISPUTED = Said("clean", Step.DISPUTE, "The night team never got the link.", "missing")


def days(count: float) -> datetime:
    return PROPOSED + timedelta(days=count)


def build(session: Session) -> Contract:
    contract = make.contract(session, make.agreement(kpis=KPIS))
    rate(session, contract, "clean", {2: 20, 5: 20}, at=PROPOSED - timedelta(days=5))
    periods.close(session, contract, MARCH, known_at=PROPOSED, now=PROPOSED)
    for role in Role:
        people.add(session, f"{role}@a.example", name=f"The {role}", role=role, now=make.APPLIED_AT)
    return contract


def person(session: Session, role: str) -> Person:
    found = people.by_email(session, f"{role}@a.example")
    assert found
    return found


def march(session: Session) -> Period:
    found = closed_period(session, contract_of(session, "harbour"), MARCH)
    assert found
    return found


def decide(
    session: Session, *said: Said, role: str = "client", seen: int | None = None, after: float = 1
) -> decisions.Standing:
    period = march(session)
    known = decisions.standing(session, period, days(after)).revision if seen is None else seen
    return decisions.decide(session, period, said, by=person(session, role), seen=known, now=days(after))


def kinds(session: Session) -> list[str]:
    told = session.scalars(select(Notice.kind).where(Notice.kind.startswith("period_")).order_by(Notice.id))
    return list(told)


@pytest.fixture
def contract(session: Session) -> Contract:
    """Harbour house, its March proposed, and a person of each role."""
    return build(session)


def test_a_period_is_final_when_the_client_accepted_all(session: Session, contract: Contract) -> None:
    assert decide(session, BOTH[0]).decided.state is PeriodState.PROPOSED
    assert march(session).final_at is None
    found = decide(session, BOTH[1], after=2)
    assert found.decided.state is PeriodState.FINAL
    assert march(session).final_at == days(2)
    assert kinds(session) == ["period_proposed", "period_accepted", "period_accepted", "period_final"]


def test_what_is_said_is_kept_with_who_and_when(session: Session, contract: Contract) -> None:
    found = decide(session, DISPUTED, BOTH[1])
    assert found.decided.state is PeriodState.DISPUTED
    row = found.rows["clean"][-1]
    assert (row.kind, row.wrong, row.text) == ("dispute", "missing", "The night team never got the link.")
    assert (row.person_id, row.at) == (person(session, "client").id, days(1))
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()[-2:] == [
        "period.accept",
        "period.dispute",
    ]
    told = session.scalars(select(Notice.document).where(Notice.kind == "period_disputed")).one()
    assert json.loads(told)["kpis"] == {
        "clean": {"text": "The night team never got the link.", "wrong": "missing"}
    }


def test_a_dispute_lasts_until_the_answer_is_accepted(session: Session, contract: Contract) -> None:
    decide(session, DISPUTED, BOTH[1])
    decide(session, Said("clean", Step.ANSWER, "We sent it on 3 March."), role="manager", after=30)
    assert decisions.finalise_due(session, contract, days(40)) == []
    found = decide(session, BOTH[0], after=41)
    assert found.decided.state is PeriodState.FINAL
    assert march(session).final_at == days(41)


def test_the_days_to_respond_are_those_of_the_version_that_judges(
    session: Session, contract: Contract
) -> None:
    assert decisions.respond_within(march(session)) == 10
    assert f"{decisions.proposed_on(march(session))}" == "2026-04-04"


def test_silence_accepts_from_the_day_after_the_last(session: Session, contract: Contract) -> None:
    assert decisions.finalise_due(session, contract, datetime(2026, 4, 14, 21, 59, tzinfo=UTC)) == []
    midnight = datetime(2026, 4, 14, 22, tzinfo=UTC)
    assert decisions.finalise_due(session, contract, days(50)) == [march(session)]
    assert march(session).final_at == midnight
    assert decisions.finalise_due(session, contract, days(51)) == []
    assert kinds(session) == ["period_proposed", "period_final"]


def test_a_dispute_withdrawn_after_the_date_ends_it_at_once(session: Session, contract: Contract) -> None:
    decide(session, DISPUTED)
    found = decide(session, Said("clean", Step.WITHDRAW), after=20)
    assert found.decided.kpi("clean").state is DecisionState.DEEMED
    assert march(session).final_at == days(20)


def test_what_is_final_by_date_and_by_words_is_so_from_the_later(
    session: Session, contract: Contract
) -> None:
    decide(session, BOTH[0], after=10.5)
    decisions.finalise_due(session, contract, days(30))
    assert march(session).final_at == datetime(2026, 4, 14, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "said", "problem"),
    [
        ("client", [], "nothing was decided"),
        ("client", [BOTH[0], DISPUTED], "decided once"),
        ("manager", BOTH, "is the client's"),
        ("admin", BOTH, "is the client's"),
        ("auditor", BOTH, "is the client's"),
        ("client", [Said("clean", Step.ANSWER, "No.")], "is the provider's"),
        ("client", [Said("clean", Step.DISPUTE, " ", "missing")], "say why"),
        ("client", [Said("clean", Step.DISPUTE, "x" * 4001, "missing")], "say why"),
        ("client", [Said("clean", Step.DISPUTE, "So.")], "says what is wrong"),
        ("client", [Said("clean", Step.ACCEPT, wrong="missing")], "says what is wrong"),
        ("client", [Said("nothing", Step.ACCEPT)], "nothing was proposed about nothing"),
    ],
)
def test_a_flawed_step_is_refused(
    session: Session, contract: Contract, role: str, said: list[Said], problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        decide(session, *said, role=role)
    assert session.scalars(select(Decision)).all() == []


def test_a_step_no_longer_legal_changes_nothing_of_the_whole_set(
    session: Session, contract: Contract
) -> None:
    decide(session, BOTH[0])
    with pytest.raises(ChangedMeanwhile):
        decide(session, *BOTH, seen=0)
    assert [row.kpi_key for row in session.scalars(select(Decision))] == ["clean"]


def test_an_answer_that_was_not_seen_is_not_accepted(session: Session, contract: Contract) -> None:
    seen = decide(session, DISPUTED).revision
    decide(session, Said("clean", Step.ANSWER, "No."), role="manager", after=2)
    with pytest.raises(ChangedMeanwhile):
        decide(session, BOTH[0], seen=seen, after=3)


def test_what_others_said_of_other_kpis_is_in_nobodys_way(session: Session, contract: Contract) -> None:
    decide(session, BOTH[0])
    assert decide(session, BOTH[1], seen=0).decided.state is PeriodState.FINAL


def test_after_the_date_there_is_nothing_to_accept(session: Session, contract: Contract) -> None:
    with pytest.raises(ChangedMeanwhile):
        decide(session, *BOTH, after=11)


def test_a_clock_that_goes_before_ours_hides_nothing(session: Session, contract: Contract) -> None:
    decide(session, BOTH[0], after=2)
    with pytest.raises(ChangedMeanwhile):
        decide(session, BOTH[0], seen=0, after=1)
    found = decide(session, BOTH[1], seen=0, after=1)
    assert found.rows["food"][-1].at == days(2)


def test_an_evaluation_says_final_from_the_day_it_is(session: Session, contract: Contract) -> None:
    def state(after: float, as_known: float | None = None) -> str:
        known = None if as_known is None else days(as_known)
        return evaluate(session, contract, MARCH, as_known_at=known, now=days(after)).state

    assert [state(1), state(30), state(30, as_known=5)] == ["proposed", "final", "proposed"]
    decisions.finalise_due(session, contract, days(30))
    assert [state(9), state(30), state(30, as_known=5)] == ["proposed", "final", "proposed"]
    assert verify(session, days(30)) == []


def test_of_two_who_decide_at_once_one_is_told_it_changed(database_url: str) -> None:
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        build(session)
    ready = Barrier(2)

    def together(said: Said) -> str:
        ready.wait()
        try:
            with database.transaction(engine) as session:
                decide(session, said, seen=0)
        except ChangedMeanwhile:
            return "changed"
        return "decided"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(together, [BOTH[0], DISPUTED])) == ["changed", "decided"]
    assert _count(engine) == 1
    engine.dispose()


def _count(engine: Engine) -> int:
    with database.reading(engine) as session:
        return len(session.scalars(select(Decision)).all())
