"""The locks: what is installed is what was checked, on every machine."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import rules

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"run": ROOT / "requirements.lock", "test": ROOT / "tests" / "requirements.lock"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def pins(lock: str) -> dict[str, str]:
    """The version of each package in a lock."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", LOCKS[lock].read_text("utf-8"), re.MULTILINE))


def named(requirements: list[str]) -> set[str]:
    """The packages' names in the form the locks have."""
    return {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", line)[0]).lower() for line in requirements}


def test_everything_the_project_needs_is_locked() -> None:
    project = PROJECT["project"]
    assert named(project["dependencies"] + PROJECT["build-system"]["requires"]) <= set(pins("run"))
    assert named(project["optional-dependencies"]["tests"]) <= set(pins("test"))


COME_WITH = {
    "authlib": {"joserfc"},
    "flask": {"jinja2", "markupsafe", "werkzeug"},
    "pydantic": {"pydantic-core"},
    "weasyprint": {"cssselect2"},
}
"""Parts of a library we depend on, in packages of their own."""


def test_everything_the_product_imports_is_asked_for() -> None:
    asked = named(PROJECT["project"]["dependencies"])
    asked |= {part for library, parts in COME_WITH.items() if library in asked for part in parts}
    owners = packages_distributions()
    imported = {
        name.partition(".")[0]
        for path in (ROOT / "xla").rglob("*.py")
        for _, name in rules.imported(rules.Module.at(path, ROOT))
    }
    foreign = imported - sys.stdlib_module_names - {"xla"}
    assert {name for name in foreign if not named(owners.get(name, [name])) & asked} == set()


def test_tests_run_with_what_production_runs_with() -> None:
    run, test = pins("run"), pins("test")
    assert {name: run[name] for name in run.keys() & test} == {name: test[name] for name in run.keys() & test}


def test_production_installs_no_test_tools() -> None:
    only_tests = named(PROJECT["project"]["optional-dependencies"]["tests"])
    assert not only_tests & set(pins("run"))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pin_with_hashes_and_names_no_place(lock: str) -> None:
    for line in LOCKS[lock].read_text("utf-8").splitlines():
        text = line.strip()
        assert (
            re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)? \\", text)
            or re.fullmatch(r"--hash=sha256:[0-9a-f]{64}( \\)?", text)
            or re.fullmatch(r"#[^/]*|#.*(pyproject\.toml|requirements\.lock)[^/]*", text)
        ), line


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    text = LOCKS[lock].read_text("utf-8")
    assert len(re.findall(r"==\S+.* \\\n    --hash=sha256:", text)) == len(pins(lock))
