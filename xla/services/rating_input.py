"""Rating input: the one layer that turns what came in, as text, into ratings the contract knows.

Every field has a method; each raises `Wrong`, which names the field, what was found and what is allowed.
What repeats is remembered, so a million rows cost a million look-ups, not a million parsings.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import partial
from typing import NamedTuple, TypeVar

from xla.core.scale import Scale
from xla.core.window import day_exists, local_day, localised
from xla.services.catalogue import Asked, Catalogue

WHOLE_NUMBER = re.compile(r"(-?\d{1,4})(?:\.0{1,6})?", re.ASCII)
LONGEST_ID = 200
LONGEST_COMMENT = 5_000
MOST_SHOWN = 60
MOST_LISTED = 12
MOST_REMEMBERED = 100_000
Text = TypeVar("Text")
Result = TypeVar("Result")


class Wrong(Exception):
    """One field that can't be taken as it is."""

    def __init__(self, column: str, found: str, problem: str) -> None:
        super().__init__(f"{column}: found {found!r}; {problem}")
        self.column = column
        self.found = found if len(found) <= MOST_SHOWN else found[:MOST_SHOWN] + "…"
        self.problem = problem


class Moment(NamedTuple):
    """When it was felt: the local day always, the instant where known."""

    rated_on: date
    rated_at: datetime | None


class Given(NamedTuple):
    """One submission, ready to be stored."""

    row: int
    site: str
    touchpoint: str
    persona: str
    moment: Moment
    channel: str
    group_key: str | None
    respondent: str | None
    reasons: str | None
    comment: str | None
    external_id: str | None
    ratings: tuple[tuple[int, int], ...]
    """(question id, score)."""


class RatingInput:
    """The fields of one contract's ratings; `now` is when they are received."""

    def __init__(self, catalogue: Catalogue, now: datetime) -> None:
        self.catalogue = catalogue
        self.now = now
        self.today = local_day(now, catalogue.zone)
        self.question = remembered(self._question)
        self.day = remembered(self._day)
        self.site = remembered(partial(self.named, "site", catalogue.sites))
        self.touchpoint = remembered(partial(self.named, "touchpoint", catalogue.touchpoints))
        self.persona = remembered(partial(self.named, "persona", catalogue.personas))
        self.score = _scores(catalogue)

    def moment(self, rated_at: str, day: str) -> Moment:
        """From `rated_at` (ISO 8601, with offset or local) or, at day precision, from `date`."""
        if not rated_at:
            return self.day(day)
        written = _written(rated_at)
        try:
            known = written if written.tzinfo else localised(written, self.catalogue.zone)
            instant = known.astimezone(UTC)
            rated_on = local_day(instant, self.catalogue.zone)
        except (ValueError, OverflowError) as error:
            raise Wrong("rated_at", rated_at, str(error)) from None
        if instant > self.now:
            raise Wrong("rated_at", rated_at, "lies in the future")
        self._within_contract("rated_at", rated_at, rated_on)
        return Moment(rated_on, instant)

    def reasons(self, text: str, asked: Iterable[Asked]) -> str | None:
        """Reason keys, ';' between; each must be a reason of one of the questions asked."""
        given = [reason.strip() for reason in text.split(";") if reason.strip()]
        known = frozenset[str]().union(*(question.reasons for question in asked))
        for reason in given:
            if reason not in known:
                raise Wrong("reasons", reason, f"not a reason of this question; {_listed(known)}")
        return ";".join(dict.fromkeys(given)) or None

    def opaque(self, column: str, text: str) -> str | None:
        """A key that means nothing to us: a respondent, a response, an external id, a channel."""
        if len(text) > LONGEST_ID:
            raise Wrong(column, text, f"longer than {LONGEST_ID} characters")
        return text or None

    def comment(self, text: str) -> str | None:
        """What somebody wrote."""
        if len(text) > LONGEST_COMMENT:
            raise Wrong("comment", text, f"longer than {LONGEST_COMMENT} characters")
        return text or None

    def named(self, column: str, known: Iterable[str], text: str) -> str:
        """The key the contract knows `text` by: as written or, failing that, whatever its case; '' for ''."""
        if not text:
            return ""
        for key in known:
            if key == text:
                return key
        for key in known:
            if key.casefold() == text.casefold():
                return key
        raise Wrong(column, text, f"the contract knows no such {column}; {_listed(known)}")

    def _question(self, text: str) -> Asked:
        key = self.named("question", self.catalogue.questions, text)
        if not key:
            raise Wrong("question", text, "empty; every rating answers a question")
        return self.catalogue.questions[key]

    def _day(self, text: str) -> Moment:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise Wrong("date", text, "not a day of the calendar; write 2018-05-31") from None
        if day > self.today:
            raise Wrong("date", text, "lies in the future")
        self._within_contract("date", text, day)
        if not day_exists(day, self.catalogue.zone):
            raise Wrong("date", text, f"does not exist in {self.catalogue.zone.key}: the calendar skipped it")
        return Moment(day, None)

    def _within_contract(self, column: str, text: str, day: date) -> None:
        if day < self.catalogue.starts_on:
            raise Wrong(column, text, f"before the contract starts on {self.catalogue.starts_on}")
        if self.catalogue.ends_on is not None and day > self.catalogue.ends_on:
            raise Wrong(column, text, f"after the contract ended on {self.catalogue.ends_on}")


def _written(rated_at: str) -> datetime:
    problem = "not a date and time; write 2018-05-31T14:05:00+02:00, or the day alone in the column date"
    # Python would read the offset of 2018-05-31+02:00 as the time of day.
    if not {"T", "t", " "} & set(rated_at):
        raise Wrong("rated_at", rated_at, problem)
    try:
        return datetime.fromisoformat(rated_at)
    except ValueError:
        raise Wrong("rated_at", rated_at, problem) from None


def remembered(parse: Callable[[Text], Result]) -> Callable[[Text], Result]:
    """`parse`, asked once per text; what it refuses is asked again, and so is all once it becomes much."""
    return _Remembered(parse).__getitem__


class _Remembered(dict[Text, Result]):
    """A dictionary that asks where it does not know: nothing is faster where it does."""

    def __init__(self, parse: Callable[[Text], Result]) -> None:
        super().__init__()
        self.parse = parse

    def __missing__(self, text: Text) -> Result:
        found = self.parse(text)
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[text] = found
        return found


def _scores(catalogue: Catalogue) -> Callable[[Asked, str], int]:
    known = {
        question.id: {str(score): score for score in question.scale.scores}
        for question in catalogue.questions.values()
    }

    def score(question: Asked, text: str) -> int:
        found = known[question.id].get(text)
        return scored(question.scale, text) if found is None else found

    return score


def plain_number(text: str) -> str:
    """A whole number as short as it can be written (3 for 3.0, as spreadsheets write it); else `text`."""
    match = WHOLE_NUMBER.fullmatch(text)
    return str(int(match[1])) if match else text


def scored(scale: Scale, text: str) -> int:
    """A score on the scale; refused when off it, never clamped."""
    match = WHOLE_NUMBER.fullmatch(text)
    if not match:
        raise Wrong("score", text, f"not a whole number from {scale.lowest} to {scale.highest}")
    score = int(match[1])
    if score not in scale:
        raise Wrong("score", text, f"off the scale; it goes from {scale.lowest} to {scale.highest}")
    return score


def _listed(known: Iterable[str]) -> str:
    names = sorted(known)
    if not names:
        return "it has none"
    shown = ", ".join(names[:MOST_LISTED])
    return f"it knows {shown}" + (f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else "")
