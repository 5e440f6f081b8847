"""A flaw: one place of an agreement that breaks a rule, and the rule in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

Path = tuple[str | int, ...]

_MOST_FOUND = 60
_MOST_NAMES = 500
"""Among more names than this a near one is not looked for: it would take seconds."""


@dataclass(frozen=True)
class Flaw:
    """What stands at `path` (`found`, "" when nothing does) and why it cannot stand there."""

    path: Path
    found: str
    problem: str

    @property
    def field(self) -> str:
        """The path as people write it: `kpis[0].floor`."""
        return field_name(self.path)

    def __str__(self) -> str:
        return sentence(self.field, self.found, self.problem)


def field_name(path: Path) -> str:
    """The path as people write it: `kpis[0].floor`."""
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{shortened(step)}" for step in path)
    return written.removeprefix(".")


def sentence(place: str, found: str, problem: str) -> str:
    """`place: found …; problem`, without the parts that are empty."""
    said = f"found {shortened(found)}; {problem}" if found else problem
    return f"{place}: {said}" if place else said


def shortened(text: str) -> str:
    """The text on one line, without what a terminal would act on, cut to what fits in a message."""
    line = " ".join(text[: 10 * _MOST_FOUND].split())
    cut = line if len(line) <= _MOST_FOUND else f"{line[:_MOST_FOUND]}…"
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in cut)


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """`; did you mean X?` when one of `names` is near, else nothing."""
    known = sorted(set(names))
    if len(known) > _MOST_NAMES or len(name) > _MOST_FOUND:
        return ""
    written = {one.casefold(): one for one in known}
    near = get_close_matches(name.casefold(), written, n=1)
    return f"; did you mean {written[near[0]]}?" if near else ""


def listed(names: Iterable[object]) -> str:
    """`a, b or c`."""
    texts = [str(name) for name in names]
    return f"{', '.join(texts[:-1])} or {texts[-1]}" if len(texts) > 1 else "".join(texts)
