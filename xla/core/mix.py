"""Mix: a change between two periods, split into who answered where (mix) and how they felt (real)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from xla.core.interval import Confidence, Interval, quantile


@dataclass(frozen=True)
class Total:
    """One group in one period: its answers, the sum of their weights and of the weights' squares."""

    n: int
    total: Fraction
    squares: Fraction

    @classmethod
    def of(cls, counts: Mapping[int, int], weights: Mapping[int, Fraction]) -> "Total":
        """The total of score counts, each score with its weight."""
        return cls(
            sum(counts.values()),
            sum((weights[score] * count for score, count in counts.items()), Fraction(0)),
            sum((weights[score] ** 2 * count for score, count in counts.items()), Fraction(0)),
        )

    def __add__(self, other: "Total") -> "Total":
        """Both together."""
        return Total(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def noise(self) -> float:
        """The variance of the mean, from the sample variance (n-1); 0 where one answer says nothing of it."""
        if self.n < 2:  # noqa: PLR2004 -- one answer has no spread
            return 0.0
        spread = self.squares - self.total**2 / self.n
        return float(spread / (self.n - 1) / self.n)


@dataclass(frozen=True)
class Effect:
    """What one group adds to the change, in the units of the value."""

    group: str
    share_then: Fraction
    """Of all answers, 0 to 1."""
    share_now: Fraction
    real: Fraction
    mix: Fraction


@dataclass(frozen=True)
class Effects:
    """The change of a value from then to now; `real` and `mix` add up to it exactly."""

    then: Fraction
    now: Fraction
    groups: tuple[Effect, ...]
    interval: Interval
    """Of the real effect, the shares taken as they are; two-sided, normal."""

    @property
    def real(self) -> Fraction:
        """What the change had been with the mean of both mixes."""
        return sum((each.real for each in self.groups), Fraction(0))

    @property
    def mix(self) -> Fraction:
        """The rest: more or fewer answers from groups better or worse than the whole."""
        return sum((each.mix for each in self.groups), Fraction(0))


def effects(then: Mapping[str, Total], now: Mapping[str, Total], confidence: Confidence) -> Effects:
    """The change over groups that do not overlap; the value is the mean weight of all their answers.

    With share s and value v of a group, V of the whole, and a bar for the mean of both periods:
    real = s̄ · (v now − v then), mix = (s now − s then) · (v̄ − V̄). Summed over the groups they are the change
    exactly. A group that answered in one period only is taken to have felt the same in the other: all its
    effect is mix.

    Source: Kitagawa 1955, Components of a Difference Between Two Rates, JASA 50:1168.

    Raises:
        ValueError: a period without answers.
    """
    names = list(dict.fromkeys((*then, *now)))
    nothing = Total(0, Fraction(0), Fraction(0))
    pairs = [(name, then.get(name, nothing), now.get(name, nothing)) for name in names]
    whole_then, whole_now = _whole(list(then.values())), _whole(list(now.values()))
    middle = (_value(whole_then, whole_then) + _value(whole_now, whole_now)) / 2
    groups, noise = [], 0.0
    for name, before, after in pairs:
        if not before.n and not after.n:
            continue
        was, told = _value(before, after), _value(after, before)
        share_then, share_now = Fraction(before.n, whole_then.n), Fraction(after.n, whole_now.n)
        share = (share_then + share_now) / 2
        mix = (share_now - share_then) * ((was + told) / 2 - middle)
        groups.append(Effect(name, share_then, share_now, share * (told - was), mix))
        if before.n and after.n:
            noise += float(share) ** 2 * (before.noise + after.noise)
    real = float(sum((each.real for each in groups), Fraction(0)))
    half = quantile(confidence) * sqrt(noise)
    return Effects(
        whole_then.total / whole_then.n,
        whole_now.total / whole_now.n,
        tuple(groups),
        Interval(real - half, real + half),
    )


def _whole(totals: Sequence[Total]) -> Total:
    whole = sum(totals, Total(0, Fraction(0), Fraction(0)))
    if not whole.n:
        raise ValueError("a period without answers has no change")
    return whole


def _value(own: Total, other: Total) -> Fraction:
    """The group's value; that of the other period where it has none of its own."""
    told = own if own.n else other
    return told.total / told.n
