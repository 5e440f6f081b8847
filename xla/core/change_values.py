"""The values two versions of an agreement are compared by, as stored text and as said in a sentence."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from xla.core.agreement import LANGUAGES, OwnScale, Part, Rolling
from xla.core.agreement_numbers import plain
from xla.core.agreement_wording import ENGLISH, LANGUAGE_NAMES, Tongue, scale_name
from xla.core.change_labels import absent, labels

Leaf = str | bool | int | Decimal | date | OwnScale | Rolling | tuple[str, ...] | tuple[int, ...] | None

TEXTS = frozenset({"title", "client", "text", "promise", "note", "labels"})


def leaves(part: Part, without: Collection[str] = ()) -> dict[str, Leaf]:
    """The part's own values by dotted name, inner parts and texts spread out, without what is empty."""
    found: dict[str, Leaf] = {}
    for name in type(part).model_fields:
        if name not in without:
            found |= _spread(name, getattr(part, name))
    return found


def _spread(name: str, value: Any) -> dict[str, Leaf]:  # noqa: ANN401 -- a field of any part
    if isinstance(value, Mapping):
        return {
            path: leaf for inner in value for path, leaf in _spread(f"{name}.{inner}", value[inner]).items()
        }
    if isinstance(value, Part) and not isinstance(value, OwnScale | Rolling):
        return {f"{name}.{inner}": leaf for inner, leaf in leaves(value).items()}
    return {} if value in {None, (), ""} else {name: value}


def label(name: str, t: Tongue = ENGLISH) -> str:
    """What the field is called in a sentence: `Swedish title`, `weight of score 4`, `floor`."""
    outer, _, inner = name.partition(".")
    if outer in TEXTS and inner in LANGUAGE_NAMES:
        language = t.language(next(code for code in LANGUAGES if code == inner))
        return t.say("%(language)s %(field)s", language=language, field=labels(t)[outer])
    if outer == "labels":
        score, _, language = inner.partition(".")
        code = next(each for each in LANGUAGES if each == language)
        return t.say("%(language)s word for score %(score)s", language=t.language(code), score=score)
    if outer == "weights":
        return t.say("weight of score %(score)s", score=inner)
    return labels(t)[name]


def said(name: str, value: Leaf, t: Tongue = ENGLISH) -> str:
    """The value of the field as a sentence says it."""
    if value is None:
        return absent(t).get(name) or t.say("nothing")
    if isinstance(value, bool):
        return t.say("yes") if value else t.say("no")
    if isinstance(value, int | Decimal):
        return t.figure(value)
    if isinstance(value, date):
        return t.day(value)
    return _worded(name, value, t) if isinstance(value, str) else _named(value, t)


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


def _worded(name: str, value: str, t: Tongue) -> str:
    if name == "given_with":
        return t.say("poor scores") if value == "poor" else t.say("good scores")
    return t.quoted(value) if name.partition(".")[0] in TEXTS else value


def _named(value: OwnScale | Rolling | tuple[str, ...] | tuple[int, ...], t: Tongue) -> str:
    if isinstance(value, Rolling):
        return t.plural("the last %(count)s day", "the last %(count)s days", value.rolling_days)
    if isinstance(value, tuple):
        return t.joined(str(one) for one in value)
    return t.span(value.min, value.max)
