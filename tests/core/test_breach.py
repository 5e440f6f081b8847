"""A breach's states: what may follow what."""

from datetime import date

import pytest

from xla.core.breach import NEXT, BreachState, acknowledge_by, is_live


def test_every_state_says_what_may_follow() -> None:
    assert set(NEXT) == set(BreachState)


@pytest.mark.parametrize("state", list(BreachState))
def test_a_breach_is_live_until_it_is_closed_or_accepted(state: BreachState) -> None:
    assert is_live(state) == (state not in {BreachState.CLOSED, BreachState.ACCEPTED})


def test_only_what_was_verified_is_closed() -> None:
    assert [state for state, following in NEXT.items() if BreachState.CLOSED in following] == ["verifying"]


def test_every_live_breach_may_be_accepted_as_it_is() -> None:
    assert all(BreachState.ACCEPTED in following for state, following in NEXT.items() if is_live(state))


def test_a_breach_is_to_be_acknowledged_within_two_days_of_its_opening() -> None:
    assert acknowledge_by(date(2026, 4, 5)) == date(2026, 4, 7)
