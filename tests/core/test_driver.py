"""Drivers against published figures, the plain definition, and cases known by hand."""

import json
from collections import Counter
from itertools import permutations, product
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.driver import GROUPS, Answers, drivers, lmg

ENTRIES = {
    entry["id"]: entry
    for entry in json.loads((Path(__file__).parent / "data" / "reference_values.json").read_text())["entries"]
}


def correlations(columns: list[list[float]]) -> list[list[float]]:
    found: list[list[float]] = np.corrcoef(np.array(columns, dtype=float)).tolist()
    return found


def fitted(matrix: list[list[float]], inside: tuple[int, ...]) -> float:
    """R² of a set of drivers by solving its normal equations."""
    if not inside:
        return 0.0
    own, of_y = (
        np.array([[matrix[a][b] for b in inside] for a in inside]),
        np.array([matrix[0][a] for a in inside]),
    )
    return float(of_y @ np.linalg.solve(own, of_y))


def by_definition(matrix: list[list[float]]) -> list[float]:
    """What each adds to R², over every order, one by one."""
    places = range(1, len(matrix))
    gains = dict.fromkeys(places, 0.0)
    orders = list(permutations(places))
    for order in orders:
        for at, place in enumerate(order):
            gains[place] += fitted(matrix, order[: at + 1]) - fitted(matrix, order[:at])
    return [gains[place] / len(orders) for place in places]


@pytest.mark.parametrize("name", ["lmg.swiss", "lmg.mtcars"])
def test_published_shares_of_data_are_ours(name: str) -> None:
    entry = ENTRIES[name]
    told = entry["inputs"]
    matrix = correlations([told["data"][key] for key in (told["outcome"], *told["predictors"])])
    found = lmg(matrix)
    assert found == pytest.approx(entry["expected"]["lmg"], abs=entry["tolerance"], rel=0)
    assert sum(found) == pytest.approx(entry["expected"]["r2"], abs=entry["tolerance"], rel=0)


def test_published_shares_of_a_matrix_are_ours() -> None:
    entry = ENTRIES["lmg.azen"]
    found = lmg(entry["inputs"]["cor"])
    assert found == pytest.approx(entry["expected"]["lmg"], abs=entry["tolerance"], rel=0)
    # The table of the article has the mean by number of drivers before; their mean is the share.
    table = ENTRIES["dominance.azen_budescu_2003"]["expected"]
    means = [sum(column) / 4 for column in zip(*table, strict=True)]
    assert found == pytest.approx(means, abs=0.001, rel=0)


def test_two_drivers_by_hand() -> None:
    one, other, both = 0.6, 0.5, 0.2
    r2 = (one**2 + other**2 - 2 * one * other * both) / (1 - both**2)
    found = lmg([[1, one, other], [one, 1, both], [other, both, 1]])
    assert found == pytest.approx([(one**2 + r2 - other**2) / 2, (other**2 + r2 - one**2) / 2])


def test_drivers_that_go_with_each_other_in_nothing_have_their_squared_correlations() -> None:
    found = lmg([[1, 0.6, 0.5, -0.3], [0.6, 1, 0, 0], [0.5, 0, 1, 0], [-0.3, 0, 0, 1]])
    assert found == pytest.approx([0.36, 0.25, 0.09])


def test_two_that_say_the_same_share_alike_and_what_never_varies_has_nothing() -> None:
    assert lmg([[1, 0.6, 0.6], [0.6, 1, 1], [0.6, 1, 1]]) == pytest.approx([0.18, 0.18])
    assert lmg([[1, 0.6, 0], [0.6, 1, 0], [0, 0, 0]]) == pytest.approx([0.36, 0])


