"""Mailing: every minute the invitations that are due go out; any number of processes may do it at once."""

import logging
import time
from datetime import datetime

from apscheduler.schedulers.base import BaseScheduler
from sqlalchemy import Engine

from xla import clock, database
from xla.jobs.clocks import refuse_apart
from xla.jobs.task import Means
from xla.outside.mail import Mailbox, Undelivered
from xla.services import invitation_letters, invitation_mails, senders
from xla.services.kept import Kept
from xla.settings import Settings

MOST_A_TICK = 500
"""Mails in one minute: so many a mail server takes one by one."""
LONGEST_TICK_S = 50.0
"""After so long no other mail is begun: a slow server holds up this tick, and not the next."""
log = logging.getLogger(__name__)


def send_due(engine: Engine, settings: Settings, mailbox: Mailbox, now: datetime) -> int:
    """Hand over what is due, each between two short transactions; how many went out.

    What is not begun within `LONGEST_TICK_S` is left to the next minute.
    """
    kept, ends_at = Kept(), time.monotonic() + LONGEST_TICK_S
    with database.reading(engine) as session:
        ids = invitation_mails.due(session, now, MOST_A_TICK)
        provider = senders.provider(session, settings.provider)
    sent_count = 0
    for invitation_id in ids:
        if time.monotonic() > ends_at:
            log.warning("The mail server is slow: other invitations that are due wait for a minute.")
            break
        with database.transaction(engine) as session:
            due = invitation_mails.claim(session, invitation_id, kept, now)
            if due is None:
                continue
            sender = senders.sender(
                session,
                provider_setting=settings.provider,
                base_url=settings.base_url,
                client=senders.client_of(session, [due.place.contract_id]),
            )
        letter = invitation_letters.letter(due, provider=provider, base_url=settings.base_url)
        try:
            mailbox.send(letter, sender, now)
        except (Undelivered, ValueError) as failed:
            log.warning("Invitation %s was not delivered: %s", invitation_id, failed)
            with database.transaction(engine) as session:
                invitation_mails.not_sent(session, due, now)
            continue
        with database.transaction(engine) as session:
            invitation_mails.sent(session, due, now)
        sent_count += 1
    return sent_count


def tick(engine: Engine, settings: Settings, mailbox: Mailbox) -> None:
    """One tick of the scheduler; a failure is logged and left to the next one."""
    try:
        now = clock.now()
        refuse_apart(engine, now)  # by a wrong clock people would be asked weeks early, or at night
        send_due(engine, settings, mailbox, now)
    except Exception:
        log.exception("Invitations were not sent; they are tried again in a minute.")


def schedule(scheduler: BaseScheduler, means: Means) -> None:
    """Send every minute, where there is a mail server to send by."""
    if means.mailbox is None:
        return
    scheduler.add_job(
        tick,
        "interval",
        minutes=1,
        args=[means.engine, means.settings, means.mailbox],
        next_run_time=clock.now(),
        coalesce=True,
        misfire_grace_time=None,
        max_instances=1,
    )
