"""Days in a row: whose figures may be shown, so that nobody is told apart by subtraction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.privacy import K_VALUE, is_few, shown_days


@pytest.mark.parametrize(
    ("why", "n", "own", "so_far"),
    [
        ("no day, nothing", [], set(), set()),
        ("large days stand alone", [9, 8], {0, 1}, {0, 1}),
        ("a small day waits until five are together", [9, 2, 9, 3, 9], {0, 2, 4}, {0, 3, 4}),
        ("a day without answers takes nothing", [9, 0, 9], {0, 2}, {0, 1, 2}),
        ("small days alone take a large one along", [9, 2, 7], {0}, {0, 2}),
        ("the last figure is always shown, earlier ones give way", [9, 5, 3, 3, 9, 1], {0, 1, 4}, {0, 1, 5}),
        ("a whole of under five shows nothing", [1, 2], set(), set()),
    ],
)
def test_days(why: str, n: list[int], own: set[int], so_far: set[int]) -> None:
    assert shown_days(n) == (own, so_far), why


@given(st.lists(st.integers(0, 12), max_size=40))
def test_nothing_that_can_be_subtracted_is_of_few(n: list[int]) -> None:
    own, so_far = shown_days(n)
    before = -1
    for day in sorted(so_far):
        hidden = sum(n[each] for each in range(before + 1, day + 1) if each not in own)
        assert not is_few(hidden)
        before = day
    assert all(n[day] >= K_VALUE for day in own)
    if sum(n) >= K_VALUE:
        assert len(n) - 1 in so_far
