"""Since the last issue, as plain values: what is other than in the period's predecessor, as it was closed."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from xla.core.verdict import Verdict


@dataclass(frozen=True)
class Turned:
    """A commitment whose verdict is another."""

    key: str
    title: str
    was: Verdict
    now: Verdict


@dataclass(frozen=True)
class SinceLast:
    """What changed between a closed period and the one after it."""

    start: date
    end: date
    """The period before, half-open."""
    issue: int | None
    """The first issue of its report; None where none was kept."""
    turned: tuple[Turned, ...]
    added: tuple[str, ...]
    """Titles of commitments that are new."""
    removed: tuple[str, ...]
    version_was: int
    version_now: int
    altered: tuple[str, ...]
    """What another version of the agreement changed, each as a sentence; titles of commitments go first."""
    score_was: Fraction | None
    score_now: Fraction | None
    opened: tuple[str, ...]
    """Titles of commitments with a breach opened since the period before was closed."""
    closed: tuple[str, ...]
    addenda: tuple[tuple[int, str], ...]
    """Number and reason of each correction of the period before, since it was closed."""
    late: int
    """Ratings of the period before that came after it was closed."""
