"""The wheel: installed anywhere, it brings all it needs."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what an installation of the wheel puts into `site-packages`."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.parametrize("folder", ["templates", "migrations"])
def test_the_wheel_holds_what_stands_beside_the_package(installed: Path, folder: str) -> None:
    assert _files(ROOT / folder) == _files(installed / "xla" / f"_{folder}")


def test_the_wheel_holds_the_whole_package(installed: Path) -> None:
    held = {path for path in _files(installed / "xla") if path.parts[0] not in {"_templates", "_migrations"}}
    assert held == _files(ROOT / "xla")


def test_the_wheel_holds_its_licences(installed: Path) -> None:
    (licences,) = installed.glob("*.dist-info/licenses")
    assert {path.name for path in _files(licences)} == {"LICENSE", "OFL.txt"}


def test_the_wheel_migrates_a_database_far_from_any_checkout(installed: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from xla import database, migrate\n"
        "engine = database.connect('sqlite:///xla.db')\n"
        "migrate.upgrade(engine)\n"
        "print(migrate.__file__, migrate.is_current(engine))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, installed],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(installed / "xla" / "migrate.py"), "True"]


def _files(folder: Path) -> set[Path]:
    files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path for path in files if "__pycache__" not in path.parts}
