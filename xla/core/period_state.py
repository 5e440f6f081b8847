"""A closed period's state: from proposed, KPI by KPI accepted or disputed, to final (domain, section 5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodState(StrEnum):
    """Where a closed period stands."""

    PROPOSED = "proposed"
    DISPUTED = "disputed"
    FINAL = "final"


class DecisionState(StrEnum):
    """Where one KPI's result stands."""

    UNDECIDED = "undecided"
    ACCEPTED = "accepted"
    DEEMED = "deemed"
    """Nobody disputed it in time: it counts as accepted."""
    DISPUTED = "disputed"
    ANSWERED = "answered"
    """Disputed, and the provider has answered."""


class Party(StrEnum):
    """Who takes a step."""

    CLIENT = "client"
    PROVIDER = "provider"


class Step(StrEnum):
    """What a party says of one KPI's result."""

    ACCEPT = "accept"
    DISPUTE = "dispute"
    WITHDRAW = "withdraw"
    ANSWER = "answer"


TAKEN_BY = {
    Step.ACCEPT: Party.CLIENT,
    Step.DISPUTE: Party.CLIENT,
    Step.WITHDRAW: Party.CLIENT,
    Step.ANSWER: Party.PROVIDER,
}
"""Whose step each is."""

NEXT: dict[DecisionState, dict[Step, DecisionState]] = {
    DecisionState.UNDECIDED: {
        Step.ACCEPT: DecisionState.ACCEPTED,
        Step.DISPUTE: DecisionState.DISPUTED,
    },
    DecisionState.DISPUTED: {
        Step.WITHDRAW: DecisionState.UNDECIDED,
        Step.ANSWER: DecisionState.ANSWERED,
    },
    DecisionState.ANSWERED: {
        Step.ACCEPT: DecisionState.ACCEPTED,
        Step.DISPUTE: DecisionState.DISPUTED,
        Step.WITHDRAW: DecisionState.UNDECIDED,
    },
    DecisionState.ACCEPTED: {},
    DecisionState.DEEMED: {},
}
"""Where each step leads. An answered dispute is kept up by disputing again; silence does not end it."""


@dataclass(frozen=True)
class Fact:
    """A step that was taken: by the party whose step it is, on a local day in the contract's zone."""

    kpi: str
    step: Step
    on: date
    sentence: str = ""
    """What the party said."""


@dataclass(frozen=True)
class Decision:
    """Where one KPI's result stands, and how it came there."""

    kpi: str
    state: DecisionState
    facts: tuple[Fact, ...]
    """All steps taken, oldest first."""
    settled_on: date | None
    """The local day on which it was accepted, or counted as such; None before."""

    @property
    def last(self) -> Fact | None:
        """The latest step; None when nobody said anything."""
        return self.facts[-1] if self.facts else None

    def steps(self, party: Party) -> tuple[Step, ...]:
        """What that party may do now."""
        return tuple(step for step in NEXT[self.state] if TAKEN_BY[step] is party)


@dataclass(frozen=True)
class Decided:
    """Where a closed period stands on one local day."""

    state: PeriodState
    decisions: tuple[Decision, ...]
    """One for each KPI, in the order asked."""
    respond_by: date
    """The last local day on which silence does not accept yet."""
    final_on: date | None
    """The local day on which it became final; None before."""

    def kpi(self, key: str) -> Decision:
        """One KPI's decision. KeyError where there is none."""
        for decision in self.decisions:
            if decision.kpi == key:
                return decision
        raise KeyError(key)


def decided(
    kpi_keys: Sequence[str],
    facts: Iterable[Fact],
    *,
    proposed_on: date,
    respond_within_days: int,
    today: date,
) -> Decided:
    """Where a period proposed on `proposed_on` stands `today`, both local days in the contract's zone.

    The client may accept or dispute each KPI up to and with the day `respond_within_days` after the proposal;
    on the day after, what is undecided is deemed accepted. With 0 days it is so at once. A dispute lasts
    until the client accepts the provider's answer or withdraws; once withdrawn the KPI is undecided again,
    which after the deadline means deemed accepted on that day. The period is final when every KPI is accepted
    or deemed so.

    `facts` are in the order they were written; those after `today` are not known yet.

    Raises:
        ValueError: a fact about a KPI that was not asked for, from before the proposal, or of a step that
            was not legal on its day.
    """
    deemed_on = silence_accepts_on(proposed_on, respond_within_days)
    by_kpi: dict[str, list[Fact]] = {key: [] for key in kpi_keys}
    for fact in facts:
        if fact.kpi not in by_kpi or fact.on < proposed_on:
            raise ValueError(f"nothing was proposed on {fact.on} about {fact.kpi} to {fact.step}")
        if fact.on <= today:
            by_kpi[fact.kpi].append(fact)
    decisions = tuple(_decision(key, steps, deemed_on, today) for key, steps in by_kpi.items())
    state = _state(decisions)
    final_on = max((day for each in decisions if (day := each.settled_on)), default=deemed_on)
    return Decided(
        state,
        decisions,
        respond_by(proposed_on, respond_within_days),
        final_on if state is PeriodState.FINAL else None,
    )


def respond_by(proposed_on: date, respond_within_days: int) -> date:
    """The last local day on which the client may accept or dispute.

    With 0 days there is nothing to respond to, and it is the day of the proposal.
    """
    return proposed_on + timedelta(days=respond_within_days)


def silence_accepts_on(proposed_on: date, respond_within_days: int) -> date:
    """The local day on which what is undecided is deemed accepted."""
    return proposed_on + timedelta(days=respond_within_days + 1 if respond_within_days else 0)


def _decision(kpi: str, facts: Sequence[Fact], deemed_on: date, today: date) -> Decision:
    state, since = DecisionState.UNDECIDED, deemed_on
    for fact in facts:
        state = _on(state, since, fact.on)
        if fact.step not in NEXT[state]:
            raise ValueError(f"on {fact.on} {kpi} was {state}, where {fact.step} is not a step")
        state, since = NEXT[state][fact.step], max(deemed_on, fact.on)
    state = _on(state, since, today)
    settled_on = since if state is DecisionState.DEEMED else None
    if state is DecisionState.ACCEPTED:
        settled_on = facts[-1].on
    return Decision(kpi, state, tuple(facts), settled_on)


def _on(state: DecisionState, since: date, day: date) -> DecisionState:
    """The state on a day, when what is undecided is deemed accepted from the day `since`."""
    return DecisionState.DEEMED if state is DecisionState.UNDECIDED and day >= since else state


def _state(decisions: Iterable[Decision]) -> PeriodState:
    states = {each.state for each in decisions}
    if states & {DecisionState.DISPUTED, DecisionState.ANSWERED}:
        return PeriodState.DISPUTED
    return PeriodState.PROPOSED if DecisionState.UNDECIDED in states else PeriodState.FINAL
