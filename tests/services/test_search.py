"""Search: what of one's contracts holds all the words."""

import pytest
from sqlalchemy.orm import Session

import make
import standing_samples
from web import world
from xla.core.role import Role
from xla.models import Person
from xla.services import memberships, people, search
from xla.services.search import Found


@pytest.fixture
def manager(session: Session) -> Person:
    """A member of `harbour`; `quay` is not theirs."""
    person = people.add(session, "m@nordfast.example", name="Maja", role=Role.MANAGER, now=make.APPLIED_AT)
    for key, title in (("harbour", "Harbour house"), ("quay", "Quay offices")):
        contract = make.contract(session, world.terms(key, title))
        standing_samples.add(session, contract)
        if key == "harbour":
            memberships.add_member(session, person.id, contract.id)
    return person


def keys(found: Found) -> list[list[str]]:
    return [
        [hit.contract for hit in found.contracts],
        list(found.clients),
        [hit.key for hit in found.kpis],
        [hit.key for hit in found.sites],
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("HARBOUR", [["harbour"], [], [], []]),
        ("aurland", [["harbour"], ["Aurland Port"], [], []]),
        ("rent hus", [[], [], ["clean"], []]),
        ("food aurland", [[], [], ["food"], []]),
        ("floor", [[], [], [], ["a-1"]]),
        ("house", [["harbour"], [], ["clean"], ["a", "b"]]),
        ("quay", [[], [], [], []]),
        ("clean floor", [[], [], [], []]),
        ("%", [[], [], [], []]),
        ("", [[], [], [], []]),
        ("\0", [[], [], [], []]),
    ],
)
def test_each_kind_is_found_by_its_own_words_and_its_contracts(
    session: Session, manager: Person, words: str, expected: list[list[str]]
) -> None:
    found = search.search(session, manager, words)
    assert keys(found) == expected
    assert found.is_empty == (expected == [[], [], [], []])


def test_no_more_than_so_many_are_shown(
    session: Session, manager: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_HITS", 1)
    found = search.search(session, manager, "house")
    assert [hit.key for hit in found.sites] == ["a"]
    assert found.contract_count == 1
