"""Terms: what a list needs of agreements, read once."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from statements import sent
from xla.models import AgreementVersion, Contract
from xla.services import agreements, terms

LATER = datetime(2026, 5, 1, tzinfo=UTC)


def only_version(session: Session) -> int:
    return session.scalars(select(AgreementVersion.id)).one()


def test_a_versions_terms_are_its_contracts_and_its_kpis(session: Session) -> None:
    make.contract(session)
    version = only_version(session)
    found = terms.terms_of(session, {version})[version]
    assert found.key == "harbour"
    assert (found.title, found.client, found.language) == ("Harbour house", "Aurland Port", "en")
    assert found.zone == ZoneInfo("Europe/Stockholm")
    assert (found.period, found.close_after_days, found.respond_within_days) == ("month", 3, 10)
    assert (found.starts_on, found.ends_on) == (date(2026, 1, 1), date(2027, 12, 31))
    assert found.kpi_keys == ("clean", "recommend", "index", "churn", "lost")


def test_terms_without_an_end_have_none(session: Session) -> None:
    make.contract(session, make.agreement(contract={"ends_on": None}))
    version = only_version(session)
    assert terms.terms_of(session, {version})[version].ends_on is None


def test_a_version_is_read_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    make.contract(session, make.agreement(contract={"title": "Read once"}))
    version = only_version(session)
    with sent(session) as at_first:
        terms.terms_of(session, {version})
    with sent(session) as again:
        terms.terms_of(session, {version})
    assert (len(at_first), len(again)) == (2, 1)


def test_what_is_known_is_forgotten_before_there_is_too_much_of_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terms, "MOST_KNOWN", 0)
    for key in ("first", "second"):
        make.contract(session, make.agreement(contract={"key": key}))
    for version in session.scalars(select(AgreementVersion.id)).all():
        assert terms.terms_of(session, {version})[version].key in {"first", "second"}
    assert len(terms.KNOWN) == 1


def test_the_latest_version_is_the_one_last_applied(session: Session) -> None:
    contract = make.contract(session)
    agreements.apply(session, make.agreement(effective_from="2026-06-01", note="Second"), LATER)
    latest = session.scalar(select(terms.latest_version(Contract.id)).where(Contract.id == contract.id))
    assert latest
    assert terms.agreements(session, {latest})[latest].note == "Second"
