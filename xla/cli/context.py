"""The context of one run of `xla`: its database, its clock, and how it fails."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import click
from alembic.util import CommandError
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from xla import database, migrate
from xla.documents.pdf import RenderFailed
from xla.documents.signing import Unsigned
from xla.services.agreements import Refused
from xla.services.csv_rows import Unreadable
from xla.services.file_problem import AgreementFileError
from xla.settings import Settings

BAD_ANSWER = 1
BAD_INPUT = 2


class Context:
    """What every command needs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.url = settings.database

    @cached_property
    def engine(self) -> Engine:
        """The database, migrated if it is behind."""
        url = make_url(self.url)
        if url.get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = database.connect(self.url, work=self.settings.engine)
        try:
            if not migrate.is_current(engine):
                migrate.upgrade(engine)
            if self.settings.engine == "procrastinate":
                migrate.add_procrastinate(engine)
        except CommandError as error:
            engine.dispose()
            raise Refused(f"the database is not of this version of XLA monitor: {error}") from None
        return engine

    def close(self) -> None:
        """Let go of the database."""
        if "engine" in self.__dict__:
            self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One use case: all or nothing."""
        with failing_clearly(), database.transaction(self.engine) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view."""
        with failing_clearly(), database.reading(self.engine) as session:
            yield session


@contextmanager
def failing_clearly() -> Iterator[None]:
    """Turn what can go wrong outside our code into one sentence and exit code 2."""
    try:
        yield
    except (Refused, AgreementFileError, RenderFailed, Unreadable, Unsigned) as error:
        fail(str(error))
    except (DBAPIError, ArgumentError) as error:
        cause = getattr(error, "orig", None) or error
        fail(f"the database refused: {str(cause).strip()}; nothing was changed")
    except OSError as error:
        fail(f"{error.filename or 'the system'}: {error.strerror or error}")


def fail(sentence: str) -> NoReturn:
    """Say what is wrong and stop: the input is wrong."""
    click.echo(sentence, err=True)
    sys.exit(BAD_INPUT)


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> Any:  # noqa: ANN401 -- json's own signature
    return value._asdict() if hasattr(value, "_asdict") else str(value)


pass_context = click.make_pass_decorator(Context)
existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."
)
