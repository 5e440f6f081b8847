"""The outcome as a document: the names of the interface, full precision, and nothing lost in storage."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import make
from xla.core.measurement import Measurement
from xla.core.metric import measure, weighted
from xla.core.outcome import Outcome, judged, parts_of
from xla.core.outcome_document import document_of, kpi_document, outcome_from, with_late

AGREEMENT = make.agreement(
    kpis=[
        {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "floor": 75, "weight": 2},
        {
            "key": "recommend",
            "question": "recommend",
            "metric": "nps",
            "target": Decimal("20.5"),
            "decision_rule": "guarded_rejection",
            "weight": Decimal("0.3"),
        },
        {
            "key": "minutes",
            "observation": "minutes",
            "metric": "amount_mean",
            "target": 5,
            "higher_is_better": False,
        },
    ]
)

# What interface.md promises; other people's scripts depend on these names.
TOP = {"contract", "version", "period", "start", "end", "timezone", "state", "score", "kpis"}
SCORE = {"value", "method", "parts"}
PART = {"kpi", "points", "weight"}
KPI = {
    *("key", "metric", "n", "value", "low", "high", "confidence", "counts", "target", "floor", "verdict"),
    *("decision_rule", "chance_below_floor", "more_ratings_needed", "late", "excluded"),
}
BESIDE = {"known_at", "points_exact", "contribution", "value_exact", "design_effect"} | {
    *("higher_is_better", "min_responses"),
}


def outcome(clean: Mapping[int, int], recommend: Mapping[int, int], amount: Fraction | None) -> Outcome:
    kpis = AGREEMENT.kpis
    measurements = [
        measure(weighted(kpi, AGREEMENT.question(kpi.asked[0]).scores), counts, kpi.confidence)
        for kpi, counts in zip(kpis, (clean, recommend), strict=False)
    ]
    n = 0 if amount is None else 7
    measurements.append(Measurement(n, amount, None, None))
    found = tuple(
        judged(kpi, measurement, excluded)
        for excluded, (kpi, measurement) in enumerate(zip(kpis, measurements, strict=True))
    )
    return Outcome(
        contract="harbour",
        version=3,
        period="2026-03",
        start=date(2026, 3, 1),
        end=date(2026, 4, 1),
        timezone="Europe/Stockholm",
        state="open",
        known_at=datetime(2026, 4, 4, 1, 2, 3, 456789, tzinfo=UTC),
        method="weighted",
        kpis=found,
        parts=parts_of(AGREEMENT, found),
    )


def through_storage(document: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(document, ensure_ascii=False, sort_keys=True, allow_nan=False))


SAMPLE = outcome({1: 2, 3: 3, 5: 9}, {0: 3, 9: 11}, Fraction(22, 7))


def test_the_document_has_the_names_of_the_interface() -> None:
    document = document_of(SAMPLE)
    assert document.keys() >= TOP
    assert document["score"].keys() == SCORE
    assert all(part.keys() >= PART for part in document["score"]["parts"])
    assert all(kpi.keys() >= KPI for kpi in document["kpis"])
    names = document.keys() | document["score"]["parts"][0].keys() | document["kpis"][0].keys()
    assert names == TOP | PART | KPI | BESIDE


def test_figures_are_told_in_full() -> None:
    kpi = document_of(SAMPLE)["kpis"][0]
    assert (kpi["n"], kpi["value"], kpi["value_exact"]) == (14, 64.28571428571429, "450/7")
    assert kpi["counts"] == {"1": 2, "3": 3, "5": 9}
    assert (kpi["target"], kpi["floor"], kpi["confidence"]) == (80, 75, 0.95)
    assert (kpi["metric"], kpi["verdict"], kpi["decision_rule"]) == ("csat", "inconclusive", "simple")
    assert document_of(SAMPLE)["kpis"][1]["target"] == 20.5


def test_the_parts_of_the_score_add_up_to_it() -> None:
    score = document_of(SAMPLE)["score"]
    # An amount has no range, so no place in the score.
    assert [part["points"] is None for part in score["parts"]] == [False, False, True]
    assert score["value"] == pytest.approx(sum(part["contribution"] or 0 for part in score["parts"]))


def test_without_data_every_figure_is_null() -> None:
    document = document_of(outcome({}, {}, None))
    for kpi in document["kpis"]:
        assert kpi["n"] == 0
        assert kpi["verdict"] == "no_data"
        for name in ("value", "low", "high", "chance_below_floor", "more_ratings_needed", "design_effect"):
            assert kpi[name] is None, name
    assert document["score"]["value"] is None


def test_four_answers_give_no_place_in_the_score() -> None:
    """Else the score would give them away (domain, section 9)."""
    parts = outcome({5: 4}, {9: 5}, None).parts
    assert [part.points is None for part in parts] == [True, False, True]


counts5 = st.dictionaries(st.integers(1, 5), st.integers(0, 400), max_size=5)
counts11 = st.dictionaries(st.integers(0, 10), st.integers(0, 400), max_size=11)
amounts = st.none() | st.fractions(max_denominator=10**12)


@given(counts5, counts11, amounts)
def test_a_stored_document_gives_the_same_outcome_back(
    clean: dict[int, int], recommend: dict[int, int], amount: Fraction | None
) -> None:
    before = outcome(clean, recommend, amount)
    document = document_of(before)
    after = outcome_from(through_storage(document), AGREEMENT)
    assert after == before
    assert document_of(after) == document
    assert after.score == before.score


def test_what_came_late_stands_beside_the_figures() -> None:
    late = with_late(SAMPLE, {"clean": 3, "recommend": 0, "minutes": 1})
    assert [each.late for each in late.kpis] == [3, 0, 1]
    assert [each.measurement for each in late.kpis] == [each.measurement for each in SAMPLE.kpis]
    assert kpi_document(late.kpis[0]) == kpi_document(SAMPLE.kpis[0]) | {"late": 3}


def test_the_lowest_kpi_may_be_the_score() -> None:
    lowest = replace(SAMPLE, method="minimum")
    places = [part.points for part in lowest.parts if part.points is not None]
    assert lowest.score == min(places)
    assert outcome_from(through_storage(document_of(lowest)), AGREEMENT).score == min(places)


def test_a_kpi_is_found_by_its_key() -> None:
    assert SAMPLE.kpi("recommend") is SAMPLE.kpis[1]
    with pytest.raises(KeyError, match="nothing"):
        SAMPLE.kpi("nothing")
