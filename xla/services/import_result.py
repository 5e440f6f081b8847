"""What an import came to, and how it is refused."""

from dataclasses import dataclass, field
from typing import NamedTuple

from xla.services.rating_input import Wrong

MOST_TOLD = 1_000


class RowError(NamedTuple):
    """One field of one row that can't be taken; row 1 is the header, row 0 the file itself."""

    row: int
    column: str
    found: str
    problem: str

    def __str__(self) -> str:
        place = f"row {self.row}, {self.column}" if self.row else self.column
        return f"{place}: found {self.found!r}; {self.problem}" if self.found else f"{place}: {self.problem}"


@dataclass
class Imported:
    """What an import came to: `rows` below the header and those `rejected`; all else counts ratings."""

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    ignored: int = 0
    rejected: int = 0
    errors: list[RowError] = field(default_factory=list)
    """The first thousand."""
    left_out: list[str] = field(default_factory=list)
    """Columns of the file that the mapping does not name."""

    def tell(self, row: int, wrong: Wrong) -> None:
        """Keep one error."""
        if len(self.errors) < MOST_TOLD:
            self.errors.append(RowError(row, wrong.column, wrong.found, wrong.problem))


class ImportRefused(Exception):
    """The file has errors: nothing of it may be kept. Carries what was found."""

    def __init__(self, imported: Imported) -> None:
        super().__init__("\n".join(map(str, imported.errors)))
        self.imported = imported
