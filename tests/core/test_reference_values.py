"""Published figures. What the product computes is compared with them directly.

What it has no use for is worked out by `readings`, to check how we read the entry; what is checked by neither
is excluded by name, with the reason.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from scipy.special import ndtr

from readings import agresti_coull, clopper_pearson, tango, variance, wald, wilson_with_continuity
from xla.core.interval import (
    Interval,
    adjusted_wald,
    difference,
    finite_population_correction,
    wilson,
)
from xla.core.metric import OwnIndex, WeightedMetric, churn, measure, measure_index
from xla.core.scale import Scale

Entry = dict[str, Any]

ENTRIES = json.loads((Path(__file__).parent / "data" / "reference_values.json").read_text())["entries"]
GROUPS = {"nps", "proportion_ci", "finite_population", "index", "churn", "sample_size"}
MINE = [entry for entry in ENTRIES if entry["group"] in GROUPS]
LEVEL = Decimal("0.95")
NPS = WeightedMetric("net", {score: Fraction(100 * ((score > 8) - (score < 7))) for score in range(11)})
FACES = WeightedMetric("mean", {score: Fraction(100 * (score - 1), 3) for score in range(1, 5)})

SIZE = "plans a survey; the product says how many more ratings settle a verdict, and asks everybody"
EXCLUDED = {
    "ecsi.pls": "weights fitted to one data set (PLS); the product's index has equal or agreed weights and "
    "claims no comparability",
    "samplesize.95_0.5_0.04_2500": SIZE,
    "samplesize.90_0.3_0.05_1000": SIZE,
    "samplesize.krejcie_morgan": SIZE,
    "samplesize.doc.csat": SIZE,
    "samplesize.doc.finite": SIZE,
}


def close(found: Any, entry: Entry, expected: Any) -> None:
    assert found == pytest.approx(expected, abs=entry["tolerance"], rel=0)


def of_groups(detractors: int, passives: int, promoters: int) -> dict[int, int]:
    return {0: detractors, 7: passives, 10: promoters}


def net(counts: Mapping[int, int], metric: WeightedMetric = NPS) -> Fraction:
    value = measure(metric, counts, LEVEL).value
    assert value is not None
    return value / 100


def check_groups(entry: Entry) -> None:
    counts = of_groups(*entry["inputs"]["det_pas_pro"])
    spread = variance(NPS, counts)
    close([net(counts), spread], entry, [entry["expected"]["nps"], entry["expected"]["var"]])
    close(sqrt(spread / sum(counts.values())), entry, entry["expected"]["se"])


def check_raw(entry: Entry) -> None:
    close(net(Counter(entry["inputs"]["answers"])), entry, entry["expected"])


def check_breaks(entry: Entry) -> None:
    low, detractor, passive, high = entry["inputs"]["breaks"]
    weights = {s: Fraction(100 * ((s > passive) - (s <= detractor))) for s in range(low, high + 1)}
    own, counts = WeightedMetric("net", weights), Counter(entry["inputs"]["answers"])
    close([net(counts, own), variance(own, counts)], entry, list(entry["expected"].values()))


def check_net_interval(entry: Entry) -> None:
    groups, expected = entry["inputs"]["det_pas_pro"], entry["expected"]
    counts = of_groups(*groups)
    check_groups(entry)
    close(wald(float(net(counts)), expected["se"]), entry, expected["wald95"])
    close(tango(*groups), entry, expected["score95"])
    clipped = [min(max(end, -1), 1) for end in expected["adjusted_wald95"]]
    close(adjusted_wald(*groups, LEVEL), entry, clipped)
    measured = measure(NPS, counts, LEVEL)
    assert [measured.low, measured.high] == pytest.approx([100 * end for end in clipped], abs=5e-4)
    pulled = {score: 4 * count + 3 * (1 + (score == 7)) for score, count in counts.items()}
    close(sqrt(variance(NPS, pulled) / (sum(groups) + 3)), entry, expected["adjusted_wald_se"])


def check_net_difference(entry: Entry) -> None:
    added = 3 if "adjusted" in entry["id"] else 0
    both = [
        {score: 4 * count + added * (1 + (score == 7)) for score, count in of_groups(*groups).items()}
        for groups in (entry["inputs"]["x"], entry["inputs"]["y"])
    ]
    delta = float(net(both[0]) - net(both[1]))
    error = sqrt(sum(4 * variance(NPS, counts) / sum(counts.values()) for counts in both))
    expected = entry["expected"]
    close([delta, error, *wald(delta, error)], entry, [expected["delta"], expected["se"], *expected["ci"]])
    close(2 * float(ndtr(-abs(delta) / error)), entry, expected["p"])


def check_population(entry: Entry) -> None:
    shares = [Fraction(entry["inputs"][name]).limit_denominator(99) for name in ("p_det", "p_pas", "p_pro")]
    counts = of_groups(*(int(share * 6) for share in shares))
    close([net(counts), variance(NPS, counts)], entry, list(entry["expected"].values()))


def check_net_example(entry: Entry) -> None:
    counts = of_groups(60, 120, 120)
    error = sqrt(variance(NPS, counts) / 300)
    close(
        [error, *wald(float(net(counts)), error)], entry, [entry["expected"]["se"], *entry["expected"]["ci"]]
    )


def check_share(entry: Entry) -> None:
    x, n = entry["inputs"]["x"], entry["inputs"]["n"]
    ways = {
        "wilson": wilson(x, n, LEVEL),
        "exact": clopper_pearson(x, n),
        "agresti_coull": agresti_coull(x, n),
    }
    for way, expected in entry["expected"].items():
        close(ways[way], entry, expected)


def check_continuity(entry: Entry) -> None:
    close(wilson_with_continuity(**entry["inputs"]), entry, entry["expected"])


def check_wald_share(entry: Entry) -> None:
    share, n = entry["inputs"]["x"] / entry["inputs"]["n"], entry["inputs"]["n"]
    close(wald(share, sqrt(share * (1 - share) / n)), entry, entry["expected"])


def check_newcombe(entry: Entry) -> None:
    first, second = ((entry["inputs"][f"x{side}"], entry["inputs"][f"n{side}"]) for side in (1, 2))
    both = [(x / n, wilson(x, n, LEVEL) or Interval(0, 1)) for x, n in (first, second)]
    close(difference(*both), entry, entry["expected"])


def check_other_difference(entry: Entry) -> None:
    added = 1 if "caffo" in entry["id"] else 0
    sides = [(entry["inputs"][f"x{s}"] + added, entry["inputs"][f"n{s}"] + 2 * added) for s in (1, 2)]
    shares = [(x / n, n) for x, n in sides]
    error = sqrt(sum(share * (1 - share) / n for share, n in shares))
    close(wald(shares[0][0] - shares[1][0], error), entry, entry["expected"])


def check_strata(entry: Entry) -> None:
    strata = entry["inputs"]["strata"]
    everybody = sum(stratum["N"] for stratum in strata)
    mean = plain = corrected = 0.0
    for stratum in strata:
        answers, weight = stratum["x"], stratum["N"] / everybody
        n, middle = len(answers), sum(stratum["x"]) / len(answers)
        part = weight * weight * sum((each - middle) ** 2 for each in answers) / (n - 1) / n
        mean, plain = mean + weight * middle, plain + part
        corrected += part * finite_population_correction(n, stratum["N"]) ** 2
    close([mean, sqrt(plain)], entry, entry["expected"]["nofpc"])
    close([mean, sqrt(corrected)], entry, entry["expected"]["withfpc"])


def check_finite_mean(entry: Entry) -> None:
    n, population, expected = entry["inputs"]["n"], entry["inputs"]["N"], entry["expected"]
    plain = entry["inputs"]["sd"] / sqrt(n)
    close(
        plain * finite_population_correction(n, population), entry, expected.get("se_fpc", expected.get("se"))
    )
    close(plain, entry, expected.get("se_nofpc", plain))


def check_finite_margin(entry: Entry) -> None:
    """The other convention, (N - n)/(N - 1): ours times the root of N/(N - 1)."""
    n, population, s, z = (entry["inputs"][name] for name in ("n", "N", "s", "z"))
    other = finite_population_correction(n, population) * sqrt(population / (population - 1))
    close([n / other**2, z * s / sqrt(n) * other], entry, list(entry["expected"].values()))


def with_mean(mean: float, n: int = 250) -> dict[int, int]:
    """Whole answers that have the mean."""
    low = int(mean)
    above = round(mean * n) - low * n
    return {low: n - above, low + 1: above}


def index_of(*means: float) -> Fraction | None:
    items = {str(number): with_mean(mean) for number, mean in enumerate(means)}
    return measure_index(items, Scale(1, 10), [OwnIndex(Fraction(0), 250)], LEVEL).value


def check_items(entry: Entry) -> None:
    close([float(index_of(mean) or 0) for mean in entry["inputs"]["means_1_10"]], entry, entry["expected"])


def check_index(entry: Entry) -> None:
    close(float(index_of(*entry["inputs"]["means"]) or 0), entry, entry["expected"])


def check_faces(entry: Entry) -> None:
    best_first = entry["inputs"]["counts"].values()
    measured = measure(FACES, dict(zip((4, 3, 2, 1), best_first, strict=True)), LEVEL)
    close(measured.value, entry, entry["expected"])


def check_churn(entry: Entry) -> None:
    lost = churn(entry["inputs"]["start"], entry["inputs"]["start"] - entry["inputs"]["lost"])
    close([lost, 1 - lost], entry, [entry["expected"]["churn"], entry["expected"]["retention"]])


CHECKS: dict[str, Callable[[Entry], None]] = {
    "nps.test.": check_groups,
    "nps.raw.": check_raw,
    "nps.breaks": check_breaks,
    "nps.ci.": check_net_interval,
    "nps.diff.": check_net_difference,
    "nps.cv.": check_population,
    "nps.doc.": check_net_example,
    "prop.wilsoncc.": check_continuity,
    "prop.": check_share,
    "csat.doc.": check_wald_share,
    "propdiff.fagerland.newcomb": check_newcombe,
    "propdiff.newcombe.": check_newcombe,
    "propdiff.fagerland.": check_other_difference,
    "fpc.strat": check_strata,
    "fpc.apisrs": check_finite_mean,
    "moe.polaris": check_finite_margin,
    "epsi.transform": check_items,
    "epsi.equal": check_index,
    "smiley.linear": check_faces,
    "churn.telco": check_churn,
}
"""By the beginning of an entry's id; the first that fits."""


def check_of(entry: Entry) -> Callable[[Entry], None] | None:
    return next((check for start, check in CHECKS.items() if entry["id"].startswith(start)), None)


def test_every_entry_is_checked_or_excluded_by_name_and_never_both() -> None:
    undecided = [e["id"] for e in MINE if (check_of(e) is None) == (e["id"] not in EXCLUDED)]
    assert not undecided
    assert EXCLUDED.keys() <= {entry["id"] for entry in MINE}
    assert len(MINE) == 58


@pytest.mark.parametrize("entry", [e for e in MINE if e["id"] not in EXCLUDED], ids=lambda entry: entry["id"])
def test_a_published_figure_is_ours(entry: Entry) -> None:
    check = check_of(entry)
    assert check is not None
    check(entry)
