"""Three schedulers and four workers at once: every period is closed once, in order; none is left.

`make survive` does it with two thousand periods, and kills some of them in the middle.
"""

import os
from pathlib import Path
from subprocess import Popen

from sqlalchemy import Engine

import many
from databases import Databases
from xla import database

IS_LARGE = int(os.environ.get("XLA_SURVIVE", "1")) > 1
CONTRACTS, MONTHS = (100, 20) if IS_LARGE else (10, 6)
EMBEDDED = 4 if IS_LARGE else 3
WITHIN_S = 1_800 if IS_LARGE else 90


def all_get_closed(store: Engine, *victims: Popen) -> None:
    """Wait for it; where there is much to do, kill the victims one after another meanwhile."""
    every = CONTRACTS * MONTHS
    for number, victim in enumerate(victims if IS_LARGE else ()):
        many.until(lambda share=number + 1: many.count_closed(store) >= every * share // 4, WITHIN_S)
        many.kill(victim)
    many.until(lambda: many.count_closed(store) == every, WITHIN_S)


def test_procrastinates_workers_close_each_period_once(postgres_url: str, tmp_path: Path) -> None:
    store = database.connect(postgres_url)
    many.overdue(store, CONTRACTS, MONTHS)
    commands = [many.xla("scheduler")] * 3 + [many.xla("worker", "--queues", "close")] * 4
    with many.processes(*commands, url=postgres_url, folder=tmp_path, engine="procrastinate") as each:
        all_get_closed(store, each[-1], each[0])
    many.proves_once(store, CONTRACTS, MONTHS)
    store.dispose()


def test_the_embedded_engines_close_each_period_once(
    databases: Databases, template_url: str, tmp_path: Path
) -> None:
    """Each `xla work` is a scheduler and a worker."""
    url = databases.copy(template_url)
    store = database.connect(url)
    many.overdue(store, CONTRACTS, MONTHS)
    with many.processes(*[many.xla("work")] * EMBEDDED, url=url, folder=tmp_path, engine="embedded") as each:
        all_get_closed(store, each[-1])
    many.proves_once(store, CONTRACTS, MONTHS)
    store.dispose()
    databases.drop(url)
