"""Imports: a file of ratings, all of it or nothing, each rating once."""

import gc
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.models import Contract, OnceKey
from xla.services import csv_rows, due, work
from xla.services.catalogue import catalogue
from xla.services.import_result import Imported, ImportRefused
from xla.services.mappings import AS_WRITTEN, Mapping
from xla.services.rating_input import Given, RatingInput, Wrong
from xla.services.rating_rows import Fields, RatingRows
from xla.services.ratings import Recorder
from xla.services.reception import turn
from xla.services.rehearsals import Rehearsal

SOURCE = "import"
TOLD_EVERY = 20_000
Progress = Callable[[int], None]
"""Told the rows read so far, now and then."""


def _silent(_rows: int) -> None:
    return


class Rehearsed(NamedTuple):
    """What an import would come to."""

    imported: Imported
    joined: int
    """Ratings that would complete responses another file brought."""
    faulty: dict[int, str]
    """Each row that can't be taken; the column by which it contradicts rows before it, else ''."""
    felt_on: tuple[date, date] | None
    """The first and the last day of what would be accepted."""


def import_ratings(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contract: Contract,
    file: csv_rows.File,
    *,
    mapping: Mapping = AS_WRITTEN,
    progress: Progress = _silent,
    leaving_out: Collection[int] = (),
    upload_id: int | None = None,
    now: datetime,
) -> Imported:
    """Record every rating of the file but the rows left out. Raises `ImportRefused` where one can't be taken.

    Once-only: by `external_id` where the file has that column, else by the file's digest and the question.
    """
    run = _RatingsImport(session, contract, file, mapping, now)
    run.progress, run.leaving_out = progress, leaving_out
    with _no_search_for_cycles():
        return run.run(upload_id)


def rehearse(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contract: Contract,
    file: csv_rows.File,
    *,
    mapping: Mapping,
    progress: Progress = _silent,
    now: datetime,
) -> Rehearsed:
    """What an import of the file would come to now, with nothing stored. For files of some 100,000 rows."""
    run = _RatingsImport(session, contract, file, mapping, now)
    run.progress = progress
    return run.rehearse()


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Rows hold nothing that holds them; to look through a million for it takes a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _RatingsImport:
    """One run of one file."""

    def __init__(
        self, session: Session, contract: Contract, file: csv_rows.File, mapping: Mapping, now: datetime
    ) -> None:
        self.session = session
        self.contract = contract
        self.contract_id = contract.id
        self.file = file
        self.mapping = mapping
        self.input = RatingInput(catalogue(session, contract), now)
        self.result = Imported()
        self.now = now
        self.received: set[int] = set()
        """Questions whose ratings this very file brought before."""
        self.progress: Progress = _silent
        self.leaving_out: Collection[int] = ()
        self.goes_on = False
        """Whether sound rows are of use after a faulty one."""
        self.faulty: dict[int, str] = {}
        self._by_digest: tuple[str, RatingRows] | None = None

    def run(self, upload_id: int | None) -> Imported:
        received_at = turn(self.session, self.contract_id, self.now)
        recorder = Recorder(
            self.session,
            self.contract_id,
            source=SOURCE,
            wrong=self._contradicts,
            upload_id=upload_id,
            now=received_at,
        )
        self._record(recorder)
        if self.result.errors:
            raise ImportRefused(self.result)
        if self._by_digest:
            digest, reader = self._by_digest
            self._remember(digest, reader.answered, upload_id)
        if self.result.accepted:
            wanted = due.evaluation(self.contract, f"received {received_at.isoformat()}", self.now)
            work.put(self.session, [wanted], self.now)
        return self.result

    def rehearse(self) -> Rehearsed:
        self.goes_on = True
        rehearsal = Rehearsal(self.session, self.contract_id, source=SOURCE, wrong=self._contradicts)
        self._record(rehearsal)
        return Rehearsed(self.result, rehearsal.joined, self.faulty, rehearsal.felt_on)

    def _record(self, recorder: Recorder | Rehearsal) -> None:
        try:
            recorder.record(self._submissions())
        except csv_rows.Unreadable as unreadable:
            self.result.tell(unreadable.row, unreadable.wrong)
            self.result.rejected += unreadable.row > 1
            self.result.rows += unreadable.row > 1
        self.result.errors.sort()
        if self.goes_on or not self.result.errors:
            self.result.accepted = recorder.accepted
            self.result.duplicates += recorder.duplicates

    def _submissions(self) -> Iterator[Given]:
        rows = csv_rows.read(self.file)
        _, header = next(rows, (1, []))
        if not header:
            raise csv_rows.Unreadable(0, Wrong(csv_rows.FILE, "", "it is empty; row 1 names the columns"))
        try:
            reader = RatingRows(header, self.mapping, self.input)
        except Wrong as wrong:
            self.result.tell(1, wrong)
            return
        self.result.left_out = reader.left_out
        digest = csv_rows.digest(self.file)
        if reader.has_external_ids:
            for given in self._read(reader, rows):
                own = given.external_id or f"row {given.row} of {digest}"
                yield given._replace(external_id=own)
        else:
            self.received = self._questions_received(digest)
            self._by_digest = digest, reader
            read = self._read(reader, rows)
            yield from self._first_time(read) if self.received else read

    def _read(self, reader: RatingRows, rows: Iterator[tuple[int, list[str]]]) -> Iterator[Given]:
        result, columns = self.result, len(reader.score_columns)
        for row, fields in rows:
            result.rows += 1
            if not result.rows % TOLD_EVERY:
                self.progress(result.rows)
            if row in self.leaving_out:
                result.rejected += 1
                continue
            try:
                given = reader.read(row, fields)
            except Wrong as wrong:
                self._reject(row, reader, fields, wrong)
                continue
            result.ignored += columns - len(given.ratings)
            if given.ratings and (self.goes_on or not result.errors):
                yield given

    def _first_time(self, submissions: Iterator[Given]) -> Iterator[Given]:
        """The submissions without the ratings this very file brought before; none that is left empty."""
        for given in submissions:
            new = tuple(rating for rating in given.ratings if rating[0] not in self.received)
            self.result.duplicates += len(given.ratings) - len(new)
            if new:
                yield given._replace(ratings=new)

    def _reject(self, row: int, reader: RatingRows, fields: Fields, wrong: Wrong) -> None:
        self.result.rejected += 1
        self.faulty[row] = ""
        ragged = wrong.column == "row"
        for each in [wrong] if ragged else reader.wrongs(fields):
            self.result.tell(row, each)

    def _contradicts(self, given: Given, wrong: Wrong) -> None:
        self.result.rejected += 1
        self.faulty[given.row] = wrong.column
        self.result.tell(given.row, wrong)

    def _questions_received(self, digest: str) -> set[int]:
        subjects = self.session.scalars(
            select(OnceKey.subject).where(
                OnceKey.contract_id == self.contract_id,
                OnceKey.source == "file",
                OnceKey.external_id == digest,
            )
        )
        return {int(subject) for subject in subjects}

    def _remember(self, digest: str, answered: set[int], upload_id: int | None) -> None:
        self.session.add_all(
            OnceKey(
                contract_id=self.contract_id,
                source="file",
                external_id=digest,
                subject=str(question_id),
                upload_id=upload_id,
            )
            for question_id in sorted(answered - self.received)
        )
        self.session.flush()
