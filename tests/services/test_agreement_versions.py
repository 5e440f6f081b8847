"""Agreement versions: appended, never edited; which one holds, and which one judges a period."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import make
import raw
from agreement_samples import agreements as any_agreement
from xla.core.agreement import Agreement
from xla.models import AgreementVersion, Client, Contract, Question
from xla.services.agreement_files import from_json, to_json
from xla.services.agreements import (
    Frozen,
    Refused,
    agreement_of,
    apply,
    contract_of,
    in_force,
    judging,
    versions,
)

MID_MARCH = "2026-03-15"


def from_day(day: str, **changes: object) -> Agreement:
    return make.agreement(effective_from=day, note=f"From {day}", **changes)


def test_the_first_file_makes_the_contract(session: Session) -> None:
    applied = apply(session, make.agreement(), make.APPLIED_AT)
    assert (applied.contract, applied.version, applied.is_new) == ("harbour", 1, True)
    contract = contract_of(session, "harbour")
    assert contract.client.name == "Aurland Port"
    assert agreement_of(versions(session, contract)[0]) == make.agreement()


def test_the_same_file_twice_changes_nothing(session: Session) -> None:
    contract = make.contract(session)
    before = make.contents(session)
    applied = apply(session, make.agreement(), make.NOW)
    assert (applied.version, applied.is_new) == (1, False)
    assert make.contents(session) == before
    assert len(versions(session, contract)) == 1


def test_a_later_file_is_the_next_version(session: Session) -> None:
    contract = make.contract(session)
    assert apply(session, from_day("2026-04-01"), make.NOW).version == 2
    assert [each.number for each in versions(session, contract)] == [1, 2]
    assert agreement_of(versions(session, contract)[0]) == make.agreement()


@pytest.mark.parametrize("day", ["2026-01-01", "2025-12-31"])
def test_a_version_that_overlaps_is_refused(session: Session, day: str) -> None:
    make.contract(session)
    before = make.contents(session)
    with pytest.raises(Frozen, match="must start after the one in force, which holds from 2026-01-01"):
        apply(session, from_day(day), make.NOW)
    assert make.contents(session) == before


def test_what_a_version_can_not_change_is_refused_with_its_place(session: Session) -> None:
    make.contract(session)
    with pytest.raises(Frozen) as refused:
        apply(session, from_day("2026-04-01", contract={"timezone": "Asia/Tokyo"}), make.NOW)
    assert [flaw.path for flaw in refused.value.flaws] == [("contract", "timezone")]


def rescaled(day: str, scale: str) -> Agreement:
    questions = [one for one in make.HARBOUR["questions"] if one["key"] != "food"]
    return from_day(day, questions=[*questions, {"key": "food", "scale": scale, "text": {"en": "Food?"}}])


def test_a_question_keeps_its_scale_even_where_a_version_left_it_out(session: Session) -> None:
    contract = make.contract(session)
    without = [one for one in make.HARBOUR["questions"] if one["key"] != "food"]
    apply(session, from_day("2026-02-01", questions=without), make.NOW)
    with pytest.raises(Frozen, match="an earlier version asked it on 1-5") as refused:
        apply(session, rescaled("2026-03-01", "smiley4"), make.NOW)
    assert [flaw.path for flaw in refused.value.flaws] == [("questions", 4, "scale")]
    apply(session, rescaled("2026-03-01", "csat5"), make.NOW)
    count = select(func.count()).select_from(Question).where(Question.contract_id == contract.id)
    assert session.scalar(count) == 5


def test_new_questions_are_added_to_the_known_ones(session: Session) -> None:
    contract = make.contract(session)
    added = [*make.HARBOUR["questions"], {"key": "air", "scale": "smiley4", "text": {"en": "Air?"}}]
    apply(session, from_day("2026-02-01", questions=added), make.NOW)
    air = session.scalars(
        select(Question).where(Question.contract_id == contract.id, Question.key == "air")
    ).one()
    assert (air.lowest, air.highest) == (1, 4)


def test_two_contracts_of_one_client_share_it(session: Session) -> None:
    first, second = (make.contract(session, make.agreement(contract={"key": key})) for key in ("one", "two"))
    assert first.client_id == second.client_id
    assert session.scalar(select(func.count()).select_from(Client)) == 1


def test_an_unknown_contract_is_refused_with_the_known_ones(session: Session) -> None:
    with pytest.raises(Refused, match="there is no contract 'x'; there is none yet"):
        contract_of(session, "x")
    make.contract(session)
    with pytest.raises(Refused, match="there is no contract 'x'; there is harbour"):
        contract_of(session, "x")


@pytest.mark.parametrize(
    ("day", "number"),
    [("2026-01-01", 1), ("2026-03-14", 1), ("2026-03-15", 2), ("2026-03-31", 2), ("2027-01-01", 3)],
)
def test_a_version_holds_from_its_day_until_the_next(session: Session, day: str, number: int) -> None:
    contract = make.contract(session)
    for since in (MID_MARCH, "2026-06-01"):
        apply(session, from_day(since), make.NOW)
    assert in_force(session, contract, date.fromisoformat(day)).number == number


def test_before_the_first_version_nothing_holds(session: Session) -> None:
    contract = make.contract(session)
    with pytest.raises(Refused, match="no agreement on 2025-12-31; its first holds from 2026-01-01"):
        in_force(session, contract, date(2025, 12, 31))


@pytest.mark.parametrize(
    ("since", "number"),
    [
        (["2026-01-15", MID_MARCH], 1),  # a version of mid-March judges April first
        (["2026-01-15", "2026-03-01"], 2),  # one from the first day judges the month
        ([MID_MARCH, "2026-03-20"], 1),  # the first ever judges the month it came in
        (["2026-03-31"], 1),
    ],
)
def test_a_period_is_judged_by_the_version_of_its_first_day(
    session: Session, since: list[str], number: int
) -> None:
    contract = make.contract(session, from_day(since[0]))
    for day in since[1:]:
        apply(session, from_day(day), make.NOW)
    assert judging(session, contract, date(2026, 3, 1), date(2026, 4, 1)).number == number


def test_a_period_that_ends_before_the_first_version_is_not_judged(session: Session) -> None:
    contract = make.contract(session, from_day("2026-04-01"))
    with pytest.raises(Refused, match="no agreement on 2026-03-01"):
        judging(session, contract, date(2026, 3, 1), date(2026, 4, 1))


def test_the_database_forbids_two_versions_from_one_day_or_of_one_number(session: Session) -> None:
    contract = make.contract(session)
    for number, day in ((2, date(2026, 1, 1)), (1, date(2026, 2, 1)), (0, date(2026, 2, 1))):
        row = AgreementVersion(
            contract_id=contract.id, number=number, effective_from=day,
            document="{}", digest="", applied_at=make.NOW,
        )  # fmt: skip
        with pytest.raises(IntegrityError):
            raw.insert(session, row)


def test_the_database_forbids_two_contracts_of_one_key(session: Session) -> None:
    contract = make.contract(session)
    again = Contract(key=contract.key, client_id=contract.client_id, created_at=make.NOW)
    with pytest.raises(IntegrityError):
        raw.insert(session, again)


@given(any_agreement())
def test_what_is_stored_is_what_was_agreed(agreement: Agreement) -> None:
    assert from_json(to_json(agreement)) == agreement


def test_as_known_at_an_instant_a_period_is_judged_by_what_was_applied_by_then(session: Session) -> None:
    contract = make.contract(session)
    later = make.APPLIED_AT + timedelta(days=90)
    apply(session, make.agreement(promise={"en": "Better."}, effective_from="2026-02-01"), later)
    february = (date(2026, 2, 1), date(2026, 3, 1))

    def number(known_at: datetime | None) -> int:
        return judging(session, contract, *february, known_at=known_at).number

    assert (number(None), number(later), number(later - timedelta(days=1))) == (2, 2, 1)
    assert number(make.APPLIED_AT - timedelta(days=1)) == 2, "where none was, what holds stands"
