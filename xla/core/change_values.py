"""The values two versions of an agreement are compared by, as stored text and as said in a sentence."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from xla.core.agreement import LANGUAGES, OwnScale, Part, Rolling
from xla.core.agreement_numbers import plain
from xla.core.agreement_wording import LANGUAGE_NAMES, count, day, figure, joined, quoted, scale_name

Leaf = str | bool | int | Decimal | date | OwnScale | Rolling | tuple[str, ...] | tuple[int, ...] | None

LABELS = {
    "client": "client",
    "timezone": "time zone",
    "starts_on": "first day",
    "ends_on": "last day",
    "close_after_days": "number of days until the result is proposed",
    "respond_within_days": "number of days to respond",
    "effective_from": "first day in force",
    "min_responses": "least number of answers",
    "higher_is_better": "answer to whether higher is better",
    "cluster": "clustering of answers",
    "top": "number of best scores that count",
    "scores": "list of scores that count",
    "credit.breached": "credit for a breach",
    "credit.cap": "cap of its credits",
    "scope.sites": "list of sites looked at",
    "scope.touchpoints": "list of touchpoints looked at",
    "scope.personas": "list of personas looked at",
    "questions": "list of questions",
    "subset": "answer to whether the numerator is part of the denominator",
    "inside": "place",
    "composite.method": "way the score is made",
}
"""What a field is called in a sentence, where its name does not say it."""
ABSENT = {
    "floor": "the target",
    "ends_on": "no end",
    "top": "the usual 2",
    "weights": "the usual ones",
    "inside": "the top",
}
"""What a field left out comes to."""
TEXTS = frozenset({"title", "client", "text", "promise", "note"})


def leaves(part: Part, without: Collection[str] = ()) -> dict[str, Leaf]:
    """The part's own values by dotted name, inner parts and texts spread out, without what is empty."""
    found: dict[str, Leaf] = {}
    for name in type(part).model_fields:
        if name not in without:
            found |= _spread(name, getattr(part, name))
    return found


def _spread(name: str, value: Any) -> dict[str, Leaf]:  # noqa: ANN401 -- a field of any part
    if isinstance(value, Mapping):
        return {f"{name}.{inner}": value[inner] for inner in value}
    if isinstance(value, Part) and not isinstance(value, OwnScale | Rolling):
        return {f"{name}.{inner}": leaf for inner, leaf in leaves(value).items()}
    return {} if value in {None, (), ""} else {name: value}


def label(name: str) -> str:
    """What the field is called: `Swedish title`, `weight of score 4`, `floor`."""
    outer, _, inner = name.partition(".")
    for language in LANGUAGES:
        if outer in TEXTS and inner == language:
            return f"{LANGUAGE_NAMES[language]} {outer}"
    if outer == "weights":
        return f"weight of score {inner}"
    return LABELS.get(name, name.replace("_", " "))


def said(name: str, value: Leaf) -> str:
    """The value of the field as a sentence says it."""
    if value is None:
        return ABSENT.get(name, "nothing")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return figure(value)
    if isinstance(value, date):
        return day(value)
    return quoted(value) if isinstance(value, str) and name.partition(".")[0] in TEXTS else _named(value)


def stored(value: Leaf) -> str | None:
    """The value about as the agreement file writes it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Rolling):
        return f"rolling_days: {value.rolling_days}"
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    return plain(value) if isinstance(value, Decimal) else _text(value)


def is_number(value: Leaf) -> bool:
    """Whether the value can go up and down."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _text(value: str | int | date | OwnScale) -> str:
    return scale_name(value) if isinstance(value, OwnScale) else str(value)


def _named(value: str | OwnScale | Rolling | tuple[str, ...] | tuple[int, ...]) -> str:
    if isinstance(value, Rolling):
        return f"the last {count(value.rolling_days, 'day')}"
    if isinstance(value, tuple):
        return joined(str(one) for one in value)
    return scale_name(value)
