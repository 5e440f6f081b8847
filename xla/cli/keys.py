"""`xla keys`: access to the API for machines."""

import click

from xla import clock
from xla.cli.context import Context, json_option, pass_context, print_json
from xla.services import audit
from xla.services.agreements import contract_of
from xla.services.keys import create

LONGEST_NAME = 100


@click.group()
def keys() -> None:
    """API keys."""


@keys.command("add")
@click.argument("name")
@click.option("--scopes", required=True, help="read, ratings:write, events:write; a comma between.")
@click.option("--contract", metavar="KEY", help="The one contract it opens; else all.")
@json_option
@pass_context
def add(context: Context, name: str, scopes: str, contract: str | None, *, as_json: bool) -> None:
    """Make a key called NAME and print it: it is kept as its hash and can't be shown again."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise click.BadParameter(f"1 to {LONGEST_NAME} printable characters", param_hint="NAME")
    now = clock.now()
    with context.transaction() as session:
        contract_id = contract_of(session, contract).id if contract else None
        told = [scope.strip() for scope in scopes.split(",")]
        key, secret = create(session, name.strip(), scopes=told, contract_id=contract_id, now=now)
        detail = {"prefix": key.prefix, "scopes": key.scopes}
        audit.note(
            session, None, "key.create", subject=key.name, contract_id=contract_id, detail=detail, now=now
        )
    if as_json:
        print_json({"key": secret})
    else:
        click.echo(secret)
