"""Work tables: breaches with their steps, and what is done about each with what it changed."""

from collections.abc import Iterator

from xla.core.verdict import Thresholds
from xla.documents.actions import DONE
from xla.documents.actions_data import ActionLine
from xla.documents.figures import printed
from xla.documents.report_data import BreachLine, ReportData
from xla.documents.table import Cell, Row, Table, bound, limit, measured
from xla.documents.words import STATES, Words


def work_tables(data: ReportData, words: Words) -> Iterator[Table]:
    """Breaches, steps and actions."""
    yield _breaches(data, words)
    yield _steps(data, words)
    yield _actions(data, words)


def _breaches(data: ReportData, words: Words) -> Table:
    heads = (
        words("Number"),
        words("Commitment"),
        words("Opened"),
        words("Value"),
        words("Floor"),
        words("State"),
        words("State since"),
        words("Root cause"),
        words("Owner"),
        words("Due"),
    )
    return Table(words("Breaches"), heads, tuple(_breach(line, words) for line in data.breaches))


def _breach(line: BreachLine, words: Words) -> Row:
    return (
        line.number,
        line.kpi_title,
        line.opened_on,
        measured(line.value, line.metric, Thresholds(target=line.floor, floor=line.floor)),
        limit(line.floor, line.metric),
        words(STATES[line.state]),
        line.state_since,
        line.cause or None,
        line.owner or None,
        line.due_on,
    )


def _steps(data: ReportData, words: Words) -> Table:
    heads = (words("Breach"), words("Day"), words("What happened"))
    rows = tuple((line.number, day, what) for line in data.breaches for day, what in line.steps)
    return Table(words("Steps"), heads, rows)


def _actions(data: ReportData, words: Words) -> Table:
    heads = (
        words("Number"),
        words("Action"),
        words("Commitment"),
        words("Site"),
        words("Reason"),
        words("Owner"),
        words("Due"),
        words("Done"),
        words("Days late"),
        words("Effect"),
        words("Before"),
        words("After"),
        words("Change"),
        words("Interval, low"),
        words("Interval, high"),
    )
    return Table(words("Actions"), heads, tuple(_action(line, words) for line in data.actions))


def _action(line: ActionLine, words: Words) -> Row:
    effect = line.effect
    return (
        f"{line.breach}.{line.number}",
        line.title,
        line.kpi_title,
        line.site or None,
        line.reason or None,
        line.owner,
        line.due_on,
        line.done_on,
        line.days_late or None,
        None if effect is None else words(DONE[effect.result]),
        *_effect(line),
    )


def _effect(line: ActionLine) -> tuple[Cell, ...]:
    """The difference is that of the printed figures, and the interval that of the exact one."""
    effect, terms = line.effect, line.thresholds
    if effect is None or effect.before is None or effect.after is None:
        return (None, None, None, None, None)
    after, before = (printed(each, line.metric, terms) for each in (effect.after, effect.before))
    return (
        measured(effect.before, line.metric, terms),
        measured(effect.after, line.metric, terms),
        after - before,
        bound(effect.low, line.metric),
        bound(effect.high, line.metric),
    )
