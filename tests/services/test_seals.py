"""Seals: each day sealed once, in order; what comes late is lost by none; what is amended stays provable."""

import json
from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import make
from rated import rate, respond
from xla.core import merkle
from xla.core.seal import NOTHING_BEFORE, Opening, chained, encoded
from xla.models import Amendment, Contract, DaySeal, Question, Response, SealSecret
from xla.services import amendments, audit, seal_checks, seals
from xla.services.rating_input import Given, Moment
from xla.services.ratings import Recorder
from xla.services.seal_responses import standing
from xla.services.seal_rows import Asked
from xla.services.withdrawals import withdraw

FIRST = date(2026, 1, 1)
"""The contract's first day."""


def at(day: int, hour: int = 12) -> datetime:
    return make.utc(2026, 1, day, hour)


@pytest.fixture
def contract(session: Session) -> Contract:
    found = make.contract(session)
    seals.make_secret(session)
    return found


def sealed(session: Session, day: int) -> list[DaySeal]:
    """Seal up to a day in January; what is new."""
    session.flush()
    found = seals.seal(session, date(2026, 1, day), at(day + 1, 1))
    assert seals.keep(session, found)
    return found


def covers(session: Session, day: int, kind: str = "response") -> list[int]:
    seal = session.get_one(DaySeal, date(2026, 1, day))
    return [each for first, last in json.loads(seal.covers).get(kind, []) for each in range(first, last + 1)]


def problems(session: Session) -> list[tuple[str, str]]:
    session.flush()
    session.expire_all()
    return list(seal_checks.problems(session))


def ids(session: Session) -> list[int]:
    return list(session.scalars(select(Response.id).order_by(Response.id)))


# --- when ---------------------------------------------------------------------------------------------------


def test_without_a_contract_there_is_nothing_to_seal(session: Session) -> None:
    assert seals.due(session, make.NOW) == []
    assert seals.seal(session, FIRST, make.NOW) == []


@pytest.mark.usefixtures("contract")
def test_a_day_is_due_ten_minutes_after_it_is_over(session: Session) -> None:
    assert seals.due(session, make.utc(2026, 1, 2, 0, 9)) == []
    (wanted,) = seals.due(session, make.utc(2026, 1, 2, 0, 10))
    assert (wanted.kind, wanted.key, wanted.due_at) == ("seal", "2026-01-01", make.utc(2026, 1, 2, 0, 10))
    sealed(session, 1)
    assert seals.due(session, make.utc(2026, 1, 2, 23)) == []


@pytest.mark.usefixtures("contract")
def test_after_downtime_all_days_are_sealed_in_order_and_chained(session: Session) -> None:
    (wanted,) = seals.due(session, at(30, 1))
    assert wanted.key == "2026-01-29"
    found = sealed(session, 29)
    assert [each.day.day for each in found] == list(range(1, 30))
    previous = NOTHING_BEFORE
    for each in found:
        assert each.previous == previous
        assert each.chained == chained(previous, each.root, each.day)
        previous = each.chained
    assert seals.seal(session, date(2026, 1, 29), at(30)) == []


def test_more_than_fits_into_memory_is_sealed_a_day_at_a_time(
    session: Session, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "MOST_AT_ONCE", 2)
    rate(session, contract, "clean", {5: 3}, at=at(1))
    rate(session, contract, "clean", {5: 3}, at=at(2))
    assert [each.day.day for each in sealed(session, 3)] == [1]
    assert [each.day.day for each in sealed(session, 3)] == [2]
    assert [each.day.day for each in sealed(session, 4)] == [3, 4]
    assert problems(session) == []


@pytest.mark.usefixtures("contract")
def test_who_was_not_first_does_not_fork_the_chain(session: Session) -> None:
    mine = seals.seal(session, FIRST, at(2))
    theirs = seals.seal(session, FIRST, at(2))
    assert seals.keep(session, theirs)
    assert not seals.keep(session, mine)
    assert seals.keep(session, [])


# --- what ---------------------------------------------------------------------------------------------------


def test_a_rating_is_sealed_on_the_utc_day_it_was_received(session: Session, contract: Contract) -> None:
    rate(session, contract, "clean", {5: 1}, at=make.utc(2026, 1, 1, 23, 59))
    rate(session, contract, "clean", {4: 1}, at=make.utc(2026, 1, 2))
    one, other = ids(session)
    sealed(session, 1)
    assert covers(session, 1) == [one]
    sealed(session, 2)
    assert covers(session, 2) == [other]
    assert problems(session) == []


def test_the_root_is_over_all_leaves_and_the_marks_are_theirs(session: Session, contract: Contract) -> None:
    rate(session, contract, "clean", {5: 2}, at=at(1))
    audit.note(session, None, "a.thing", subject="it", now=at(1))
    (seal,) = sealed(session, 1)
    covered = json.loads(seal.covers)
    assert list(covered) == ["response", "agreement", "audit", "question", "point"]
    assert seal.leaf_count == 10
    assert len(seal.marks) == 20
    assert seal.root != merkle.EMPTY.hex()


def test_a_response_is_encoded_as_every_other_row_is(session: Session, contract: Contract) -> None:
    told = {"respondent": 'A "né"\n', "reasons": "smell", "comment": "x"}
    respond(session, contract, {"clean": 2, "food": 3}, at=at(1), **told)
    opening = Opening(bytes(32))
    list(standing(session, opening, Asked(1)))
    for (kind, row_id), opened in opening.opened.items():
        fields = json.loads(opened.row)
        assert opened.row == encoded(kind, row_id, fields[2:])
        assert (fields[0], fields[1], fields[-2]) == ("response", row_id, "2026-01-01 12:00:00.000000")
        assert [score for _question, score in fields[-1]] == [2, 3]


