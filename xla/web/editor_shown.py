"""What the editor's fields show: the draft's values, what they were before, and what is amiss with them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from xla.core.agreement_flaw import Flaw, Path
from xla.services.draft_values import TYPED, Document, at
from xla.web.editor_fields import NUMBER, PARTED, Field, Page, comma
from xla.web.editor_flaws import sentence
from xla.web.language import figures


def filled(page: Page, document: Document, before: Document | None, flaws: Sequence[Flaw]) -> Page:
    """The page with the document's values, what they were, and the flaws at their fields."""
    placed = place(page, flaws)
    groups = []
    for group in page.groups:
        fields = [_filled(one, document, before, tuple(placed.get(one.path, ()))) for one in group.fields]
        groups.append(replace(group, fields=tuple(fields)))
    return replace(page, groups=tuple(groups))


def place(page: Page, flaws: Sequence[Flaw]) -> dict[Path, list[str]]:
    """The sentences of the flaws by their field: the same, the nearest around, or the first inside."""
    fields = page.fields
    found: dict[Path, list[str]] = {}
    for flaw in flaws:
        path = _pointed(flaw)
        around = [one.path for one in fields if path[: len(one.path)] == one.path]
        inside = [one.path for one in fields if one.path[: len(path)] == path]
        nearest = max(around, key=len, default=None) or next(iter(inside), None)
        if nearest is not None:
            found.setdefault(nearest, []).append(sentence(flaw))
    return found


def _pointed(flaw: Flaw) -> Path:
    """Where to put right what is said of a whole KPI: the field that is missing in it."""
    missing = flaw.problem.partition(" is missing")[0]
    return (*flaw.path, missing) if missing in {"question", "questions", "observation"} else flaw.path


def _filled(one: Field, document: Document, before: Document | None, flaws: tuple[str, ...]) -> Field:
    now = at(document, one.path)
    value, chosen = shown(one, now)
    was = None
    if before is not None:
        earlier = shown(one, _earlier(document, before, one.path))
        if earlier != (value, chosen):
            was = (
                ", ".join(_called(one, text) for text in earlier[1])
                if one.kind == "many"
                else _called(one, earlier[0])
            )
    return replace(one, value=value, chosen=chosen, was=was, flaws=flaws)


def _called(one: Field, value: str) -> str:
    if one.kind == "day" and value:
        return figures().day(date.fromisoformat(value))
    return dict(one.choices).get(value, value)


def shown(one: Field, value: Any) -> tuple[str, tuple[str, ...]]:  # noqa: ANN401 -- any part of a document
    """The text in a field, and what is ticked in it."""
    if one.kind == "many":
        return "", tuple(map(str, value)) if isinstance(value, list) else ()
    if one.kind == "parted" and isinstance(value, dict):
        return PARTED, ()
    if one.kind == "numbers" and isinstance(value, list):
        return ", ".join(_number_shown(inner) for inner in value), ()
    if value is None:
        return _number_shown(one.default) if one.kind == "number" else one.default, ()
    if isinstance(value, bool):
        return "true" if value else "false", ()
    return _number_shown(value) if one.kind == "number" else str(value), ()


def _number_shown(value: Any) -> str:  # noqa: ANN401 -- a text, a whole number, or what was typed
    if isinstance(value, dict):
        return str(value.get(TYPED, ""))
    text = str(value)
    return text.replace(".", ",") if comma() and NUMBER.fullmatch(text) else text


def _earlier(document: Document, before: Document, path: Path) -> Any:  # noqa: ANN401 -- any part of a document
    """What stood at the path before: entries are the same when their keys are, wherever they stand."""
    now: Any = document
    then: Any = before
    for step in path:
        now = at(now, (step,))
        if isinstance(step, int) and isinstance(now, dict):
            entries = then if isinstance(then, list) else []
            then = next((one for one in entries if one.get("key") == now.get("key")), None)
        else:
            then = at(then, (step,))
    return then
