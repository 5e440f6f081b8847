"""The process that ticks and works: `xla serve`, `xla work` or `xla worker` starts it; gone when that is.

What it needs to know comes as one line of JSON on its standard input, which its parent then holds open:
when that ends, in whatever way the parent died, so does this process.
"""

import faulthandler
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from threading import Event, Thread
from typing import BinaryIO

from xla import clock, database, logs
from xla.core.work import Queue
from xla.documents.press import Press
from xla.jobs import ticks
from xla.jobs.heart import Heart
from xla.jobs.runner import Runner
from xla.jobs.task import Means
from xla.outside import mail
from xla.settings import Settings

NICER = 5
"""How far it stands back behind the process that answers people."""
LOOK_EVERY_S = 0.5
SILENT_S = 120
"""If nothing of Python runs for so long, since something holds it all up, the process ends itself."""
GRACE_S = 20.0
"""How long what is in hand gets to be finished; afterwards its lease runs out and another begins it."""
STUCK = 3
"""The exit code where an item could not be stopped otherwise."""
log = logging.getLogger(__name__)


def main() -> None:
    """Tick and work until standard input ends, SIGTERM comes, or an item is stuck."""
    line = sys.stdin.buffer.readline()
    if not line:
        return  # whoever started us is gone already
    told = json.loads(line)
    settings = Settings(**told["settings"])
    logs.set_up(settings.log_format)
    stopping = Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, and it ends our input
    signal.signal(signal.SIGTERM, lambda *_told: stopping.set())
    Thread(target=_wait_for_the_end, args=[sys.stdin.buffer, stopping], daemon=True).start()
    os.nice(NICER)
    limit_memory(settings.worker_memory_mb)
    engine = database.connect(settings.database, work=settings.engine)
    is_read = told["is_loud"] and settings.log_format == "text"
    say: Callable[[str], None] = partial(print, flush=True) if is_read else log.info
    concurrency = {Queue(name): count for name, count in told["concurrency"].items()}
    with closing(Press()) as press:
        means = Means(engine, settings, mail.mailbox(settings.smtp_url), press)
        code = _work_on_jobs(means, concurrency, stopping, say) if concurrency else work(means, stopping, say)
    logging.shutdown()
    os._exit(code)  # a thread that goes on would keep us


def work(means: Means, stopping: Event, say: Callable[[str], None]) -> int:
    """Until it is told to stop, or an item is stuck; the exit code."""
    scheduler, runner, heart, code = ticks.start(means), Runner(means, say), Heart(means.engine, "worker"), 0
    runner.start()
    while not stopping.wait(LOOK_EVERY_S):
        faulthandler.dump_traceback_later(SILENT_S, exit=True)
        now = clock.now()
        if runner.hands.stuck(now):
            code = STUCK
            break
        heart.beat(now)
    faulthandler.dump_traceback_later(SILENT_S, exit=True)
    scheduler.shutdown(wait=False)
    if not runner.stop(GRACE_S) and code == 0:
        for item in runner.hands.items:
            log.warning("%s %s was not finished; it is begun anew later.", item.kind, item.key)
    heart.stop()
    return code


def _work_on_jobs(
    means: Means, concurrency: Mapping[Queue, int], stopping: Event, say: Callable[[str], None]
) -> int:
    from xla.jobs import workers  # noqa: PLC0415 -- takes Procrastinate with it, which one machine does not need

    return workers.work(means, concurrency, stopping, say)


def limit_memory(megabytes: int) -> None:
    """Bind this process's address space, where the system can; what it starts may choose its own bound."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024, most))


def _wait_for_the_end(source: BinaryIO, stopping: Event) -> None:
    source.read()
    stopping.set()


if __name__ == "__main__":
    main()
