"""The list of contracts: whose, which, in what order, page by page."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
import standing_samples
from web import world
from xla.core.role import Role
from xla.core.verdict import Verdict
from xla.models import Contract, Period, Person
from xla.services import contract_list as listing
from xla.services import memberships, people
from xla.services.contract_list import Asked, Show, Sort, contract_list


@pytest.fixture
def admin(session: Session) -> Person:
    return people.add(session, "admin@nordfast.example", name="Astrid", role=Role.ADMIN, now=make.APPLIED_AT)


def add(session: Session, key: str, *, client: str = "Aurland Port", **standing: object) -> Contract:
    terms = world.terms(key, f"The {key}")
    contract = terms.contract.model_copy(update={"client": client})
    made = make.contract(session, terms.model_copy(update={"contract": contract}))
    if standing:
        standing_samples.add(session, made, **standing)
    return made


def keys(session: Session, person: Person, **asked: object) -> list[str]:
    return [line.key for line in contract_list(session, person, Asked(**asked)).lines]


def test_a_line_says_where_a_contract_stands(session: Session, admin: Person) -> None:
    add(
        session,
        "harbour",
        kpis={
            "clean": {"left_share": 0.2, "runs_out_on": "2026-04-19", "chance": 0.6},
            "food": {"chance": 0.1},
        },
    )
    line = contract_list(session, admin, Asked()).lines[0]
    assert (line.title, line.client, line.score, line.score_change) == (
        "The harbour",
        "Aurland Port",
        64.2,
        -4.8,
    )
    assert [cell.verdict for cell in line.strip] == [Verdict.AT_RISK, Verdict.BREACHED]
    assert line.closed == line.strip[-1]
    assert line.counts[Verdict.BREACHED] == 1
    assert line.counts[Verdict.AT_RISK] == 0
    assert line.running
    assert (line.running.left_share, line.running.runs_out_on) == (0.2, date(2026, 4, 19))
    assert line.running.chance == 0.6
    assert line.next_report_on == date(2026, 5, 4)


def test_a_contract_that_was_never_measured_is_listed_all_the_same(session: Session, admin: Person) -> None:
    add(session, "new")
    line = contract_list(session, admin, Asked()).lines[0]
    assert (line.title, line.score, line.closed, line.running, line.strip) == (
        "The new",
        None,
        None,
        None,
        (),
    )


def test_a_running_period_that_nobody_answered_has_neither_budget_nor_chance(
    session: Session, admin: Person
) -> None:
    add(session, "quiet", kpis={}, closed=None)
    running = contract_list(session, admin, Asked()).lines[0].running
    assert running
    assert (running.left_share, running.chance, running.runs_out_on) == (None, None, None)


def test_one_sees_the_contracts_one_is_a_member_of(session: Session) -> None:
    person = people.add(session, "m@nordfast.example", name="Maja", role=Role.MANAGER, now=make.APPLIED_AT)
    memberships.add_member(session, person.id, add(session, "mine").id)
    add(session, "other")
    listed = contract_list(session, person, Asked())
    assert [line.key for line in listed.lines] == ["mine"]
    assert listed.all_count == 1
    assert listed.counts[Show.ALL] == 1


@pytest.mark.parametrize(
    ("show", "found"),
    [
        (Show.ALL, {"harbour", "quay", "warned", "fine", "new"}),
        (Show.BREACH, {"harbour", "quay"}),
        (Show.AWAITING, {"harbour", "quay"}),
        (Show.WARNING, {"warned"}),
        (Show.ON_TRACK, {"fine"}),
    ],
)
def test_a_filter_shows_what_its_name_says_and_how_many(
    session: Session, admin: Person, show: Show, found: set[str]
) -> None:
    for key in ("harbour", "quay"):
        world.live(session, add(session, key, kpis={}))
    add(session, "warned", kpis={"clean": {"chance": 0.5}})
    add(session, "fine", kpis={"clean": {}})
    add(session, "new")
    assert set(keys(session, admin, show=show)) == found
    assert contract_list(session, admin, Asked()).counts[show] == len(found)


def test_a_final_period_awaits_nobody(session: Session, admin: Person) -> None:
    world.live(session, add(session, "harbour"))
    session.scalars(select(Period)).one().final_at = make.NOW
    session.flush()
    assert keys(session, admin, show=Show.AWAITING) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", {"alpha", "beta", "new"}),
        ("BETA", {"beta"}),
        ("fjordby house", {"beta"}),
        ("rent hus", {"alpha", "beta"}),
        ("new", {"new"}),
        ("nordvik", {"new"}),
        ("100%", set()),
        ("_", set()),
        ("\0", {"alpha", "beta", "new"}),
        ("x" * 5000, set()),
    ],
)
def test_a_search_finds_contracts_whose_words_hold_all_of_it(
    session: Session, admin: Person, words: str, found: set[str]
) -> None:
    add(session, "alpha", kpis={})
    add(session, "beta", client="Fjordby", kpis={})
    add(session, "new", client="Nordvik")
    assert set(keys(session, admin, words=words)) == found


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.SCORE, ["low", "high", "unknown"]),
        (Sort.CHANGE, ["high", "low", "unknown"]),
        (Sort.CHANCE, ["high", "low", "unknown"]),
        (Sort.BUDGET, ["high", "low", "unknown"]),
        (Sort.CONTRACT, ["high", "low", "unknown"]),
        (Sort.CLIENT, ["low", "unknown", "high"]),
    ],
)
def test_what_is_unknown_stands_last_however_it_is_sorted(
    session: Session, admin: Person, sort: Sort, order: list[str]
) -> None:
    add(session, "unknown", client="Berga")
    add(session, "low", client="Alvik", kpis={}, score=40.0, score_change=1.0, chance=0.1, budget_left=0.8)
    add(session, "high", client="Cedar", kpis={}, score=90.0, score_change=-9.0, chance=0.8, budget_left=0.1)
    assert keys(session, admin, sort=sort) == order


def test_a_page_that_is_not_there_is_the_last(
    session: Session, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    for key in ("a", "b", "c"):
        add(session, key)
    pages = [contract_list(session, admin, Asked(page=page)) for page in (0, 1, 2, 99)]
    assert [[line.key for line in each.lines] for each in pages] == [["a", "b"], ["a", "b"], ["c"], ["c"]]
    assert [(each.page, each.page_count) for each in pages] == [(1, 2), (1, 2), (2, 2), (2, 2)]
