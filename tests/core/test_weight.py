from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from xla.core.agreement import Kpi
from xla.core.metric import measure, range_of, weighted, weights_for
from xla.core.scale import NAMED_SCALES, Scale

LEVEL = Decimal("0.95")
FIVE = NAMED_SCALES["csat5"]
FACES = NAMED_SCALES["smiley4"]
SEVEN = NAMED_SCALES["ces7"]
ELEVEN = NAMED_SCALES["nps11"]
TEN = NAMED_SCALES["nki10"]


def kpi(metric: str, **more: Any) -> Kpi:
    asked = {"rate": "observation", "amount_mean": "observation", "nki": "questions"}.get(metric, "question")
    asks = ("q", "r") if metric == "nki" else "q"
    words = {"key": "k", "title": {"en": "T"}, "service": "s", "target": Decimal(0), asked: asks}
    return Kpi(**words, metric=metric, **more)


def value(metric: str, scale: Scale, counts: dict[int, int], **more: Any) -> Fraction | None:
    return measure(weighted(kpi(metric, **more), scale), counts, LEVEL).value


VALUES = [
    ("csat counts the two best scores", "csat", FIVE, {3: 1, 4: 1, 5: 1}, {}, Fraction(200, 3)),
    ("csat with top 1 counts the best alone", "csat", FIVE, {3: 1, 4: 1, 5: 1}, {"top": 1}, Fraction(100, 3)),
    ("csat of four faces counts the two happy ones", "csat", FACES, {1: 1, 3: 1, 4: 2}, {}, Fraction(75)),
    ("csat may be wholly bad", "csat", FIVE, {1: 4}, {}, Fraction(0)),
    (
        "a share counts its scores",
        "share",
        FIVE,
        {1: 1, 2: 1, 5: 2},
        {"scores": (1, 2)},
        Fraction(50),
    ),
    ("a mean weighs a rating with its score", "mean", FIVE, {1: 1, 5: 2}, {}, Fraction(11, 3)),
    ("a mean may lie below zero on its own scale", "mean", Scale(-2, 2), {-2: 3, 2: 1}, {}, Fraction(-1)),
    ("nps is promoters less detractors", "nps", ELEVEN, {6: 1, 9: 1, 10: 2}, {}, Fraction(50)),
    ("nps counts passives in n", "nps", ELEVEN, {0: 1, 7: 2, 8: 1, 9: 4}, {}, Fraction(300, 8)),
    ("nps of 8 only is 0: an 8 is passive", "nps", ELEVEN, {8: 9}, {}, Fraction(0)),
    ("enps is nps among one's own", "enps", ELEVEN, {6: 3, 10: 1}, {}, Fraction(-50)),
    ("effort may be a mean", "ces_mean", SEVEN, {1: 1, 7: 1}, {}, Fraction(4)),
    ("effort agreed counts 5 to 7", "ces_agree", SEVEN, {4: 1, 5: 1, 6: 1, 7: 1}, {}, Fraction(75)),
    ("effort net takes 1-3 from 6-7", "ces_net", SEVEN, {3: 1, 4: 1, 5: 1, 6: 2}, {}, Fraction(20)),
    ("four faces weigh 100, 66 2/3, 33 1/3, 0", "happiness", FACES, {4: 60, 3: 25, 2: 10, 1: 5}, {}, 80),
    ("five faces are equally spaced too", "happiness", NAMED_SCALES["smiley5"], {4: 1}, {}, Fraction(75)),
    (
        "faces may carry weights of the contract's own",
        "happiness",
        FACES,
        {4: 1, 3: 1},
        {"weights": {"1": Decimal(0), "2": Decimal("12.5"), "3": Decimal(80), "4": Decimal(100)}},
        Fraction(90),
    ),
]


@pytest.mark.parametrize(
    ("metric", "scale", "counts", "more", "expected"),
    [row[1:] for row in VALUES],
    ids=[row[0] for row in VALUES],
)
def test_the_value_of_score_counts(
    metric: Any, scale: Scale, counts: dict[int, int], more: dict[str, Any], expected: Any
) -> None:
    assert value(metric, scale, counts, **more) == expected


POLES = [
    ("nps parts 0-6, 7-8, 9-10", "nps", ELEVEN, [-100] * 7 + [0] * 2 + [100] * 2),
    ("enps as well", "enps", ELEVEN, [-100] * 7 + [0] * 2 + [100] * 2),
    ("effort net parts 1-3, 4-5, 6-7", "ces_net", SEVEN, [-100] * 3 + [0] * 2 + [100] * 2),
    ("effort agreed parts 1-4, 5-7", "ces_agree", SEVEN, [0] * 4 + [100] * 3),
    ("csat parts 1-3, 4-5", "csat", FIVE, [0] * 3 + [100] * 2),
]


@pytest.mark.parametrize(("metric", "scale", "expected"), [r[1:] for r in POLES], ids=[r[0] for r in POLES])
def test_the_weight_of_every_score(metric: str, scale: Scale, expected: list[int]) -> None:
    assert weights_for(kpi(metric), scale) == dict(zip(scale.scores, expected, strict=True))


REFUSED = [
    ("a top that leaves no score out", "csat", FIVE, {"top": 5}),
    ("a top of nothing", "csat", FIVE, {"top": 0}),
    ("a share of no scores", "share", FIVE, {}),
    ("a share of a score outside the scale", "share", FIVE, {"scores": (5, 6)}),
    ("nps on another scale", "nps", TEN, {}),
    ("effort on another scale", "ces_net", FIVE, {}),
    ("faces without a weight each", "happiness", FACES, {"weights": {"1": Decimal(0), "4": Decimal(1)}}),
    ("an index, which is of several questions", "nki", TEN, {}),
    ("a rate, which is no rating", "rate", FIVE, {}),
]


@pytest.mark.parametrize(("metric", "scale", "more"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_metric_that_does_not_fit_is_refused(metric: Any, scale: Scale, more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"nki|rate|scale|1-|0-|top"):
        weighted(kpi(metric, **more), scale)


RANGES = [
    ("a share lies on 0-100", "csat", FIVE, {}, (0, 100)),
    ("a net lies on -100..100", "nps", ELEVEN, {}, (-100, 100)),
    ("effort net as well", "ces_net", SEVEN, {}, (-100, 100)),
    ("a mean lies on its scale", "mean", Scale(-2, 2), {}, (-2, 2)),
    ("faces lie between their weights", "happiness", FACES, {}, (0, 100)),
    (
        "also between weights of their own",
        "happiness",
        Scale(1, 2),
        {"weights": {"1": Decimal(-10), "2": Decimal("7.5")}},
        (-10, Fraction(15, 2)),
    ),
    ("an index lies on 0-100", "nki", TEN, {}, (0, 100)),
    ("a rate lies on 0-100", "rate", None, {}, (0, 100)),
    ("an amount has no bounds", "amount_mean", None, {}, (None, None)),
]


@pytest.mark.parametrize(
    ("metric", "scale", "more", "expected"), [r[1:] for r in RANGES], ids=[r[0] for r in RANGES]
)
def test_the_range_of_a_metric(metric: Any, scale: Scale, more: dict[str, Any], expected: Any) -> None:
    assert range_of(kpi(metric, **more), scale) == expected


def test_a_range_of_ratings_needs_a_scale() -> None:
    with pytest.raises(ValueError, match="scale"):
        range_of(kpi("mean"), None)
