"""A finding says how bad it is; of many the worst counts."""

import pytest

from xla.core.finding import Finding, Level, fine, warning, worst, wrong


@pytest.mark.parametrize(
    ("findings", "level"),
    [
        ([], Level.OK),
        ([fine("a", "there")], Level.OK),
        ([warning("a", "late", "hurry"), fine("b", "there")], Level.WARNING),
        ([fine("b", "there"), wrong("a", "gone", "bring it"), warning("c", "late", "hurry")], Level.WRONG),
    ],
)
def test_the_worst_counts(findings: list[Finding], level: Level) -> None:
    assert worst(findings) is level


def test_what_is_fine_needs_no_fix() -> None:
    assert fine("a", "there").fix == ""
    assert wrong("a", "gone", "bring it").fix == "bring it"
