"""The rows of an upload as they are previewed: what stands in each cell beside what it is read as."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy.orm import Session

from xla.models import Contract, Upload
from xla.services import csv_rows
from xla.services.catalogue import catalogue
from xla.services.rating_input import RatingInput, Wrong
from xla.services.rating_rows import COLUMNS, Fields, RatingRows
from xla.services.submissions import CONTRADICTIONS
from xla.services.upload_document import Rehearsal, document_of, mapping_of, spread


class Cell(NamedTuple):
    """One cell of a row, as it stands and as it is read."""

    raw: str
    read: object
    """A key, a day, an instant, a score, `blank` or `not_applicable`; None where it is read as it stands."""
    wrongs: list[Wrong]


class PreviewRow(NamedTuple):
    """One row of the file."""

    number: int
    cells: list[Cell]
    wrongs: list[Wrong]
    """What is wrong with the row as a whole."""

    @property
    def is_faulty(self) -> bool:
        """Whether anything of it can't be taken."""
        return bool(self.wrongs) or any(cell.wrongs for cell in self.cells)


class Sheet:
    """An upload's rows, read as its columns are mapped. Raises `Wrong` where they can't be used so."""

    def __init__(self, session: Session, contract: Contract, upload: Upload, now: datetime) -> None:
        self._content = upload.content or b""
        self._rehearsal = document_of(upload).rehearsal
        mapping = mapping_of(upload)
        _, self.header = next(csv_rows.read(self._content))
        self._reader = RatingRows(self.header, mapping, RatingInput(catalogue(session, contract), now))

    @property
    def read_columns(self) -> list[tuple[int, str, str]]:
        """Which columns are read: place, their name, and ours or '' where it holds a question's scores."""
        left = set(self._reader.left_out)
        named = zip(self.header, self._reader.names, strict=True)
        return [
            (place, header.strip(), ours if ours in COLUMNS else "")
            for place, (header, ours) in enumerate(named)
            if header.strip() not in left
        ]

    def rows(self, *, most: int, before: int = 0, only_faulty: bool = False) -> list[PreviewRow]:
        """Some rows of all, or of those that can't be taken, `before` of them left out."""
        chosen = islice(self._chosen(only_faulty=only_faulty), before, before + most)
        contradictions = _contradictions(self._rehearsal)
        return [self._read(number, fields, contradictions.get(number)) for number, fields in chosen]

    def faulty(self) -> Iterator[tuple[PreviewRow, Fields]]:
        """Every row that can't be taken, with its fields."""
        contradictions = _contradictions(self._rehearsal)
        for number, fields in self._chosen(only_faulty=True):
            yield self._read(number, fields, contradictions.get(number)), fields

    def _chosen(self, *, only_faulty: bool) -> Iterator[tuple[int, Fields]]:
        wanted = frozenset(spread(self._rehearsal.faulty)) if only_faulty and self._rehearsal else frozenset()
        rows = islice(csv_rows.read(self._content), 1, None)
        return ((number, fields) for number, fields in rows if not only_faulty or number in wanted)

    def _read(self, number: int, fields: Fields, contradicts: str | None) -> PreviewRow:
        try:
            told = self._reader.told_by(number, fields)
        except Wrong as wrong:
            if wrong.column == "row":
                return PreviewRow(number, [Cell(text, None, []) for text in fields], [wrong])
            return self._placed(number, fields, {}, list(self._reader.wrongs(fields)))
        found = told.get(contradicts, "") if contradicts else ""
        wrongs = [Wrong(contradicts, str(found), CONTRADICTIONS[contradicts])] if contradicts else []
        return self._placed(number, fields, told, wrongs)

    def _placed(
        self, number: int, fields: Fields, told: dict[str, object], wrongs: list[Wrong]
    ) -> PreviewRow:
        """Each thing read, and each wrong, at the cell it came from."""
        names = self._reader.names
        cells = [
            Cell(text, told.get(name), [wrong for wrong in wrongs if name and wrong.column == name])
            for text, name in zip(fields, names, strict=True)
        ]
        return PreviewRow(number, cells, [wrong for wrong in wrongs if wrong.column not in names])


def _contradictions(rehearsal: Rehearsal | None) -> dict[int, str]:
    if rehearsal is None:
        return {}
    return {row: column for column, rows in rehearsal.contradictions.items() for row in spread(rows)}
