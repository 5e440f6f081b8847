"""A YAML file as plain values that know their lines: YAML 1.2 scalars, exact decimals, no tags, no aliases.

PyYAML's own constructor reads `no` as false, 010 as 8, 1:30 as 90 and 0.1 as a float, keeps the last of two
equal keys and unfolds aliases without limit. Here only its parser is used; its events become values below.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from xla.core.agreement_flaw import Path, field_name
from xla.services.file_problem import Problem
from xla.services.yaml_scalar import UNREADABLE, Unreadable, value_of

MOST_BYTES = 1024 * 1024
MOST_DEPTH = 40

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SYNTAX = {
    "mapping values are not allowed": "a colon stands inside a value; quote the value, or indent it rightly",
    "',' or": "in brackets, a comma or the closing bracket is missing",
    "find expected ':'": "a field's name has no colon and space after it",
    "cannot start any token": "a tab or a mark such as @ begins a value; indent with spaces, quote text",
    "end of stream": "a quote or bracket is not closed",
    "stream end": "a quote or bracket is not closed",
    "escape": "a backslash stands before a character it does not go with",
    "expected key": "the indentation is wrong here, or a quote or bracket just before",
    "'-' indicator": "the indentation is wrong here, or a dash is missing",
    "document start": "something stands after the end; the indentation or a quote is wrong before it",
    "<block end>": "the indentation is wrong here, or a quote or bracket just before",
}
"""What the parser says, in part, and what its writer can do about it."""
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Tree:
    """The values of one file, the line each began on, and what could not be read."""

    value: object = UNREADABLE
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unsound: set[Path] = field(default_factory=set)
    """Where a value could not be read at all, so that nothing more need be said of it."""

    def line(self, path: Path) -> int:
        """The line of the field at `path`, or of the nearest part around it that is written."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 1

    def tell(self, path: Path, found: str, problem: str, *, line: int) -> None:
        """Notes a problem at `path`."""
        self.problems.append(Problem(line, field_name(path), found, problem))


class _Stop(Exception):
    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


def read(content: str | bytes, parser: Any = _PARSER) -> Tree:  # noqa: ANN401 -- PyYAML's loaders have no type
    """The file as a tree, UNREADABLE when it is no YAML; never raises, whatever the bytes are."""
    tree = Tree()
    try:
        tree.value = _document(_text(content), parser, tree)
    except _Stop as stop:
        tree.tell((), "", stop.problem, line=stop.line)
    return tree


def _text(content: str | bytes) -> str:
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if len(raw) > MOST_BYTES:
        raise _Stop(1, f"the file has {len(raw):,} bytes; an agreement has at most {MOST_BYTES:,}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _Stop(line, "this is not UTF-8 text; save the file as UTF-8") from error
    if found := _NOT_TEXT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise _Stop(line, f"the file holds the control character U+{ord(found.group()):04X}")
    return text


def _document(text: str, parser: Any, tree: Tree) -> object:  # noqa: ANN401 -- as in `read`
    try:
        return _Reader(yaml.parse(text, Loader=parser), tree).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = min(mark.line + 1, text.count("\n") + 1) if mark else 1
        raise _Stop(line, f"this is not YAML: {_advice(str(error.problem))}") from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise _Stop(1, "this is not YAML: a character or escape in it does not exist") from error


def _advice(problem: str) -> str:
    for part, sentence in _SYNTAX.items():
        if part in problem:
            return sentence
    return "it cannot be read from here on"


class _Reader:
    """Turns one file's events into values."""

    def __init__(self, events: Iterator[yaml.Event], tree: Tree) -> None:
        self.events = events
        self.tree = tree

    def document(self) -> object:
        """The value of the file's only document."""
        value: object = UNREADABLE
        count = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                count += 1
                if count > 1:
                    raise _Stop(
                        _line(event), "a second document starts here (---); a file holds one agreement"
                    )
                value = self._value(next(self.events), ())
        if not count:
            raise _Stop(1, "the file is empty")
        return value

    def _value(self, event: Any, path: Path) -> object:  # noqa: ANN401 -- events share no typed fields
        self.tree.lines.setdefault(path, _line(event))
        if len(path) > MOST_DEPTH:
            raise _Stop(_line(event), f"nested more than {MOST_DEPTH} levels deep")
        self._refuse_cleverness(event, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._scalar(event, path)

    def _refuse_cleverness(self, event: Any, path: Path) -> None:  # noqa: ANN401 -- as in `_value`
        if isinstance(event, yaml.AliasEvent):
            problem = "aliases are not used here; write the value out"
            self.tree.tell(path, f"*{event.anchor}", problem, line=_line(event))
            return
        if event.anchor is not None:
            self.tree.tell(
                path, f"&{event.anchor}", "anchors are not used here; remove it", line=_line(event)
            )
        if event.tag is not None:
            self.tree.tell(path, event.tag, "YAML tags are not used here; remove it", line=_line(event))

    def _scalar(self, event: Any, path: Path) -> object:  # noqa: ANN401 -- as in `_value`
        if isinstance(event, yaml.AliasEvent):
            self.tree.unsound.add(path)
            return UNREADABLE
        value = value_of(event.value) if not event.style else event.value
        if isinstance(value, Unreadable):
            self.tree.unsound.add(path)
            self.tree.tell(path, event.value, value.problem, line=_line(event))
        return value

    def _sequence(self, path: Path) -> list[object]:
        values: list[object] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _mapping(self, path: Path) -> dict[str, object]:
        values: dict[str, object] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            name = self._name(event, path)
            place = (*path, name)
            self._refuse_second(place, event, known=name in values)
            self.tree.lines.setdefault(place, _line(event))
            values.setdefault(name, self._value(next(self.events), place))
        return values

    def _name(self, event: Any, path: Path) -> str:  # noqa: ANN401 -- as in `_value`
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_cleverness(event, path)
            return str(event.value)
        place = (*path, "?")
        self.tree.unsound.add(place)
        self.tree.tell(place, "", "a field's name must be a plain word", line=_line(event))
        self._value(event, place)
        return "?"

    def _refuse_second(self, place: Path, event: yaml.Event, *, known: bool) -> None:
        if known:
            first = self.tree.lines[place]
            problem = f"this key stands in line {first} already; write it once"
            self.tree.tell(place, str(place[-1]), problem, line=_line(event))
        elif place[-1] == "<<":
            self.tree.tell(
                place, "<<", "merge keys are not used here; write the fields out", line=_line(event)
            )


def _line(event: Any) -> int:  # noqa: ANN401 -- PyYAML types its marks as perhaps missing
    return int(event.start_mark.line) + 1
