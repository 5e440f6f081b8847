"""Paging: no entry is left out, none is shown twice, no page is beyond the last."""

import pytest

from xla.core.paging import place


@pytest.mark.parametrize(
    ("count", "page", "found"),
    [
        (0, 1, (1, 1, 0)),
        (25, 1, (1, 1, 0)),
        (26, 2, (2, 2, 25)),
        (51, 2, (2, 3, 25)),
        (51, 9, (3, 3, 50)),
        (51, 0, (1, 3, 0)),
        (51, -(2**63), (1, 3, 0)),
    ],
)
def test_a_page_is_one_of_those_there_are(count: int, page: int, found: tuple[int, int, int]) -> None:
    assert place(count, page, 25) == found
