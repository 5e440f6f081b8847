"""A draft's values: a document in the shape of the agreement file, in which anything may still be wrong.

Numbers stand in it as the text that was typed, so that no digit is lost; what is no number stands as
`{"typed": …}`. Entries are found by path, as flaws name them: `("kpis", 0, "target")`.
"""

import json
import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from xla.core.agreement import Agreement
from xla.core.agreement_flaw import Path
from xla.services.agreement_files import to_json
from xla.services.yaml_scalar import value_of

Document = dict[str, Any]

NUMBERS = frozenset(
    {"target", "floor", "confidence", "weight", "weights", "close_after_days", "respond_within_days"}
    | {"min_responses", "top", "scores", "min", "max", "step", "rolling_days"}
)
"""The fields whose texts, or the texts in them, are numbers."""
TYPED = "typed"
"""Marks a text that was typed where a number is needed and that is none."""
KEPT_EMPTY = frozenset({"contract", "window", "scale"})
"""Fields that say something by being there, even when nothing is in them yet."""
MOST_KEY = 64


def document_of(agreement: Agreement) -> Document:
    """The agreement as a document; `valued` of it makes the same agreement again."""
    found: Document = json.loads(to_json(agreement))
    return found


def valued(value: Any, name: str = "") -> Any:  # noqa: ANN401 -- a document, or any part of one
    """The document as its file would be read: texts of numbers as exact numbers."""
    if isinstance(value, dict):
        if TYPED in value:
            return f'"{value[TYPED]}"'
        return {key: valued(inner, name if name == "weights" else key) for key, inner in value.items()}
    if isinstance(value, list):
        return [valued(inner, name) for inner in value]
    if name in NUMBERS and isinstance(value, str):
        number = value_of(value)
        return number if type(number) in {int, Decimal} else value
    return value


def at(document: Any, path: Path) -> Any:  # noqa: ANN401 -- any part of a document
    """What stands at the path; None where nothing does."""
    found = document
    for step in path:
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and isinstance(step, int) and 0 <= step < len(found):
            found = found[step]
        else:
            return None
    return found


def put(document: Document, path: Path, value: object) -> None:
    """Write the value at the path, making fields around it; None takes it away, and what is left empty."""
    *around, last = path
    holder: Any = document
    for step in around:
        inner = at(holder, (step,))
        if not isinstance(inner, dict | list):
            if value is None or isinstance(holder, list):
                return
            inner = holder[step] = {}
        holder = inner
    if value is not None:
        holder[last] = value
    elif isinstance(holder, dict):
        holder.pop(last, None)
        if not holder and around and around[-1] not in KEPT_EMPTY and isinstance(around[-1], str):
            put(document, tuple(around), None)


def add(document: Document, path: Path, entry: Document) -> int:
    """Append an entry to the list at the path; where it stands now."""
    entries = at(document, path)
    if not isinstance(entries, list):
        put(document, path, [])
        entries = at(document, path)
    entries.append(entry)
    return len(entries) - 1


def remove(document: Document, path: Path) -> None:
    """Take the entry at the path out of its list."""
    entries, place = _placed(document, path)
    if entries:
        del entries[place]


def move(document: Document, path: Path, by: int) -> int:
    """Move the entry at the path by one place, up (-1) or down (1), within its list; where it stands now."""
    entries, place = _placed(document, path)
    other = place + by
    if entries and 0 <= other < len(entries):
        entries[place], entries[other] = entries[other], entries[place]
        return other
    return place


def _placed(document: Document, path: Path) -> tuple[list[Any], int]:
    entries, place = at(document, path[:-1]), path[-1]
    if at(document, path) is None or not isinstance(entries, list):
        return [], 0
    return entries, int(place)


def key_from(title: str, taken: Collection[str]) -> str:
    """A key made of a title, as nobody in `taken` has it; "" where no letter of it can stand in a key."""
    spelled = title.casefold().replace("ø", "o").replace("æ", "ae")
    letters = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    base = re.sub("[^a-z0-9]+", "-", letters).strip("-")[: MOST_KEY - 4].strip("-")
    if not base or base not in taken:
        return base
    return next(f"{base}-{number}" for number in range(2, len(taken) + 3) if f"{base}-{number}" not in taken)
