"""Doing: what is done about the breaches under way, a line each, as page 1 says it."""

from collections.abc import Iterator

from xla.documents.actions import DONE
from xla.documents.actions_data import ActionLine
from xla.documents.figures import Figures
from xla.documents.note import Note
from xla.documents.report_data import BreachLine, ReportData
from xla.documents.words import Words

LIVE = frozenset({"open", "acknowledged", "action_planned", "verifying"})
NAMED = 3
"""How many breaches page 1 names."""


def doing(data: ReportData, words: Words, figures: Figures) -> tuple[Note, ...]:
    """The first breaches under way, each with what was done last and what is due next."""
    live = [line for line in data.breaches if line.state in LIVE]
    notes = []
    for line in live[:NAMED]:
        since = words("open since %(day)s.") % {"day": figures.day(line.opened_on)}
        planned = [each for each in data.actions if each.breach == line.number]
        told = " ".join([since, *(_told(planned, words, figures) if planned else _latest(line))])
        notes.append(Note(f"{line.kpi_title}:", told))
    if len(live) > NAMED:
        rest = len(live) - NAMED
        more = words.plural(
            "%(count)s more breach is listed further on.", "%(count)s more are listed further on.", rest
        )
        notes.append(Note("", more % {"count": rest}))
    return tuple(notes)


def _latest(line: BreachLine) -> list[str]:
    return [line.steps[-1][1]] if line.steps else []


def _told(planned: list[ActionLine], words: Words, figures: Figures) -> Iterator[str]:
    """The action done last with its effect, and the one that is due first, with how many stand beside it."""
    done = [each for each in planned if each.done_on is not None]
    ahead = [each for each in planned if each.done_on is None]
    if done:
        last = max(done, key=lambda each: (each.done_on, each.number))
        effect = last.effect
        state = words(DONE[effect.result]) if effect else words("Done")
        yield words("%(action)s. %(state)s.") % {"action": last.title, "state": state}
    if ahead:
        first = min(ahead, key=lambda each: (each.due_on, each.number))
        text = words("%(action)s: due %(day)s.")
        if first.days_late:
            text = words("%(action)s: was due %(day)s, overdue.")
        yield text % {"action": first.title, "day": figures.day(first.due_on)}
    rest = len(planned) - bool(done) - bool(ahead)
    if rest:
        text = words.plural("%(count)s more action.", "%(count)s more actions.", rest)
        yield text % {"count": rest}
