"""`xla report`, `xla portfolio` and `xla verify`: the documents, and whether they and the database hold."""

import sys
from collections.abc import Iterator
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
from xla.documents.signing import Key
from xla.rendering import Asked, Made, drawn_draft, drawn_portfolio, rendered, tabulated
from xla.services import report_check, verification
from xla.services.report_check import Checked
from xla.services.report_seal import Standing

WORKBOOK = ".xlsx"


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
    provider, base_url = context.settings.provider, context.settings.base_url
    with failing_clearly():
        asked = Asked(contract, period, language, as_known_at=as_known_at)
        if output.suffix.lower() == WORKBOOK:
            output.write_bytes(tabulated(context.engine, asked, provider=provider, now=clock.now()))
            click.echo(f"{output}: the tables of {contract} {period}")
            return
        if as_known_at is not None:
            pdf = drawn_draft(context.engine, asked, provider=provider, now=clock.now())
            made = Made(f"as known at {as_known_at}", pdf)
        else:
            made = rendered(
                context.engine,
                contract,
                period,
                provider=provider,
                base_url=base_url,
                language=language,
                key=Key(context.settings.signing_key, context.settings.signing_passphrase),
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
    if output.suffix.lower() == WORKBOOK:
        fail(f"{output}: a portfolio is a PDF; name a file that ends in .pdf")
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
        checked = report_check.check(session, file.read_bytes())
    if as_json:
        print_json(_as_document(checked))
    else:
        click.echo("\n".join(_sentences(file, checked)))
    if not checked.is_ok:
        sys.exit(BAD_ANSWER)


def _as_document(checked: Checked) -> dict[str, object]:
    again = checked.recount
    return {
        "ok": checked.is_ok,
        "issue": checked.issue,
        "figures": {
            "ok": again.is_sound,
            "problem": again.problem,
            "recounted": again.recounted,
            "hidden": again.hidden,
            "differences": [vars(each) for each in again.differences],
        },
        "kept": {"issue": checked.against, "differences": [vars(each) for each in checked.kept]},
        "seal": checked.seal,
        "signature": checked.signature and checked.signature._asdict(),
        "stamp": checked.stamp
        and {**checked.stamp._asdict(), "stamped_at": checked.stamp.stamped_at.isoformat()},
    }


SEALS = {
    Standing.OURS: "The day seal in it is a link of the chain kept here, unbroken up to the newest.",
    Standing.OTHER: "The day seal in it is not the one kept here: one of the two chains was made anew.",
    Standing.UNKNOWN: "The day seal in it is of a day that has no seal here.",
    Standing.BROKEN: "The day seal in it is kept here, and the chain behind it is broken.",
}


def _sentences(file: Path, checked: Checked) -> Iterator[str]:
    again = checked.recount
    if checked.issue is None:
        yield f"{file} is not a report issued here, or it was changed since."
    else:
        yield f"{file} is issue {checked.issue}, byte for byte as it was issued."
    if again.problem:
        yield again.problem
    elif again.is_sound:
        count = len(again.recounted)
        yield f"Computed again from the counts and the agreement inside it: {count} commitments, all alike."
    if again.hidden:
        yield f"Not computed again, as too few answers stand behind their counts: {', '.join(again.hidden)}."
    yield from map(str, again.differences)
    for each in checked.kept:
        yield f"Against issue {checked.against} as it is kept here: {each}"
    if checked.seal:
        yield SEALS[checked.seal]
    yield from _vouched(checked)


def _vouched(checked: Checked) -> Iterator[str]:
    """Who signed it, and who stamped it."""
    for each in (checked.signature, checked.stamp):
        if each and each.problem:
            yield f"Wrong with it: {each.problem}."
    if (signature := checked.signature) and not signature.problem:
        yield (
            f"Signed by {signature.signer}: the signature covers the whole file and is unbroken."
            " Whether that certificate is to be trusted is yours to say."
        )
    if (stamp := checked.stamp) and not stamp.problem:
        yield f"Time-stamped by {stamp.authority} at {stamp.stamped_at:%Y-%m-%d %H:%M:%S} UTC."
