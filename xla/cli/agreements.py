"""`xla agreement`: check, apply, diff, export, schema."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy.orm import Session

from xla import clock
from xla.cli.context import (
    Context,
    existing_file,
    fail,
    failing_clearly,
    json_option,
    pass_context,
    print_json,
)
from xla.core.agreement import Agreement
from xla.core.agreement_rules import frozen_changes
from xla.core.changes import Change, changes
from xla.core.explain import explain
from xla.services import agreement_files
from xla.services.agreements import Frozen, agreement_of, apply, contract_of, find, versions
from xla.services.file_problem import AgreementFileError


@click.group()
def agreement() -> None:
    """Agreement files: what was promised, as YAML."""


@agreement.command()
@click.argument("file", type=existing_file)
@json_option
def check(file: Path, *, as_json: bool) -> None:
    """Validate FILE and say it in plain sentences."""
    parsed = _read(file, as_json=as_json)
    sentences = explain(parsed, parsed.contract.language)
    if as_json:
        print_json({"contract": parsed.contract.key, "errors": [], "sentences": sentences})
    else:
        click.echo("\n".join(sentences))


@agreement.command("apply")
@click.argument("file", type=existing_file)
@json_option
@pass_context
def apply_file(context: Context, file: Path, *, as_json: bool) -> None:
    """Create the contract, or its next version, from FILE; the same file twice changes nothing."""
    parsed = _read(file, as_json=as_json)
    with context.transaction() as session:
        try:
            applied = apply(session, parsed, clock.now())
        except Frozen as frozen:
            problems = agreement_files.problems_at(file.read_bytes(), frozen.flaws)
            if as_json:
                print_json({"errors": [asdict(problem) for problem in problems]})
            fail("\n".join(f"{file.name}: {problem}" for problem in problems))
    if as_json:
        print_json(
            {
                "contract": applied.contract,
                "version": applied.version,
                "changed": applied.is_new,
                "errors": [],
            }
        )
    elif applied.is_new:
        click.echo(f"{applied.contract} has version {applied.version}, from {parsed.effective_from}.")
    else:
        click.echo(f"{applied.contract} stays at version {applied.version}; nothing changed.")


@agreement.command()
@click.argument("file", type=existing_file)
@json_option
@pass_context
def diff(context: Context, file: Path, *, as_json: bool) -> None:
    """Say what FILE would change, by sentence and by field."""
    parsed = _read(file, as_json=as_json)
    with context.reading() as session:
        latest = _latest(session, parsed)
    found = changes(latest, parsed) if latest else []
    refused = [str(flaw) for flaw in frozen_changes(latest, parsed)] if latest and found else []
    if as_json:
        plain = [{key: _text(value) for key, value in asdict(change).items()} for change in found]
        print_json(
            {"contract": parsed.contract.key, "is_new": latest is None, "changes": plain, "refused": refused}
        )
    else:
        click.echo("\n".join(_lines(parsed, latest, found, refused)))


@agreement.command()
@click.argument("contract")
@click.option("--version", type=click.IntRange(min=1), help="A version; the newest when left out.")
@pass_context
def export(context: Context, contract: str, version: int | None) -> None:
    """Print CONTRACT's agreement file again."""
    with context.reading() as session:
        every = versions(session, contract_of(session, contract))
        if version and version > len(every):
            fail(f"{contract} has {len(every)} versions, not {version}")
        chosen = every[version - 1 if version else -1]
        click.echo(agreement_files.export(agreement_of(chosen)), nl=False)


@agreement.command()
def schema() -> None:
    """Print the JSON Schema of the file."""
    print_json(agreement_files.schema())


def _read(file: Path, *, as_json: bool) -> Agreement:
    with failing_clearly():
        try:
            return agreement_files.parse(file.read_bytes())
        except AgreementFileError as error:
            if as_json:
                print_json({"errors": [asdict(problem) for problem in error.problems]})
            fail("\n".join(f"{file.name}: {problem}" for problem in error.problems))


def _latest(session: Session, parsed: Agreement) -> Agreement | None:
    contract = find(session, parsed.contract.key)
    return agreement_of(versions(session, contract)[-1]) if contract else None


def _lines(
    parsed: Agreement, latest: Agreement | None, found: list[Change], refused: list[str]
) -> Iterator[str]:
    if latest is None:
        yield f"{parsed.contract.key} is new; the file would be its version 1."
    elif not found:
        yield "Nothing would change."
    for change in found:
        yield f"{change.sentence}\n  {change.path}: {change.before} -> {change.after}"
    for each in refused:
        yield f"Refused: {each}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
