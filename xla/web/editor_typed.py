"""What was typed into the editor's fields, written into the draft's document."""

import re
from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from xla.services.draft_values import TYPED, Document, at, key_from, put
from xla.web.editor_fields import NUMBER, PARTED, Field, Group, Page, comma, name_of
from xla.web.editor_shown import shown

Typed = MultiDict[str, str]

_SPACES = re.compile(r"\s+")
_GROUPED = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+", re.ASCII)
"""4.250 is four thousand to a Dane and four to a Swede: nobody can tell, so it is no number."""


def read(page: Page, document: Document, typed: Typed) -> None:
    """Write what was typed into the document; a field that was not sent stays as it is."""
    for one in page.fields:
        if one.gate and typed.get(name_of(one.gate.path), "") not in one.gate.values:
            put(document, one.path, None)
        elif one.kind == "many":
            put(document, one.path, _many(at(document, one.path), typed.getlist(one.name)) or None)
        elif one.kind == "tick":
            put(document, one.path, one.choices[0][0] if one.name in typed else None)
        elif one.name in typed:
            _read(one, document, typed[one.name].replace("\r\n", "\n"))
    for group in page.groups:
        _name(group, document)


def _read(one: Field, document: Document, text: str) -> None:
    old = at(document, one.path)
    if old is not None and text == shown(one, old)[0]:
        return
    bare = text.strip()
    if one.kind == "number":
        put(document, one.path, number(bare) if bare else None)
    elif one.kind == "numbers":
        parts = [part for part in re.split(r"[;,\s]+", bare) if part]
        put(document, one.path, [number(part) for part in parts] or None)
    elif one.kind == "switch":
        put(document, one.path, {"true": True, "false": False}.get(bare, bare))
    elif one.kind == "parted" and bare == PARTED:
        put(document, one.path, {})
    else:
        put(document, one.path, bare or None)


def number(text: str) -> str | dict[str, str]:
    """The number that was typed, exactly, with a point; or what was typed, marked as no number."""
    bare = _SPACES.sub("", text).replace("\N{MINUS SIGN}", "-")
    if comma():
        if _GROUPED.fullmatch(bare):
            return {TYPED: text}
        bare = bare.replace(",", ".", 1)
    return bare if NUMBER.fullmatch(bare) else {TYPED: text}


def _many(old: Any, ticked: Sequence[str]) -> list[str]:  # noqa: ANN401 -- a list, or nothing
    """What is ticked: in the order it stood in, then what is new."""
    kept = [one for one in old if one in ticked] if isinstance(old, list) else []
    return [*kept, *(one for one in dict.fromkeys(ticked) if one not in kept)]


def _name(group: Group, document: Document) -> None:
    """A key for an entry that has a title and none: nobody needs to think one up."""
    for one in group.fields:
        if one.kind != "key" or at(document, one.path):
            continue
        entry = at(document, one.path[:-1]) or {}
        said = entry.get("title") or entry.get("text") or ""
        title = said if isinstance(said, str) else next(iter(said.values()), "")
        beside = at(document, one.path[:-2])
        taken = {inner.get("key") for inner in beside} if isinstance(beside, list) else set()
        key = key_from(title, taken)
        put(document, one.path, key or None)
