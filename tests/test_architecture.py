"""The shape of the house, kept: import directions, sizes, one clock, one reader of the environment."""

import importlib
import re
from pathlib import Path

import pytest
from flask import Flask

import rules
from rules import Module
from xla.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
MODULES = [Module.at(path, ROOT) for path in sorted((ROOT / "xla").rglob("*.py"))]
NAMES = [module.name for module in MODULES]

each_module = pytest.mark.parametrize("module", MODULES, ids=NAMES)


@each_module
def test_imports_only_go_down(module: Module) -> None:
    assert rules.imports_against_the_direction(module) == []


@each_module
def test_files_and_functions_stay_short(module: Module) -> None:
    assert rules.too_long(module) == []


@each_module
def test_only_the_clock_reads_the_clock(module: Module) -> None:
    assert module.name == "xla.clock" or rules.clock_readings(module) == []


@each_module
def test_only_the_settings_read_the_environment(module: Module) -> None:
    assert module.name == "xla.settings" or rules.environment_readings(module) == []


@each_module
def test_every_file_has_a_room_and_a_name_that_says_something(module: Module) -> None:
    assert rules.misplaced(module) == []


def test_the_entry_is_one_line_of_work() -> None:
    entry = ROOT / "app.py"
    if not entry.exists():
        pytest.fail("app.py, the WSGI entry, is missing")
    assert {name.split(".")[1] for _, name in rules.imported(Module("app", entry.read_text("utf-8")))} == {
        "web",
        "settings",
        "logs",
    }


def test_every_page_is_guarded_or_public_by_name(tmp_path: Path) -> None:
    access = importlib.import_module("xla.web.access")
    app = importlib.import_module("xla.web").create_app(Settings(instance=tmp_path))
    assert rules.doors_without_a_lock(app, access.PUBLIC) == []


# --- every rule can fail ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("xla.core.verdict", "import sqlalchemy"),
        ("xla.core.verdict", "import numpy"),
        ("xla.core.verdict", "from scipy import stats"),
        ("xla.core.verdict", "import scipy.stats"),
        ("xla.core.verdict", "import sqlite3"),
        ("xla.core.verdict", "from xla.models.rating import Rating"),
        ("xla.core.verdict", "from xla import clock"),
        ("xla.core.verdict", "from ..models import rating"),
        ("xla.core.verdict", "def f():\n    import flask"),
        ("xla.core.verdict", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import flask"),
        ("xla.models.rating", "from xla.services import ratings"),
        ("xla.models.rating", "import pydantic"),
        ("xla.services.ratings", "from xla.web import create_app"),
        ("xla.services.ratings", "from xla import database"),
        ("xla.services.ratings", "from xla.clock import now"),
        ("xla.services.ratings", "from xla.settings import Settings"),
        ("xla.services.ratings", "from flask import g"),
        ("xla.services.ratings", "import xla.jobs.ticks"),
        ("xla.documents.page", "from xla.models import Report"),
        ("xla.documents.page", "import xla.services.reports"),
        ("xla.documents.page", "from sqlalchemy.orm import Session"),
        ("xla.outside.mail", "from xla.services import notices"),
        ("xla.web.pages", "from xla.cli import main"),
        ("xla.web.pages", "from xla.jobs import ticks"),
        ("xla.jobs.ticks", "from xla.web import create_app"),
        ("xla.cli", "import flask"),
        ("xla.database", "from xla.models import Row"),
        ("xla.clock", "from xla.settings import Settings"),
        ("xla.clock", "import numpy"),
        ("xla.rendering", "from xla.jobs import ticks"),
        ("xla.rendering", "import weasyprint"),
        ("xla.services.reports", "from xla import rendering"),
    ],
)
def test_an_import_upwards_is_seen(name: str, source: str) -> None:
    assert len(rules.imports_against_the_direction(Module(name, source))) == 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        (
            "xla.core.verdict",
            "import re\nfrom scipy.special import betaincinv\nimport scipy.special\nimport pydantic",
        ),
        ("xla.core.verdict", "from xla.core.scale import Scale\nfrom .scale import Scale"),
        ("xla.models.rating", "from sqlalchemy import text\nfrom xla.core import scale"),
        ("xla.services.ratings", "from xla.models import Rating\nfrom xla.documents import page\nimport xla"),
        ("xla.web.pages", "import flask\nfrom xla.services import ratings\nfrom xla import clock, database"),
        ("xla.web.reports", "from xla import rendering"),
        ("xla.rendering", "from xla import database\nfrom xla.services import reports"),
        ("xla.cli", "import click\nfrom xla.web import create_app\nfrom xla.jobs import ticks"),
    ],
)
def test_an_import_downwards_is_fine(name: str, source: str) -> None:
    assert rules.imports_against_the_direction(Module(name, source)) == []


