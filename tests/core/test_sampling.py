"""What a sampling note counts, and what it hides."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.flag import Flag
from xla.core.privacy import K_VALUE
from xla.core.sampling import MOST_CHANNELS, Channel, channels, coverage, flagged, spread
from xla.core.window import Window, days_between, parse_period

HOUSES = {"a": None, "a-1": "a", "a-2": "a", "b": None, "b-1": "b", "c": None}


def test_channels_stand_by_size_with_their_share() -> None:
    assert channels({"kiosk": 10, "qr": 25, "": 15}) == (
        Channel(("qr",), 25, Fraction(1, 2)),
        Channel(("",), 15, Fraction(3, 10)),
        Channel(("kiosk",), 10, Fraction(1, 5)),
    )
    assert channels({}) == ()


def test_a_small_channel_is_shown_with_another_so_that_nobody_can_subtract_it() -> None:
    assert [(each.keys, each.n) for each in channels({"qr": 40, "kiosk": 9, "mail": 3})] == [
        (("qr",), 40),
        (("kiosk", "mail"), 12),
    ]
    assert [(each.keys, each.n) for each in channels({"qr": 40, "kiosk": 3, "mail": 4})] == [
        (("qr",), 40),
        (("mail", "kiosk"), 7),
    ]


def test_channels_anybody_makes_up_do_not_fill_the_page() -> None:
    found = channels({f"made-up-{number}": 10 for number in range(100)})
    assert len(found) == MOST_CHANNELS + 1
    assert (len(found[-1].keys), found[-1].n) == (92, 920)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 30)))
def test_no_channel_of_a_few_is_ever_shown_alone(counts: Mapping[str, int]) -> None:
    found = channels(counts)
    assert sum(each.n for each in found) == sum(counts.values())
    assert all(each.n >= K_VALUE for each in found) or len(found) == 1


def test_weekdays_stand_beside_an_equal_spread() -> None:
    march = parse_period("2026-03")
    by_day = {day: 3 for day in days_between(march.start, march.end) if day.weekday() < 5}
    found = spread(by_day, march)
    assert (found.day_count, found.empty_count) == (31, 9)
    assert [each.n for each in found.weekdays] == [15, 15, 12, 12, 12, 0, 0]
    assert found.weekdays[0].even == Fraction(66 * 5, 31)
    assert sum(each.even for each in found.weekdays) == 66


def test_only_days_of_the_window_are_counted() -> None:
    window = Window(date(2026, 3, 2), date(2026, 3, 3))
    found = spread({date(2026, 3, 2): 4, date(2026, 3, 3): 9}, window)
    assert (found.weekdays[0].n, found.weekdays[1].n, found.empty_count) == (4, 0, 0)


@pytest.mark.parametrize(
    ("rated", "covered", "silent"),
    [
        ({"a-1", "b"}, 3, ("a-2", "b-1", "c")),
        (set(), 0, ("a", "b", "c")),
        ({"", "elsewhere"}, 0, ("a", "b", "c")),
        (set(HOUSES), 6, ()),
    ],
)
def test_a_site_gave_some_when_it_or_a_place_inside_did(
    rated: set[str], covered: int, silent: tuple[str, ...]
) -> None:
    found = coverage(HOUSES, set(HOUSES), rated)
    assert (found.covered, found.of, found.silent) == (covered, 6, silent)


def test_sites_out_of_scope_are_not_missed() -> None:
    found = coverage(HOUSES, {"a", "a-1", "gone"}, {"a"})
    assert (found.covered, found.of, found.silent) == (1, 2, ("a-1",))


def test_one_response_may_look_unusual_twice() -> None:
    found = flagged({"burst": 3, "burst;staff": 2, "clock": 1})
    assert found == {Flag.BURST: 5, Flag.STAFF: 2, Flag.CLOCK: 1}
