"""Printing: many standard reports by two rendering processes beside one, as the loop that renders does it.

Each is another paper (its number differs). Composing them, which this process does, is part of it.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median

from measuring import KIB_IN_MB, Figure
from sample import make_report

from xla.documents.page import compose
from xla.documents.press import Press, Printer

REPORTS, A_TENTH, TURNS = 200, 20, 5
MOST_TIMES_ONE = 0.55
MOST_GROWN = 1.1
ALONE = 3


def figures(*, is_small: bool) -> Iterator[Figure]:
    """One process and two in turn, none of them replaced; what keeping one saves, and whether it grows."""
    count = (A_TENTH if is_small else REPORTS) // TURNS
    one, two, sizes = [], [], []
    with closing(Press(papers=REPORTS + 1)) as single, closing(Press(papers=REPORTS + 1)) as pair:
        for _ in range(TURNS):
            one.append(printed(single, count, processes=1))
            sizes.append(size_of(single))
            two.append(printed(pair, count, processes=2))
    what = f"{count * TURNS} reports, two processes beside one"
    yield Figure(what, median(two) / median(one), MOST_TIMES_ONE)
    yield Figure("  seconds a report with two", median(two) / count, unit="s")
    grown = f"  a process's memory after {count * TURNS} reports beside after {count}"
    yield Figure(grown, sizes[-1] / sizes[0], MOST_GROWN)
    yield Figure("  its memory then", sizes[-1], unit="MB")
    alone = median(printed_alone(number) for number in range(ALONE))
    yield Figure("  one, in a process of its own each time, beside a kept one's", alone * count / median(one))


def printed(press: Press, count: int, *, processes: int) -> float:
    """The seconds that so many reports take."""
    report = make_report()
    with ThreadPoolExecutor(processes) as threads:
        start = time.perf_counter()
        list(
            threads.map(
                lambda number: press.print(compose(replace(report, issue=number))), range(1, count + 1)
            )
        )
        return time.perf_counter() - start


def size_of(press: Press) -> float:
    """The resident size of the press's one process, in MB."""
    (printer,) = press.free
    status = Path(f"/proc/{printer.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / KIB_IN_MB


def printed_alone(number: int) -> float:
    """The seconds of one report whose process is started for it."""
    start = time.perf_counter()
    with closing(Printer()) as printer:
        printer.print(compose(replace(make_report(), issue=number + 1)))
    return time.perf_counter() - start
