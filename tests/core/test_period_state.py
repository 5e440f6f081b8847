"""From proposed to final: who may say what of a KPI's result, and what silence means."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.period_state import (
    NEXT,
    TAKEN_BY,
    Decided,
    DecisionState,
    Fact,
    Party,
    PeriodState,
    Step,
    decided,
    respond_by,
)

ACCEPT, DISPUTE, WITHDRAW, ANSWER = Step
PROPOSED_ON = date(2026, 4, 4)
UNDECIDED, ACCEPTED, DEEMED, DISPUTED, ANSWERED = DecisionState
PROPOSED, IN_DISPUTE, FINAL = PeriodState


def said(*told: tuple[int, Step], kpi: str = "clean") -> list[Fact]:
    """Steps, each with how many days after the proposal it was taken."""
    return [Fact(kpi, step, PROPOSED_ON + timedelta(days=days), f"On day {days}.") for days, step in told]


def stands(facts: list[Fact], day: int, within: int = 10, kpis: tuple[str, ...] = ("clean",)) -> Decided:
    return decided(
        kpis,
        facts,
        proposed_on=PROPOSED_ON,
        respond_within_days=within,
        today=PROPOSED_ON + timedelta(days=day),
    )


LIVES = [
    ("nobody has spoken", said(), 0, UNDECIDED, PROPOSED, None),
    ("the deadline is a day to respond on", said(), 10, UNDECIDED, PROPOSED, None),
    ("the day after, silence has accepted", said(), 11, DEEMED, FINAL, 11),
    ("and long after it is final from that day", said(), 400, DEEMED, FINAL, 11),
    ("accepted is final at once", said((2, ACCEPT)), 2, ACCEPTED, FINAL, 2),
    ("accepted on the last day", said((10, ACCEPT)), 12, ACCEPTED, FINAL, 10),
    ("disputed is disputed", said((10, DISPUTE)), 10, DISPUTED, IN_DISPUTE, None),
    ("and stays so after the deadline", said((3, DISPUTE)), 400, DISPUTED, IN_DISPUTE, None),
    ("an answer ends no dispute", said((3, DISPUTE), (4, ANSWER)), 400, ANSWERED, IN_DISPUTE, None),
    (
        "an accepted answer does, after the deadline too",
        said((3, DISPUTE), (20, ANSWER), (30, ACCEPT)), 30, ACCEPTED, FINAL, 30,
    ),
    (
        "a dispute may be kept up after an answer",
        said((3, DISPUTE), (20, ANSWER), (30, DISPUTE)), 30, DISPUTED, IN_DISPUTE, None,
    ),
    ("withdrawn in time is undecided", said((3, DISPUTE), (4, WITHDRAW)), 10, UNDECIDED, PROPOSED, None),
    ("until the deadline", said((3, DISPUTE), (4, WITHDRAW)), 11, DEEMED, FINAL, 11),
    ("withdrawn later is accepted that day", said((3, DISPUTE), (40, WITHDRAW)), 50, DEEMED, FINAL, 40),
    (
        "so does withdrawing after an answer",
        said((3, DISPUTE), (20, ANSWER), (40, WITHDRAW)), 40, DEEMED, FINAL, 40,
    ),
    (
        "who withdrew in time may dispute again",
        said((3, DISPUTE), (4, WITHDRAW), (5, DISPUTE)), 11, DISPUTED, IN_DISPUTE, None,
    ),
    ("what comes later is not known yet", said((3, DISPUTE), (9, ANSWER)), 8, DISPUTED, IN_DISPUTE, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "day", "state", "period", "final"), [row[1:] for row in LIVES], ids=[row[0] for row in LIVES]
)
def test_the_life_of_one_kpi(
    facts: list[Fact], day: int, state: DecisionState, period: PeriodState, final: int | None
) -> None:
    found = stands(facts, day)
    final_on = None if final is None else PROPOSED_ON + timedelta(days=final)
    assert (found.kpi("clean").state, found.state, found.final_on) == (state, period, final_on)
    assert found.kpi("clean").settled_on == final_on


def test_with_no_days_to_respond_a_period_is_final_when_proposed() -> None:
    found = stands([], 0, within=0)
    assert (found.state, found.final_on, found.respond_by) == (FINAL, PROPOSED_ON, PROPOSED_ON)
    assert found.kpi("clean").state is DEEMED


def test_one_disputed_kpi_keeps_the_period_from_final() -> None:
    facts = said((1, ACCEPT), kpi="clean") + said((2, DISPUTE), kpi="food")
    found = stands(facts, 40, kpis=("clean", "food", "people"))
    assert [each.state for each in found.decisions] == [ACCEPTED, DISPUTED, DEEMED]
    assert (found.state, found.final_on) == (IN_DISPUTE, None)


def test_one_undecided_kpi_keeps_the_period_proposed() -> None:
    found = stands(said((1, ACCEPT)), 5, kpis=("clean", "food"))
    assert (found.state, found.final_on) == (PROPOSED, None)


def test_a_period_is_final_on_the_day_its_last_kpi_was_settled() -> None:
    facts = said((1, ACCEPT), kpi="clean") + said((2, DISPUTE), (30, WITHDRAW), kpi="food")
    found = stands(facts, 40, kpis=("clean", "food", "people"))
    assert found.final_on == PROPOSED_ON + timedelta(days=30)


def test_a_period_without_kpis_waits_for_its_deadline_day_and_is_final() -> None:
    found = stands([], 0, kpis=())
    assert (found.state, found.final_on) == (FINAL, PROPOSED_ON + timedelta(days=11))


def test_a_decision_carries_its_steps_and_the_last_of_them() -> None:
    facts = said((3, DISPUTE), (4, ANSWER))
    found = stands(facts, 5, kpis=("clean", "food"))
    assert found.kpi("clean").facts == tuple(facts)
    assert found.kpi("clean").last == facts[-1]
    assert found.kpi("food").last is None
    with pytest.raises(KeyError, match="people"):
        found.kpi("people")


LEGAL = [
    ("undecided: the client accepts or disputes", said(), 0, (ACCEPT, DISPUTE), ()),
    ("disputed: the client withdraws, the provider answers", said((1, DISPUTE)), 1, (WITHDRAW,), (ANSWER,)),
    ("also after the deadline", said((1, DISPUTE)), 40, (WITHDRAW,), (ANSWER,)),
    (
        "answered: the client accepts, keeps it up or withdraws",
        said((1, DISPUTE), (2, ANSWER)), 40, (ACCEPT, DISPUTE, WITHDRAW), (),
    ),
    ("accepted: nothing more", said((1, ACCEPT)), 1, (), ()),
    ("deemed accepted: nothing more", said(), 11, (), ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "day", "client", "provider"), [row[1:] for row in LEGAL], ids=[row[0] for row in LEGAL]
)
def test_what_each_party_may_do(
    facts: list[Fact], day: int, client: tuple[Step, ...], provider: tuple[Step, ...]
) -> None:
    decision = stands(facts, day).kpi("clean")
    assert (decision.steps(Party.CLIENT), decision.steps(Party.PROVIDER)) == (client, provider)


ILLEGAL = [
    ("nothing may be said after silence has accepted", said((11, DISPUTE)), "was deemed"),
    ("what is accepted stays so", said((1, ACCEPT), (2, DISPUTE)), "was accepted"),
    ("only a dispute is answered", said((1, ANSWER)), "was undecided"),
    ("only a dispute is withdrawn", said((1, WITHDRAW)), "was undecided"),
    ("a dispute is accepted only once answered", said((1, DISPUTE), (2, ACCEPT)), "was disputed"),
    ("a dispute is answered once", said((1, DISPUTE), (2, ANSWER), (3, ANSWER)), "was answered"),
    ("nothing is said before the proposal", said((-1, ACCEPT)), "nothing was proposed on 2026-04-03"),
    ("nor of a KPI the period does not have", said((1, ACCEPT), kpi="food"), "about food"),
]


@pytest.mark.parametrize(("facts", "sentence"), [row[1:] for row in ILLEGAL], ids=[row[0] for row in ILLEGAL])
def test_an_illegal_fact_is_refused(facts: list[Fact], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        stands(facts, 40)


def test_every_state_says_what_may_follow_and_every_step_whose_it_is() -> None:
    assert set(NEXT) == set(DecisionState)
    assert set(TAKEN_BY) == set(Step)


def test_the_last_day_to_respond_is_counted_from_the_day_after_the_proposal() -> None:
    assert respond_by(date(2026, 4, 4), 10) == date(2026, 4, 14)


moves = st.lists(
    st.tuples(st.sampled_from(["clean", "food"]), st.integers(0, 6), st.integers(0, 3)), max_size=12
)


def walked(told: list[tuple[str, int, int]], within: int) -> tuple[list[Fact], int]:
    """Only legal steps, picked by number, each some days after the one before; and the last day."""
    facts: list[Fact] = []
    day = 0
    for kpi, later, pick in told:
        day += later
        decision = stands(facts, day, within, ("clean", "food")).kpi(kpi)
        steps = [*decision.steps(Party.CLIENT), *decision.steps(Party.PROVIDER)]
        if steps:
            facts += said((day, steps[pick % len(steps)]), kpi=kpi)
    return facts, day


@given(moves, st.integers(0, 30), st.integers(0, 60))
def test_legal_steps_are_never_refused_and_final_stays_final(
    told: list[tuple[str, int, int]], within: int, wait: int
) -> None:
    facts, day = walked(told, within)
    found = stands(facts, day, within, ("clean", "food"))
    later = stands(facts, day + wait, within, ("clean", "food"))
    if found.state is FINAL:
        assert later == found
        assert not any(each.steps(party) for each in found.decisions for party in Party)
    assert (found.state is FINAL) == (found.final_on is not None)
    assert (found.state is FINAL) == all(each.settled_on for each in found.decisions)


@given(moves, st.integers(0, 30))
def test_after_the_deadline_nothing_is_undecided(told: list[tuple[str, int, int]], within: int) -> None:
    facts, day = walked(told, within)
    found = stands(facts, max(day, within + 1), within, ("clean", "food"))
    assert UNDECIDED not in {each.state for each in found.decisions}
