"""What changes between two versions of an agreement: by key, not by position, in plain sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xla.core.agreement import Agreement, Question, words
from xla.core.agreement_wording import ENGLISH, Tongue
from xla.core.change_labels import OPEN, added, removed, reordered
from xla.core.change_values import Leaf, is_number, label, leaves, said, stored

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


def changes(old: Agreement, new: Agreement, tongue: Tongue = ENGLISH) -> list[Change]:
    """Every difference, field by field and then list by list; none when both say the same."""
    t = tongue
    contract = t.say("the contract")
    return [
        *_fields("contract", leaves(old.contract), leaves(new.contract), t, owner=contract),
        *_fields("", leaves(old, LISTS), leaves(new, LISTS), t),
        *(
            change
            for name, noun in NOUNS.items()
            for change in _list(name, noun, _entries(old, name), _entries(new, name), t)
        ),
        *_reasons(old, new, t),
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


def _reasons(old: Agreement, new: Agreement, t: Tongue) -> Iterator[Change]:
    before = {question.key: question for question in old.questions}
    for question in new.questions:
        if question.key in before:
            place = f"questions[{question.key}].reasons"
            yield from _list(place, "reason", _tapped(before[question.key], new), _tapped(question, new), t)


def _tapped(question: Question, agreement: Agreement) -> dict[str, _Entry]:
    language = agreement.contract.language
    return {
        reason.key: _Entry(words(reason.text, language, language), leaves(reason, ("key",)))
        for reason in question.reasons
    }


def _list(
    place: str, noun: str, old: Mapping[str, _Entry], new: Mapping[str, _Entry], t: Tongue
) -> Iterator[Change]:
    for key, entry in old.items():
        if key not in new:
            yield Change(f"{place}[{key}]", entry.title, None, removed(noun, t.quoted(entry.title), t))
    for key, entry in new.items():
        if key in old:
            yield from _fields(
                f"{place}[{key}]", old[key].fields, entry.fields, t, owner=t.quoted(old[key].title)
            )
        else:
            yield Change(f"{place}[{key}]", None, entry.title, added(noun, t.quoted(entry.title), t))
    yield from _order(place, noun, old, new, t)


def _order(
    place: str, noun: str, old: Mapping[str, _Entry], new: Mapping[str, _Entry], t: Tongue
) -> Iterator[Change]:
    """Of the parts that stayed in their group, those in another order."""
    stayed = {key for key in old if key in new and old[key].group == new[key].group}
    before, after = ([key for key in entries if key in stayed] for entries in (old, new))
    if before != after and _grouped(before, old) != _grouped(after, new):
        yield Change(place, ", ".join(before), ", ".join(after), reordered(noun, t))


def _grouped(keys: list[str], entries: Mapping[str, _Entry]) -> dict[str | None, list[str]]:
    groups: dict[str | None, list[str]] = {}
    for key in keys:
        groups.setdefault(entries[key].group, []).append(key)
    return groups


def _fields(
    place: str, before: Mapping[str, Leaf], after: Mapping[str, Leaf], t: Tongue, *, owner: str = ""
) -> Iterator[Change]:
    for name in [*before, *(name for name in after if name not in before)]:
        was, now = before.get(name), after.get(name)
        if was != now:
            path = f"{place}.{name}" if place else name
            yield Change(path, stored(was), stored(now), _sentence(name, was, now, owner, t))


def _sentence(name: str, was: Leaf, now: Leaf, owner: str, t: Tongue) -> str:
    what = label(name, t)
    before, after = said(name, was, t), said(name, now, t)
    if owner:
        return _owned(name, was, now, t, {"label": what, "owner": owner, "before": before, "after": after})
    if was is None and name not in OPEN:
        return t.say("The %(label)s is now %(after)s.", label=what, after=after)
    if now is None and name not in OPEN:
        return t.say("The %(label)s was %(before)s and is taken away.", label=what, before=before)
    return t.say(
        "The %(label)s changes from %(before)s to %(after)s.", label=what, before=before, after=after
    )


def _owned(name: str, was: Leaf, now: Leaf, t: Tongue, said_: Mapping[str, str]) -> str:
    if was is None and name not in OPEN:
        return t.say("The %(label)s of %(owner)s is now %(after)s.", **said_)
    if now is None and name not in OPEN:
        return t.say("The %(label)s of %(owner)s was %(before)s and is taken away.", **said_)
    if is_number(was) and is_number(now):
        return t.say("The %(label)s of %(owner)s goes from %(before)s to %(after)s.", **said_)
    return t.say("The %(label)s of %(owner)s changes from %(before)s to %(after)s.", **said_)
