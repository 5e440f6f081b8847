"""The rules of the house as functions: source in, sentences about what breaks them out. See docs/adr/."""

import ast
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

FILE_LINES = 300
FUNCTION_LINES = 40
"""From `def` to the last line. Decorators and the docstring do not count: explaining must cost nothing."""

ROOMS_IN_XLA = {"core", "models", "services", "documents", "outside", "jobs", "web", "cli"}
FILES_IN_XLA = {"__init__", "__main__", "settings", "clock", "database", "logs", "migrate", "rendering"}
NO_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "shared"}

INNER = {"core", "models", "services", "documents", "outside"}
EDGES = {"web", "cli", "jobs"}
GROUND = {"settings", "clock", "database", "logs", "migrate"}
FLOOR = INNER | GROUND | {"rendering"}
"""What every edge stands on; rendering is a use case with its own transactions (ADR 6)."""

MAY_IMPORT = {
    # room: the rooms of xla it may import, itself aside
    "core": set[str](),
    "models": {"core"},
    "documents": {"core"},
    "outside": {"core"},
    "services": {"core", "models", "documents", "outside"},
    "web": FLOOR,
    "jobs": FLOOR,
    "cli": FLOOR | {"web", "jobs"},
    "__main__": {"cli"},
    "settings": set[str](),
    "clock": set[str](),
    "database": set[str](),
    "logs": set[str](),
    "migrate": set[str](),
    "rendering": {"core", "models", "documents", "services", "database"},
    "__init__": set[str](),
}

ONLY_LIBRARIES = {
    # The standard library and these; of scipy the special functions alone (ADR 2).
    "core": {"pydantic", "pydantic_core", "scipy.special"},
    "models": {"sqlalchemy"},
    "clock": set[str](),
    "logs": set[str](),
}
WEB_LIBRARIES = {"flask", "werkzeug", "flask_login", "flask_wtf", "wtforms", "flask_babel", "waitress"}
EDGE_LIBRARIES = WEB_LIBRARIES | {"click", "rich", "apscheduler", "procrastinate"}
DATABASE_LIBRARIES = {"sqlalchemy", "alembic", "psycopg", "sqlite3"}
PAPER_LIBRARIES = {"weasyprint", "jinja2", "pydyf"}
NEVER_LIBRARIES = {
    "services": EDGE_LIBRARIES | PAPER_LIBRARIES | (DATABASE_LIBRARIES - {"sqlalchemy"}),
    "documents": EDGE_LIBRARIES | DATABASE_LIBRARIES,
    "outside": EDGE_LIBRARIES | DATABASE_LIBRARIES,
    "web": {"click", "apscheduler", "weasyprint"},
    "jobs": WEB_LIBRARIES | {"click", "weasyprint"},
    "cli": {"flask", "weasyprint"},
    "database": EDGE_LIBRARIES | PAPER_LIBRARIES,
    "rendering": EDGE_LIBRARIES | PAPER_LIBRARIES,
    "settings": EDGE_LIBRARIES | PAPER_LIBRARIES | DATABASE_LIBRARIES,
}

CLOCKS = {
    # What tells the time of day. Stopwatches (`time.monotonic`, `time.perf_counter`) tell a duration: fine.
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
    *(f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "asctime", "strftime")),
    *(f"time.{name}" for name in ("clock_gettime", "clock_gettime_ns")),
    *(f"sqlalchemy.func.{name}" for name in ("now", "current_timestamp", "current_date", "localtimestamp")),
    *(f"sqlalchemy.sql.func.{name}" for name in ("now", "current_timestamp", "current_date")),
}
ENVIRONMENT = {f"os.{name}" for name in ("environ", "environb", "getenv", "getenvb", "putenv", "unsetenv")}


@dataclass(frozen=True)
class Module:
    """One file: its dotted name and its syntax."""

    name: str
    source: str
    is_package: bool = False

    @classmethod
    def at(cls, path: Path, root: Path) -> "Module":
        """The module in a file of the checkout."""
        parts = path.relative_to(root).with_suffix("").parts
        is_package = parts[-1] == "__init__" and len(parts) > 2
        return cls(".".join(parts[:-1] if is_package else parts), path.read_text("utf-8"), is_package)

    @property
    def room(self) -> str:
        """`services` of `xla.services.ratings`, `clock` of `xla.clock`."""
        return self.name.split(".")[1]

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.source)


# --- imports go down ----------------------------------------------------------------------------------------


