"""Measuring: a piece of work in a fresh process, with its time and memory; figures beside their bounds."""

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

KIB_IN_MB = 1_000_000 / 1024
COUNTED_IN_S = 100  # /proc counts processor time in hundredths


@dataclass(frozen=True)
class Cost:
    """What one run cost."""

    wall_s: float
    cpu_s: float
    """Of this process, and of the database's server where one served it."""
    peak_mb: float = 0
    """The largest resident size of the whole process."""


@dataclass(frozen=True)
class Figure:
    """One line of the table; `bound` None where the figure is only told."""

    what: str
    measured: float
    bound: float | None = None
    unit: str = "x"
    is_least: bool = False
    """Whether the bound is the least allowed and not the most."""

    @property
    def is_ok(self) -> bool:
        return self.bound is None or (
            self.measured >= self.bound if self.is_least else self.measured <= self.bound
        )


class Stopwatch:
    """Holds the cost of what `running` ran."""

    cost = Cost(0, 0)


@contextmanager
def running(server_process: int | None = None) -> Iterator[Stopwatch]:
    """Wall and processor time of a block, that of the serving process included."""
    watch = Stopwatch()
    wall, cpu, served = time.perf_counter(), time.process_time(), _cpu_of(server_process)
    yield watch
    watch.cost = Cost(
        time.perf_counter() - wall, time.process_time() - cpu + _cpu_of(server_process) - served
    )


def alone(work: Callable[..., Cost], *arguments: Any) -> Cost:
    """The cost of `work(*arguments)` in a process of its own."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as pool:
        return pool.submit(_with_peak, work, arguments).result()


def medians(costs: list[Cost]) -> Cost:
    """The middle of several runs; of their peaks the highest."""
    return Cost(
        median(cost.wall_s for cost in costs),
        median(cost.cpu_s for cost in costs),
        max(cost.peak_mb for cost in costs),
    )


def ratios(runs: list[Cost], bases: list[Cost]) -> tuple[float, float]:
    """How many times `bases` the `runs` cost: in wall time and in processor time."""
    run, base = medians(runs), medians(bases)
    return run.wall_s / base.wall_s, run.cpu_s / base.cpu_s


def _with_peak(work: Callable[..., Cost], arguments: tuple[Any, ...]) -> Cost:
    cost = work(*arguments)
    return replace(cost, peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MB)


def _cpu_of(process: int | None) -> float:
    """Processor seconds of another process; of one that this machine does not show, none."""
    status = Path(f"/proc/{process}/stat")
    if process is None or not status.exists():
        return 0
    _, _, fields = status.read_text("ascii").rpartition(")")
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / COUNTED_IN_S
