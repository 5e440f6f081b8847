"""A Merkle tree as RFC 6962, section 2.1, has it: a root for many leaves, and a proof that one is among them.

A leaf's hash is SHA-256 of 0x00 and its data, a node's of 0x01 and its two children, so that no leaf can pass
for a node. Of n leaves the left subtree holds the largest power of two below n.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

EMPTY = sha256().digest()
"""The root of no leaves."""
_LEAF, _NODE = sha256(b"\0"), sha256(b"\1")
"""Copied, not made anew each time: that is faster."""
SIZE = 32
"""Bytes of a hash."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    found = _LEAF.copy()
    found.update(data)
    return found.digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node."""
    return sha256(b"\1" + left + right).digest()


def raised(leaves: Sequence[bytes], height: int) -> list[bytes]:
    """The nodes `height` levels above the leaves: each over 2^height of them, the last over the rest.

    They have the same root, and a path to it is one within a node's leaves and then one from that node.
    """
    level = list(leaves)
    for _ in range(height):
        level = _above(level)
    return level


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, in their order."""
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else EMPTY


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from a leaf, counted from 0, to the root, the deepest first (section 2.1.1).

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of {len(leaves)}")
    found, level = [], list(leaves)
    while len(level) > 1:
        if index ^ 1 < len(level):
            found.append(level[index ^ 1])
        level, index = _above(level), index // 2
    return found


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof leads from the leaf hash at `index` of `size` to that root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    hashes: Iterator[bytes] = iter(path)
    here, last = index, size - 1
    found = leaf
    while last:
        if here % 2 or here < last:
            beside = next(hashes, None)
            if beside is None:
                return False
            found = node_hash(beside, found) if here % 2 else node_hash(found, beside)
        here, last = here // 2, last // 2
    return next(hashes, None) is None and found == root


def _above(level: Sequence[bytes]) -> list[bytes]:
    """The level above: two by two; one left over stands as it is, which makes the left subtrees full."""
    found = []
    pairs = iter(level)
    for left, right in zip(pairs, pairs, strict=False):
        node = _NODE.copy()
        node.update(left + right)
        found.append(node.digest())
    if len(level) % 2:
        found.append(level[-1])
    return found
