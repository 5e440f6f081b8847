"""Paper: what a printer needs, as plain text; it can be handed to another process as JSON."""

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any


class RenderFailed(Exception):
    """The PDF could not be made; `reason` says why in one sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Attached:
    """One file inside the PDF."""

    name: str
    description: str
    text: str


@dataclass(frozen=True)
class Paper:
    """One document: its HTML, its style sheets, the files inside it, and its date (an ISO 8601 instant)."""

    html: str
    styles: tuple[str, ...]
    attached: tuple[Attached, ...]
    dated: str

    @property
    def identifier(self) -> bytes:
        """The same for the same contents."""
        parts = [self.html, *self.styles, self.dated, *(file.name + file.text for file in self.attached)]
        return sha256("\0".join(parts).encode()).hexdigest()[:32].encode()

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Paper":
        """Back from JSON."""
        return cls(
            html=plain["html"],
            styles=tuple(plain["styles"]),
            attached=tuple(Attached(**file) for file in plain["attached"]),
            dated=plain["dated"],
        )