@given(st.integers(2, 5), st.integers(0, 10_000))
def test_shares_are_the_mean_over_all_orders_and_sum_up_to_all_that_is_explained(
    width: int, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    noise = chance.normal(size=(60, width + 1)) @ chance.normal(size=(width + 1, width + 1))
    matrix = correlations(noise.T.tolist())
    found = lmg(matrix)
    assert found == pytest.approx(by_definition(matrix), abs=1e-7)
    assert sum(found) == pytest.approx(fitted(matrix, tuple(range(1, width + 1))), abs=1e-7)


def crowd(n: int, weights: tuple[float, ...], seed: int = 1) -> Counter[tuple[int, ...]]:
    """`n` responses on scales of five: an overall score made of the drivers' and of chance."""
    chance = Random(seed)  # noqa: S311  # the same people every time, no secret
    found: Counter[tuple[int, ...]] = Counter()
    for _ in range(n):
        mood = chance.gauss(0, 0.6)
        felt = [mood + chance.gauss(0, 1) for _ in weights]
        overall = sum(w * x for w, x in zip(weights, felt, strict=True)) + chance.gauss(0, 0.7)
        found[tuple(min(5, max(1, round(3 + x))) for x in (overall, *felt))] += 1
    return found


def found_in(answers: Answers, seed: str = "march") -> Any:
    found = drivers(answers, seed)
    assert found is not None
    return found


def test_the_largest_share_stands_first_and_shares_come_to_one() -> None:
    answers = crowd(600, (0.2, 0.8, 0.4))
    found = found_in(answers)
    assert found.n == 600
    assert [each.place for each in found.ranked] == [1, 2, 0]
    assert sum(each.share for each in found.ranked) == pytest.approx(1)
    columns = list(zip(*answers.elements(), strict=True))
    assert found.r2 == pytest.approx(fitted(correlations([list(each) for each in columns]), (1, 2, 3)))
    assert all(each.low < each.share < each.high for each in found.ranked)
    assert [each.is_clear for each in found.ranked] == [True, True, True]


def test_near_ties_are_not_told_apart() -> None:
    found = found_in(crowd(300, (0.5, 0.5, 0.0)))
    assert [each.is_clear for each in found.ranked] == [False, True, True]


def test_the_same_answers_and_seed_give_the_same_figures_in_whatever_order_they_come() -> None:
    answers = crowd(GROUPS + 200, (0.6, 0.3))
    turned = dict(reversed(answers.items()))
    assert drivers(answers, "march") == drivers(turned, "march")
    assert drivers(answers, "march") != drivers(answers, "april")


def test_many_responses_in_groups_have_as_narrow_intervals_as_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = crowd(3000, (0.6, 0.4))
    grouped = found_in(answers).ranked[0]
    monkeypatch.setattr("xla.core.driver.GROUPS", 3000)
    single = found_in(answers).ranked[0]
    assert grouped.share == pytest.approx(single.share)
    assert grouped.high - grouped.low == pytest.approx(single.high - single.low, rel=0.3)


def test_intervals_hold_the_true_share_about_as_often_as_they_say() -> None:
    truth = found_in(crowd(40_000, (0.7, 0.3))).ranked[0].share
    held = 0
    for seed in range(40):
        first = next(each for each in found_in(crowd(120, (0.7, 0.3), seed + 2)).ranked if each.place == 0)
        held += first.low <= truth <= first.high
    assert held >= 34


def test_what_explains_next_to_nothing_is_not_shared_out() -> None:
    every = dict.fromkeys(product((1, 5), repeat=3), 20)
    assert drivers(every, "march") is None
    assert drivers({(4, 1, 2): 50, (4, 2, 1): 50}, "march") is None


def test_fewer_responses_than_can_say_say_nothing() -> None:
    assert drivers({}, "march") is None
    assert drivers({(1, 1, 2): 1, (2, 1, 3): 1, (3, 2, 2): 1}, "march") is None


def test_a_resample_in_which_nothing_varies_shares_alike() -> None:
    # Of four responses that say one thing and one that says another, every third resample lacks the one.
    found = found_in({(1, 1, 1): 4, (5, 5, 4): 1})
    assert [each.share for each in found.ranked] == pytest.approx([0.5, 0.5])
    assert found.r2 == pytest.approx(1)
