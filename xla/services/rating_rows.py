"""Rating rows: one row of a file, long or wide, as one submission the contract knows."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import NamedTuple, get_args

from xla.services.catalogue import Asked
from xla.services.mappings import AS_WRITTEN, Codes, Column, Mapping, Order
from xla.services.rating_input import Given, Moment, RatingInput, Wrong, plain_number, remembered

COLUMNS: tuple[str, ...] = get_args(Column)
SHARED = ("site", "touchpoint", "persona", "channel", "date")
IGNORED = ("blank", "not_applicable")
OWN = ("response", "respondent", "reasons", "comment", "external_id")
OPAQUE = ("channel", "respondent", "response", "external_id")
Fields = Sequence[str]
LOCAL_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(.*)", re.ASCII | re.DOTALL)
"""A day as many countries write it, the year last, and what follows it."""


class ScoreColumn(NamedTuple):
    """A column that holds scores: where, to which question (None: the row says), and how it is coded."""

    name: str
    position: int
    asked: Asked | None
    codes: Codes


class Answer(NamedTuple):
    """What one score column says."""

    asked: Asked
    rating: tuple[int, int]
    """(question id, score)."""


class Circumstances(NamedTuple):
    """What many rows share, parsed once."""

    site: str
    touchpoint: str
    persona: str
    channel: str
    moment: Moment | None
    """None where each row has its own time of day."""


class RatingRows:
    """Reads the rows below one header. Raises `Wrong` where the header can't be used as mapped."""

    def __init__(self, header: Fields, mapping: Mapping, fields: RatingInput) -> None:
        self.input = fields
        self.width = len(header)
        names = _renamed(header, mapping)
        # A row is read as its fields, then the constants, then one empty text: every column has a place.
        self.tail = [*map(str.strip, mapping.constants.values()), ""]
        self.at = dict.fromkeys(COLUMNS, self.width + len(mapping.constants))
        self.at |= {name: self.width + place for place, name in enumerate(mapping.constants)}
        self.at |= {name: position for position, name in enumerate(names) if name in COLUMNS}
        self.names = names
        """The columns under our names; wide ones and those not read under their own, or ''."""
        told = [*names, *mapping.constants]
        unread = [name not in COLUMNS and name not in mapping.wide for name in names]
        self.left_out = [name.strip() for name, is_unread in zip(header, unread, strict=True) if is_unread]
        _check_header(names, mapping, self.left_out)
        self._iso = remembered(partial(iso, mapping.dates))
        self.score_columns = _score_columns(told, mapping, fields)
        self.told = frozenset(told) & frozenset(COLUMNS)
        self.has_external_ids = "external_id" in self.told
        self.answered: set[int] = set()
        """The questions of all answers so far."""
        self._score_readers = [
            (itemgetter(self.at["question"], column.position), remembered(partial(self._answer, column)))
            for column in self.score_columns
        ]
        self._own_fields = itemgetter(*(self.at[name] for name in OWN))
        self._shared_fields = itemgetter(*(self.at[name] for name in SHARED))
        self._circumstances = remembered(self._parsed_circumstances)

    def read(self, row: int, fields: Fields) -> Given:
        """The submission of one row; scores that are blank or not applicable are left out."""
        if len(fields) != self.width:
            raise Wrong("row", f"{len(fields)} fields", f"the header has {self.width}")
        cells = self._cells(fields)
        shared = self._circumstances(self._shared_fields(cells))
        site, touchpoint, persona, channel, day = shared
        moment = day or self._moment(cells)
        answers = self._answers(cells)
        response, respondent, reasons, comment, external_id = self._own_fields(cells)
        opaque = self.input.opaque
        return Given(
            row,
            site,
            touchpoint,
            persona,
            moment,
            channel,
            self._group_key(response, shared, moment) if response else None,
            opaque("respondent", respondent) if respondent else None,
            self._reasons(reasons, answers) if reasons else None,
            self.input.comment(comment) if comment else None,
            opaque("external_id", external_id) if external_id else None,
            tuple([answer.rating for answer in answers]),
        )

    def told_by(self, row: int, fields: Fields) -> dict[str, object]:
        """What each column of a sound row is read as, by its name in `names`; raises as `read` does.

        A key, a text, a `Moment`, a score; `blank` or `not_applicable` for what is no score by its code.
        """
        given, cells = self.read(row, fields), self._cells(fields)
        told: dict[str, object] = {name: getattr(given, name) for name in (*SHARED[:4], *OWN[1:])}
        told |= {"rated_at": given.moment, "date": given.moment}
        for column, (texts, answer) in zip(self.score_columns, self._score_readers, strict=True):
            found, text = answer(texts(cells)), cells[column.position]
            told[column.name] = found.rating[1] if found else column.codes.get(plain_number(text), "blank")
            if found and not column.asked:
                told["question"] = found.asked.key
        return told

    def wrongs(self, fields: Fields) -> Iterator[Wrong]:
        """Everything that is wrong with a row that could not be read, column by column."""
        cells = self._cells(fields)
        text = {name: cells[place] for name, place in self.at.items()}
        checks: list[Callable[[], object]] = [
            lambda: self._moment(cells),
            lambda: self.input.site(text["site"]),
            lambda: self.input.touchpoint(text["touchpoint"]),
            lambda: self.input.persona(text["persona"]),
            lambda: self.input.comment(text["comment"]),
            lambda: [self.input.opaque(name, text[name]) for name in OPAQUE],
            *[partial(answer, texts(cells)) for texts, answer in self._score_readers],
            lambda: self._reasons(text["reasons"], self._answers(cells)),
        ]
        told = set[str]()
        for check in checks:
            try:
                check()
            except Wrong as wrong:
                if str(wrong) not in told:
                    told.add(str(wrong))
                    yield wrong

    def _cells(self, fields: Fields) -> Fields:
        return [*map(str.strip, fields), *self.tail]

    def _parsed_circumstances(self, texts: tuple[str, ...]) -> Circumstances:
        site, touchpoint, persona, channel, day = texts
        return Circumstances(
            self.input.site(site),
            self.input.touchpoint(touchpoint),
            self.input.persona(persona),
            self.input.opaque("channel", channel) or "",
            None if "rated_at" in self.told else self.input.moment("", self._iso(day)),
        )

    def _moment(self, cells: Fields) -> Moment:
        return self.input.moment(self._iso(cells[self.at["rated_at"]]), self._iso(cells[self.at["date"]]))

    def _answers(self, cells: Fields) -> list[Answer]:
        return [found for texts, answer in self._score_readers if (found := answer(texts(cells)))]

    def _answer(self, column: ScoreColumn, texts: tuple[str, str]) -> Answer | None:
        question, text = texts
        asked = column.asked or self.input.question(question)
        if not text and column.asked:
            return None
        meaning = column.codes.get(plain_number(text)) if column.codes else None
        if meaning in IGNORED:
            return None
        try:
            score = self.input.score(asked, text if meaning is None else str(meaning))
        except Wrong as wrong:
            raise Wrong(column.name, text, wrong.problem) from None
        self.answered.add(asked.id)
        return Answer(asked, (asked.id, score))

    def _reasons(self, text: str, answers: Sequence[Answer]) -> str | None:
        return self.input.reasons(text, [answer.asked for answer in answers])

    def _group_key(self, text: str, shared: Circumstances, moment: Moment) -> str:
        """The sender's key with its moment and place: senders start at 1 again every month."""
        key = self.input.opaque("response", text)
        felt = moment.rated_at or moment.rated_on
        return f"{key} {felt.isoformat()} {shared.site} {shared.touchpoint} {shared.persona}"


