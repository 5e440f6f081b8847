"""`xla keys`: access to the API for machines."""

from datetime import UTC, datetime, timedelta

import click

from xla import clock
from xla.cli.context import Context, json_option, pass_context, print_json
from xla.core.window import YEARS
from xla.services import audit
from xla.services.agreements import contract_of
from xla.services.keys import create

LONGEST_NAME = 100
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def keys() -> None:
    """API keys."""


@keys.command("add")
@click.argument("name")
@click.option("--scopes", required=True, help="read, ratings:write, events:write; a comma between.")
@click.option("--contract", metavar="KEY", help="The one contract it opens; else all.")
@click.option(
    "--until", type=DAY, metavar="DAY", help="Its last day in UTC, 2026-12-31; else it never expires."
)
@json_option
@pass_context
def add(  # noqa: PLR0913 -- an argument each for what may be told
    context: Context, name: str, scopes: str, contract: str | None, until: datetime | None, *, as_json: bool
) -> None:
    """Make a key called NAME and print it: it is kept as its hash and can't be shown again."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise click.BadParameter(f"1 to {LONGEST_NAME} printable characters", param_hint="NAME")
    if until is not None and until.year not in YEARS:
        raise click.BadParameter(f"years go up to {YEARS[-1]}", param_hint="--until")
    expires_at = until and until.replace(tzinfo=UTC) + timedelta(days=1)
    now = clock.now()
    with context.transaction() as session:
        contract_id = contract_of(session, contract).id if contract else None
        told = [scope.strip() for scope in scopes.split(",")]
        key, secret = create(
            session, name.strip(), scopes=told, contract_id=contract_id, expires_at=expires_at, now=now
        )
        detail = {"prefix": key.prefix, "scopes": key.scopes}
        audit.note(
            session, None, "key.create", subject=key.name, contract_id=contract_id, detail=detail, now=now
        )
    if as_json:
        print_json({"key": secret})
    else:
        click.echo(secret)
