"""A verdict: what a measurement means against its thresholds."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Verdict(StrEnum):
    """The five answers (domain, section 4), worst last."""

    MET = "met"
    AT_RISK = "at_risk"
    BREACHED = "breached"
    INCONCLUSIVE = "inconclusive"
    NO_DATA = "no_data"


class DecisionRule(StrEnum):
    """Who bears the noise of few ratings (JCGM 106, ILAC-G8)."""

    SIMPLE = "simple"
    GUARDED_REJECTION = "guarded_rejection"
    GUARDED_ACCEPTANCE = "guarded_acceptance"


@dataclass(frozen=True)
class Thresholds:
    """What a KPI was promised to reach (`target`) and must not fall below (`floor`)."""

    target: Decimal
    floor: Decimal
    higher_is_better: bool = True
    min_responses: int = 1
    decision_rule: DecisionRule = DecisionRule.SIMPLE
