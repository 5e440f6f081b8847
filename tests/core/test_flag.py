"""What is unusual about a rating, by how many came before it."""

from xla.core.flag import (
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
    for stretch, (usual, flag) in USUAL.items():
        assert flags({stretch: usual}) == []
        assert flags({stretch: usual + 1}) == [flag]


def test_only_beyond_the_most_no_more_are_taken() -> None:
    for stretch, most in MOST.items():
        assert not is_too_many({stretch: most})
        assert is_too_many({stretch: most + 1})


def test_a_whole_network_is_never_unusual() -> None:
    assert flags({NETWORK_SHORT: 900, DEVICE_SHORT: 1, DEVICE_DAY: 1}) == []


def test_flags_are_written_in_one_order() -> None:
    assert written([Flag.STAFF, Flag.BURST]) == "burst;staff"
    assert written([]) is None
