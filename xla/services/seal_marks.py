"""Seal marks: what a day's seal keeps beside its root, and how `day_seal.marks` holds both of its kinds.

First the first two bytes of each leaf's hash, in the order of the leaves: they tell which row differs. Then,
where a day has more than one block of leaves, the node over each block, 32 bytes each: paths to the root are
made of them. Neither proves anything; what is kept is compared with what the rows come to.
"""

from collections.abc import Sequence

from xla.core import merkle
from xla.models import DaySeal

SIZE = 2
"""Bytes of a leaf's mark."""
HEIGHT = 10
"""Of the nodes kept, over the leaves."""


def block() -> int:
    """How many leaves a kept node stands over."""
    return 1 << HEIGHT


def packed(marks: bytes | bytearray, nodes: Sequence[bytes]) -> bytes:
    """Both kinds, of a day's marks and of the nodes over its blocks."""
    return bytes(marks) + b"".join(kept(nodes))


def mark(leaf_hash: bytes) -> bytes:
    """A leaf's mark."""
    return leaf_hash[:SIZE]


def kept(nodes: Sequence[bytes]) -> list[bytes]:
    """What is kept of the nodes over a day's blocks: none where one block is all."""
    return list(nodes) if len(nodes) > 1 else []


def mark_of(seal: DaySeal, place: int) -> bytes:
    """The mark of the leaf at that place, from 0."""
    return seal.marks[place * SIZE : (place + 1) * SIZE]


def nodes_of(seal: DaySeal) -> list[bytes]:
    """The nodes over its blocks; none where one block is all, or it was sealed before they were kept."""
    told = seal.marks[seal.leaf_count * SIZE :]
    return [told[place : place + merkle.SIZE] for place in range(0, len(told), merkle.SIZE)]
