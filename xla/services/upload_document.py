"""What is known of an upload beside its rows: how it was read, what is in it, what came of it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from xla.models import Upload
from xla.services.mappings import AS_WRITTEN, Mapping
from xla.services.upload_files import Column, Reading

Ranges = list[tuple[int, int]]
"""Row numbers, each range with both its ends."""


class Part(BaseModel):
    """A part of the document."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Flaw(Part):
    """What keeps a file from being taken: a key with its values; the page has the words."""

    problem: str
    values: dict[str, Any] = Field(default_factory=dict)


class Fault(Part):
    """One field that can't be taken, in the importer's words."""

    row: int
    column: str
    found: str
    problem: str


class Counts(Part):
    """What an import comes to, or came to: `rows`, and those `rejected`; all else counts ratings."""

    rows: int
    accepted: int
    duplicates: int
    ignored: int
    rejected: int
    joined: int = 0
    """Accepted ratings that belong to responses another file brought."""


class Repeat(Part):
    """A file whose rows stand in another one, too."""

    name: str
    rows: int


class Rehearsal(Part):
    """What an import would come to."""

    counts: Counts
    faulty: Ranges = []
    contradictions: dict[str, Ranges] = {}
    """Rows that contradict rows before them, by the column in which they do."""
    header: Fault | None = None
    """Why no row can be read: the columns can't be used as mapped."""
    repeat: Repeat | None = None
    """A file many of whose imported rows would count twice."""
    felt_on: tuple[date, date] | None = None
    """The first and the last day of what would be accepted."""


class Document(Part):
    """All of it."""

    reading: Reading = Reading()
    sheets: list[str] = []
    """The sheets there are, where one has to be chosen."""
    flaw: Flaw | None = None
    """Why the file could not be read."""
    columns: list[Column] = []
    """None where it was not read yet."""
    columns_sha256: str = ""
    rows: int = 0
    has_merged: bool = False
    is_remembered: bool = False
    """Whether its columns are read as such a file was before."""
    rehearsal: Rehearsal | None = None
    result: Counts | None = None
    failure: list[Fault] = []
    """Why its import was refused after all."""

    @property
    def is_read(self) -> bool:
        """Whether its rows are known."""
        return bool(self.columns)


def document_of(upload: Upload) -> Document:
    """What is known of the upload."""
    return Document.model_validate_json(upload.document)


def mapping_of(upload: Upload) -> Mapping:
    """How its columns are read."""
    return Mapping.model_validate_json(upload.mapping) if upload.mapping else AS_WRITTEN


def ranges(rows: Iterable[int]) -> Ranges:
    """The rows as ranges, in order."""
    found: Ranges = []
    for row in sorted(rows):
        if found and found[-1][1] == row - 1:
            found[-1] = found[-1][0], row
        else:
            found.append((row, row))
    return found


def spread(found: Ranges) -> Iterator[int]:
    """Each row of the ranges."""
    for first, last in found:
        yield from range(first, last + 1)
