from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

import pytest

from xla.core.evidence import Evidence, MeanEvidence, NetEvidence, OneVoice, ShareEvidence, SpreadEvidence

LEVEL = Decimal("0.95")
COUNTS = {Fraction(score): count for score, count in {1: 4, 2: 0, 3: 10, 4: 8, 5: 18}.items()}


def many(counts: dict[Fraction, int], times: int) -> dict[Fraction, int]:
    return {weight: times * count for weight, count in counts.items()}


TIMES = [
    ("a share", ShareEvidence(28, 40), ShareEvidence(84, 120)),
    ("a share of repeaters", ShareEvidence(28, 40, 2.5), ShareEvidence(84, 120, 2.5)),
    ("a net", NetEvidence(10, 12, 18), NetEvidence(30, 36, 54)),
    ("a net of repeaters", NetEvidence(10, 12, 18, 2.5), NetEvidence(30, 36, 54, 2.5)),
    ("a mean", MeanEvidence(COUNTS), MeanEvidence(many(COUNTS, 3))),
    ("a mean of repeaters", MeanEvidence(COUNTS, 2.5, 9), MeanEvidence(many(COUNTS, 3), 2.5, 27)),
    ("a mean known by its spread", SpreadEvidence(3.5, 2.0, 40), SpreadEvidence(3.5, 2.0, 120)),
]


@pytest.mark.parametrize(("once", "thrice"), [row[1:] for row in TIMES], ids=[row[0] for row in TIMES])
def test_three_times_the_same_answers_are_three_times_the_evidence(once: Evidence, thrice: Evidence) -> None:
    assert once.interval(LEVEL, 3) == pytest.approx(thrice.interval(LEVEL))


HALVED = [
    ("a share", ShareEvidence(28, 40, 2), ShareEvidence(14, 20), 65),
    ("a net", NetEvidence(10, 12, 18, 2), NetEvidence(5, 6, 9), 15),
    ("a mean", MeanEvidence(COUNTS, 2, 20), MeanEvidence({w: c // 2 for w, c in COUNTS.items()}), 3.5),
]


@pytest.mark.parametrize(
    ("twice", "once", "level"), [row[1:] for row in HALVED], ids=[row[0] for row in HALVED]
)
def test_with_a_design_effect_of_two_two_answers_are_one_opinion(
    twice: Evidence, once: Evidence, level: float
) -> None:
    assert twice.chance_below(level) == pytest.approx(once.chance_below(level))


def test_answers_that_repeat_themselves_count_once_unless_told() -> None:
    for evidence in (ShareEvidence(28, 40), NetEvidence(10, 12, 18), MeanEvidence(COUNTS)):
        alone = replace(evidence, design_effect=1.0)
        assert evidence.interval(LEVEL) == alone.interval(LEVEL) == evidence.interval(LEVEL, 1)


def test_a_mean_known_by_its_spread_is_as_a_mean_known_by_its_counts() -> None:
    mean = Fraction(156, 40)
    around = sum((weight - mean) ** 2 * count for weight, count in COUNTS.items()) / 40
    spread = SpreadEvidence(float(mean), float(around), 40)
    assert spread.interval(LEVEL) == pytest.approx(MeanEvidence(COUNTS).interval(LEVEL))
    tail = NormalDist(float(mean), sqrt(around / 39)).cdf(3.5)
    assert spread.chance_below(3.5) == pytest.approx(tail)


@pytest.mark.parametrize("evidence", [SpreadEvidence(4, 0, 1), MeanEvidence({Fraction(4): 1}), OneVoice()])
def test_a_single_voice_gives_no_interval(evidence: Evidence) -> None:
    assert evidence.interval(LEVEL) is None


def test_two_answers_do() -> None:
    assert SpreadEvidence(4, 0, 2).interval(LEVEL) == (4, 4)
    assert MeanEvidence({Fraction(4): 2}).interval(LEVEL) == (4, 4)


def test_answers_that_never_differed_do_not_say_how_they_will() -> None:
    assert SpreadEvidence(4, 0, 40).chance_below(3) is None
    assert OneVoice().chance_below(3) is None


def test_a_level_that_is_the_only_one_possible_is_not_below_itself() -> None:
    assert MeanEvidence({Fraction(4): 3}).chance_below(4) == 0
