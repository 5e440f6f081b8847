"""`xla report`, `xla portfolio` and `xla verify`: the documents, and whether they and the database hold."""

import sys
from pathlib import Path
from typing import get_args

import click

from xla import clock
from xla.cli.context import (
    BAD_ANSWER,
    Context,
    existing_file,
    fail,
    failing_clearly,
    json_option,
    pass_context,
    print_json,
)
from xla.cli.evaluations import PERIOD
from xla.core.agreement import Language
from xla.core.window import CalendarPeriod
from xla.documents.signing import signer_of
from xla.rendering import Asked, Made, drawn_draft, drawn_portfolio, rendered, tabulated
from xla.services import verification


@click.command()
@click.argument("contract")
@click.option("--period", type=PERIOD, required=True, help="2018-05, 2018-Q2 or 2018.")
@click.option("--language", type=click.Choice(get_args(Language)), help="The contract's when left out.")
@click.option(
    "--as-known-at",
    metavar="DAY|INSTANT",
    help="What the report would have been then: a day of the contract's zone or an instant; keeps nothing.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@pass_context
def report(  # noqa: PLR0913, PLR0917 -- one for each option
    context: Context,
    contract: str,
    period: CalendarPeriod,
    language: Language | None,
    as_known_at: str | None,
    output: Path,
) -> None:
    """Write CONTRACT's report as PDF: issued once the period is closed, a draft until then.

    To a file that ends in .xlsx: its tables as a workbook; that issues nothing.
    """
    if not output.resolve().parent.is_dir():
        fail(f"{output}: there is no folder {output.parent} to write into; nothing was issued")
    provider = context.settings.provider
    with failing_clearly():
        asked = Asked(contract, period, language, as_known_at=as_known_at)
        if output.suffix.lower() == ".xlsx":
            output.write_bytes(tabulated(context.engine, asked, provider=provider, now=clock.now()))
            click.echo(f"{output}: the tables of {contract} {period}")
            return
        if as_known_at:
            pdf = drawn_draft(context.engine, asked, provider=provider, now=clock.now())
            made = Made(f"as known at {as_known_at}", pdf)
        else:
            made = rendered(
                context.engine,
                contract,
                period,
                provider=provider,
                language=language,
                signer=signer_of(context.settings.signing_key, context.settings.signing_passphrase),
                now=clock.now(),
            )
        output.write_bytes(made.pdf)
    click.echo(f"{output}: {made.name}, {len(made.pdf) // 1024} KiB, SHA-256 {made.sha256}")


@click.command()
@click.option("--period", type=PERIOD, required=True, help="2018-05, 2018-Q2 or 2018.")
@click.option(
    "--language", type=click.Choice(get_args(Language)), default="en", show_default=True, help="Of all pages."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@pass_context
def portfolio(context: Context, period: CalendarPeriod, language: Language, output: Path) -> None:
    """Write one PDF of all contracts: a table, then page 1 of each report; nothing is issued."""
    if not output.resolve().parent.is_dir():
        fail(f"{output}: there is no folder {output.parent} to write into")
    with failing_clearly():
        pdf = drawn_portfolio(
            context.engine,
            period,
            provider=context.settings.provider,
            language=language,
            now=clock.now(),
        )
        output.write_bytes(pdf)
    click.echo(f"{output}: the portfolio of {period}, {len(pdf) // 1024} KiB")


@click.command()
@click.argument("file", type=existing_file, required=False)
@json_option
@pass_context
def verify(context: Context, file: Path | None, *, as_json: bool) -> None:
    """Check FILE.pdf against what was issued; without a file, recount the whole database."""
    if file:
        _verify_report(context, file, as_json=as_json)
        return
    with context.reading() as session:
        findings = verification.verify(session, clock.now())
    if as_json:
        print_json({"ok": not findings, "findings": [vars(each) for each in findings]})
    else:
        click.echo("\n".join(map(str, findings)) or "Everything adds up.")
    if findings:
        sys.exit(BAD_ANSWER)


def _verify_report(context: Context, file: Path, *, as_json: bool) -> None:
    with context.reading() as session:
        found = verification.verify_report(session, file.read_bytes())
        issue = None if found is None else found.issue
    if as_json:
        print_json({"ok": issue is not None, "issue": issue})
    elif issue is None:
        click.echo(f"{file} is not a report issued here, or it was changed since.")
    else:
        click.echo(f"{file} is issue {issue}, byte for byte as it was issued.")
    if issue is None:
        sys.exit(BAD_ANSWER)
