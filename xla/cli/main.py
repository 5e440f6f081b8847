"""`xla`: the commands, put together."""

from collections.abc import Iterator

import click
from pydantic import ValidationError

from xla import logs
from xla.cli.agreements import agreement
from xla.cli.context import Context, fail
from xla.cli.doctor import doctor
from xla.cli.evaluations import evaluate, periods
from xla.cli.imports import observations, ratings
from xla.cli.keys import keys
from xla.cli.many import scheduler, worker
from xla.cli.reports import portfolio, report, verify
from xla.cli.running import demo, serve, work
from xla.cli.users import users
from xla.settings import Settings

SECRET = {"database_url", "smtp_url", "oidc_client_secret", "metrics_token"}
"""Settings that may hold a password, which is not printed."""

RUNNING = {"serve", "work", "worker", "scheduler"}
"""Commands whose processes run for long, and keep a log."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="xla-monitor")
@click.pass_context
def main(context: click.Context) -> None:
    """XLA monitor: experience level agreements, from the signed file to the monthly report."""
    context.obj = context.obj or _configured()
    context.call_on_close(context.obj.close)
    if context.invoked_subcommand in RUNNING:
        logs.set_up(context.obj.settings.log_format)


for command in (
    agreement,
    ratings,
    observations,
    evaluate,
    periods,
    report,
    portfolio,
    verify,
    keys,
    serve,
    demo,
    work,
    worker,
    scheduler,
    doctor,
    users,
):
    main.add_command(command)


def _configured() -> Context:
    try:
        return Context(Settings.from_env())
    except ValidationError as error:
        flaw = error.errors()[0]
        name = str(flaw["loc"][0])
        found = "something else" if name in SECRET else repr(flaw["input"])
        fail(f"XLA_{name.upper()}: found {found}; {flaw['msg']}")


def _choose_database(context: click.Context, _option: click.Parameter, url: str | None) -> None:
    if url:
        root = context.find_root()
        root.obj = root.obj or _configured()
        root.obj.url = url
        context.obj = root.obj


def _all(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from _all(each)


for command in _all(main):
    command.params.append(
        click.Option(
            ["--database"],
            metavar="URL",
            help="The database; else XLA_DATABASE_URL, else an SQLite file in the instance folder.",
            expose_value=False,
            callback=_choose_database,
        )
    )
