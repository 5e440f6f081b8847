"""Entries of a draft's lists: added, removed and moved by buttons that name them, such as `up:kpis-2`."""

import re

from flask import abort

from xla.core.agreement_flaw import Path
from xla.services import draft_values
from xla.services.draft_values import Document
from xla.web.editor_fields import languages_of
from xla.web.editor_pages import Paper

DEEPEST = 8
"""How deep places can stand in each other."""
_LIST = (
    "(?:sites(?:-[0-9]{1,4}-sites)*|services|journey|personas|observations"
    "|questions|kpis|questions-[0-9]{1,4}-reasons)"
)
_LISTS = re.compile(_LIST, re.ASCII)
_ENTRY = re.compile(f"{_LIST}-[0-9]{{1,4}}", re.ASCII)
_NEW: dict[str, Document] = {
    "observations": {"kind": "rate"},
    "questions": {"scale": "csat5", "text": {}},
    "kpis": {"metric": "csat", "title": {}},
    "reasons": {"text": {}},
    "sites": {},
}


def changed(document: Document, verb: str, what: str) -> Path:
    """Add to, remove from or move within a list; the path of the entry to go on with."""
    pattern = _LISTS if verb == "add" else _ENTRY
    if not pattern.fullmatch(what):
        abort(400)
    path: Path = tuple(int(step) if step.isdigit() else step for step in what.split("-"))
    if verb == "add":
        return (*path, _added(document, path))
    if draft_values.at(document, path) is None:
        abort(400)
    if verb == "remove":
        draft_values.remove(document, path)
        left = len(draft_values.at(document, path[:-1]))
        return (*path[:-1], min(int(path[-1]), left - 1))
    return (*path[:-1], draft_values.move(document, path, -1 if verb == "up" else 1))


def _added(document: Document, path: Path) -> int:
    entry: Document = {**_NEW.get(str(path[-1]), {"title": {}})}
    if path.count("sites") > DEEPEST or (len(path) > 1 and draft_values.at(document, path[:-1]) is None):
        abort(400)
    if path == ("kpis",):
        paper = Paper(document, tuple(languages_of(document)))
        for name, choices in (("service", "services"), ("question", "questions")):
            first = paper.choices(choices)[:1]
            entry |= {name: first[0][0]} if first else {}
    return draft_values.add(document, path, entry)
