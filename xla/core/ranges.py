"""Ranges: which ids, written as runs from first to last, both inside; sorted, and never touching."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

Range = tuple[int, int]


def ranges(ids: Iterable[int]) -> list[Range]:
    """The runs of rising ids. ValueError where they do not rise."""
    found: list[Range] = []
    for each in ids:
        if found and each <= found[-1][1]:
            raise ValueError(f"{each} does not come after {found[-1][1]}")
        if found and each == found[-1][1] + 1:
            found[-1] = (found[-1][0], each)
        else:
            found.append((each, each))
    return found


def together(several: Iterable[Sequence[Range]]) -> list[Range]:
    """All that lies in any of them."""
    found: list[Range] = []
    for first, last in sorted(each for some in several for each in some):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def gaps(told: Sequence[Range]) -> Iterator[tuple[int, int | None]]:
    """What lies between and after them, from 1 on; the last has no end."""
    first = 1
    for start, end in told:
        if first < start:
            yield first, start - 1
        first = end + 1
    yield first, None


def holds(told: Sequence[Range], value: int) -> bool:
    """Whether an id lies in one of them."""
    place = bisect_right(told, value, key=lambda each: each[0])
    return place > 0 and value <= told[place - 1][1]
