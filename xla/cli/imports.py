"""`xla ratings import` and `xla observations import`: files in, all or nothing."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from xla import clock
from xla.cli.context import BAD_INPUT, Context, existing_file, fail, json_option, pass_context, print_json
from xla.services import mappings
from xla.services.agreements import Refused, contract_of
from xla.services.import_result import Imported, ImportRefused
from xla.services.imports import import_ratings
from xla.services.observations import import_observations

MOST_PRINTED = 20


@click.group()
def ratings() -> None:
    """Ratings: what people said."""


@click.group()
def observations() -> None:
    """Observations: what operations counted."""


@ratings.command("import")
@click.argument("file", type=existing_file)
@click.option("--contract", required=True, metavar="KEY", help="Whose ratings these are.")
@click.option("--mapping", type=existing_file, help="How others' columns and codes become ours (YAML).")
@json_option
@pass_context
def import_rating_file(
    context: Context, file: Path, contract: str, mapping: Path | None, *, as_json: bool
) -> None:
    """Import FILE (CSV, gzipped or not): all of it or nothing, each rating once."""
    try:
        with context.transaction() as session:
            found = contract_of(session, contract)
            told = _read(mapping) if mapping else mappings.AS_WRITTEN
            imported = import_ratings(
                session, found, file, mapping=told, progress=_told_on_a_terminal, now=clock.now()
            )
    except ImportRefused as refused:
        _refuse(file, refused.imported, as_json=as_json)
    else:
        _tell(imported, "ratings", as_json=as_json)


@observations.command("import")
@click.argument("file", type=existing_file)
@click.option("--contract", required=True, metavar="KEY", help="Whose operations these are.")
@json_option
@pass_context
def import_observation_file(context: Context, file: Path, contract: str, *, as_json: bool) -> None:
    """Import FILE (CSV, gzipped or not): all of it or nothing, each row once."""
    try:
        with context.transaction() as session:
            found = contract_of(session, contract)
            imported = import_observations(session, found, file, now=clock.now())
    except ImportRefused as refused:
        _refuse(file, refused.imported, as_json=as_json)
    else:
        _tell(imported, "observations", as_json=as_json)


def _read(mapping: Path) -> mappings.Mapping:
    try:
        return mappings.parse(mapping.read_bytes())
    except Refused as refused:
        fail("\n".join(f"{mapping.name}: {line}" for line in str(refused).splitlines()))


def _told_on_a_terminal(rows: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{rows:,} rows read", nl=False, err=True)


def _tell(imported: Imported, noun: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_document(imported))
        return
    click.echo(
        f"{imported.rows} rows: {imported.accepted} {noun} accepted, {imported.duplicates} known already,"
        f" {imported.ignored} blank or not applicable."
    )
    if imported.left_out:
        click.echo(f"Columns not in the mapping, left out: {', '.join(imported.left_out)}.")


def _refuse(file: Path, imported: Imported, *, as_json: bool) -> None:
    if as_json:
        print_json(_document(imported))
    for error in imported.errors[:MOST_PRINTED]:
        click.echo(f"{file.name}: {error}", err=True)
    if len(imported.errors) > MOST_PRINTED:
        click.echo(f"... and {len(imported.errors) - MOST_PRINTED} more", err=True)
    click.echo(f"Nothing of {file.name} was imported.", err=True)
    sys.exit(BAD_INPUT)


def _document(imported: Imported) -> dict[str, Any]:
    return asdict(imported) | {"errors": [error._asdict() for error in imported.errors]}
