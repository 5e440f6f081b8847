"""The set-up script: does what is missing once, says in a sentence what it cannot do."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / ".ci" / "setup"

# An interpreter that writes down what it was asked, "makes" virtual environments and "installs" packages.
INTERPRETER = """#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
  *version_info*) exit "$TOO_OLD" ;;
  *ensurepip*) exit "$NO_VENV" ;;
  *base_prefix*) echo "$PREFIX" ;;
  --version) echo "Python 3.9.2" ;;
  "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
esac
"""

# What the system has: the tests' programs, and an installer that only writes down what it was asked.
PROGRAMS = {
    "initdb": "",
    "pdftotext": "",
    "curl": "",
    "chromium": "",
    "faketime": "",
    "openssl": "",
    "apt-get": 'echo "apt-get $*" >>"$CALLS"',
    "sudo": 'exec "$@"',
}


class Checkout:
    """A checkout with nothing but what the script looks at, on a system that only pretends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / ".ci").mkdir()
        (folder / "tests").mkdir()
        shutil.copy(SCRIPT, folder / ".ci" / "setup")
        for name in ("requirements.lock", "tests/requirements.lock", "pyproject.toml"):
            (folder / name).write_text(name)
        self.programs = folder / "bin"
        self.programs.mkdir()
        for name, body in PROGRAMS.items():
            self.add_program(name, f"#!/bin/sh\n{body}\n")
        self.add_program("python", INTERPRETER)
        self.calls = folder / "calls"

    def add_program(self, name: str, script: str) -> None:
        (self.programs / name).write_text(script)
        (self.programs / name).chmod(0o755)

    def setup(self, purpose: str = "run", **changed: str) -> subprocess.CompletedProcess[str]:
        self.calls.write_text("")
        path = f"{self.programs}:/usr/bin:/bin"
        told = {
            "PYTHON": "python",
            "PREFIX": "/usr",
            "TOO_OLD": "0",
            "NO_VENV": "0",
            "CALLS": str(self.calls),
        }
        return subprocess.run(
            ["/bin/sh", ".ci/setup", purpose],
            cwd=self.folder,
            env={"PATH": path, **told, **changed},
            capture_output=True,
            text=True,
            check=False,
        )

    def was_asked(self, what: str) -> bool:
        return what in self.calls.read_text()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_first_time_installs_from_the_lock_by_its_hashes(checkout: Checkout) -> None:
    done = checkout.setup()
    assert done.returncode == 0, done.stderr
    assert checkout.was_asked("--require-hashes --requirement requirements.lock")
    assert not checkout.was_asked("tests/requirements.lock")
    assert checkout.was_asked("--no-build-isolation --editable .")


def test_the_second_time_does_nothing_and_says_nothing(checkout: Checkout) -> None:
    checkout.setup()
    done = checkout.setup()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not checkout.was_asked("-m")


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_a_change_of_what_is_needed_installs_again(checkout: Checkout, changed: str) -> None:
    checkout.setup()
    (checkout.folder / changed).write_text("something else")
    checkout.setup()
    assert checkout.was_asked("--requirement requirements.lock")
    assert not checkout.was_asked("-m venv")


def test_another_interpreter_makes_another_environment(checkout: Checkout) -> None:
    checkout.setup()
    checkout.setup(PREFIX="/opt/another")
    assert checkout.was_asked("-m venv")


def test_a_set_up_that_failed_is_tried_again(checkout: Checkout) -> None:
    checkout.setup()
    (checkout.folder / "pyproject.toml").write_text("something else")
    (checkout.folder / ".venv" / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    assert checkout.setup().returncode != 0
    assert checkout.setup().returncode != 0


def test_testing_installs_the_tests_tools_too(checkout: Checkout) -> None:
    checkout.setup("run")
    assert checkout.setup("test").returncode == 0
    assert checkout.was_asked("--requirement tests/requirements.lock")


def test_a_missing_system_package_is_installed_and_no_other(checkout: Checkout) -> None:
    done = checkout.setup("test", NO_VENV="1")
    assert checkout.was_asked("apt-get update")
    assert checkout.was_asked("apt-get install")
    assert checkout.calls.read_text().count("python3-venv") == 1
    assert not checkout.was_asked("postgresql")
    assert done.returncode == 1
    assert "python cannot make virtual environments (no ensurepip)" in done.stderr


def test_nothing_missing_asks_no_installer(checkout: Checkout) -> None:
    checkout.setup("test")
    assert not checkout.was_asked("apt-get")


def test_an_old_python_is_named(checkout: Checkout) -> None:
    done = checkout.setup(TOO_OLD="1")
    assert done.returncode == 1
    assert "Python 3.9.2 is too old. XLA monitor needs Python 3.11 or newer" in done.stderr


def test_a_missing_python_is_named(checkout: Checkout) -> None:
    done = checkout.setup(PYTHON="python3.99")
    assert done.returncode == 1
    assert "there is no python3.99" in done.stderr


def test_an_unknown_purpose_is_refused(checkout: Checkout) -> None:
    assert "say 'run' or 'test', not 'tset'" in checkout.setup("tset").stderr
