"""Words: the pages write figures, periods and verdicts as the report does, in the reader's language."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.dates import format_time
from markupsafe import Markup

from xla.core.agreement import Kpi
from xla.core.agreement_texts import words
from xla.core.role import Role
from xla.core.verdict import Verdict
from xla.documents.figures import HARD_SPACE, half_up
from xla.documents.words import STATES, VERDICTS
from xla.web.language import figures, gettext, lazy, spoken

ROLES: Mapping[Role, Any] = {
    Role.ADMIN: lazy("Admin"),
    Role.MANAGER: lazy("Account manager"),
    Role.CLIENT: lazy("Client"),
    Role.AUDITOR: lazy("Auditor"),
}


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


def lang_of(texts: Mapping[Any, str], language: str) -> str | None:
    """The language `in_words` finds where it is not the page's own."""
    if spoken() in texts:
        return None
    return language if language in texts else next(iter(texts), None)


def verdict_word(verdict: Verdict | str) -> str:
    """Met, at risk, breached, inconclusive, no data."""
    return gettext(VERDICTS[Verdict(verdict)])


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency: SEK 18 400.00."""
    return f"{currency}{HARD_SPACE}{figures().number(amount)}"


def state_word(state: str) -> str:
    """A breach's state."""
    return gettext(STATES[state])


def role_word(role: str) -> str:
    """Admin, account manager, client, auditor."""
    return str(ROLES[Role(role)])


def clock_time(instant: datetime) -> Markup:
    """A moment of today: in UTC, until a script tells it in the browser's own time."""
    told = instant.astimezone(UTC)
    return Markup('<time datetime="{}" data-local>{} UTC</time>').format(
        told.isoformat(timespec="seconds"), format_time(told, "HH:mm", locale=figures().locale)
    )


filters: dict[str, Callable[..., Any]] = {
    "value": value,
    "threshold": threshold,
    "clock_time": clock_time,
    "in_words": in_words,
    "lang_of": lang_of,
    "initials": lambda name: "".join(part[0] for part in name.split()[:2]).upper(),
    "score": lambda exact: figures().score(exact),
    "count": lambda number: figures().number(number),
    "day": lambda day: figures().day(day),
    "chance": lambda chance: figures().chance(chance),
    "verdict_word": verdict_word,
    "state_word": state_word,
    "megabytes": lambda size: half_up(Fraction(size, 1 << 20), 1),
    "money": money,
    "role_word": role_word,
}
