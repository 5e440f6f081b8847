"""Ranges: which ids, as runs from first to last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.ranges import gaps, holds, ranges, together

ids = st.sets(st.integers(1, 60)).map(sorted)


def numbers(told: list[tuple[int, int]]) -> list[int]:
    return [each for first, last in told for each in range(first, last + 1)]


@given(ids)
def test_they_hold_what_they_are_made_of_and_nothing_else(some: list[int]) -> None:
    told = ranges(some)
    assert numbers(told) == some
    assert [each for each in range(70) if holds(told, each)] == some


@given(st.lists(ids))
def test_together_they_hold_what_any_holds_in_runs_that_do_not_touch(several: list[list[int]]) -> None:
    whole = together([ranges(each) for each in several])
    assert whole == ranges(sorted(set().union(*several)))


@given(ids)
def test_the_gaps_are_all_the_rest(some: list[int]) -> None:
    found = list(gaps(ranges(some)))
    assert found[-1][1] is None
    rest = [each for first, last in found for each in range(first, (last or 80) + 1)]
    assert rest == [each for each in range(1, 81) if each not in some]


@pytest.mark.parametrize("wrong", [[2, 2], [3, 1]])
def test_ids_must_rise(wrong: list[int]) -> None:
    with pytest.raises(ValueError, match="does not come after"):
        ranges(wrong)
