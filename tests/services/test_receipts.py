"""Receipts: whoever has a code sees whether their response is what was sealed, and can prove it elsewhere."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

import make
from rated import rate, respond
from receipted import at, checked, document, receipt, responses, sealed
from xla.models import Amendment, Contract, DaySeal, Response, SealSecret
from xla.services import amendments, receipts, seal_checks, seal_marks, seals
from xla.services.withdrawals import withdraw


@pytest.fixture
def contract(session: Session) -> Contract:
    """Seven ratings on the first of January, one with a comment on the second."""
    found = make.contract(session)
    seals.make_secret(session)
    rate(session, found, "clean", {5: 4, 1: 3}, at=at(1))
    respond(session, found, {"clean": 2, "food": 3}, at=at(2), comment="Cold, näh")
    return found


def amended(session: Session, contract: Contract, row: Response, day: int, comment: str | None) -> None:
    amendments.note(session, contract.id, [(row.id, row.received_at)], at(day))
    row.comment = comment
    session.flush()


@pytest.mark.usefixtures("contract")
def test_a_code_names_its_own_response_and_a_made_up_one_none(session: Session) -> None:
    rows = responses(session)
    codes = [receipts.code(session, row.id) for row in rows]
    assert len(set(codes)) == len(rows)
    assert receipts.by_code(session, "0000-0000-0000-0000-0000") is None


def test_without_a_secret_there_is_no_code(session: Session) -> None:
    assert receipts.code(session, 1) is None
    assert receipts.by_code(session, "0000-0000-0000-0000-0000") is None


@pytest.mark.usefixtures("contract")
def test_the_code_of_a_response_that_was_removed_is_no_unknown_one(session: Session) -> None:
    code = receipts.code(session, 1_000_000)
    assert code
    with pytest.raises(receipts.Gone):
        receipts.by_code(session, code)


@pytest.mark.usefixtures("contract")
def test_before_its_day_is_sealed_a_receipt_says_when_it_will_be(session: Session) -> None:
    found = receipt(session, responses(session)[0])
    assert (found.received.at, found.received.leaf, found.chain) == (at(1), None, ())
    assert found.is_proved
    assert found.sealed_from == make.utc(2026, 1, 2).date()
    sealed(session, 1)
    assert receipt(session, responses(session)[-1]).sealed_from == make.utc(2026, 1, 3).date()


@pytest.mark.usefixtures("contract")
def test_what_came_late_will_be_sealed_with_the_next_day(session: Session) -> None:
    late = responses(session)[-1]
    sealed(session, 3)
    late.id += 1_000
    assert receipt(session, late).sealed_from == make.utc(2026, 1, 5).date()


@pytest.mark.usefixtures("contract")
def test_every_response_is_proved_in_the_root_of_its_day(session: Session, tmp_path: Path) -> None:
    sealed(session, 4)
    for index, row in enumerate(responses(session)[:7]):
        found = receipt(session, row)
        assert found.received.leaf
        assert (found.received.leaf.day, found.received.leaf.index) == (at(1).date(), index)
        assert found.is_proved
    assert [each.day.day for each in found.chain] == [1, 2, 3, 4]
    code, said = checked(tmp_path, document(session, row))
    assert code == 0, said
    assert f"received: leaf 7 of {found.received.leaf.size}, sealed with the day 2026-01-01" in said


def test_an_amended_response_is_proved_as_received_and_as_it_stands(
    session: Session, contract: Contract, tmp_path: Path
) -> None:
    row = responses(session)[-1]
    sealed(session, 2)
    amended(session, contract, row, 3, "Cold, and slow")
    waiting = receipt(session, row)
    assert waiting.is_proved
    assert [each.leaf for each in waiting.amended] == [None]
    assert "amended is not sealed yet" in checked(tmp_path, document(session, row))[1]
    sealed(session, 3)
    amended(session, contract, row, 4, None)
    sealed(session, 5)
    found = receipt(session, row)
    assert found.is_proved
    assert [each.leaf and each.leaf.day.day for each in found.amended] == [3, 4]
    code, said = checked(tmp_path, document(session, row))
    assert (code, said.count("amended: leaf")) == (0, 2), said
    assert list(seal_checks.problems(session)) == []


def test_a_response_that_was_taken_back_says_so_with_its_proof(
    session: Session, contract: Contract, tmp_path: Path
) -> None:
    row = responses(session)[0]
    sealed(session, 2)
    withdraw(session, contract.id, Response.id == row.id, at(3))
    found = receipt(session, row)
    assert found.withdrawn
    assert (found.withdrawn.at, found.withdrawn.leaf) == (at(3), None)
    sealed(session, 3)
    found = receipt(session, row)
    assert found.is_proved
    assert found.withdrawn
    assert found.withdrawn.leaf
    code, said = checked(tmp_path, document(session, row))
    assert code == 0, said
    assert "taken back: leaf" in said


def test_what_was_changed_without_an_amendment_is_not_proved(session: Session, contract: Contract) -> None:
    one, other, *_ = responses(session)
    sealed(session, 3)
    one.point_id += 1
    assert not receipt(session, one).is_proved
    assert not receipt(session, other).is_proved  # its path goes over the changed one
    one.point_id -= 1
    assert receipt(session, one).is_proved
    amended(session, contract, one, 4, "More")
    sealed(session, 4)
    assert receipt(session, one).is_proved
    one.comment = "Less"
    assert not receipt(session, one).is_proved
    session.execute(delete(Amendment))
    assert not receipt(session, one).is_proved


def test_an_amendment_of_another_row_proves_nothing(session: Session, contract: Contract) -> None:
    one, *_ = responses(session)
    sealed(session, 3)
    amended(session, contract, one, 4, "More")
    amended(session, contract, one, 5, "Still more")
    first, second = session.scalars(select(Amendment).order_by(Amendment.id))
    first.was, second.was = second.was, first.was
    assert not receipt(session, one).is_proved


@pytest.mark.usefixtures("contract")
def test_where_a_row_beside_it_is_gone_there_is_no_path(session: Session) -> None:
    one, other, *_ = responses(session)
    sealed(session, 3)
    session.delete(other)
    found = receipt(session, one).received.leaf
    assert found
    assert (found.path, found.is_included) == ((), False)


@pytest.mark.usefixtures("contract")
@pytest.mark.parametrize("values", [{"covers": "{"}, {"covers": "[]"}, {"root": "no hash"}])
def test_a_receipt_whose_seal_was_spoiled_is_unreadable_and_the_seal_is_named(
    session: Session, values: dict[str, str]
) -> None:
    sealed(session, 3)
    session.execute(update(DaySeal).where(DaySeal.day == at(1).date()).values(**values))
    with pytest.raises(receipts.Unreadable):
        receipt(session, responses(session)[0])
    assert {where for where, _what in seal_checks.problems(session)} >= {"2026-01-01"}


@pytest.mark.usefixtures("contract")
def test_by_a_secret_that_was_spoiled_no_code_is_known(session: Session) -> None:
    code = receipts.code(session, responses(session)[0].id)
    assert code
    session.execute(update(SealSecret).values(secret="no hex"))
    session.expire_all()
    assert receipts.by_code(session, code) is None
    assert receipts.code(session, responses(session)[0].id) is None


@pytest.mark.parametrize("kept", ["nodes", "none, as in an older seal"])
def test_in_a_large_day_the_path_is_made_of_one_block_and_of_kept_nodes(
    session: Session, contract: Contract, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    monkeypatch.setattr(seal_marks, "HEIGHT", 1)
    rate(session, contract, "food", {3: 6}, at=at(1))
    sealed(session, 3)
    if kept != "nodes":
        _cut_nodes(session, 0)
    assert list(seal_checks.problems(session)) == []
    for row in responses(session):
        assert receipt(session, row).is_proved
    if kept == "nodes":
        _cut_nodes(session, 1)
        assert "what the paths to its root are made of was changed" in str(
            list(seal_checks.problems(session))
        )
        assert not receipt(session, responses(session)[-1]).is_proved


def _cut_nodes(session: Session, number: int) -> None:
    """Leave so many of the nodes that are kept behind the marks."""
    for each in session.scalars(select(DaySeal)):
        each.marks = each.marks[: each.leaf_count * seal_marks.SIZE + number * 32]
    session.flush()


@pytest.mark.usefixtures("contract")
def test_a_receipt_bent_anywhere_is_not_proved_elsewhere(session: Session, tmp_path: Path) -> None:
    sealed(session, 3)
    told = document(session, responses(session)[2])
    for bend in (_hash, _index, _chain, _row):
        bent = document(session, responses(session)[2])
        bend(bent)
        assert bent != told
        code, said = checked(tmp_path, bent)
        assert code == 1, said
        assert said.startswith("NOT PROVED"), said
    chain = told["chain"]["days"][-1][2]
    assert checked(tmp_path, told, chain)[0] == 0
    assert checked(tmp_path, told, "0" * 64) == (
        1,
        "NOT PROVED: the chain does not hold the hash you gave.\n",
    )


@pytest.mark.usefixtures("contract")
def test_a_rating_put_behind_a_noted_hash_is_not_proved_by_it(session: Session, tmp_path: Path) -> None:
    sealed(session, 2)
    noted = document(session, responses(session)[0])["chain"]["days"][-1]
    sealed(session, 3)
    rate(session, session.scalars(select(Contract)).one(), "clean", {1: 1}, at=at(4))
    sealed(session, 4)
    made_up = document(session, responses(session)[-1])
    made_up["chain"] = document(session, responses(session)[0])["chain"]
    assert checked(tmp_path, made_up)[0] == 0
    assert checked(tmp_path, made_up, noted[2]) == (
        1,
        "NOT PROVED: what was received is of a day outside that chain.\n",
    )
    made_up["chain"]["days"].append(made_up["chain"]["days"][0])
    assert "the chain breaks at 2026-01-01" in checked(tmp_path, made_up)[1]


@pytest.mark.parametrize(
    "told", [None, [], {}, {"scheme": "xla-seal/1"}, {"scheme": "xla-seal/1", "chain": 7}]
)
def test_what_is_no_receipt_is_said_and_not_proved(tmp_path: Path, told: Any) -> None:
    code, said = checked(tmp_path, told)
    assert code == 1
    assert said.startswith("NOT PROVED: this ")


def _hash(told: Any) -> None:
    path = told["response"]["sealed"]["path"]
    path[1] = path[1][::-1]


def _index(told: Any) -> None:
    told["response"]["sealed"]["index"] += 1


def _chain(told: Any) -> None:
    told["chain"]["days"][1][1] = "ab" * 32


def _row(told: Any) -> None:
    told["response"]["row"] = told["response"]["row"].replace("]]]", "],[9,9]]]")


@pytest.mark.usefixtures("contract")
def test_seeing_a_receipt_opens_nobody_elses_row(session: Session) -> None:
    sealed(session, 3)
    told = document(session, responses(session)[-1])
    assert "Cold" not in str(told)
    assert str(told).count('["response"') == 1
    assert set(told) == {"scheme", "code", "response", "amendments", "withdrawal", "chain"}
