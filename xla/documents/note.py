"""A note: a short text on page 1 with its lead in bold."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """Its lead is empty where it goes on from the one before."""

    lead: str
    text: str
