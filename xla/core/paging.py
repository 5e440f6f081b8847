"""Paging: which part of a long list is shown."""

from typing import NamedTuple


class Place(NamedTuple):
    """A page of a list, counted from 1, how many there are, and the entries before it."""

    page: int
    pages: int
    offset: int


def place(count: int, page: int, size: int) -> Place:
    """Where a page of `size` entries lies among `count`; one that is not there is the nearest that is.

    An empty list has one page.
    """
    pages = max(-(-count // size), 1)
    page = min(max(page, 1), pages)
    return Place(page, pages, (page - 1) * size)
