"""Values of a file that are no scores: what they mean is for a person to say."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from xla.core.scale import Scale
from xla.services.catalogue import Asked, Catalogue
from xla.services.mappings import Codes, Mapping, Meaning
from xla.services.rating_input import Wrong, plain_number, scored
from xla.services.upload_files import Column


class Foreign(NamedTuple):
    """A value that is on no scale of its column."""

    position: int
    """The column's place in the file, from 0."""
    column: str
    value: str
    n: int
    """In how many rows."""
    meaning: Meaning | int | None
    """What it was said to mean; None while nobody said."""
    scores: list[int]
    """What it may mean besides blank and not applicable."""


def foreign(columns: Sequence[Column], mapping: Mapping, catalogue: Catalogue) -> list[Foreign]:
    """The values in the columns of scores that are no scores, in the file's order."""
    return [
        Foreign(position, column.name, value, n, codes.get(plain_number(value)), _scores(scales))
        for position, column in enumerate(columns)
        for scales, codes in _read_as(column.name, mapping, catalogue)
        for value, n in column.values.items()
        if value and (plain_number(value) in codes or not any(_is_on(scale, value) for scale in scales))
    ]


def _read_as(name: str, mapping: Mapping, catalogue: Catalogue) -> Iterator[tuple[list[Scale], Codes]]:
    """The scales a column's scores may lie on, and its codes; nothing for a column of something else."""
    asked: Iterable[Asked] = ()
    codes: Codes = {}
    if name in mapping.wide:
        wide = mapping.wide[name]
        asked, codes = (
            [each for each in catalogue.questions.values() if each.key == wide.question],
            wide.codes,
        )
    elif mapping.columns.get(name) == "score":
        asked, codes = catalogue.questions.values(), mapping.codes
    if asked:
        yield [each.scale for each in asked], {plain_number(code): meaning for code, meaning in codes.items()}


def _scores(scales: Iterable[Scale]) -> list[int]:
    return sorted({score for scale in scales for score in scale.scores})


def _is_on(scale: Scale, text: str) -> bool:
    try:
        scored(scale, text)
    except Wrong:
        return False
    return True