def iso(order: Order, text: str) -> str:
    """A day, with the time after it, in ISO form; what is written otherwise stays as it is."""
    found = LOCAL_DAY.fullmatch(text) if order != "iso" else None
    if found is None:
        return text
    first, _, second, year, rest = found.groups()
    day, month = (first, second) if order == "day_first" else (second, first)
    return f"{year}-{month:>02}-{day:>02}{rest}"


def _renamed(header: Fields, mapping: Mapping) -> list[str]:
    """The header's columns under our names, as far as the mapping or they themselves say."""
    names = [name.strip() for name in header]
    for source in (*mapping.columns, *mapping.wide, *mapping.leave_out):
        if source not in names:
            raise Wrong(source, "", f"the file has no such column; it has {', '.join(names)}")
    own = {name: name for name in mapping.wide} | dict.fromkeys(mapping.leave_out, "")
    return [own.get(name, mapping.columns.get(name, name)) for name in names]


def _score_columns(told: Sequence[str], mapping: Mapping, fields: RatingInput) -> list[ScoreColumn]:
    if not mapping.wide:
        return [ScoreColumn("score", told.index("score"), None, _plain_codes(mapping.codes))]
    columns: list[ScoreColumn] = []
    for name, wide in mapping.wide.items():
        asked = fields.question(wide.question)
        if any(column.asked == asked for column in columns):
            raise Wrong(name, wide.question, "two wide columns answer this question; a response does so once")
        columns.append(ScoreColumn(name, told.index(name), asked, _plain_codes(wide.codes)))
    return columns


def _plain_codes(codes: Codes) -> Codes:
    return {plain_number(code): meaning for code, meaning in codes.items()}


def _check_header(names: Sequence[str], mapping: Mapping, left_out: Sequence[str]) -> None:
    for place, name in enumerate(names):
        if name and name in names[:place] and name not in left_out:
            raise Wrong(name, name, "two columns have this name, or are mapped to it")
        if name in mapping.constants:
            raise Wrong(name, name, "is a column of the file and a constant of the mapping; leave one out")
    if left_out and mapping == AS_WRITTEN:
        known = ", ".join(COLUMNS)
        raise Wrong(
            left_out[0], left_out[0], f"no column of ours; they are {known}; rename others by a mapping"
        )
    _check_told({*names, *mapping.constants}, mapping)


def _check_told(told: Collection[str], mapping: Mapping) -> None:
    for name in ("question", "score"):
        if name in told and mapping.wide:
            raise Wrong(name, name, "a file is either long (question, score) or wide, not both")
        if name not in told and not mapping.wide:
            raise Wrong(name, "", "the column is missing; every rating needs one")
    for name in mapping.wide:
        if name in mapping.columns or name in COLUMNS:
            raise Wrong(name, name, "a wide column can't be another column too")
    if "external_id" in mapping.constants:
        found = mapping.constants["external_id"]
        raise Wrong("external_id", found, "can't be a constant: all rows would be the same one")
    if "rated_at" not in told and "date" not in told:
        raise Wrong("rated_at", "", "the column is missing; a rating needs rated_at or date")
