"""The Merkle tree of RFC 6962: its root, and the proof that a leaf is in it."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.merkle import EMPTY, is_included, leaf_hash, node_hash, proof, raised, root

LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Of the first one to eight leaves: Certificate Transparency's own test vectors."""
PATHS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
"""(leaf, size): the proofs of the same vectors."""
sizes = st.integers(1, 70)


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def naive(leaves: list[bytes]) -> bytes:
    """As section 2.1 defines it, recursively."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\1" + naive(leaves[:split]) + naive(leaves[split:])).digest()


def naive_proof(leaves: list[bytes], index: int) -> list[bytes]:
    """As section 2.1.1 defines it, recursively."""
    if len(leaves) == 1:
        return []
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    if index < split:
        return [*naive_proof(leaves[:split], index), naive(leaves[split:])]
    return [*naive_proof(leaves[split:], index - split), naive(leaves[:split])]


def test_no_leaves_have_the_root_of_nothing() -> None:
    assert root([]) == EMPTY == sha256(b"").digest()


@pytest.mark.parametrize("count", range(1, 9))
def test_the_roots_are_those_of_certificate_transparency(count: int) -> None:
    assert root([leaf_hash(each) for each in LEAVES[:count]]).hex() == ROOTS[count - 1]


@pytest.mark.parametrize("place", PATHS)
def test_the_proofs_are_those_of_certificate_transparency(place: tuple[int, int]) -> None:
    index, size = place
    found = proof([leaf_hash(each) for each in LEAVES[:size]], index)
    assert [each.hex() for each in found] == PATHS[place]


@given(sizes)
def test_the_root_is_the_definitions(count: int) -> None:
    assert root(hashes(count)) == naive(hashes(count))


@given(sizes, st.data())
def test_the_proof_is_the_definitions_and_leads_to_the_root(count: int, data: st.DataObject) -> None:
    leaves = hashes(count)
    index = data.draw(st.integers(0, count - 1))
    path = proof(leaves, index)
    assert path == naive_proof(leaves, index)
    assert is_included(leaves[index], index, count, path, root(leaves))


@given(sizes, st.data())
def test_no_proof_leads_from_anything_else(count: int, data: st.DataObject) -> None:
    leaves = hashes(count)
    index = data.draw(st.integers(0, count - 1))
    path, top = proof(leaves, index), root(leaves)
    assert not is_included(leaf_hash(b"another"), index, count, path, top)
    assert not is_included(leaves[index], index, count, path, leaf_hash(b"another"))
    assert not is_included(leaves[index], index, count, [*path, top], top)
    assert not is_included(leaves[index], count, count, path, top)
    assert not is_included(leaves[index], -1, count, path, top)
    assert not path or not is_included(leaves[index], index, count, path[:-1], top)
    others = [place for place in range(count) if place != index]
    if others:
        assert not is_included(leaves[index], data.draw(st.sampled_from(others)), count, path, top)


def test_a_node_can_not_pass_for_a_leaf() -> None:
    left, right = hashes(2)
    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        proof(hashes(3), index)


@pytest.mark.parametrize("size", [0, 1, 2, 7, 8, 9, 40])
@pytest.mark.parametrize("height", [0, 1, 3])
def test_a_path_may_be_made_of_a_blocks_and_of_the_nodes_above(size: int, height: int) -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(size)]
    nodes, block = raised(leaves, height), 1 << height
    assert root(nodes) == root(leaves)
    for index in range(size):
        begin = index - index % block
        within = proof(leaves[begin : begin + block], index - begin)
        assert within + proof(nodes, index // block) == proof(leaves, index)
