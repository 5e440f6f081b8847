"""`xla doctor`: looks at everything this installation stands on, and says how to put right what is not."""

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from importlib import metadata

import click
from rich.console import Console
from rich.text import Text
from sqlalchemy import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from xla import clock, database
from xla.cli.checks import database as of_database
from xla.cli.checks import machine, reach
from xla.cli.checks import work as of_work
from xla.cli.checks.patient import Check, Patient
from xla.cli.context import BAD_ANSWER, Context, failing_clearly, json_option, pass_context, print_json
from xla.core.finding import Finding, Level, worst, wrong

CONNECT_SECONDS = "5"
MARKS = {Level.OK: ("✓", "green"), Level.WARNING: ("!", "yellow"), Level.WRONG: ("✗", "red")}
NAME_WIDTH = 18


@dataclass(frozen=True)
class Told:
    """A finding and the area it belongs to."""

    area: str
    finding: Finding


@click.command()
@json_option
@pass_context
def doctor(context: Context, *, as_json: bool) -> None:
    """Check this installation and say how to put right what is wrong; changes nothing."""
    with failing_clearly():
        url = make_url(database.normalised(context.url))
        engine = database.connect(_impatient(url).render_as_string(hide_password=False))
    told: list[Told] = []
    console = Console(highlight=False, soft_wrap=True)
    if not as_json:
        console.print(_title(url))
    for each in _examined(Patient(context.settings, url, engine, clock.now())):
        if not as_json:
            _show(console, each, is_first=not told or told[-1].area != each.area)
        told.append(each)
    engine.dispose()
    level = worst(each.finding for each in told)
    if as_json:
        checks = [{"area": each.area, **asdict(each.finding)} for each in told]
        print_json({"version": _version(), "database": str(url), "level": level, "checks": checks})
    else:
        console.print(_summary(told))
    if level is Level.WRONG:
        sys.exit(BAD_ANSWER)


def _impatient(url: URL) -> URL:
    """With a limit to how long a server may take to answer."""
    is_sqlite = url.get_backend_name() == "sqlite"
    return url if is_sqlite else url.update_query_dict({"connect_timeout": CONNECT_SECONDS})


def _examined(patient: Patient) -> Iterator[Told]:
    """Every finding, as soon as it is there. A database that does not answer is told once."""
    is_there = True
    for finding in _guarded("reachable", of_database.reachable, patient):
        is_there = is_there and finding.level is not Level.WRONG
        yield Told("Database", finding)
    patient = replace(patient, now=clock.now())
    if is_there:
        yield from _area("Database", of_database.CHECKS, patient)
        yield from _area("Work", of_work.CHECKS, patient)
        yield from _area("Machine", machine.WITH_DATABASE, patient)
    yield from _area("Machine", machine.CHECKS, patient)
    yield from _area("Reach", reach.CHECKS, patient)


def _area(area: str, checks: dict[str, Check], patient: Patient) -> Iterator[Told]:
    for name, check in checks.items():
        for finding in _guarded(name, check, patient):
            yield Told(area, finding)


def _guarded(name: str, check: Check, patient: Patient) -> Iterator[Finding]:
    """What a check finds; where it fails itself, that is what was found."""
    try:
        yield from check(patient)
    except SQLAlchemyError as error:
        fix = "Start the database, or correct XLA_DATABASE_URL (or --database)."
        yield wrong(name, f"the database refuses: {database.said(error)}", fix)
    except Exception as error:  # noqa: BLE001  # whatever it is, the other checks still run
        said = " ".join(str(error).split())
        yield wrong(name, f"can't be checked: {type(error).__name__}: {said}", "xla --version, and tell us")


def _title(url: URL) -> Text:
    return Text.assemble(("XLA monitor ", "bold"), _version(), ("  ", ""), (str(url), "dim"))


def _show(console: Console, told: Told, *, is_first: bool) -> None:
    if is_first:
        console.print(Text(f"\n{told.area}", "bold"))
    finding = told.finding
    mark, colour = MARKS[finding.level]
    sign = mark if console.is_terminal else f"{finding.level:8}"
    line = Text.assemble("  ", (sign, colour), " ", (f"{finding.name:{NAME_WIDTH}} ", ""), finding.says)
    console.print(line)
    if finding.fix:
        indent = 2 + len(sign) + 1 + NAME_WIDTH + 1
        console.print(Text(f"{'':{indent}}→ {finding.fix}", "cyan"))


def _summary(told: list[Told]) -> Text:
    levels = [each.finding.level for each in told]
    wrongs, warnings = levels.count(Level.WRONG), levels.count(Level.WARNING)
    counts = []
    if wrongs:
        counts.append("1 thing is wrong" if wrongs == 1 else f"{wrongs} things are wrong")
    if warnings:
        counts.append("1 warning" if warnings == 1 else f"{warnings} warnings")
    said = ", ".join(counts) or "All is well"
    return Text(f"\n{said}.", "red" if wrongs else "yellow" if warnings else "green")


def _version() -> str:
    return metadata.version("xla-monitor")
