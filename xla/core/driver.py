"""Drivers: which questions explain an overall score, as shares of R²; how sure that is, by resampling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations_with_replacement, pairwise
from math import factorial, sqrt
from operator import add, mul
from random import Random

MOST = 7
"""Drivers looked at together: every subset of them is a model of its own."""
RESAMPLES = 199
"""So that the 5th and the 195th in order bound the middle 95 % (Davison and Hinkley 1997, section 5.2)."""
LOWEST, HIGHEST = 4, 194
GROUPS = 400
"""More responses than these are resampled in as many random groups of one size, which costs no more."""
LEAST = 0.05
"""An adjusted R² below this explains too little to be shared out."""
TINY = 1e-9
"""What is left of a driver's variance, 0 to 1, when others hold all it says."""

Matrix = Sequence[Sequence[float]]
Answers = Mapping[tuple[int, ...], int]
"""Scores of one response, the overall one first, then each driver's -> how many responses gave them."""


@dataclass(frozen=True)
class Driver:
    """One driver: which of those given, from 0, and its share of R², 0 to 1, with its 95 % interval."""

    place: int
    share: float
    low: float
    high: float
    is_clear: bool
    """Whether it is surely above the next; of the last one always."""


@dataclass(frozen=True)
class Drivers:
    """What all explain together (R², 0 to 1) over `n` responses, and each driver, largest share first."""

    n: int
    r2: float
    ranked: tuple[Driver, ...]


def drivers(answers: Answers, seed: str) -> Drivers | None:
    """The drivers of the overall score; the same for the same answers and seed.

    Intervals are bootstrap percentiles over responses. Two neighbours are told apart where the interval of
    the difference of their shares is above 0.

    None where they explain too little (see `LEAST`), or there are fewer responses than can say.
    """
    n, width = sum(answers.values()), len(next(iter(answers), ())) - 1
    if n < width + 2:
        return None
    groups = _groups(answers, Random(seed))  # noqa: S311 -- for figures that are the same every time, no secret
    parts = lmg(_correlations(_summed(groups), width))
    r2 = sum(parts)
    if 1 - (1 - r2) * (n - 1) / (n - width - 1) < LEAST:
        return None
    samples = _resampled(groups, width, Random(seed))  # noqa: S311 -- as above
    shares = _shares(parts)
    order = sorted(range(width), key=lambda place: -shares[place])
    clear = {
        place: _bounds([sample[place] - sample[after] for sample in samples])[0] > 0
        for place, after in pairwise(order)
    }
    ranked = [
        Driver(place, shares[place], *_bounds([each[place] for each in samples]), clear.get(place, True))
        for place in order
    ]
    return Drivers(n, r2, tuple(ranked))


def lmg(correlations: Matrix) -> tuple[float, ...]:
    """What each driver adds to R², averaged over all orders of adding them; they sum up to R².

    `correlations` is symmetric, the overall score first. A driver that says nothing new adds 0.

    Source: Lindeman, Merenda and Gold 1980, Introduction to Bivariate and Multivariate Analysis, p. 119;
    Grömping 2007, Estimators of Relative Importance in Linear Regression, The American Statistician 61:139.
    """
    count = len(correlations) - 1
    explained = _explained(correlations)
    weights = [
        factorial(size) * factorial(count - 1 - size) / factorial(count) for size in range(count)
    ]  # share of the orders in which exactly these go before
    return tuple(
        sum(
            weights[before.bit_count()] * (explained[before | 1 << place] - explained[before])
            for before in range(1 << count)
            if not before >> place & 1
        )
        for place in range(count)
    )


def _explained(correlations: Matrix) -> list[float]:
    """R² of every set of drivers; bit i of its index stands for driver i.

    Each set grows from the one without its last driver, whose part is taken out of all that is left (sweep).
    """
    count = len(correlations) - 1
    explained = [0.0] * (1 << count)
    waiting = [(0, 0, correlations)]
    while waiting:
        first, inside, left = waiting.pop()
        for column in range(1, len(left)):
            place = first + column - 1
            reached = inside | 1 << place
            variance = left[column][column]
            scale = 1 / variance if variance > TINY else 0.0
            explained[reached] = explained[inside] + left[0][column] ** 2 * scale
            kept = (0, *range(column + 1, len(left)))
            swept = [[left[a][b] - left[a][column] * left[column][b] * scale for b in kept] for a in kept]
            waiting.append((place + 1, reached, swept))
    return explained


def _groups(answers: Answers, chance: Random) -> list[tuple[int, ...]]:
    """Sums of products over the responses of each group: of (1, overall, drivers …), each pair once."""
    products = {
        scores: tuple(a * b for a, b in combinations_with_replacement((1, *scores), 2)) for scores in answers
    }
    responses = [products[scores] for scores in sorted(answers) for _ in range(answers[scores])]
    if len(responses) <= GROUPS:
        return responses
    responses.sort(key=lambda _: chance.random())
    return [_summed(responses[start::GROUPS]) for start in range(GROUPS)]


def _summed(groups: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return reduce(lambda one, other: tuple(map(add, one, other)), groups)


def _correlations(sums: Sequence[int], width: int) -> Matrix:
    """The correlation matrix; what never varies goes with nothing, not even with itself."""
    pairs = combinations_with_replacement(range(width + 2), 2)
    at = dict(zip(pairs, sums, strict=True))
    n, places = at[0, 0], range(1, width + 2)
    spread = {
        (a, b): n * at[min(a, b), max(a, b)] - at[0, a] * at[0, b] for a in places for b in places
    }  # exact, whatever the number of responses
    roots = {a: sqrt(spread[a, a]) for a in places}
    return [
        [spread[a, b] / (roots[a] * roots[b]) if roots[a] and roots[b] else 0.0 for b in places]
        for a in places
    ]


def _resampled(groups: Sequence[tuple[int, ...]], width: int, chance: Random) -> list[tuple[float, ...]]:
    """The shares in each of the resamples."""
    columns = list(zip(*groups, strict=True))
    size = len(groups)
    found = []
    for _ in range(RESAMPLES):
        times = [0] * size
        for _ in range(size):
            times[int(chance.random() * size)] += 1
        sums = [sum(map(mul, times, column)) for column in columns]
        found.append(_shares(lmg(_correlations(sums, width))))
    return found


def _shares(parts: Sequence[float]) -> tuple[float, ...]:
    """Of the whole; alike where there is nothing to share."""
    whole = sum(parts)
    return tuple(part / whole for part in parts) if whole > TINY else (1 / len(parts),) * len(parts)


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[LOWEST], ordered[HIGHEST]
