"""Actions: what is done about each breach, and what it changed, each on one line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from xla.core.agreement import Metric
from xla.core.effect import Effect, Result
from xla.core.verdict import Verdict
from xla.documents import shapes
from xla.documents.actions_data import ActionLine
from xla.documents.chart_effect import SHOWN
from xla.documents.figures import Figures, printed
from xla.documents.report_data import ReportData
from xla.documents.words import MARKS, Words

SIZE = (20.0, 5.0)


def _(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is used."""
    return text


DONE: Mapping[Result, str] = {
    Result.IMPROVED: _("Done: better since"),
    Result.WORSE: _("Done: worse since"),
    Result.NO_CHANGE_SEEN: _("Done: no change seen"),
    Result.TOO_EARLY: _("Done: too early to tell"),
    Result.CANNOT_TELL: _("Done: no interval to tell by"),
}


@dataclass(frozen=True)
class Action:
    """One action as it is printed."""

    number: str
    title: str
    about: str
    """The commitment, and the site or reason its effect is measured on."""
    owner: str
    due: str
    state: str
    kind: str
    """The class of its state."""
    change: str
    """Before and after; empty where hidden or not measured."""
    chart: Markup | None
    effect: str


def actions(data: ReportData) -> tuple[Action, ...]:
    """All actions of the report's breaches."""
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    reach = _reach(data.actions)
    return tuple(_action(line, reach, words, figures) for line in data.actions)


def _reach(lines: Sequence[ActionLine]) -> dict[Metric, float]:
    """How far a metric's picture goes to each side of 0."""
    reach: dict[Metric, float] = {}
    for line in lines:
        if line.effect and line.effect.difference is not None:
            seen = (float(line.effect.difference), line.effect.low or 0.0, line.effect.high or 0.0)
            reach[line.metric] = max(reach.get(line.metric, 0.0), *map(abs, seen))
    return reach


def _action(line: ActionLine, reach: Mapping[Metric, float], words: Words, figures: Figures) -> Action:
    state, kind = _state(line, words)
    effect = line.effect
    change, text, chart = "", "", None
    if effect and effect.before is not None and effect.after is not None:
        change = words("%(before)s → %(after)s") % {
            "before": figures.value(effect.before, line.metric, line.thresholds, unit=False),
            "after": figures.value(effect.after, line.metric, line.thresholds),
        }
        text = _effect(line, effect, words, figures)
        chart = _chart(line, effect, reach[line.metric], f"{line.title}: {change}. {state}. {text}")
    text = "\n".join(part for part in (text, _more(effect, words, figures)) if part)
    return Action(
        number=f"{line.breach}.{line.number}",
        title=line.title,
        about=" · ".join(part for part in (_measured(line, words), line.site) if part),
        owner=line.owner,
        due=figures.short_day(line.due_on),
        state=state,
        kind=kind,
        change=change,
        chart=chart,
        effect=text,
    )


def _measured(line: ActionLine, words: Words) -> str:
    """What its effect is measured on."""
    if not line.reason:
        return line.kpi_title
    text = words("%(kpi)s: share of poor ratings that name “%(reason)s”")
    return text % {"kpi": line.kpi_title, "reason": line.reason}


def _state(line: ActionLine, words: Words) -> tuple[str, str]:
    if line.done_on is None and line.days_late:
        text = words.plural("■ Overdue, %(count)s day", "■ Overdue, %(count)s days", line.days_late)
        return text % {"count": line.days_late}, "late"
    if line.done_on is None:
        return words("○ Planned"), "planned"
    if line.effect is None:
        return f"{MARKS[Verdict.INCONCLUSIVE]} {words(DONE[Result.TOO_EARLY])}", "inconclusive"
    verdict = SHOWN[line.effect.result]
    return f"{MARKS[verdict]} {words(DONE[line.effect.result])}", verdict.value


def _more(effect: Effect | None, words: Words, figures: Figures) -> str:
    """How many answers would settle it, where some would."""
    if effect is None or effect.more_needed is None:
        return ""
    text = words.plural("%(count)s answer more needed", "%(count)s answers more needed", effect.more_needed)
    return text % {"count": figures.number(effect.more_needed)}


def _effect(line: ActionLine, effect: Effect, words: Words, figures: Figures) -> str:
    """The difference between the printed figures, and the interval of the exact one."""
    after, before = (
        printed(value or 0, line.metric, line.thresholds) for value in (effect.after, effect.before)
    )
    change = figures.change(after, before)
    if effect.low is None or effect.high is None:
        return change
    return words("%(change)s (%(interval)s)") % {
        "change": change,
        "interval": figures.interval(effect.low, effect.high, line.metric),
    }


def _chart(line: ActionLine, effect: Effect, reach: float, title: str) -> Markup:
    """The difference and its interval about a line at 0."""
    width, height = 10 * SIZE[0], 10 * SIZE[1]
    middle, centre = height / 2, width / 2

    def x(value: float) -> float:
        return centre + value / (reach or 1.0) * (centre - 12)

    verdict = SHOWN[effect.result]
    parts = [shapes.stroke(shapes.line((centre, 0), (centre, height)), "zero", shapes.INK, 2)]
    if effect.low is not None and effect.high is not None:
        bar = shapes.rectangle((x(effect.low), middle - 5), (x(effect.high), middle + 5))
        parts.append(shapes.path(bar, "interval", fill=shapes.MIST))
    at = (x(float(effect.difference or 0)), middle)
    parts.append(shapes.marks(verdict, [at], 11, shapes.COLOURS[verdict]))
    return shapes.figure(SIZE, title, parts, kind=f"effect effect-{line.breach}-{line.number}")
