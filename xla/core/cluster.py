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


@dataclass(frozen=True)
class Respondents:
    """What a design effect needs of all respondents together, and nothing of any one of them.

    Sums over respondents g, of their ratings n_g and what the weights of those come to, W_g.
    """

    count: int
    ratings: int
    """n_g"""
    total: Fraction
    """W_g"""
    ratings_squared: int
    """n_g^2"""
    products: Fraction
    """n_g * W_g"""
    totals_squared: Fraction
    """W_g^2"""


def summed(clusters: Sequence[Cluster]) -> Respondents:
    """The sums over respondents."""
    zero = Fraction(0)
    return Respondents(
        count=sum(each.times for each in clusters),
        ratings=sum(each.times * each.size for each in clusters),
        total=sum((each.times * each.total for each in clusters), zero),
        ratings_squared=sum(each.times * each.size**2 for each in clusters),
        products=sum((each.times * each.size * each.total for each in clusters), zero),
        totals_squared=sum((each.times * each.total**2 for each in clusters), zero),
    )


def design_effect(by_weight: Mapping[Fraction, int], clusters: Respondents) -> Fraction | None:
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
    if clusters.ratings != n or clusters.total != sums:
        raise ValueError(f"the clusters hold {clusters.ratings} ratings, the counts {n}, or weights differ")
    groups = clusters.count
    if groups < 2:  # noqa: PLR2004 - one respondent has nobody to differ from
        return None
    mean = Fraction(sums) / n
    between = clusters.totals_squared - 2 * mean * clusters.products + mean**2 * clusters.ratings_squared
    if not between:
        return Fraction(clusters.ratings_squared, n)
    within = sum(count * (weight - mean) ** 2 for weight, count in by_weight.items())
    return Fraction(groups, groups - 1) * between / n**2 / (within / Fraction(n * (n - 1)))
