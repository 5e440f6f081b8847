"""Rating rows: one row of a file, long or wide, as one submission the contract knows."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import NamedTuple, get_args

from xla.services.catalogue import Asked
from xla.services.mappings import AS_WRITTEN, Codes, Column, Mapping
from xla.services.rating_input import Given, Moment, RatingInput, Wrong, plain_number, remembered

COLUMNS: tuple[str, ...] = get_args(Column)
SHARED = ("site", "touchpoint", "persona", "channel", "date")
IGNORED = ("blank", "not_applicable")
OPAQUE = ("channel", "respondent", "response", "external_id")
Fields = Sequence[str]


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
        self.tail = [*mapping.constants.values(), ""]
        self.at = dict.fromkeys(COLUMNS, self.width + len(mapping.constants))
        self.at |= {name: self.width + place for place, name in enumerate(mapping.constants)}
        self.at |= {name: position for position, name in enumerate(names) if name in COLUMNS}
        told = [*names, *mapping.constants]
        self.left_out = [name for name in names if name not in COLUMNS and name not in mapping.wide]
        _check_header(names, mapping, self.left_out)
        self.score_columns = _score_columns(told, mapping, fields)
        self.told = frozenset(told) & frozenset(COLUMNS)
        self.has_external_ids = "external_id" in self.told
        self.answered: set[int] = set()
        """The questions of all answers so far."""
        self._score_readers = [
            (column.position, remembered(partial(self._answer, column))) for column in self.score_columns
        ]
        self._shared_fields = itemgetter(*(self.at[name] for name in SHARED))
        self._circumstances = remembered(self._parsed_circumstances)

    def read(self, row: int, fields: Fields) -> Given:
        """The submission of one row; scores that are blank or not applicable are left out."""
        if len(fields) != self.width:
            raise Wrong("row", f"{len(fields)} fields", f"the header has {self.width}")
        cells = [*fields, *self.tail]
        told = self.told
        shared = self._circumstances(tuple(map(str.strip, self._shared_fields(cells))))
        moment = shared.moment or self._moment(cells)
        answers = self._answers(cells)
        return Given(
            row,
            shared.site,
            shared.touchpoint,
            shared.persona,
            moment,
            shared.channel,
            self._group_key(cells, shared, moment) if "response" in told else None,
            self._opaque(cells, "respondent") if "respondent" in told else None,
            self._reasons(cells, answers) if "reasons" in told else None,
            self.input.comment(self._text(cells, "comment")) if "comment" in told else None,
            self._opaque(cells, "external_id") if "external_id" in told else None,
            tuple([answer.rating for answer in answers]),
        )

    def wrongs(self, fields: Fields) -> Iterator[Wrong]:
        """Everything that is wrong with a row that could not be read, column by column."""
        cells = [*fields, *self.tail]
        question = self._text(cells, "question")
        checks: list[Callable[[], object]] = [
            lambda: self._moment(cells),
            lambda: self.input.site(self._text(cells, "site")),
            lambda: self.input.touchpoint(self._text(cells, "touchpoint")),
            lambda: self.input.persona(self._text(cells, "persona")),
            lambda: self.input.comment(self._text(cells, "comment")),
            lambda: [self._opaque(cells, name) for name in OPAQUE],
            *[partial(answer, (question, cells[at].strip())) for at, answer in self._score_readers],
            lambda: self._reasons(cells, self._answers(cells)),
        ]
        told = set[str]()
        for check in checks:
            try:
                check()
            except Wrong as wrong:
                if str(wrong) not in told:
                    told.add(str(wrong))
                    yield wrong

    def _text(self, cells: Fields, name: str) -> str:
        return cells[self.at[name]].strip()

    def _parsed_circumstances(self, texts: tuple[str, ...]) -> Circumstances:
        site, touchpoint, persona, channel, day = texts
        return Circumstances(
            self.input.site(site),
            self.input.touchpoint(touchpoint),
            self.input.persona(persona),
            self.input.opaque("channel", channel) or "",
            None if "rated_at" in self.told else self.input.moment("", day),
        )

    def _moment(self, cells: Fields) -> Moment:
        return self.input.moment(self._text(cells, "rated_at"), self._text(cells, "date"))

    def _answers(self, cells: Fields) -> list[Answer]:
        question = self._text(cells, "question")
        return [
            found
            for position, answer in self._score_readers
            if (found := answer((question, cells[position].strip())))
        ]

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

    def _reasons(self, cells: Fields, answers: Sequence[Answer]) -> str | None:
        return self.input.reasons(self._text(cells, "reasons"), [answer.asked for answer in answers])

    def _opaque(self, cells: Fields, name: str) -> str | None:
        return self.input.opaque(name, self._text(cells, name))

    def _group_key(self, cells: Fields, shared: Circumstances, moment: Moment) -> str | None:
        """The sender's key with its moment and place: senders start at 1 again every month."""
        key = self._opaque(cells, "response")
        if key is None:
            return None
        felt = moment.rated_at or moment.rated_on
        return f"{key} {felt.isoformat()} {shared.site} {shared.touchpoint} {shared.persona}"


def _renamed(header: Fields, mapping: Mapping) -> list[str]:
    """The header's columns under our names, as far as the mapping or they themselves say."""
    names = [name.strip() for name in header]
    for source in (*mapping.columns, *mapping.wide):
        if source not in names:
            raise Wrong(source, "", f"the file has no such column; it has {', '.join(names)}")
    return [name if name in mapping.wide else mapping.columns.get(name, name) for name in names]


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
        if name in names[:place] and name not in left_out:
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