def test_long_files_and_functions_are_seen() -> None:
    assert rules.too_long(Module("xla.core.x", "\n" * 300)) == []
    assert len(rules.too_long(Module("xla.core.x", "\n" * 301))) == 1
    assert rules.too_long(Module("xla.core.x", "def f():\n" + "    1\n" * 39)) == []
    assert len(rules.too_long(Module("xla.core.x", "def f():\n" + "    1\n" * 40))) == 1
    assert len(rules.too_long(Module("xla.core.x", "class A:\n  async def f():\n" + "    1\n" * 40))) == 1


def test_a_docstring_does_not_make_a_function_longer() -> None:
    docstring = '    """What it does.\n\n    And why.\n    """\n'
    assert rules.too_long(Module("xla.core.x", "def f():\n" + docstring + "    1\n" * 39)) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now(UTC)",
        "import datetime\ndatetime.datetime.utcnow()",
        "import datetime as dt\ndt.date.today()",
        "from datetime import date as day\nfield(default_factory=day.today)",
        "import time\ntime.time()",
        "from time import time",
        "import time as t\nt.localtime()",
        "from sqlalchemy import func\nfunc.now()",
        "import sqlalchemy as sa\nsa.func.now()",
    ],
)
def test_another_clock_is_seen(source: str) -> None:
    assert len(rules.clock_readings(Module("xla.core.x", source))) == 1


def test_our_clock_and_stopwatches_are_no_other_clock() -> None:
    source = "import time\nfrom xla import clock\nclock.now()\ntime.monotonic()\nnow.date()\nself.today()"
    assert rules.clock_readings(Module("xla.web.x", source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['A']",
        "import os\nos.getenv('A')",
        "from os import environ",
        "import os as o\no.environ",
    ],
)
def test_another_reader_of_the_environment_is_seen(source: str) -> None:
    assert len(rules.environment_readings(Module("xla.core.x", source))) == 1


@pytest.mark.parametrize(
    "name", ["xla.core.utils", "xla.services.common.ratings", "xla.stores.rating", "xla.tools"]
)
def test_a_room_outside_the_house_is_seen(name: str) -> None:
    assert len(rules.misplaced(Module(name, ""))) == 1


def test_a_door_without_a_lock_is_seen() -> None:
    def view() -> str:
        return ""

    def guarded() -> str:
        return ""

    guarded.guarded_by = "signed_in"
    app = Flask("house", static_folder=None)
    app.add_url_rule("/open", "open", view)
    app.add_url_rule("/guarded", "guarded", guarded)
    app.add_url_rule("/public", "public", view)
    assert rules.doors_without_a_lock(app, {"public"}) == ["/open (open) has no guard"]
    assert rules.doors_without_a_lock(app, {"public", "open"}) == []
    assert rules.doors_without_a_lock(app, {"public", "open", "guarded"}) == ["guarded is public and guarded"]
    assert rules.doors_without_a_lock(app, {"public", "open", "x"}) == ["x is public and does not exist"]


# --- settings -----------------------------------------------------------------------------------------------


def documented_settings(page: str) -> dict[str, list[str]]:
    """The cells of each row of the settings' table, by the setting's name."""
    rows = re.findall(r"^\| `(XLA_[A-Z0-9_]+)` \|(.*)\|$", page, re.MULTILINE)
    return {name: [cell.strip() for cell in re.split(r"(?<!\\)\|", cells)] for name, cells in rows}


def test_every_setting_is_documented_and_nothing_else() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert set(documented_settings(page)) == {f"XLA_{name.upper()}" for name in Settings.model_fields}


def test_each_setting_has_its_meaning_default_and_example() -> None:
    for name, cells in documented_settings((ROOT / "docs" / "settings.md").read_text("utf-8")).items():
        assert len(cells) == 3, f"{name}: meaning, default, example"
        assert all(cells), f"{name} has an empty cell"


def test_a_missing_setting_is_seen() -> None:
    assert documented_settings("| `XLA_A` | what | `1` | |\n| XLA_B | what | 1 | 2 |") == {
        "XLA_A": ["what", "`1`", ""]
    }
