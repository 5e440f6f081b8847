"""Poor ratings: which scores pull a KPI below its floor."""

from typing import Any

import pytest

import make
from xla.core.poor import poor_scores
from xla.core.scale import NAMED_SCALES

CASES: list[tuple[str, dict[str, Any], str, set[int]]] = [
    ("of a share, those that do not count", {"metric": "csat", "target": 80}, "csat5", {1, 2, 3}),
    (
        "of a share where lower is better, those that count",
        {"metric": "share", "scores": [1, 2], "target": 5, "higher_is_better": False},
        "csat5",
        {1, 2},
    ),
    ("of a mean, those below its floor", {"metric": "mean", "target": 4, "floor": 3.5}, "csat5", {1, 2, 3}),
    ("of a net score, the detractors", {"metric": "nps", "target": 20}, "nps11", set(range(7))),
    (
        "of a net score where lower is better, the promoters",
        {"metric": "nps", "target": 20, "higher_is_better": False},
        "nps11",
        {9, 10},
    ),
    (
        "of an index, the scores whose level is below the floor",
        {"metric": "nki", "target": 70, "questions": ["expected", "ideal"], "question": None},
        "nki10",
        set(range(1, 8)),
    ),
    (
        "operational data has none",
        {"metric": "rate", "observation": "tenants", "target": 5, "question": None},
        "csat5",
        set(),
    ),
]


@pytest.mark.parametrize(
    ("terms", "scale", "poor"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_poor_scores(terms: dict[str, Any], scale: str, poor: set[int]) -> None:
    document = {"key": "kpi", "question": "clean"} | terms
    kpi = make.agreement(kpis=[{name: value for name, value in document.items() if value is not None}]).kpi(
        "kpi"
    )
    assert poor_scores(kpi, NAMED_SCALES[scale]) == poor
