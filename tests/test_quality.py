"""Style and types: checked like everything else, so that `make test` says it all."""

import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy"])
def test_the_code_is_clean(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


# --- every exception has its reason -------------------------------------------------------------------------

SILENCERS = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:\s*no|nosec|ruff:|mypy:)", re.IGNORECASE)
REASON = r" +(#|-|--) \S.{4,}"
REASONED = (
    re.compile(r"# noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*" + REASON),
    re.compile(r"# type: ignore\[[a-z-]+(, ?[a-z-]+)*\]" + REASON),
    re.compile(r"# pragma: no (cover|branch)" + REASON),
)


def unreasoned_silencers(path: Path) -> list[str]:
    """Comments that silence a tool without naming the rule and, behind `-` or `#`, the reason."""
    with tokenize.open(path) as lines:
        comments = [t for t in tokenize.generate_tokens(lines.readline) if t.type == tokenize.COMMENT]
    return [
        f"{path}:{comment.start[0]}: {comment.string}"
        for comment in comments
        if SILENCERS.match(comment.string) and not any(form.match(comment.string) for form in REASONED)
    ]


def test_every_silenced_line_says_why() -> None:
    assert [flaw for path in our_files() for flaw in unreasoned_silencers(path)] == []


def our_files() -> Iterator[Path]:
    yield from ROOT.glob("*.py")
    for folder in ("xla", "tests", "migrations"):
        yield from (ROOT / folder).rglob("*.py")


@pytest.mark.parametrize(
    ("line", "flaws"),
    [
        ("x = 1  # noqa", 1),
        ("x = 1  # noqa: E501", 1),
        ("x = 1  # noqa: E501  # a table is read along its lines", 0),
        ("x = 1  # noqa: E501 - a table is read along its lines", 0),
        ("x = 1  # noqa - a table is read along its lines", 1),
        ("x = 1  # type: ignore", 1),
        ("x = 1  # type: ignore[arg-type]", 1),
        ("x = 1  # type: ignore  # because I say so", 1),
        ("x = 1  # type: ignore[arg-type]  # the stubs lag behind the library", 0),
        ("x = 1  # pragma: no cover", 1),
        ("# ruff: noqa: F401", 1),
        ("x = '# noqa'  # a comment that silences nothing", 0),
    ],
)
def test_a_silenced_line_without_a_reason_is_seen(tmp_path: Path, line: str, flaws: int) -> None:
    path = tmp_path / "silenced.py"
    path.write_text(line + "\n")
    assert len(unreasoned_silencers(path)) == flaws


def unreasoned_exceptions(text: str) -> list[str]:
    """Lines of the lists of ignored ruff rules that name rules and no reason."""
    lists = re.findall(r'^(?:ignore|"[^"]+") = \[\n?(.*?)\]', text, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for found in lists for line in found.splitlines()]
    named = [line for line in lines if re.match(r'"[A-Z]+\d*"', line)]
    return [line for line in named if not re.search(r"  # \S.{9,}", line)]


def test_every_ruff_rule_left_out_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    ruff = text[text.index("[tool.ruff.lint]") : text.index("[tool.mypy]")]
    ignored = tomllib.loads(text)["tool"]["ruff"]["lint"]["ignore"]
    assert unreasoned_exceptions(ruff) == []
    assert all(f'"{rule}"' in ruff for rule in ignored), "the check reads the lists that ruff reads"


def test_a_rule_left_out_without_a_reason_is_seen() -> None:
    assert unreasoned_exceptions('ignore = [\n  "E501",\n  "D107",  # says nothing new\n]') == ['"E501",']
    assert unreasoned_exceptions('"tests/**" = ["INP001"]') == ['"INP001"']
