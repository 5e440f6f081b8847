"""`xla serve`, `xla work`, `xla demo`: the running product."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click
import waitress

from xla import clock
from xla.cli.context import BAD_ANSWER, Context, fail, failing_clearly, json_option, pass_context, print_json
from xla.jobs import demonstration, mailing, ticks
from xla.jobs.supervisor import Supervisor
from xla.jobs.task import Means
from xla.jobs.working import work_through
from xla.outside import mail
from xla.services import tickets, welcome
from xla.services import work as services_work
from xla.settings import Settings
from xla.web import create_app

LISTED = ("id", "kind", "key", "attempts", "error")
MOST_LISTED = 1_000


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--demo", "with_demo", is_flag=True, help="Load the demo when the database is empty.")
@pass_context
def serve(context: Context, host: str, port: int, *, with_demo: bool) -> None:
    """Migrate, then run the web here, and ticks and work in a process beside it."""
    with failing_clearly():
        engine = context.engine
        if with_demo and demonstration.is_empty(engine):
            _load_demo(context)
        elif demonstration.is_empty(engine):
            click.echo("The database is empty: `xla demo` loads a provider to look at.")
        settings = context.settings.reached_at(host, port)
        app = create_app(settings, engine)
        _print_set_up_link(context, settings)
        means = Means(engine, settings, mail.mailbox(settings.smtp_url))
        if settings.engine == "procrastinate":
            click.echo("XLA_ENGINE is procrastinate: this server ticks, and `xla worker` does the work.")
            beside = _ticking(means)
        else:
            beside = _working(Supervisor(_of_this_database(context, settings)))
    click.echo(f"XLA monitor listens on http://{host}:{port} (Ctrl-C stops it)")
    with beside, failing_clearly():
        waitress.serve(app, host=host, port=port, threads=8, ident=None, _quiet=True)


@click.command()
@click.option("--once", is_flag=True, help="Until nothing is due, then exit.")
@click.option("--parked", is_flag=True, help="List what failed for good, and why.")
@click.option("--retry", metavar="ID", type=int, help="Begin a parked item anew.")
@json_option
@pass_context
def work(context: Context, *, once: bool, parked: bool, retry: int | None, as_json: bool) -> None:
    """Run due work, catching up any downtime; without --once until it is stopped."""
    if parked:
        _list_parked(context, as_json=as_json)
    elif retry is not None:
        _retry(context, retry)
    elif once:
        _work_once(context)
    else:
        _keep_working(context)


def _keep_working(context: Context) -> None:
    settings = context.settings
    if settings.engine == "procrastinate":
        fail("XLA_ENGINE is procrastinate: `xla worker` does the work; `xla work --once` what is due now")
    with failing_clearly():
        assert context.engine  # noqa: S101  # migrated before another process opens it
        supervisor = Supervisor(_of_this_database(context, settings), is_loud=True)
    with _working(supervisor), suppress(KeyboardInterrupt):
        supervisor.wait()


def _work_once(context: Context) -> None:
    with failing_clearly():
        settings, failed = context.settings, 0
        means = Means(context.engine, settings, mail.mailbox(settings.smtp_url))
        for done in work_through(means):
            for sentence in done.said:
                click.echo(sentence)
            if done.problem:
                failed += not done.is_put_off
                verb = "waits" if done.is_put_off else "failed"
                click.echo(f"{done.item.kind} {done.item.key} {verb}: {done.problem}", err=True)
        if means.mailbox:
            sent = mailing.send_due(means.engine, settings, means.mailbox, clock.now())
            click.echo(f"{sent} invitations are sent.")
        if failed:
            sys.exit(BAD_ANSWER)


def _list_parked(context: Context, *, as_json: bool) -> None:
    with context.reading() as session:
        rows = services_work.parked(session, MOST_LISTED)
        found = [{name: getattr(row, name) for name in LISTED} for row in rows]
    if as_json:
        print_json({"parked": found})
        return
    for each in found:
        click.echo("{id} {kind} {key}: attempt {attempts}, {error}".format_map(each))
    if not found:
        click.echo("Nothing is parked.")


def _retry(context: Context, item_id: int) -> None:
    with context.transaction() as session:
        if not services_work.retry(session, item_id, clock.now()):
            fail(f"there is no parked item {item_id}; `xla work --parked` lists them")
    click.echo(f"Item {item_id} begins anew.")


@click.command()
@pass_context
def demo(context: Context) -> None:
    """Load a provider with three clients, four contracts and 13 months of ratings; twice is once."""
    with failing_clearly():
        _load_demo(context)


def _of_this_database(context: Context, settings: Settings) -> Settings:
    """The settings with the database that was chosen on the command line."""
    return settings.model_copy(update={"database_url": context.url})


@contextmanager
def _working(supervisor: Supervisor) -> Iterator[None]:
    """Ticks and work go on beside the block; SIGTERM ends it as tidily as Ctrl-C."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    supervisor.start()
    try:
        yield
    finally:
        supervisor.stop()
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _ticking(means: Means) -> Iterator[None]:
    """Only ticks go on beside the block."""
    scheduler = ticks.start(means)
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


def _print_set_up_link(context: Context, settings: Settings) -> None:
    """While there is no admin: a new link with each start, so that a lost one is no harm."""
    with context.transaction() as session:
        issued = welcome.set_up_link(session, clock.now())
    if issued:
        click.echo("There is no admin yet. Open this link to become the first; it counts once, for 24 hours:")
        click.echo(tickets.address(settings.base_url, "setup", issued.token))


def _load_demo(context: Context) -> None:
    for sentence in demonstration.load(context.engine, context.settings, clock.now()):
        click.echo(sentence)