@pytest.mark.usefixtures("contract")
def test_a_day_on_which_nothing_came_is_sealed_as_well(session: Session) -> None:
    _, second = sealed(session, 2)
    assert (second.leaf_count, second.root, second.covers) == (0, merkle.EMPTY.hex(), "{}")


def test_what_could_not_be_seen_when_its_day_was_sealed_is_sealed_with_the_next_and_said(
    session: Session, contract: Contract
) -> None:
    """As when another transaction has its ids already and commits after the seal."""
    rate(session, contract, "clean", {5: 3}, at=at(1))
    first, hidden, last = ids(session)
    late = session.get_one(Response, hidden)
    late.received_at = at(9)
    sealed(session, 1)
    assert covers(session, 1) == [first, last]
    late.received_at = at(1)
    assert problems(session) == [
        ("2026-01-01", f"response {hidden} is in no seal: it came late, or was added")
    ]
    sealed(session, 2)
    assert covers(session, 2) == [hidden]
    assert problems(session) == [
        ("2026-01-02", f"response {hidden} says it was received on 2026-01-01: it came late, or was added")
    ]


def test_a_rating_taken_back_is_sealed_on_the_day_it_was(session: Session, contract: Contract) -> None:
    rate(session, contract, "clean", {5: 2}, at=at(1))
    one, other = ids(session)
    withdraw(session, contract.id, Response.id == one, at(1))
    sealed(session, 1)
    withdraw(session, contract.id, Response.id == other, at(2))
    sealed(session, 2)
    assert covers(session, 1, "withdrawal") == [one]
    assert covers(session, 2, "withdrawal") == [other]
    assert problems(session) == []


@pytest.mark.parametrize("rows", [1, 2, 3, 5])
def test_many_responses_are_read_some_at_a_time(
    session: Session, contract: Contract, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    respond(session, contract, {"clean": 2, "food": 3}, at=at(1))
    whole = make_seven(session, contract)
    monkeypatch.setattr("xla.services.seal_responses.AT_ONCE", rows)
    monkeypatch.setattr("xla.services.seal_responses.AMENDED", 2)
    assert [each.root for each in seals.seal(session, FIRST, at(2))] == [whole]


def make_seven(session: Session, contract: Contract) -> str:
    rate(session, contract, "clean", {5: 4, 1: 2}, at=at(1), comment="Nice")
    return seals.seal(session, FIRST, at(2))[0].root


# --- amendments ---------------------------------------------------------------------------------------------


def completed(session: Session, contract: Contract, *questions: str, now: datetime) -> None:
    """A row of a response `r`, from a file of its own."""
    asked = dict(session.execute(select(Question.key, Question.id)).all())
    given = Given(
        row=0, site="a", touchpoint="", persona="", moment=Moment(FIRST, None), channel="",
        group_key="r", respondent=None, reasons=None, comment=None, external_id=None,
        ratings=tuple((asked[each], 5) for each in questions),
    )  # fmt: skip

    def refuse(_given: Given, wrong: Exception) -> None:
        raise wrong

    Recorder(session, contract.id, source="import", wrong=refuse, now=now).record([given])


def test_what_a_later_file_adds_to_a_response_is_sealed_as_an_amendment(
    session: Session, contract: Contract
) -> None:
    completed(session, contract, "clean", now=at(1))
    sealed(session, 1)
    completed(session, contract, "food", now=at(2))
    completed(session, contract, "recommend", now=at(3))
    assert problems(session) == []
    sealed(session, 3)
    assert problems(session) == []
    first, second = session.scalars(select(Amendment).order_by(Amendment.id)).all()
    assert [covers(session, day, "amendment") for day in (1, 2, 3)] == [[], [first.id], [second.id]]
    first.was = "00" * 64
    assert {what for _, what in problems(session)} >= {
        f"amendment {first.id}, of response {first.response_id}, was changed"
    }


def test_what_is_added_on_its_own_day_is_no_amendment(session: Session, contract: Contract) -> None:
    completed(session, contract, "clean", now=at(1))
    completed(session, contract, "food", now=at(1, 20))
    sealed(session, 1)
    assert session.scalar(select(func.count()).select_from(Amendment)) == 0
    assert problems(session) == []


def test_erasing_a_text_keeps_the_chain_valid(session: Session, contract: Contract) -> None:
    respond(session, contract, {"clean": 2}, at=at(1), comment="I am Ann, call me")
    sealed(session, 1)
    (response,) = session.scalars(select(Response))
    amendments.note(session, contract.id, [(response.id, response.received_at)], at(5))
    response.comment = None
    sealed(session, 5)
    assert problems(session) == []
    (kept,) = session.scalars(select(Amendment))
    assert "Ann" not in kept.was
    session.delete(response)
    assert ("2026-01-05", f"amendment {kept.id}, of response {kept.response_id}, was changed") in problems(
        session
    )


def test_before_the_first_seal_there_is_nothing_to_keep(session: Session, contract: Contract) -> None:
    session.delete(session.get_one(SealSecret, 1))
    session.flush()
    amendments.note(session, contract.id, [(1, at(1))], at(5))
    assert session.scalar(select(func.count()).select_from(Amendment)) == 0


@pytest.mark.usefixtures("contract")
def test_a_secret_is_made_once(session: Session) -> None:
    before = seals.secret_of(session)
    seals.make_secret(session)
    assert seals.secret_of(session) == before
