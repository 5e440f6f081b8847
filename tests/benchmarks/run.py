"""The benchmarks: `make bench`, or `make bench ARGS="--only import --database sqlite --small"`.

Every bound is a ratio of runs made in turn on one machine, or a size; no test asserts a clock.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS.parent), str(TESTS), str(TESTS / "documents")]

from measuring import Figure  # noqa: E402 -- as above

import postgres  # noqa: E402 -- found by the line above
from databases import Databases, PostgresDatabases, SqliteDatabases  # noqa: E402 -- as above

KINDS = ("sqlite", "postgresql")
SUBJECTS = ("import", "seal", "evaluate", "collect", "month", "pages", "report", "render")
WIDTH = 66


def main() -> int:
    """Measure what was asked for and print it as it comes; 1 when a bound is missed."""
    asked = _asked()
    missed = False
    for title, figures in _measured(asked):
        print(f"\n{title}\n{'what':{WIDTH}} {'bound':>11} {'measured':>11}")
        for figure in figures:
            print(_line(figure), flush=True)
            missed |= not figure.is_ok
    return int(missed)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=SUBJECTS, help="measure this alone")
    parser.add_argument("--database", choices=KINDS, help="on this kind alone")
    parser.add_argument("--small", action="store_true", help="with a tenth of the ratings")
    return parser.parse_args()


def _measured(asked: argparse.Namespace) -> Iterator[tuple[str, Iterator[Figure]]]:
    # Loaded here, not above: a process that was spawned to measure one thing should hold no other.
    if asked.only in {None, "import", "evaluate"}:
        for kind in [asked.database] if asked.database else KINDS:
            with tempfile.TemporaryDirectory(prefix="xla-bench-") as folder, _databases(kind, folder) as some:
                if asked.only != "evaluate":
                    import importing

                    yield f"Import, {kind}", importing.figures(some, Path(folder), is_small=asked.small)
                if asked.only != "import":
                    import evaluating

                    yield f"Evaluation, {kind}", evaluating.figures(some, is_small=asked.small)
    if asked.only in {None, "seal"}:
        import sealing

        for kind in [asked.database] if asked.database else KINDS:
            with tempfile.TemporaryDirectory(prefix="xla-bench-") as folder, _databases(kind, folder) as some:
                yield f"Sealing, {kind}", sealing.figures(some, Path(folder), is_small=asked.small)
    yield from _served(asked)
    if asked.only in {None, "pages"}:
        import pages
        import portfolio

        # The start page first: what the contract's page leaves in memory slows the search for garbage.
        with tempfile.TemporaryDirectory(prefix="xla-bench-") as folder:
            yield "Portfolio", portfolio.figures(SqliteDatabases(Path(folder)), Path(folder))
        with tempfile.TemporaryDirectory(prefix="xla-bench-") as folder:
            yield "Pages", pages.figures(SqliteDatabases(Path(folder)), Path(folder))
    if asked.only in {None, "report"}:
        import rendering

        yield "Report", rendering.figures()
    if asked.only in {None, "render"}:
        import printing

        yield "Printing", printing.figures(is_small=asked.small)


def _served(asked: argparse.Namespace) -> Iterator[tuple[str, Iterator[Figure]]]:
    """What is measured beside a server, on databases whose commits are on the disk."""
    import collecting
    import month_end

    for subject, title, measure in (
        ("collect", "Collecting", collecting.figures),
        ("month", "Month end", month_end.figures),
    ):
        if asked.only not in {None, subject}:
            continue
        for kind in [asked.database] if asked.database else KINDS:
            with (
                tempfile.TemporaryDirectory(prefix="xla-bench-") as folder,
                _databases(kind, folder, is_durable=True) as some,
            ):
                yield f"{title}, {kind}", measure(some, is_small=asked.small)


@contextmanager
def _databases(kind: str, folder: str, *, is_durable: bool = False) -> Iterator[Databases]:
    """Databases of that kind; for PostgreSQL on a server of our own that goes when we do."""
    if kind == "sqlite":
        yield SqliteDatabases(Path(folder))
        return
    programs = postgres.programs()
    if programs is None:
        sys.exit("PostgreSQL's server programs are not installed: apt-get install postgresql")
    cluster = postgres.Cluster(programs, is_durable=is_durable)
    try:
        postgres.wait(cluster.folder)
        yield PostgresDatabases(cluster.folder)
    finally:
        cluster.stop()


def _line(figure: Figure) -> str:
    if figure.bound is None:
        bound, verdict = "", ""
    else:
        bound = f"{'>=' if figure.is_least else '<='} {figure.bound:g} {figure.unit}"
        verdict = "ok" if figure.is_ok else "OVER"
    return f"{figure.what:{WIDTH}} {bound:>11} {figure.measured:>8.2f} {figure.unit:2} {verdict}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
