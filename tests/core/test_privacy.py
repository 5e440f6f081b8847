from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xla.core.privacy import (
    K_DISTRIBUTION,
    K_VALUE,
    WHOLE,
    hidden_distributions,
    hidden_sites,
    is_few,
)

Tree = tuple[dict[str, str], dict[str, int]]

FLAT = {"a": WHOLE, "b": WHOLE, "c": WHOLE}
DEEP = {"a": WHOLE, "a1": "a", "a2": "a", "b": WHOLE}
CHAIN = {"a": WHOLE, "a1": "a", "b": WHOLE}

HIDDEN = [
    ("five answers are shown", FLAT, {"a": 5, "b": 5, "c": 5}, set()),
    ("four are not, nor what a subtraction would tell them by", FLAT, {"a": 9, "b": 5, "c": 4}, {"b", "c"}),
    ("two small ones cover each other when they come to five", FLAT, {"a": 9, "b": 4, "c": 1}, {"b", "c"}),
    ("two small ones that do not come to five take a third", FLAT, {"a": 9, "b": 2, "c": 1}, {"a", "b", "c"}),
    ("nobody is shown as nobody", FLAT, {"a": 9, "b": 0, "c": 8}, set()),
    ("nobody covers nobody", FLAT, {"a": 9, "b": 0, "c": 4}, {"a", "c"}),
    ("a contract of four shows nothing", FLAT, {"a": 4, "b": 0, "c": 0}, {WHOLE, "a"}),
    ("a contract of none shows no data everywhere", FLAT, {}, set()),
    ("a few given outside all sites are a group too", FLAT, {WHOLE: 22, "a": 9, "b": 5, "c": 5}, {"c"}),
    ("many given outside all sites cover a small one", FLAT, {WHOLE: 24, "a": 9, "b": 9, "c": 1}, set("c")),
    ("a few given at the parent itself as well", DEEP, {"a": 13, "a1": 5, "a2": 6, "b": 9}, {"a1"}),
    ("a small room takes its neighbour along", DEEP, {"a": 12, "a1": 9, "a2": 3, "b": 9}, {"a1", "a2"}),
    ("a small room as large as its building hides both", CHAIN, {"a": 3, "a1": 3, "b": 9}, {"a", "a1", "b"}),
    (
        "a room alone in its building would give the building away",
        CHAIN,
        {"a": 7, "a1": 7, "b": 3},
        {"a", "a1", "b"},
    ),
]


@pytest.mark.parametrize(("tree", "counts", "hidden"), [r[1:] for r in HIDDEN], ids=[r[0] for r in HIDDEN])
def test_which_sites_are_hidden(tree: dict[str, str], counts: dict[str, int], hidden: set[str]) -> None:
    assert hidden_sites(tree, counts) == hidden


def test_more_answers_inside_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="'a' has 3 answers, but 4 inside"):
        hidden_sites(CHAIN, {"a": 3, "a1": 4})
    with pytest.raises(ValueError, match="'whole' has 3"):
        hidden_sites(CHAIN, {WHOLE: 3, "a": 4})


def test_distributions_need_eight() -> None:
    assert hidden_distributions(FLAT, {"a": 20, "b": 8, "c": 7}) == {"b", "c"}


def test_a_distribution_gives_no_value_away() -> None:
    """Alone, `c` might show its counts; beside the value of `b` they would tell the two who are left."""
    tree = {"b": WHOLE, "c": "b"}
    counts = {WHOLE: 16, "b": 10, "c": 8}
    assert hidden_sites(tree, counts) == {"c"}
    assert hidden_distributions(tree, counts) == {"b", "c"}


@pytest.mark.parametrize(("n", "few"), [(0, False), (1, True), (4, True), (5, False), (-3, False)])
def test_few_are_under_five_but_not_none(*, n: int, few: bool) -> None:
    assert is_few(n) is few


def test_few_are_under_eight_for_a_distribution() -> None:
    assert is_few(7, K_DISTRIBUTION)
    assert not is_few(8, K_DISTRIBUTION)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A tree of up to seven sites and the answers given at each of them directly, none inside counted."""
    names = [WHOLE, *"abcdefg"[: draw(st.integers(1, 7))]]
    tree = {name: draw(st.sampled_from(names[: number + 1])) for number, name in enumerate(names[1:])}
    return tree, {name: draw(st.integers(0, 9) | st.just(0)) for name in names}


def inside(tree: dict[str, str], site: str) -> set[str]:
    """The site and everything inside it."""
    within = {site}
    for name, holder in tree.items():
        if holder in within:
            within.add(name)
    return within


def totals(tree: dict[str, str], direct: dict[str, int]) -> dict[str, int]:
    return {site: sum(direct[name] for name in inside(tree, site)) for site in direct}


def can_be_worked_out(group: set[str], tree: dict[str, str], shown: set[str], direct: dict[str, int]) -> bool:
    """Whether sums and differences of the shown sites' figures yield exactly the answers of the group."""
    places = [site for site in direct if direct[site]]
    rows = [[float(place in inside(tree, site)) for place in places] for site in shown] or [
        [0.0] * len(places)
    ]
    target = [float(place in group) for place in places]
    return np.linalg.matrix_rank(np.array([*rows, target])) == np.linalg.matrix_rank(np.array(rows))


def groups_of_few(direct: dict[str, int], least: int) -> Iterator[set[str]]:
    places = [site for site in direct if direct[site]]
    for size in range(1, len(places) + 1):
        for group in combinations(places, size):
            if is_few(sum(direct[place] for place in group), least):
                yield set(group)


@settings(max_examples=200)
@given(trees())
def test_no_group_of_few_can_be_worked_out_from_what_is_shown(given_tree: Tree) -> None:
    tree, direct = given_tree
    shown = direct.keys() - hidden_sites(tree, totals(tree, direct))
    for group in groups_of_few(direct, K_VALUE):
        assert not can_be_worked_out(group, tree, shown, direct)


@given(trees())
def test_no_hidden_site_can_be_worked_out_from_what_is_shown(given_tree: Tree) -> None:
    tree, direct = given_tree
    hidden = hidden_sites(tree, totals(tree, direct))
    for site in hidden:
        assert not can_be_worked_out(inside(tree, site), tree, direct.keys() - hidden, direct)


@given(trees())
def test_nothing_is_hidden_without_need(given_tree: Tree) -> None:
    tree, direct = given_tree
    hidden = hidden_sites(tree, totals(tree, direct))
    for site in hidden:
        shown = direct.keys() - hidden | {site}
        assert any(can_be_worked_out(few, tree, shown, direct) for few in groups_of_few(direct, K_VALUE))


@given(trees())
def test_no_distribution_of_under_eight_nor_value_of_under_five_can_be_worked_out(given_tree: Tree) -> None:
    tree, direct = given_tree
    counts = totals(tree, direct)
    valued, counted = hidden_sites(tree, counts), hidden_distributions(tree, counts)
    assert valued <= counted
    for group in groups_of_few(direct, K_DISTRIBUTION):
        assert not can_be_worked_out(group, tree, direct.keys() - counted, direct)


@given(trees())
def test_the_whole_contract_is_shown_from_five_answers(given_tree: Tree) -> None:
    tree, direct = given_tree
    assert (WHOLE in hidden_sites(tree, totals(tree, direct))) == is_few(sum(direct.values()))
