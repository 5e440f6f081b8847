"""`xla evaluate` and `xla periods close`: measure, judge, freeze."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

from xla import clock
from xla.cli.context import Context, failing_clearly, json_option, pass_context, print_json
from xla.core.agreement_wording import figure
from xla.core.outcome import Judged, Outcome
from xla.core.outcome_document import document_of
from xla.core.window import YEARS, CalendarPeriod, parse_period
from xla.jobs import clocks
from xla.services import addenda
from xla.services.agreements import contract_of
from xla.services.evaluations import evaluate as evaluate_period
from xla.services.periods import Closed, close, current


class PeriodType(click.ParamType[CalendarPeriod]):
    """2018-05, 2018-Q2 or 2018."""

    name = "period"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> CalendarPeriod:
        """From text."""
        if isinstance(value, CalendarPeriod):
            return value
        try:
            return parse_period(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class InstantType(click.ParamType[datetime]):
    """ISO 8601; UTC when no offset is told."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """From text."""
        if isinstance(value, datetime):
            return value
        try:
            told = datetime.fromisoformat(str(value))
            instant = (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            instant = None
        if instant is None or instant.year not in YEARS:
            self.fail(f"{value!r} is not an instant; write 2018-06-04T09:00:00+02:00", param, ctx)
        return instant


WIDTH_OF_FILES = 140
PERIOD = PeriodType()
INSTANT = InstantType()


@click.command()
@click.argument("contract")
@click.option("--period", type=PERIOD, help="2018-05, 2018-Q2 or 2018; the running one when left out.")
@click.option("--as-known-at", type=INSTANT, help="Only what was received up to then.")
@json_option
@pass_context
def evaluate(
    context: Context,
    contract: str,
    period: CalendarPeriod | None,
    as_known_at: datetime | None,
    *,
    as_json: bool,
) -> None:
    """Measure and judge CONTRACT's KPIs; closes nothing."""
    now = clock.now()
    with context.reading() as session:
        found = contract_of(session, contract)
        asked = period or current(session, found, now)
        outcome = evaluate_period(session, found, asked, as_known_at=as_known_at, now=now)
        corrections = addenda.known(session, found, asked, as_known_at or now)
    if as_json:
        print_json(document_of(outcome) | {"addenda": corrections})
        return
    _print(outcome)
    for each in corrections:
        keys = ", ".join(kpi["key"] for kpi in each["kpis"])
        click.echo(f"Addendum {each['number']} corrects {keys}: {each['reason']}")


@click.group()
def periods() -> None:
    """Periods: closing and correcting them."""


@periods.command("close")
@click.argument("contract")
@click.option("--period", type=PERIOD, required=True, help="2018-05, 2018-Q2 or 2018.")
@click.option("--now", "told_now", type=INSTANT, help="As if it were this instant.")
@pass_context
def close_period(context: Context, contract: str, period: CalendarPeriod, told_now: datetime | None) -> None:
    """Freeze what is known of a period of CONTRACT and propose it; open breaches."""
    known_at = clock.now()
    with failing_clearly():
        if told_now is None:
            clocks.refuse_apart(context.engine, known_at)
    with context.transaction() as session:
        found = contract_of(session, contract)
        closed = close(session, found, period, known_at=known_at, now=told_now or known_at)
    _say(contract, closed)


@periods.command("correct")
@click.argument("contract")
@click.option("--period", type=PERIOD, required=True, help="2018-05, 2018-Q2 or 2018.")
@click.option("--reason", required=True, help="Why, in a sentence: it stands on the addendum.")
@json_option
@pass_context
def correct_period(
    context: Context, contract: str, period: CalendarPeriod, reason: str, *, as_json: bool
) -> None:
    """Count a closed period of CONTRACT anew, and keep what differs as a numbered addendum."""
    now = clock.now()
    with failing_clearly():
        clocks.refuse_apart(context.engine, now)
    with context.transaction() as session:
        found = contract_of(session, contract)
        addenda.correct(session, found, period, reason=reason, by=None, now=now)
        made = addenda.known(session, found, period, now)[-1]
    if as_json:
        print_json(made)
        return
    click.echo(f"Addendum {made['number']} to {contract} {period} is kept; what was frozen stays as it was.")
    for kpi in made["kpis"]:
        click.echo(f"{kpi['key']}: {_told(kpi['old'])}, now {_told(kpi['new'])}.")


def _told(figure: Mapping[str, Any]) -> str:
    value = "no value" if figure["value"] is None else f"{figure['value']:.1f}"
    return f"{value} ({figure['n']}), {str(figure['verdict']).replace('_', ' ')}"


def _say(contract: str, closed: Closed) -> None:
    outcome = closed.outcome
    if not closed.is_new:
        click.echo(f"{contract} {outcome.period} was proposed already; nothing changed.")
        return
    click.echo(f"{contract} {outcome.period} is proposed.")
    for breach in closed.opened:
        click.echo(f"Breach {breach.id} is open: {breach.kpi_key}.")


def _print(outcome: Outcome) -> None:
    title = f"{outcome.contract} {outcome.period}, {outcome.state}, agreement version {outcome.version}"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("KPI", "verdict", "value", "interval", "n", "floor", "target", "below floor", "late"):
        left = name in {"KPI", "verdict"}
        table.add_column(name, justify="left" if left else "right", no_wrap=True)
    for each in outcome.kpis:
        table.add_row(*_row(each))
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH_OF_FILES
    console.print(table)
    console.print("below floor: the chance that the true level is worse than the floor.")
    if outcome.score is not None:
        console.print(f"Score {float(outcome.score):.1f} of 100 ({outcome.method}).")


def _row(each: Judged) -> tuple[str, ...]:
    measured, thresholds = each.measurement, each.kpi.thresholds
    chance = each.chance_below_floor
    has_interval = measured.low is not None and measured.high is not None
    return (
        each.kpi.key,
        str(each.verdict).replace("_", " "),
        "-" if measured.value is None else f"{float(measured.value):.1f}",
        f"{measured.low:.1f}..{measured.high:.1f}" if has_interval else "-",
        str(measured.n),
        figure(thresholds.floor),
        figure(thresholds.target),
        "-" if chance is None else f"{100 * chance:.0f} %",
        str(each.late or ""),
    )
