"""A cluster: ratings that one respondent gave, which are not as many opinions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Cluster:
    """`times` respondents who each gave `size` ratings whose weights come to `total`."""

    size: int
    total: Fraction
    times: int


def design_effect(by_weight: Mapping[Fraction, int], clusters: Sequence[Cluster]) -> Fraction | None:
    """The cluster-robust variance of the mean weight over the naive one; None with under two respondents.

    `by_weight` counts the ratings of each weight. Robust: G/(G-1) times the sum of (W_g - n_g * mean)^2, over
    n^2, for G respondents; naive: the sample variance (n-1) over n. Both use their own "less one", so that
    one rating each gives exactly 1. Where respondents do not differ at all, nothing can be estimated, and the
    worst case stands: each respondent has one opinion, however often told, which makes sum n_g^2 / n.

    Raises:
        ValueError: the clusters do not hold the same ratings.

    Source: Liang & Zeger 1986, Biometrika 73:13; Kish 1965, Survey Sampling, sections 5.4 and 8.2.
    """
    n, sums = sum(by_weight.values()), sum(weight * count for weight, count in by_weight.items())
    held = sum(cluster.times * cluster.size for cluster in clusters)
    if held != n or sum(cluster.times * cluster.total for cluster in clusters) != sums:
        raise ValueError(f"the clusters hold {held} ratings, the counts {n}, or their weights differ")
    groups = sum(cluster.times for cluster in clusters)
    if groups < 2:  # noqa: PLR2004 - one respondent has nobody to differ from
        return None
    mean = Fraction(sums) / n
    between = sum(each.times * (each.total - each.size * mean) ** 2 for each in clusters)
    if not between:
        return Fraction(sum(each.times * each.size**2 for each in clusters), n)
    within = sum(count * (weight - mean) ** 2 for weight, count in by_weight.items())
    return Fraction(groups, groups - 1) * between / n**2 / (within / Fraction(n * (n - 1)))
