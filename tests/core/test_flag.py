"""What is unusual about a rating, by how many came before it."""

from pathlib import Path

from xla.core.flag import (
    AROUND,
    DEVICE_DAY,
    DEVICE_SHORT,
    MOST,
    NETWORK_SHORT,
    USUAL,
    Flag,
    flags,
    is_too_many,
    written,
)


def test_the_usual_number_is_not_flagged_and_one_more_is() -> None:
    for stretch, usual in USUAL.items():
        assert flags({stretch: usual.apart}) == []
        assert flags({stretch: usual.apart + 1}) == [usual.flag]


def test_a_device_is_wondered_at_for_what_it_gave_beyond_all_others_of_its_network() -> None:
    for stretch, usual in USUAL.items():
        others = 40
        network = {AROUND[stretch]: 2 * others + usual.apart}
        assert flags(network | {stretch: others + usual.apart}) == []
        network = {AROUND[stretch]: 2 * others + usual.apart + 1}
        assert flags(network | {stretch: others + usual.apart + 1}) == [usual.flag]


def test_more_than_look_alike_in_the_largest_office_is_always_flagged() -> None:
    for stretch, usual in USUAL.items():
        assert flags({AROUND[stretch]: 900, stretch: usual.most}) == []
        assert flags({AROUND[stretch]: 900, stretch: usual.most + 1}) == [usual.flag]


def test_only_beyond_the_most_no_more_are_taken() -> None:
    for stretch, most in MOST.items():
        assert not is_too_many({stretch: most})
        assert is_too_many({stretch: most + 1})


def test_a_whole_network_is_never_unusual() -> None:
    assert flags({NETWORK_SHORT: 900, DEVICE_SHORT: 1, DEVICE_DAY: 1}) == []


def test_the_documentation_names_the_numbers_that_hold() -> None:
    text, table = (_documented(name) for name in ("calculation.md", "collecting.md"))
    short, day = USUAL[DEVICE_SHORT], USUAL[DEVICE_DAY]
    assert f"beyond them and {short.apart} (in ten minutes) or {day.apart} (in a day)" in text
    assert f"what is over {short.most}, the most that look alike" in text
    assert (short.most, DEVICE_SHORT.minutes, DEVICE_DAY.minutes) == (day.most, 10, 24 * 60)
    assert f"over {short.apart} more at one rating point within {DEVICE_SHORT.minutes} minutes" in table
    assert f"or over {short.most}; a kiosk" in table
    assert f"over {day.apart} more, or over {day.most}" in table
    assert (
        f"Beyond {MOST[NETWORK_SHORT]:,} ratings at one rating point within {NETWORK_SHORT.minutes}" in table
    )


def test_flags_are_written_in_one_order() -> None:
    assert written([Flag.STAFF, Flag.BURST]) == "burst;staff"
    assert written([]) is None


def _documented(name: str) -> str:
    return " ".join((Path(__file__).parents[2] / "docs" / name).read_text("utf-8").split())
