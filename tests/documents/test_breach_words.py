"""A breach in words: each step from what was kept of it, its evidence, and no word of statistics."""

from fractions import Fraction
from typing import Any

import pytest

import make
from breached import CLEAN
from xla.core.agreement import LANGUAGES, Language
from xla.core.measurement import Measurement
from xla.core.outcome import Judged
from xla.core.verdict import Verdict
from xla.documents.breach_evidence import finding
from xla.documents.breach_words import ACTIONS, CAUSES, MOVED, PARTIES, Happened, both, sentence
from xla.documents.figures import Figures
from xla.documents.words import Words

HS = "\u00a0"
ACTION = {"title": "Extra round", "owner": "Amina", "due": "2026-04-25", "done": "2026-04-20"}
STEPS: list[tuple[str, str, dict[str, Any], str]] = [
    ("breached", "open", {"period": "2026-03"}, f"Breached in March{HS}2026."),
    ("again", "verifying", {"period": "2026-Q2"}, f"Breached again in Q2{HS}2026."),
    ("moved", "acknowledged", {}, "Acknowledged."),
    ("moved", "action_planned", {}, "Actions are planned."),
    ("moved", "verifying", {}, "Verification has begun."),
    ("moved", "verifying", {"because": "done"}, "All actions are done, so verification has begun."),
    ("moved", "closed", {}, "Closed."),
    ("moved", "closed", {"period": "2026-05"}, f"Closed: proved better by May{HS}2026."),
    ("moved", "accepted", {"agreed": "client"}, "Accepted by both parties."),
    ("moved", "open", {}, ""),
    ("owner", "open", {"from": None, "to": "Maja"}, "The owner is Maja."),
    ("owner", "open", {"from": "Maja", "to": None}, "It has no owner any more."),
    ("due", "open", {"from": None, "to": "2026-05-31"}, f"To be closed by 31{HS}May{HS}2026."),
    ("due", "open", {"from": "2026-05-31", "to": None}, "It has no due date any more."),
    ("cause", "open", {"cause": "staffing"}, "Root cause: Staffing and roster."),
    ("cause", "open", {"cause": None}, "The root cause was taken back."),
    (
        "action",
        "open",
        {"did": "added", **ACTION},
        f"Action planned: “Extra round”, Amina, due 25{HS}April{HS}2026.",
    ),
    (
        "action",
        "open",
        {"did": "changed", **ACTION},
        f"Action changed: “Extra round”, Amina, due 25{HS}April{HS}2026.",
    ),
    ("action", "open", {"did": "done", **ACTION}, f"Action done on 20{HS}April{HS}2026: “Extra round”."),
    ("action", "open", {"did": "dropped", **ACTION}, "Action dropped: “Extra round”."),
    ("acceptance", "open", {"did": "proposed", "party": "client"}, PARTIES["proposed"]["client"]),
    ("acceptance", "open", {"did": "withdrawn", "party": "provider"}, PARTIES["withdrawn"]["provider"]),
    ("comment", "open", {}, ""),
    ("told", "open", {}, ""),
]
HOSTILE = "100 % %(x)s <b>"


def english(step: Happened) -> str:
    return sentence(step, Words("en"), Figures("en"))


@pytest.mark.parametrize(("kind", "state", "detail", "said"), STEPS)
def test_a_step_says_what_was_kept_of_it(kind: str, state: str, detail: dict[str, Any], said: str) -> None:
    assert english(Happened(kind, state, detail, "")) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_can_be_said_in_every_language(language: Language) -> None:
    for kind, state, detail, _ in STEPS:
        sentence(Happened(kind, state, detail, ""), Words(language), Figures(language))


def test_what_was_written_stands_behind_the_sentence_as_it_was_written() -> None:
    words, figures = Words("en"), Figures("en")
    assert both(Happened("moved", "acknowledged", {}, "Sett."), words, figures) == "Acknowledged. Sett."
    assert both(Happened("told", "open", {}, "Breached in May."), words, figures) == "Breached in May."
    assert both(Happened("cause", "open", {"cause": None}, "Rain"), words, figures) == "Root cause: Rain"


def test_a_title_with_percent_signs_is_said_as_it_is() -> None:
    detail = {"did": "dropped", **ACTION, "title": HOSTILE}
    assert english(Happened("action", "open", detail, "")) == f"Action dropped: “{HOSTILE}”."


def judged(measurement: Measurement, **terms: Any) -> Judged:
    kpi = make.agreement(kpis=[{**CLEAN, **terms}]).kpi("clean")
    return Judged(kpi, measurement, Verdict.BREACHED, 0.58, None)


def found(measurement: Measurement, **terms: Any) -> str:
    return finding(judged(measurement, **terms), Words("en"), Figures("en"))


def test_an_interval_wholly_below_the_floor_is_a_plain_yes() -> None:
    said = found(Measurement(60, Fraction(100, 3), 22.7, 45.9))
    assert said == (
        f"Yes. The true level lies between 22.7 and 45.9{HS}% (95{HS}% sure), all of it worse than the floor."
        " 60 answers, 10 needed."
    )


def test_an_interval_that_reaches_the_floor_says_how_likely_it_holds() -> None:
    said = found(Measurement(60, Fraction(68), 60.0, 75.0))
    assert said.startswith("By the agreement, yes: the value is worse than the floor.")
    assert f"the chance that it does not is 58{HS}%" in said


def test_where_lower_is_better_the_other_side_is_the_worse_one() -> None:
    lower = {"target": 20, "floor": 30, "higher_is_better": False}
    assert found(Measurement(60, Fraction(50), 40.0, 60.0), **lower).startswith("Yes.")
    assert found(Measurement(60, Fraction(31), 25.0, 40.0), **lower).startswith("By the agreement")


def test_without_an_interval_or_a_value_nothing_is_claimed() -> None:
    assert "lies between" not in found(Measurement(60, Fraction(50), None, None))
    assert found(Measurement(4, None, None, None)) == "Fewer than 5 answers, so no value is shown."


def test_no_word_of_statistics_is_used() -> None:
    texts = [
        *MOVED.values(),
        *ACTIONS.values(),
        *CAUSES.values(),
        found(Measurement(9, Fraction(1), 0.0, 2.0)),
    ]
    for text in texts:
        assert "significan" not in text.lower()
        assert "p-value" not in text.lower()
