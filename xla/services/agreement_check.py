"""The check of a file's values: every field, and every rule that can be judged beside wrong fields."""

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from xla.core.agreement import FORMAT, Agreement
from xla.core.agreement_flaw import Flaw, Path
from xla.core.agreement_numbers import FROM_FILE
from xla.core.agreement_rules import body_flaws, flaws, head_flaws
from xla.services.field_flaws import UNKNOWN_FIELD, field_flaws, path_of

LISTS = ("sites", "services", "journey", "personas", "questions", "observations", "kpis")
STAND_IN: Mapping[str, Any] = {
    "format": FORMAT,
    "contract": {
        "key": "stand-in",
        "title": "Stand-in",
        "client": "Stand-in",
        "timezone": "UTC",
        "currency": "EUR",
        "starts_on": "2000-01-01",
    },
    "effective_from": "2000-01-01",
    "promise": {"en": "Stand-in"},
}
"""Sound values for the fields of the head that must be there."""


def check(value: object) -> tuple[Agreement | None, list[Flaw]]:
    """The agreement the values make, and what is wrong; no agreement when a field is missing or wrong."""
    try:
        agreement = Agreement.model_validate(value, context=FROM_FILE)
    except ValidationError as error:
        if not isinstance(value, dict):
            return None, [Flaw((), "", "an agreement is written as fields, such as format: xla-agreement/1")]
        return None, [*field_flaws(error), *_rest(value, error)]
    return agreement, flaws(agreement)


def _rest(value: dict[str, Any], error: ValidationError) -> list[Flaw]:
    """The flaws of what is left when wrong fields, and the parts that hold them, are taken away."""
    errors = error.errors(include_url=False, include_context=False)
    broken = {path_of(details) for details in errors if details["type"] != UNKNOWN_FIELD}
    if any(len(path) == 1 and path[0] in LISTS for path in broken):
        return []
    rest = deepcopy(value)
    for details in errors:
        if details["type"] == UNKNOWN_FIELD:
            _remove(rest, path_of(details))
    head = [path for path in broken if path[0] not in LISTS]
    for path in head:
        _stand_in(rest, path)
    dropped = {(path[0], path[1]) for path in broken if path[0] in LISTS}
    kept = {name: _kept(rest, name, dropped) for name in LISTS if name in rest}
    doubtful = {key for name, index in dropped for key in _keys(rest[name][index])}
    agreement = Agreement.model_validate(rest | {name: list(parts.values()) for name, parts in kept.items()})
    unsound = {str(path[1] if len(path) > 1 and path[0] == "contract" else path[0]) for path in head}
    found = [*head_flaws(agreement, unsound), *body_flaws(agreement)]
    return [_as_written(flaw, kept) for flaw in found if flaw.found not in doubtful]


def _stand_in(rest: dict[str, Any], path: Path) -> None:
    """Puts a sound value in the place of a wrong one, or leaves it out."""
    inside = path[0] == "contract" and len(path) > 1
    fields, sound = (rest["contract"], STAND_IN["contract"]) if inside else (rest, STAND_IN)
    name = str(path[1] if inside else path[0])
    fields.pop(name, None)
    if name in sound:
        fields[name] = deepcopy(sound[name])


def _remove(value: Any, path: Path) -> None:  # noqa: ANN401 -- lists and mappings of a file, alternating
    for step in path[:-1]:
        value = value[step]
    del value[path[-1]]


def _kept(rest: Mapping[str, Any], name: str, dropped: Collection[Path]) -> dict[int, Any]:
    """The sound entries of a list by the index they are written at."""
    return {index: part for index, part in enumerate(rest[name]) if (name, index) not in dropped}


def _keys(part: object) -> Iterator[str]:
    """Every key a dropped part would have made known."""
    if isinstance(part, dict):
        yield str(part.get("key"))
        for inner in part.values():
            yield from _keys(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _keys(inner)


def _as_written(flaw: Flaw, kept: Mapping[str, dict[int, Any]]) -> Flaw:
    name, *rest = flaw.path
    if name not in kept:
        return flaw
    index, *inner = rest
    written = list(kept[str(name)])[int(index)]
    return Flaw((name, written, *inner), flaw.found, flaw.problem)
