"""The editor's fields: where each stands in the agreement, how it is typed, and in which languages."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from xla.core.agreement import LANGUAGES
from xla.core.agreement_flaw import Path
from xla.documents.language import locale
from xla.services.draft_values import Document, at
from xla.web.language import gettext as _
from xla.web.language import spoken

Choices = Sequence[tuple[str, str]]

COMMA = frozenset({"sv", "da", "nb", "fi"})
"""The languages that write 4,25 for four and a quarter."""
INDENT = "\N{EM SPACE}"
"""Before a choice for each place it stands inside."""
PARTED = "own"
"""Chosen where a field is written as fields of its own."""
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?", re.ASCII)
"""A number as the draft keeps it, with a point and every digit that was typed."""


@dataclass(frozen=True)
class Gate:
    """A field that makes sense only while another one has one of these values."""

    path: Path
    values: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One place of the agreement as it is typed."""

    path: Path
    label: str
    kind: str = "line"
    """line, prose, key, number, day, choice, parted, switch, tick, many or numbers."""
    hint: str = ""
    choices: Choices = ()
    unit: str = ""
    language: str = ""
    default: str = ""
    is_optional: bool = False
    is_wide: bool = False
    gate: Gate | None = None
    value: str = ""
    """As it is shown."""
    chosen: tuple[str, ...] = ()
    was: str | None = None
    """What the version in force says, where it says something else."""
    flaws: tuple[str, ...] = ()

    @property
    def is_tree(self) -> bool:
        """Whether some of its choices stand inside others."""
        return any(label.startswith(INDENT) for _value, label in self.choices)

    @property
    def name(self) -> str:
        """Its name in the form: the path of the file."""
        return name_of(self.path)


@dataclass(frozen=True)
class Group:
    """Fields that belong together; an entry of a list where it has a path."""

    title: str = ""
    fields: tuple[Field, ...] = ()
    hint: str = ""
    entry: Path | None = None
    depth: int = 0
    """How deep in the tree of places."""
    more: tuple[Path, str] | None = None
    """A list that one more entry can be added to, and what its button says."""
    is_row: bool = False


@dataclass(frozen=True)
class Page:
    """One section of the editor."""

    title: str
    groups: tuple[Group, ...] = field(default=())
    lead: str = ""

    @property
    def fields(self) -> list[Field]:
        """Every field of its groups."""
        return [one for group in self.groups for one in group.fields]


def name_of(path: Path) -> str:
    """`kpis-0-target`."""
    return "-".join(map(str, path))


def texts(path: Path, label: str, languages: Iterable[str], **more: Any) -> tuple[Field, ...]:  # noqa: ANN401 -- a field's own
    """One field a language."""
    several = list(languages)
    if len(several) == 1:
        return (Field((*path, several[0]), label, language=several[0], **more),)
    return tuple(
        Field(
            (*path, code),
            _("%(label)s, %(language)s", label=label, language=language_name(code)),
            language=code,
            **more,
        )
        for code in several
    )


def comma() -> bool:
    """Whether the reader writes 4,25 for four and a quarter."""
    return spoken() in COMMA


def language_name(code: str) -> str:
    """What the reader calls a language."""
    names = locale(spoken()).languages
    return str(names.get(code, code))


def languages_of(document: Document, also: Iterable[str] = ()) -> list[str]:
    """The languages the document has texts in, the contract's own first, and those asked for."""
    found = {*_codes(document), *also}
    said = at(document, ("contract", "language"))
    own = said if said in LANGUAGES else "en"
    return [own, *(code for code in LANGUAGES if code in found and code != own)]


def _codes(value: Any) -> Iterable[str]:  # noqa: ANN401 -- any part of a document
    if isinstance(value, dict):
        yield from (code for code in LANGUAGES if isinstance(value.get(code), str))
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _codes(inner)
