"""Ticks: every minute what is due is written down, and invitations go out. Nothing else happens here.

What is due is read from the database, never from a fire time: after any downtime all of it is done, in order.
"""

import logging

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler

from xla import clock
from xla.jobs import mailing
from xla.jobs.heart import Heart
from xla.jobs.planning import plan
from xla.jobs.task import Means

log = logging.getLogger(__name__)


def start(means: Means) -> BaseScheduler:
    """Tick now and every minute, in the background."""
    scheduler = BackgroundScheduler(timezone="UTC")
    _schedule(scheduler, means)
    scheduler.start()
    return scheduler


def tick(means: Means) -> None:
    """One tick of the scheduler; a failure is logged and left to the next one.

    Its heart beats when it has planned: who can't plan is missed.
    """
    try:
        plan(means.engine, means.settings, clock.now())
        if means.settings.engine == "procrastinate":
            _tend_jobs(means)
        Heart(means.engine, "scheduler").beat(clock.now())
    except Exception:
        log.exception("What is due could not be written down; it is tried again in a minute.")


def _tend_jobs(means: Means) -> None:
    from xla.jobs import reaping  # noqa: PLC0415 -- takes Procrastinate with it, which one machine does not need

    reaping.reap(means.engine, clock.now())
    reaping.sweep(means.engine, clock.now())


def _schedule(scheduler: BaseScheduler, means: Means) -> None:
    scheduler.add_job(
        tick,
        "interval",
        minutes=1,
        args=[means],
        next_run_time=clock.now(),
        coalesce=True,
        misfire_grace_time=None,
        max_instances=1,
    )
    mailing.schedule(scheduler, means)
