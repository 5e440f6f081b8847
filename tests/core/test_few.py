"""Whether so few answers could change a verdict, whatever they said: from the published counts alone."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from xla.core.few import could_change
from xla.core.verdict import DecisionRule, Thresholds
from xla.core.weight import WeightedMetric

SHARE = WeightedMetric("share", {1: Fraction(0), 2: Fraction(100)})
TERMS = Thresholds(target=Decimal(80), floor=Decimal(80))
LEVEL = Decimal("0.95")


@pytest.mark.parametrize(
    ("good", "poor", "further", "could"),
    [
        (90, 10, 4, False),  # at worst 90 of 104
        (80, 20, 1, True),  # one poor answer more and it is breached
        (79, 20, 4, True),  # four good ones more, and it holds
        (90, 10, -4, False),
        (80, 20, -1, True),
        (2, 0, -2, True),  # nothing would be left
        (0, 2, -4, True),  # nor of more than there are
    ],
)
def test_so_few_answers_could_change_a_verdict(good: int, poor: int, further: int, could: bool) -> None:  # noqa: FBT001 -- an example's last column
    assert could_change(SHARE, {1: poor, 2: good}, further, TERMS, LEVEL) is could


def test_under_a_guarded_rule_they_are_never_said_not_to() -> None:
    guarded = replace(TERMS, decision_rule=DecisionRule.GUARDED_REJECTION)
    assert could_change(SHARE, {1: 0, 2: 1000}, 1, guarded, LEVEL)
