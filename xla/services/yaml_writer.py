"""Plain values written as YAML: readable, always the same way, and read back as the same values."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from xla.core.agreement_numbers import plain
from xla.services.yaml_scalar import value_of

WIDTH = 88

Writable = Mapping[str, "Writable"] | Sequence["Writable"] | str | int | Decimal | date | None

# Letters, digits and single marks in between need no quotes, unless they read as something else.
_BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/+.-]*", re.ASCII)
_NOT_PRINTED = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def written(fields: Mapping[str, Writable]) -> str:
    """The fields as a YAML file: one a line, small parts on one line."""
    return "\n".join([*_block(fields), ""])


def _block(value: Writable) -> Iterable[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _field(_name(name), inner)
        return
    for inner in _parts(value):
        yield from _entry(inner)


def _field(name: str, value: Writable) -> Iterable[str]:
    line = f"{name}: {_flow(value)}"
    if _fits(value, line):
        yield line
        return
    yield f"{name}:"
    for inner in _block(value):
        yield f"  {inner}"


def _entry(value: Writable) -> Iterable[str]:
    line = f"- {_flow(value)}"
    if _fits(value, line):
        yield line
        return
    mark = "- "
    for inner in _block(value):
        yield f"{mark}{inner}"
        mark = "  "


def _fits(value: Writable, line: str) -> bool:
    return not _parts(value) or (len(line) <= WIDTH and _is_small(value))


def _is_small(value: Writable) -> bool:
    """No list in it holds more than words."""
    if isinstance(value, Mapping):
        return all(_is_small(inner) for inner in value.values())
    return not any(_parts(inner) for inner in _parts(value))


def _parts(value: Writable) -> Sequence[Writable]:
    """The entries of a list, the values of a mapping, nothing for a word."""
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _flow(value: Writable) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_name(name)}: {_flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    return _word(value)


def _word(value: int | Decimal | date | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Decimal) else str(value)


def _name(name: str) -> str:
    """A field's name, which is read as text however it looks."""
    return name if _BARE.fullmatch(name.removeprefix("-")) else _text(name)


def _text(text: str) -> str:
    if _BARE.fullmatch(text) and value_of(text) == text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _NOT_PRINTED.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)
