"""What changes between two versions of an agreement: by key, not by position, in plain sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xla.core.agreement import Agreement, Question, words
from xla.core.agreement_wording import quoted
from xla.core.change_values import ABSENT, Leaf, is_number, label, leaves, said, stored

NOUNS = {
    "sites": "site",
    "services": "service",
    "journey": "touchpoint",
    "personas": "persona",
    "questions": "question",
    "observations": "observation",
    "kpis": "KPI",
}
"""The lists of keyed parts, and what one of them is called."""
LISTS = (*NOUNS, "contract")
"""The fields of an agreement that are compared on their own."""


@dataclass(frozen=True)
class Change:
    """One difference at `path` (`kpis[restrooms].floor`), as plain texts; None where nothing was or is."""

    path: str
    before: str | None
    after: str | None
    sentence: str


@dataclass(frozen=True)
class _Entry:
    """A keyed part: what people call it, its own fields, and where it stands in its list."""

    title: str
    fields: Mapping[str, Leaf]
    group: str | None = None

    @property
    def quoted(self) -> str:
        return quoted(self.title)


def changes(old: Agreement, new: Agreement) -> list[Change]:
    """Every difference, field by field and then list by list; none when both say the same."""
    return [
        *_fields("contract", leaves(old.contract), leaves(new.contract), owner="the contract"),
        *_fields("", leaves(old, LISTS), leaves(new, LISTS)),
        *(
            change
            for name, noun in NOUNS.items()
            for change in _list(name, noun, _entries(old, name), _entries(new, name))
        ),
        *_reasons(old, new),
    ]


def _entries(agreement: Agreement, name: str) -> dict[str, _Entry]:
    language = agreement.contract.language
    if name == "sites":
        return {
            site.key: _Entry(site.title, {"title": site.title, "inside": parent}, parent)
            for site, _, parent in agreement.walk_sites()
        }
    found = {}
    for part in getattr(agreement, name):
        texts = part.text if name == "questions" else part.title
        title = words(texts or {}, language, language) or part.key
        found[part.key] = _Entry(title, leaves(part, ("key", "reasons")))
    return found


def _reasons(old: Agreement, new: Agreement) -> Iterator[Change]:
    before = {question.key: question for question in old.questions}
    for question in new.questions:
        if question.key in before:
            place = f"questions[{question.key}].reasons"
            yield from _list(place, "reason", _tapped(before[question.key], new), _tapped(question, new))


def _tapped(question: Question, agreement: Agreement) -> dict[str, _Entry]:
    language = agreement.contract.language
    return {
        reason.key: _Entry(words(reason.text, language, language), leaves(reason, ("key",)))
        for reason in question.reasons
    }


def _list(place: str, noun: str, old: Mapping[str, _Entry], new: Mapping[str, _Entry]) -> Iterator[Change]:
    for key, entry in old.items():
        if key not in new:
            yield Change(f"{place}[{key}]", entry.title, None, f"The {noun} {entry.quoted} is removed.")
    for key, entry in new.items():
        if key in old:
            yield from _fields(f"{place}[{key}]", old[key].fields, entry.fields, owner=old[key].quoted)
        else:
            yield Change(f"{place}[{key}]", None, entry.title, f"The {noun} {entry.quoted} is added.")
    yield from _order(place, noun, old, new)


def _order(place: str, noun: str, old: Mapping[str, _Entry], new: Mapping[str, _Entry]) -> Iterator[Change]:
    """Of the parts that stayed in their group, those in another order."""
    stayed = {key for key in old if key in new and old[key].group == new[key].group}
    before, after = ([key for key in entries if key in stayed] for entries in (old, new))
    if before != after and _grouped(before, old) != _grouped(after, new):
        yield Change(place, ", ".join(before), ", ".join(after), f"The {noun}s stand in another order.")


def _grouped(keys: list[str], entries: Mapping[str, _Entry]) -> dict[str | None, list[str]]:
    groups: dict[str | None, list[str]] = {}
    for key in keys:
        groups.setdefault(entries[key].group, []).append(key)
    return groups


def _fields(
    place: str, before: Mapping[str, Leaf], after: Mapping[str, Leaf], *, owner: str = ""
) -> Iterator[Change]:
    for name in [*before, *(name for name in after if name not in before)]:
        was, now = before.get(name), after.get(name)
        if was != now:
            path = f"{place}.{name}" if place else name
            what = f"The {label(name)} of {owner}" if owner else f"The {label(name)}"
            yield Change(path, stored(was), stored(now), f"{what} {_turn(name, was, now)}.")


def _turn(name: str, was: Leaf, now: Leaf) -> str:
    if was is None and name not in ABSENT:
        return f"is now {said(name, now)}"
    if now is None and name not in ABSENT:
        return f"was {said(name, was)} and is taken away"
    verb = "goes" if is_number(was) and is_number(now) else "changes"
    return f"{verb} from {said(name, was)} to {said(name, now)}"
