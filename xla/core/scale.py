"""A scale: the scores a question may be answered with."""

from collections.abc import Mapping
from dataclasses import dataclass

MOST_SCORES = 101


@dataclass(frozen=True)
class Scale:
    """Whole scores from `lowest` to `highest`, both included, step 1."""

    lowest: int
    highest: int

    def __post_init__(self) -> None:
        if not self.lowest < self.highest:
            raise ValueError(f"a scale's min {self.lowest} must be below its max {self.highest}")
        if self.highest - self.lowest >= MOST_SCORES:
            raise ValueError(f"a scale has at most {MOST_SCORES} scores")

    @property
    def scores(self) -> range:
        """Every score, worst number first."""
        return range(self.lowest, self.highest + 1)

    def __contains__(self, score: object) -> bool:
        return isinstance(score, int) and score in self.scores

    def __str__(self) -> str:
        return f"{self.lowest}-{self.highest}"


NAMED_SCALES: Mapping[str, Scale] = {
    "csat5": Scale(1, 5),
    "smiley4": Scale(1, 4),
    "smiley5": Scale(1, 5),
    "ces7": Scale(1, 7),
    "nps11": Scale(0, 10),
    "nki10": Scale(1, 10),
}
