"""A problem: one place of a file that cannot be accepted, told so that its writer can put it right."""

from collections.abc import Sequence
from dataclasses import dataclass

from xla.core.agreement_flaw import sentence

MOST_TOLD = 100


@dataclass(frozen=True, order=True)
class Problem:
    """What stands at `line` in `field` (`found`, "" when nothing does) and why it cannot stand there."""

    line: int
    field: str
    found: str
    problem: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.field}" if self.field else f"line {self.line}"
        return sentence(place, self.found, self.problem)


class AgreementFileError(ValueError):
    """An agreement file that cannot be accepted, for its first hundred `problems` by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(set(problems))[:MOST_TOLD]
        super().__init__("\n".join(str(problem) for problem in self.problems))
