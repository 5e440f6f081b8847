"""A breach's steps in words: from what was kept of each, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from xla.core.window import parse_period
from xla.documents.figures import Figures
from xla.documents.words import Words


def _(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is used."""
    return text


CAUSES: Mapping[str, str] = {
    "staffing": _("Staffing and roster"),
    "routine": _("Routine or plan"),
    "training": _("Training"),
    "supplies": _("Supplies"),
    "equipment": _("Equipment"),
    "building": _("Building and installations"),
    "information": _("Information"),
    "volume": _("More people than planned"),
    "supplier": _("Subcontractor"),
    "outside": _("Outside our control"),
    "other": _("Something else"),
}
"""Kinds of root causes."""
MOVED: Mapping[str, str] = {
    "acknowledged": _("Acknowledged."),
    "action_planned": _("Actions are planned."),
    "verifying": _("Verification has begun."),
    "closed": _("Closed."),
    "accepted": _("Accepted by both parties."),
}
ACTIONS: Mapping[str, str] = {
    "added": _("Action planned: “%(title)s”, %(owner)s, due %(due)s."),
    "changed": _("Action changed: “%(title)s”, %(owner)s, due %(due)s."),
    "done": _("Action done on %(done)s: “%(title)s”."),
    "dropped": _("Action dropped: “%(title)s”."),
}
PARTIES: Mapping[str, Mapping[str, str]] = {
    "proposed": {
        "provider": _("The provider proposes to accept the breach as it is."),
        "client": _("The client proposes to accept the breach as it is."),
    },
    "withdrawn": {
        "provider": _("The provider took its proposal back."),
        "client": _("The client took its proposal back."),
    },
}


@dataclass(frozen=True)
class Happened:
    """One step as it was kept: its kind, the state after it, what changed, what was written with it."""

    kind: str
    state: str
    detail: Mapping[str, Any]
    written: str


def sentence(step: Happened, words: Words, figures: Figures) -> str:
    """What happened, in one sentence; "" where only what was written tells it.

    So it is with a comment, and with the first step of an older release, which holds its own sentence.
    """
    tell = {
        "breached": _found,
        "again": _found,
        "owner": _owner,
        "due": _due,
        "cause": _cause,
        "action": _action,
        "acceptance": _acceptance,
        "comment": _nothing,
        "told": _nothing,
    }
    return tell.get(step.kind, _moved)(step, words, figures)


def both(step: Happened, words: Words, figures: Figures) -> str:
    """The sentence, and behind it what was written."""
    return " ".join(part for part in (sentence(step, words, figures), step.written) if part)


def _moved(step: Happened, words: Words, figures: Figures) -> str:
    if step.state == "closed" and "period" in step.detail:
        return words("Closed: proved better by %(period)s.") % {"period": _period(step, figures)}
    if step.state == "verifying" and step.detail.get("because") == "done":
        return words("All actions are done, so verification has begun.")
    return words(MOVED[step.state]) if step.state in MOVED else ""


def _found(step: Happened, words: Words, figures: Figures) -> str:
    text = (
        words("Breached in %(period)s.")
        if step.kind == "breached"
        else words("Breached again in %(period)s.")
    )
    return text % {"period": _period(step, figures)}


def _owner(step: Happened, words: Words, _figures: Figures) -> str:
    name = step.detail.get("to")
    return words("The owner is %(name)s.") % {"name": name} if name else words("It has no owner any more.")


def _due(step: Happened, words: Words, figures: Figures) -> str:
    day = step.detail.get("to")
    if not day:
        return words("It has no due date any more.")
    return words("To be closed by %(day)s.") % {"day": figures.day(date.fromisoformat(day))}


def _cause(step: Happened, words: Words, _figures: Figures) -> str:
    kind = step.detail.get("cause")
    if not kind:
        return words("Root cause:") if step.written else words("The root cause was taken back.")
    return words("Root cause: %(kind)s.") % {"kind": words(CAUSES.get(kind, kind))}


def _action(step: Happened, words: Words, figures: Figures) -> str:
    told = step.detail
    days = {key: figures.day(date.fromisoformat(told[key])) for key in ("due", "done") if told.get(key)}
    text = ACTIONS[told["did"]]
    return words(text) % {"title": told["title"], "owner": told.get("owner", ""), **days}


def _acceptance(step: Happened, words: Words, _figures: Figures) -> str:
    text = PARTIES[step.detail["did"]][step.detail["party"]]
    return words(text)


def _nothing(_step: Happened, _words: Words, _figures: Figures) -> str:
    return ""


def _period(step: Happened, figures: Figures) -> str:
    period = parse_period(step.detail["period"])
    return figures.period(period.start, period.end)
