"""The rules between an agreement's parts, and what no new version may change."""

from datetime import date

import pytest

from agreement_samples import agreement, text
from xla.core.agreement import Agreement
from xla.core.agreement_rules import flaws, frozen_changes, head_flaws
from xla.services.agreement_files import parse

# How each sample is edited into its next version.
NEXT = {
    "airport": ("effective_from: 2014-01-01", "effective_from: 2014-02-01"),
    "office": ("effective_from: 2024-07-01", "effective_from: 2024-07-02"),
}


def following(name: str, *edits: tuple[str, str]) -> Agreement:
    content = text(f"{name}.yaml")
    for old, new in (NEXT[name], *edits):
        assert old in content
        content = content.replace(old, new, 1)
    return parse(content)


@pytest.mark.parametrize("name", ["airport", "office", "small"])
def test_the_samples_are_sound(name: str) -> None:
    assert flaws(agreement(name)) == []


def test_an_agreement_may_still_be_without_kpis() -> None:
    assert flaws(agreement("small").model_copy(update={"kpis": ()})) == []


def test_a_minimum_needs_no_weights() -> None:
    office = agreement("office")
    weightless = tuple(kpi.model_copy(update={"weight": 0}) for kpi in office.kpis)
    assert flaws(office.model_copy(update={"kpis": weightless})) == []


def test_at_most_a_hundred_flaws_are_found() -> None:
    airport = agreement("airport")
    assert len(flaws(airport.model_copy(update={"kpis": airport.kpis * 40}))) == 100


@pytest.mark.parametrize(
    ("field", "sentence"),
    [("traffic", "no observation has this key"), ("overall", "no question has this key")],
)
def test_what_an_agreement_points_at_must_be_there(field: str, sentence: str) -> None:
    (flaw,) = flaws(agreement("airport").model_copy(update={field: "nowhere"}))
    assert (flaw.field, flaw.found, flaw.problem) == (field, "nowhere", sentence)


def test_rules_that_read_an_unsound_field_are_left_out() -> None:
    airport = agreement("airport")
    broken = airport.model_copy(
        update={
            "effective_from": date(2010, 1, 1),
            "contract": airport.contract.model_copy(update={"timezone": "Mars"}),
        }
    )
    assert [flaw.field for flaw in head_flaws(broken)] == ["contract.timezone", "effective_from"]
    assert [flaw.field for flaw in head_flaws(broken, {"timezone"})] == ["effective_from"]


@pytest.mark.parametrize("name", ["airport", "office"])
def test_a_later_version_of_the_same_is_allowed(name: str) -> None:
    assert frozen_changes(agreement(name), following(name)) == []


ALLOWED = [
    ("a title", "title: Terminal cleaning", "title: Terminals, cleaning"),
    ("a threshold", "floor: 75", "floor: 76"),
    ("an end", "ends_on: null", "ends_on: 2020-12-31"),
    ("a fee", '"480000.00"', '"500000.00"'),
    ("a wording", "How clean was the AirTrain?", "How clean was the train?"),
    ("a site more", "{key: g, ", "{key: h, title: H}\n  - {key: g, "),
    ("a question more", "questions:\n", "questions:\n  - {key: new, scale: nps11, text: {en: New?}}\n"),
]


@pytest.mark.parametrize(("old", "new"), [row[1:] for row in ALLOWED], ids=[row[0] for row in ALLOWED])
def test_what_versions_are_for_may_change(old: str, new: str) -> None:
    assert frozen_changes(agreement("airport"), following("airport", (old, new))) == []


FROZEN = [
    ("the contract", "key: airport-terminals", "key: airport", "contract.key", "another contract"),
    ("the zone", "America/Los_Angeles", "America/Denver", "contract.timezone", "days of earlier periods"),
    ("the currency", "currency: USD", "currency: EUR", "contract.currency", "another currency"),
    ("the period", "period: month", "period: quarter", "contract.period", "cut otherwise"),
    ("the start", "starts_on: 2014-01-01", "starts_on: 2014-01-02", "contract.starts_on", "start elsewhere"),
    ("a scale", "scale: csat5", "scale: smiley5", "questions[0].scale", "is csat5 and stays so"),
]


@pytest.mark.parametrize(
    ("old", "new", "field", "sentence"), [row[1:] for row in FROZEN], ids=[row[0] for row in FROZEN]
)
def test_what_earlier_periods_stand_on_may_not_change(old: str, new: str, field: str, sentence: str) -> None:
    [flaw] = frozen_changes(agreement("airport"), following("airport", (old, new)))
    assert flaw.field == field
    assert sentence in flaw.problem


def test_an_own_scale_may_not_change() -> None:
    [flaw] = frozen_changes(agreement("office"), following("office", ("min: -3, max: 3", "min: -3, max: 2")))
    assert str(flaw) == (
        "questions[5].scale: found −3 to 2; the scale of noise is −3 to 3 and stays so: "
        "ask on another scale under a new key"
    )


def test_an_observation_s_kind_may_not_change() -> None:
    office = agreement("office")
    counted = tuple(one.model_copy(update={"kind": "rate"}) for one in office.observations)
    later = office.model_copy(update={"effective_from": date(2025, 1, 1), "observations": counted})
    [flaw] = frozen_changes(office, later)
    assert (flaw.field, flaw.found) == ("observations[2].kind", "rate")
    assert "the kind of minutes-lost is amount_mean and stays so" in flaw.problem


@pytest.mark.parametrize("day", [date(2014, 1, 1), date(2013, 12, 31)])
def test_versions_may_not_overlap(day: date) -> None:
    old = agreement("airport")
    [flaw] = frozen_changes(old, old.model_copy(update={"effective_from": day}))
    assert (flaw.field, flaw.found) == ("effective_from", f"{day}")
    assert flaw.problem.endswith("must start after the one in force, which holds from 2014-01-01")
