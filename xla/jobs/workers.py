"""Workers: Procrastinate's, one a queue in this process, which do the work items its jobs name.

A worker whose database goes away ends; here it is started anew until somebody stops it.
"""

import asyncio
import logging
import signal
from collections.abc import Callable, Collection, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from sqlalchemy import text

from xla import clock, database
from xla.core.work import Queue
from xla.jobs.task import Means
from xla.jobs.working import do_next
from xla.models import job

CONCURRENCY: Mapping[Queue, int] = {Queue.CLOSE: 2, Queue.NOTIFY: 8, Queue.RENDER: 1}
"""How many items of a queue one process does at once: a close computes, a notice waits for others."""
LONGEST_PAUSE_S = 10
POOL_TIMEOUT_S = 10
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pulse:
    """How often a worker says that it lives, and after how long a silence it is held to be dead."""

    every: timedelta = timedelta(seconds=10)
    silence: timedelta = timedelta(seconds=30)


PULSE = Pulse()


def keep_working(
    means: Means,
    concurrency: Mapping[Queue, int],
    say: Callable[[str], None] = log.info,
    pulse: Pulse = PULSE,
) -> None:
    """Do the queues' work, each so many items at once, until SIGTERM or SIGINT; what is begun is finished."""
    asyncio.run(_keep_working(means, concurrency, say, pulse))


async def _keep_working(
    means: Means, concurrency: Mapping[Queue, int], say: Callable[[str], None], pulse: Pulse
) -> None:
    loop = asyncio.get_running_loop()
    # The loop's own threads are too few: each item that waits for a mail server keeps one.
    loop.set_default_executor(ThreadPoolExecutor(sum(concurrency.values()) + 1))
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    pause = 1
    while not stopping.is_set():
        began = loop.time()
        try:
            await asyncio.to_thread(_answers, means)
            await _work(_app(means, say), concurrency, stopping, pulse)
        except Exception:
            log.exception("The workers ended; they begin anew in %d s.", pause)
        if loop.time() - began > pulse.silence.total_seconds():
            pause = 1
        if not stopping.is_set():
            await _first(stopping.wait(), asyncio.sleep(pause))
            pause = min(2 * pause, LONGEST_PAUSE_S)


def _answers(means: Means) -> None:
    """Ask the database before Procrastinate does, whose pool would wait longer and longer for it."""
    with database.reading(means.engine) as session:
        session.execute(text("SELECT 1"))


async def _work(app: App, concurrency: Mapping[Queue, int], stopping: asyncio.Event, pulse: Pulse) -> None:
    """Work until one worker ends, or all are to stop."""
    async with app.open_async():
        workers = [
            asyncio.create_task(
                app.run_worker_async(
                    queues=[queue],
                    concurrency=count,
                    # Its item says how a job went, so that nobody looks at the job again.
                    delete_jobs="always",
                    install_signal_handlers=False,
                    update_heartbeat_interval=pulse.every.total_seconds(),
                    stalled_worker_timeout=pulse.silence.total_seconds(),
                )
            )
            for queue, count in concurrency.items()
        ]
        await _first(stopping.wait(), *workers)
        for worker in workers:
            worker.cancel()  # it takes no other job, and ends when those it has are done
        for problem in await asyncio.gather(*workers, return_exceptions=True):
            if isinstance(problem, Exception):
                log.error("A worker ended: %s", problem)


async def _first(*awaited: Coroutine[Any, Any, Any] | asyncio.Task[Any]) -> None:
    """Wait until one of these is done; what began here ends here."""
    tasks = [each if isinstance(each, asyncio.Task) else asyncio.create_task(each) for each in awaited]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for each in tasks:
        if each not in awaited:
            each.cancel()


def _app(means: Means, say: Callable[[str], None]) -> App:
    """Procrastinate with our one task, on the database of our engine."""
    url = means.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4, timeout=POOL_TIMEOUT_S))

    @app.task(name=job.TASK, pass_context=True)
    def work_item(context: JobContext, *, item_id: int) -> None:
        """Do the item, if it is due and nobody has it."""
        # The database's clock said that it is time; ours may be a little behind.
        now = max(clock.now(), context.job.scheduled_at or clock.now())
        done = do_next(means, [Queue(context.job.queue)], now, item_id=item_id)
        for sentence in done.said if done else ():
            say(sentence)

    return app


def chosen(queues: Collection[Queue], count: int | None) -> dict[Queue, int]:
    """How many items at once of each queue: `count`, or what is usual for the queue."""
    return {queue: count or CONCURRENCY[queue] for queue in Queue if queue in queues}