def imports_against_the_direction(module: Module) -> list[str]:
    """Imports of rooms above, or of libraries that belong to another room."""
    flaws = []
    for line, name in imported(module):
        top, _, rest = name.partition(".")
        if top == "xla":
            other = rest.partition(".")[0]
            is_room = other in ROOMS_IN_XLA | FILES_IN_XLA
            if is_room and other != module.room and other not in MAY_IMPORT[module.room]:
                flaws.append(f"{module.name}:{line}: {module.room} must not import {name}")
        elif _is_foreign(module.room, name):
            flaws.append(f"{module.name}:{line}: {name} does not belong in {module.room}")
    return flaws


def _is_foreign(room: str, name: str) -> bool:
    top = name.partition(".")[0]
    if top in NEVER_LIBRARIES.get(room, ()):
        return True
    if room not in ONLY_LIBRARIES or (top in sys.stdlib_module_names and top != "sqlite3"):
        return False
    return not any(f"{name}.".startswith(f"{allowed}.") for allowed in ONLY_LIBRARIES[room])


def imported(module: Module) -> Iterator[tuple[int, str]]:
    """Everything imported anywhere in the file, functions and TYPE_CHECKING included, by full name."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{_origin(module, node)}.{alias.name}") for alias in node.names)


def _origin(module: Module, node: ast.ImportFrom) -> str:
    """The full name of the `x` in `from x import y`, relative ones included."""
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    above = parts[: len(parts) - node.level + module.is_package]
    return ".".join([*above, *([node.module] if node.module else [])])


# --- sizes --------------------------------------------------------------------------------------------------


def too_long(module: Module) -> list[str]:
    """A file or functions over the wall."""
    lines = len(module.source.splitlines())
    flaws = [f"{module.name} has {lines} lines; the wall is {FILE_LINES}"] if lines > FILE_LINES else []
    flaws.extend(
        f"{module.name}:{node.lineno}: {node.name} has {_length(node)} lines; the wall is {FUNCTION_LINES}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > FUNCTION_LINES
    )
    return flaws


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return lines
    return lines - ((first.end_lineno or 0) - first.lineno + 1)


# --- the clock and the environment --------------------------------------------------------------------------


def clock_readings(module: Module) -> list[str]:
    """Places that ask what time it is."""
    return [
        f"{module.name}:{line}: {name}: only clock.py reads the clock" for line, name in _uses(module, CLOCKS)
    ]


def environment_readings(module: Module) -> list[str]:
    """Places that read or write environment variables."""
    return [
        f"{module.name}:{line}: {name}: only settings.py reads the environment"
        for line, name in _uses(module, ENVIRONMENT)
    ]


def _uses(module: Module, names: set[str]) -> Iterator[tuple[int, str]]:
    """Where something with one of these full names is used or imported, under whatever alias."""
    known = _aliases(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            origin = _origin(module, node)
            yield from (
                (node.lineno, f"{origin}.{a.name}") for a in node.names if f"{origin}.{a.name}" in names
            )
        elif isinstance(node, ast.Attribute):
            full = _full_name(node, known)
            if full in names:
                yield node.lineno, full


def _aliases(module: Module) -> dict[str, str]:
    """What each imported name stands for."""
    known = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                known[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                known[alias.asname or alias.name] = f"{_origin(module, node)}.{alias.name}"
    return known


def _full_name(node: ast.expr, known: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_full_name(node.value, known)}.{node.attr}"
    if isinstance(node, ast.Name):
        return known.get(node.id, node.id)
    return "?"


# --- names --------------------------------------------------------------------------------------------------


def misplaced(module: Module) -> list[str]:
    """Rooms the house does not have, and names that say nothing."""
    parts = module.name.split(".")[1:]
    flaws = [f"{module.name}: '{part}' says nothing" for part in parts if part in NO_NAMES]
    rooms = ROOMS_IN_XLA if len(parts) > 1 else ROOMS_IN_XLA | FILES_IN_XLA
    if parts[0] not in rooms:
        flaws.append(f"{module.name}: the house has no room '{parts[0]}'")
    return flaws


# --- pages ------------------------------------------------------------------------------------------------


def doors_without_a_lock(app: Flask, public: Collection[str]) -> list[str]:
    """Routes that neither a guard's decorator marked (`view.guarded_by`) nor the public list names."""
    guarded = {name for name, view in app.view_functions.items() if getattr(view, "guarded_by", None)}
    routed = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    return [
        *(f"{routed[name]} ({name}) has no guard" for name in sorted(routed.keys() - guarded - set(public))),
        *(f"{name} is public and guarded" for name in sorted(guarded & set(public))),
        *(f"{name} is public and does not exist" for name in sorted(set(public) - routed.keys())),
    ]
