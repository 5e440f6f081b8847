"""Words: the pages write figures, periods and verdicts as the report does, in the reader's language."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xla.core.agreement import Kpi
from xla.core.agreement_texts import words
from xla.core.verdict import Verdict
from xla.documents.words import STATES, VERDICTS
from xla.web.language import figures, gettext, spoken


def value(exact: Fraction | None, kpi: Kpi) -> str:
    """A KPI's value, with as many decimals as keep it on its side of the thresholds."""
    return figures().value(exact, kpi.metric, kpi.thresholds)


def threshold(limit: Decimal, kpi: Kpi) -> str:
    """A floor or target, exactly as agreed."""
    return figures().threshold(limit, kpi.metric)


def period_name(start: date, end: date) -> str:
    """May 2018, Q2 2018, or 2018."""
    return figures().period(start, end)


def in_words(texts: Mapping[Any, str], language: str) -> str:
    """An agreement's text in the reader's language, else in the contract's (`language`)."""
    return words(texts, spoken(), language)


def verdict_word(verdict: Verdict | str) -> str:
    """Met, at risk, breached, inconclusive, no data."""
    return gettext(VERDICTS[Verdict(verdict)])


def state_word(state: str) -> str:
    """A breach's state."""
    return gettext(STATES[state])


filters: dict[str, Callable[..., Any]] = {
    "value": value,
    "threshold": threshold,
    "in_words": in_words,
    "initials": lambda name: "".join(part[0] for part in name.split()[:2]).upper(),
    "score": lambda exact: figures().score(exact),
    "count": lambda number: figures().number(number),
    "day": lambda day: figures().day(day),
    "chance": lambda chance: figures().chance(chance),
    "verdict_word": verdict_word,
    "state_word": state_word,
}
