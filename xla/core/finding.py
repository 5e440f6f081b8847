"""A finding: what one look at an installation came to, and what puts it right."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is, from nothing on."""

    OK = "ok"
    WARNING = "warning"
    """It works, but not for everybody, or not for long."""
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One line of `xla doctor`."""

    name: str
    level: Level
    says: str
    fix: str = ""
    """The very command or setting that puts it right; '' where nothing is to be done."""


def fine(name: str, says: str) -> Finding:
    """Nothing is to be done."""
    return Finding(name, Level.OK, says)


def warning(name: str, says: str, fix: str) -> Finding:
    """Something should be done."""
    return Finding(name, Level.WARNING, says, fix)


def wrong(name: str, says: str, fix: str) -> Finding:
    """Something must be done."""
    return Finding(name, Level.WRONG, says, fix)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst level among them; ok where there are none."""
    order = list(Level)
    return max((each.level for each in findings), key=order.index, default=Level.OK)
