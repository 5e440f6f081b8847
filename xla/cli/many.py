"""`xla worker`, `xla scheduler`: the work of one installation on many machines."""

import signal
from threading import Event

import click

from xla.cli.context import Context, fail, failing_clearly, pass_context
from xla.core.work import Queue
from xla.documents.pdf import RenderFailed
from xla.documents.printer import weasyprint
from xla.jobs import ticks
from xla.jobs.supervisor import Supervisor
from xla.jobs.task import Means
from xla.outside import mail


@click.command()
@click.option(
    "--queues",
    default=",".join(Queue),
    show_default=True,
    metavar="QUEUE,…",
    help="What this worker does: closes and evaluations, mails and webhooks, reports.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 100),
    metavar="N",
    help="How many items of each queue at once; else 2 of close, 8 of notify, 1 of render.",
)
@pass_context
def worker(context: Context, queues: str, concurrency: int | None) -> None:
    """Do due work with Procrastinate (XLA_ENGINE=procrastinate), until stopped."""
    if context.settings.engine != "procrastinate":
        fail("XLA_ENGINE is embedded: `xla serve` and `xla work` do the work. For workers: procrastinate")
    wanted = _queues(queues)
    with failing_clearly():
        from xla.jobs import workers  # noqa: PLC0415 -- takes Procrastinate with it, which only this needs

        means = _means(context)
        chosen = workers.chosen(wanted, concurrency)
    supervisor = Supervisor(means.settings, is_loud=True, concurrency=chosen)
    stopping = _stopped_by_a_signal()
    supervisor.start()
    told = ", ".join(f"{queue} ({count} at once)" for queue, count in chosen.items())
    click.echo(f"This worker does {told}; SIGTERM or Ctrl-C stops it.")
    stopping.wait()
    supervisor.stop()


@click.command()
@pass_context
def scheduler(context: Context) -> None:
    """Write down what is due, every minute, and do none of it; any number of schedulers may run."""
    with failing_clearly():
        means = _means(context)
    stopping = _stopped_by_a_signal()
    ticking = ticks.start(means)
    click.echo("This scheduler ticks every minute; SIGTERM or Ctrl-C stops it.")
    stopping.wait()
    ticking.shutdown(wait=True)


def _stopped_by_a_signal() -> Event:
    """An event that SIGTERM and Ctrl-C set."""
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_told: stopping.set())
    return stopping


def _means(context: Context) -> Means:
    settings = context.settings.model_copy(update={"database_url": context.url})
    return Means(context.engine, settings, mail.mailbox(settings.smtp_url))


def _queues(told: str) -> set[Queue]:
    """The queues of that list; without Pango not `render`, which is said."""
    try:
        wanted = {Queue(name.strip()) for name in told.split(",")}
    except ValueError:
        fail(f"--queues: found {told!r}; it is a list of {', '.join(Queue)}, with commas between")
    if Queue.RENDER in wanted:
        try:
            weasyprint()
        except RenderFailed as failed:
            wanted.remove(Queue.RENDER)
            said = f"This worker renders no reports. {failed}"
            if not wanted:
                fail(said)
            click.echo(said, err=True)
    return wanted
