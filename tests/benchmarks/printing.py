"""Printing: many standard reports by two rendering processes beside one, as the loop that renders does it.

Each is another paper (its number differs). Composing them, which this process does, is part of it.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from statistics import median

from measuring import Figure
from sample import make_report

from xla.documents.page import compose
from xla.documents.press import Press, Printer

REPORTS, A_TENTH, TURNS = 200, 20, 5
MOST_TIMES_ONE = 0.55
ALONE = 3


def figures(*, is_small: bool) -> Iterator[Figure]:
    """One process and two in turn; and what keeping a process for several papers saves."""
    count = (A_TENTH if is_small else REPORTS) // TURNS
    one, two = [], []
    for _ in range(TURNS):
        one.append(printed(count, processes=1))
        two.append(printed(count, processes=2))
    what = f"{count * TURNS} reports, two processes beside one"
    yield Figure(what, median(two) / median(one), MOST_TIMES_ONE)
    yield Figure("  seconds a report with two", median(two) / count, unit="s")
    alone = median(printed_alone(number) for number in range(ALONE))
    yield Figure("  one, in a process of its own each time, beside a kept one's", alone * count / median(one))


def printed(count: int, *, processes: int) -> float:
    """The seconds that so many reports take."""
    report = make_report()
    with closing(Press()) as press, ThreadPoolExecutor(processes) as threads:
        start = time.perf_counter()
        list(
            threads.map(
                lambda number: press.print(compose(replace(report, issue=number))), range(1, count + 1)
            )
        )
        return time.perf_counter() - start


def printed_alone(number: int) -> float:
    """The seconds of one report whose process is started for it."""
    start = time.perf_counter()
    with closing(Printer()) as printer:
        printer.print(compose(replace(make_report(), issue=number + 1)))
    return time.perf_counter() - start
