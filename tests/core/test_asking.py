"""Which questions a place asks, and which reasons fit an answer."""

from typing import Any

import pytest

import make
from xla.core.agreement import Agreement
from xla.core.asking import asked_at, is_poor, reasons_for
from xla.core.scale import NAMED_SCALES


def scoped() -> Agreement:
    return make.agreement(
        kpis=[
            {
                "key": "food",
                "question": "food",
                "metric": "csat",
                "target": 80,
                "scope": {"touchpoints": ["lunch"]},
            },
            {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "scope": {"sites": ["a"]}},
            {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70},
            {"key": "again", "question": "food", "metric": "mean", "target": 4},
        ]
    )


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("a-1", "lunch"), ["food", "clean", "expected", "ideal"]),
        (("b", "lunch"), ["food", "expected", "ideal"]),
        (("a", ""), ["clean", "expected", "ideal", "food"]),
        (("", ""), ["expected", "ideal", "food"]),
    ],
)
def test_a_place_asks_once_what_the_kpis_that_look_at_it_measure(
    place: tuple[str, str], expected: list[str]
) -> None:
    assert [question.key for question in asked_at(scoped(), *place, ())] == expected


def test_what_was_chosen_for_a_place_is_asked_in_that_order_and_what_the_agreement_dropped_is_not() -> None:
    assert [each.key for each in asked_at(scoped(), "b", "", ("clean", "gone", "food"))] == ["clean", "food"]
    assert [each.key for each in asked_at(scoped(), "b", "lunch", ("gone",))] == ["food", "expected", "ideal"]


@pytest.mark.parametrize(
    ("scale", "best_poor"),
    [("csat5", 3), ("smiley4", 2), ("smiley5", 3), ("ces7", 4), ("nps11", 6), ("nki10", 6)],
)
def test_up_to_three_fifths_of_the_way_an_answer_is_poor(scale: str, best_poor: int) -> None:
    named = NAMED_SCALES[scale]
    assert [score for score in named.scores if is_poor(named, score)][-1] == best_poor


def test_reasons_are_offered_with_the_answers_they_fit() -> None:
    questions: list[dict[str, Any]] = [
        {
            "key": "clean",
            "scale": "csat5",
            "text": {"en": "Clean?"},
            "reasons": [
                {"key": "smell", "text": {"en": "Smell"}, "given_with": "poor"},
                {"key": "fresh", "text": {"en": "Fresh"}, "given_with": "good"},
                {"key": "other", "text": {"en": "Other"}},
            ],
        }
    ]
    asked = make.agreement(questions=questions).question("clean")
    assert [each.key for each in reasons_for(asked, 2)] == ["smell", "other"]
    assert [each.key for each in reasons_for(asked, 5)] == ["fresh", "other"]
