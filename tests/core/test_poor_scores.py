"""Which scores tell that somebody was let down."""

from typing import Any

import pytest

from xla.core.agreement import Kpi
from xla.core.scale import NAMED_SCALES
from xla.core.weight import poor_scores


@pytest.mark.parametrize(
    ("kpi", "scale", "poor"),
    [
        ({"metric": "csat", "question": "q"}, "csat5", {1, 2, 3}),
        ({"metric": "share", "question": "q", "scores": [1, 2], "higher_is_better": False}, "csat5", {1, 2}),
        ({"metric": "nps", "question": "q"}, "nps11", set(range(7))),
        ({"metric": "mean", "question": "q"}, "csat5", {1, 2}),
        ({"metric": "mean", "question": "q", "higher_is_better": False}, "csat5", {4, 5}),
        ({"metric": "happiness", "question": "q"}, "smiley4", {1, 2}),
        ({"metric": "nki", "questions": ["q", "r"]}, "nki10", {1, 2, 3, 4, 5}),
    ],
)
def test_poor_scores(kpi: dict[str, Any], scale: str, poor: set[int]) -> None:
    told = Kpi.model_validate({"key": "k", "title": {"en": "K"}, "service": "s", "target": 1, **kpi})
    assert poor_scores(told, NAMED_SCALES[scale]) == poor
