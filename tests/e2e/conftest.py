"""The `xla` command over a database of the test's own."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from commands import Ran, Xla
from xla.cli import main


@pytest.fixture
def xla(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Xla:
    """Run `xla` with arguments, against the test's database."""
    monkeypatch.setenv("XLA_DATABASE_URL", database_url)
    monkeypatch.setenv("XLA_INSTANCE", str(tmp_path / "instance"))

    def run(*arguments: object) -> Ran:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run
