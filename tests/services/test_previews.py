"""Previews: a draft unless the very figures were issued in the language asked for."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

import make
from web import world
from xla.services import periods, reports
from xla.services.agreements import Refused, contract_of
from xla.services.previews import day_over, known_at, known_by, preview


def test_what_was_not_issued_is_a_draft(session: Session) -> None:
    contract = make.contract(session, world.terms())
    world.live(session, contract)
    found = preview(session, contract, world.MARCH, provider="P", now=world.CLOSED_AT)
    assert found.issued is None
    assert found.data.is_draft
    assert found.data.issue is None


def test_what_was_issued_has_its_number_in_its_language_only(session: Session) -> None:
    contract = make.contract(session, world.terms())
    world.live(session, contract)
    contract = contract_of(session, contract.key)
    closed = reports.closed_period(session, contract, world.MARCH)
    assert closed
    data = reports.gather(session, contract, world.MARCH, provider="P", now=world.CLOSED_AT)
    reports.issue(session, closed, data, b"%PDF", world.CLOSED_AT)
    found = preview(session, contract, world.MARCH, provider="P", now=world.CLOSED_AT)
    assert found.issued is not None
    assert (found.data.issue, found.data.is_draft) == (1, False)
    other = preview(session, contract, world.MARCH, provider="P", language="sv", now=world.CLOSED_AT)
    assert (other.issued, other.data.is_draft) == (None, True)


def test_a_running_period_is_a_draft(session: Session) -> None:
    contract = make.contract(session, world.terms())
    world.live(session, contract)
    assert world.APRIL in periods.running(session, contract, world.CLOSED_AT)
    found = preview(session, contract, world.APRIL, provider="P", now=world.CLOSED_AT)
    assert found.issued is None
    assert found.data.is_draft


@pytest.mark.parametrize("told", ["2026-04-05", "2026-04-05T22:00:00Z"])
def test_an_instant_is_named_by_a_day_of_the_contracts_zone_or_by_itself(session: Session, told: str) -> None:
    contract = make.contract(session, world.terms())
    at = known_at(session, contract, world.MARCH, told)
    assert at.astimezone(UTC) >= datetime(2026, 4, 5, 21, tzinfo=UTC)


def test_what_is_neither_a_day_nor_an_instant_is_refused(session: Session) -> None:
    contract = make.contract(session, world.terms())
    with pytest.raises(Refused, match="neither a day nor an instant"):
        known_at(session, contract, world.MARCH, "soon")


def test_a_day_is_over_by_the_contracts_clock(session: Session) -> None:
    contract = make.contract(session, world.terms())
    at = datetime(2026, 3, 20, 22, 30, tzinfo=UTC)  # 23:30 there
    assert day_over(session, contract, world.MARCH, at) == known_at(
        session, contract, world.MARCH, "2026-03-19"
    )


def test_something_was_known_since_the_agreement_holds_up_to_today(session: Session) -> None:
    contract = make.contract(session, world.terms())
    now = datetime(2026, 4, 20, 12, tzinfo=UTC)

    def asked(told: str) -> datetime:
        return known_by(session, contract, world.MARCH, told, now)

    for told in ("2026-01-01", "2026-04-20"):
        assert asked(told) == known_at(session, contract, world.MARCH, told)
    with pytest.raises(Refused, match="before harbour had an agreement; its first holds from 2026-01-01"):
        asked("2025-12-31")
    with pytest.raises(Refused, match="'2026-04-21' lies ahead"):
        asked("2026-04-21")
