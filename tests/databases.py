"""Databases for tests, of either kind: made empty, copied from a template, dropped."""

import shutil
import uuid
from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url

import postgres


class Databases(Protocol):
    """Databases are named by their URLs, so that other processes can open them."""

    def create(self) -> str:
        """A new, empty database."""

    def copy(self, template: str) -> str:
        """A new database like `template`, which nobody may have open."""

    def drop(self, url: str) -> None:
        """Remove the database, whoever has it open."""


class SqliteDatabases:
    """Files in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self) -> str:
        return f"sqlite:///{self.folder / _new_name()}"

    def copy(self, template: str) -> str:
        url = self.create()
        shutil.copy(_database(template), _database(url))
        return url

    def drop(self, url: str) -> None:
        for ending in ("", "-wal", "-shm", "-queue"):
            Path(_database(url) + ending).unlink(missing_ok=True)


class PostgresDatabases:
    """Databases of the server in one folder."""

    def __init__(self, server: Path) -> None:
        self.server = server

    def create(self) -> str:
        return self._create("template0")

    def copy(self, template: str) -> str:
        return self._create(_database(template))

    def drop(self, url: str) -> None:
        postgres.execute(self.server, f'DROP DATABASE "{_database(url)}" WITH (FORCE)')

    def _create(self, template: str) -> str:
        name = _new_name()
        postgres.execute(self.server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return postgres.url(self.server, name)


def _new_name() -> str:
    return f"xla_{uuid.uuid4().hex}"


def _database(url: str) -> str:
    return make_url(url).database or ""
