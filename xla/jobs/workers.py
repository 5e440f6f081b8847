"""Workers: Procrastinate's, one a queue in this process, which do the work items its jobs name.

A worker whose database goes away ends; here all of them are started anew until somebody stops them. The
process itself is started, watched and replaced by `xla worker` (`supervisor.py`), as the embedded one is.
"""

import asyncio
import faulthandler
import logging
from collections.abc import Callable, Collection, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from sqlalchemy import text

from xla import clock, database
from xla.core.work import Queue
from xla.jobs.embedded import GRACE_S, LOOK_EVERY_S, SILENT_S, STUCK
from xla.jobs.handed import Handed
from xla.jobs.heart import Heart
from xla.jobs.reaping import SILENCE
from xla.jobs.task import Means
from xla.models import job

CONCURRENCY: Mapping[Queue, int] = {Queue.CLOSE: 2, Queue.NOTIFY: 8, Queue.RENDER: 1}
"""How many items of a queue one process does at once: a close computes, a notice waits for others."""
LONGEST_PAUSE_S = 10
POOL_TIMEOUT_S = 5
SPARE_THREADS = 3
"""Beside those that do items: for the heart, for what is in hand, for asking the database."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pulse:
    """How often a worker says that it lives, and after how long a silence it is held to be dead."""

    every: timedelta = timedelta(seconds=10)
    silence: timedelta = SILENCE


PULSE = Pulse()


def chosen(queues: Collection[Queue], count: int | None) -> dict[Queue, int]:
    """How many items at once of each queue: `count`, or what is usual for the queue."""
    return {queue: count or CONCURRENCY[queue] for queue in Queue if queue in queues}


def work(
    means: Means,
    concurrency: Mapping[Queue, int],
    stopping: Event,
    say: Callable[[str], None],
) -> int:
    """Until it is told to stop, or an item is stuck; the exit code."""
    # Not `asyncio.run`: it would wait for the thread of an item that is stuck. The caller ends the process.
    workers = _Workers(Handed(means, concurrency, say), stopping)
    return asyncio.new_event_loop().run_until_complete(workers.run())


class _Workers:
    def __init__(self, handed: Handed, stopping: Event) -> None:
        self._handed, self._stopping = handed, stopping
        self._code = 0

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        # The loop's own threads are too few: each item that waits for a mail server keeps one.
        places = sum(self._handed.concurrency.values())
        loop.set_default_executor(ThreadPoolExecutor(places + SPARE_THREADS))
        ending = asyncio.Event()
        looking = asyncio.create_task(self._look(ending))
        working = asyncio.create_task(self._keep_working(ending))
        await looking
        await asyncio.wait([working], timeout=0 if self._code else GRACE_S)
        for item in self._handed.hands.items:
            log.warning("%s %s was not finished; it is begun anew later.", item.kind, item.key)
        return self._code

    async def _look(self, ending: asyncio.Event) -> None:
        """See to it that this process lives, and says so, until it is to end."""
        heart = Heart(self._handed.means.engine, "worker")
        while not self._stopping.is_set():
            faulthandler.dump_traceback_later(SILENT_S, exit=True)
            now = clock.now()
            if await asyncio.to_thread(self._handed.hands.stuck, now):
                self._code = STUCK
                break
            await asyncio.to_thread(heart.beat, now)
            await asyncio.sleep(LOOK_EVERY_S)
        ending.set()
        await asyncio.to_thread(heart.stop)

    async def _keep_working(self, ending: asyncio.Event) -> None:
        loop, pause = asyncio.get_running_loop(), 1
        while not ending.is_set():
            began = loop.time()
            try:
                await asyncio.to_thread(_ask, self._handed.means)
                await self._work(_app(self._handed), ending)
            except Exception as problem:  # noqa: BLE001 -- whatever it was, they begin anew
                log.error("The workers ended: %s. They begin anew in %d s.", problem, pause)  # noqa: TRY400 -- the database is away: one line
            if loop.time() - began > PULSE.silence.total_seconds():
                pause = 1
            if not ending.is_set():
                await _first(ending.wait(), asyncio.sleep(pause))
                pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _work(self, app: App, ending: asyncio.Event) -> None:
        """Work until one worker ends, or all are to."""
        async with app.open_async():
            workers = [
                asyncio.create_task(
                    app.run_worker_async(
                        queues=[queue],
                        concurrency=count,
                        # Its item says how a job went, so that nobody looks at the job again.
                        delete_jobs="always",
                        install_signal_handlers=False,
                        update_heartbeat_interval=PULSE.every.total_seconds(),
                        stalled_worker_timeout=PULSE.silence.total_seconds(),
                    )
                )
                for queue, count in self._handed.concurrency.items()
            ]
            await _first(ending.wait(), *workers)
            for worker in workers:
                worker.cancel()  # it takes no other job, and ends when those it has are done
            for problem in await asyncio.gather(*workers, return_exceptions=True):
                if isinstance(problem, Exception):
                    log.warning("A worker ended: %s", problem.__cause__ or problem)


def _ask(means: Means) -> None:
    """Ask the database before Procrastinate does, whose pool would wait longer and longer for it."""
    with database.reading(means.engine) as session:
        session.execute(text("SELECT 1"))


def _app(handed: Handed) -> App:
    """Procrastinate with our one task, on the database of our engine."""
    url = handed.means.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4, timeout=POOL_TIMEOUT_S))

    @app.task(name=job.TASK, pass_context=True)
    def work_item(context: JobContext, *, item_id: int) -> None:
        # The database's clock said that it is time; ours may be a little behind.
        now = clock.now()
        handed.do(Queue(context.job.queue), item_id, max(now, context.job.scheduled_at or now))

    return app


async def _first(*awaited: Coroutine[Any, Any, Any] | asyncio.Task[Any]) -> None:
    """Wait until one of these is done; what began here ends here."""
    tasks = [each if isinstance(each, asyncio.Task) else asyncio.create_task(each) for each in awaited]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for each in tasks:
        if each not in awaited:
            each.cancel()
