"""Import work: what takes longer than an answer may, done in this process, and how far it is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Literal, cast

from flask import Flask, current_app
from sqlalchemy import Engine, select
from sqlalchemy.orm import undefer

from xla import clock, database
from xla.models import Contract, Upload
from xla.services import uploads
from xla.services.import_result import ImportRefused
from xla.services.upload_document import document_of, mapping_of
from xla.services.upload_files import Reading
from xla.services.upload_reading import keep_look, look

WORKS = "xla.imports"
PATIENCE = 2.0
"""Seconds somebody waits for an answer before a page shows how far it is."""
Kind = Literal["reading", "checking", "importing"]


class Work:
    """One piece of work on one upload."""

    def __init__(self, kind: Kind, total: int) -> None:
        self.kind = kind
        self.total = total
        """Rows; 0 while nobody knows."""
        self.done = 0
        self.finished = Event()

    def tell(self, rows: int) -> None:
        """How many rows are done."""
        self.done = rows


class Works:
    """The works of one process; an upload has one at a time."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.executor = ThreadPoolExecutor(max_workers=2, thread_name_prefix="import")
        self._works: dict[int, Work] = {}
        self._lock = Lock()

    def of(self, upload_id: int) -> Work | None:
        """What is being done with an upload here; None where nothing is."""
        return self._works.get(upload_id)

    def begin(self, upload_id: int, work: Work, do: Callable[[Work], None]) -> None:
        """Do it, unless something is being done with the upload; come back when it is done, or takes long."""
        with self._lock:
            if upload_id in self._works:
                return
            self._works[upload_id] = work
        self.executor.submit(self._do, upload_id, work, do)
        work.finished.wait(PATIENCE)

    def _do(self, upload_id: int, work: Work, do: Callable[[Work], None]) -> None:
        try:
            do(work)
        except Exception:
            self._app.logger.exception("Work on the upload %s failed.", upload_id)
        finally:
            del self._works[upload_id]
            work.finished.set()


def works() -> Works:
    """The works of the application that answers this request."""
    return cast("Works", current_app.extensions[WORKS])


def read(engine: Engine, contract_id: int, upload_id: int, reading: Reading, work: Work) -> None:
    """Read the file; one whose columns are known from last time is checked at once."""
    with database.reading(engine) as session:
        raw = session.scalar(select(Upload.content).where(Upload.id == upload_id))
    looked = look(raw or b"", reading)
    with database.transaction(engine) as session:
        contract = session.get_one(Contract, contract_id)
        upload = uploads.found(session, contract_id, upload_id)
        if upload is None:
            return
        keep_look(session, contract, upload, looked)
        is_known = document_of(upload).is_remembered
    if is_known:
        check(engine, contract_id, upload_id, work)


def check(engine: Engine, contract_id: int, upload_id: int, work: Work) -> None:
    """Find out what an import would come to."""
    with database.reading(engine) as session:
        contract = session.get_one(Contract, contract_id)
        upload = session.get(Upload, upload_id, options=[undefer(Upload.content)])
        if upload is None:
            return
        work.kind, work.total, mapping = "checking", document_of(upload).rows, mapping_of(upload)
        rehearsal = uploads.rehearsed(session, contract, upload, progress=work.tell, now=clock.now())
    with database.transaction(engine) as session:
        upload = uploads.found(session, contract_id, upload_id)
        if upload is not None:
            uploads.keep_rehearsal(upload, mapping, rehearsal)


def bring_in(engine: Engine, contract_id: int, upload_id: int, work: Work) -> None:
    """Import the file in one transaction; where that fails, nothing is stored and that is said."""
    try:
        with database.transaction(engine) as session:
            contract = session.get_one(Contract, contract_id)
            uploads.run(session, contract, upload_id, progress=work.tell, now=clock.now())
    except Exception as error:
        with database.transaction(engine) as session:
            contract = session.get_one(Contract, contract_id)
            refused = error if isinstance(error, ImportRefused) else None
            uploads.fail(session, contract, upload_id, refused, clock.now())
        if not isinstance(error, ImportRefused):
            raise
