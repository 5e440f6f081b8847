"""Recipients: who gets a contract's reports by mail; each address once, and gone when they want no more."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.core.role import Role
from xla.models import AuditEntry, Contract, Person, ReportRecipient
from xla.services import people, recipients
from xla.services.agreements import Refused

SECRET = "of the installation"


@pytest.fixture
def contract(session: Session) -> Contract:
    return make.contract(session)


@pytest.fixture
def maja(session: Session) -> Person:
    return people.add(session, "maja@nordfast.example", name="Maja", role=Role.MANAGER, now=make.NOW)


def add(session: Session, contract: Contract, by: Person, **told: Any) -> ReportRecipient:
    asked = {"email": "Elin@Port.example ", "name": " Elin Sandvik", "language": "sv"} | told
    return recipients.add(session, contract, by=by, now=make.NOW, **asked)


def test_a_recipient_is_added_once_and_listed_by_name(
    session: Session, contract: Contract, maja: Person
) -> None:
    elin = add(session, contract, maja)
    anna = add(session, contract, maja, email="anna@port.example", name="Anna", language="en")
    assert (elin.email, elin.name) == ("elin@port.example", "Elin Sandvik")
    assert recipients.listed(session, contract) == [anna, elin]
    assert recipients.reading(session, contract.id, "sv") == [elin]
    assert recipients.of_address(session, contract.id, " ELIN@port.example") is elin
    with pytest.raises(recipients.AlreadyThere, match="gets the reports already"):
        add(session, contract, maja)


@pytest.mark.parametrize("told", [{"email": "nobody"}, {"name": " "}, {"name": "n" * 121}, {"name": "a\nb"}])
def test_what_is_no_recipient_is_refused(
    session: Session, contract: Contract, maja: Person, told: dict[str, str]
) -> None:
    with pytest.raises(Refused, match="a recipient has a name and an e-mail address"):
        add(session, contract, maja, **told)


def test_a_contract_has_so_many_recipients_at_most(
    session: Session, contract: Contract, maja: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipients, "MOST", 1)
    add(session, contract, maja)
    with pytest.raises(recipients.TooMany, match="harbour has 1 recipients already"):
        add(session, contract, maja, email="another@port.example")


def test_who_is_removed_is_logged_and_another_contracts_is_not_found(
    session: Session, contract: Contract, maja: Person
) -> None:
    elin = add(session, contract, maja)
    quay = make.contract(session, make.agreement(contract={"key": "quay"}))
    for nobody in (elin.id + 1, 2**40):
        with pytest.raises(LookupError):
            recipients.remove(session, contract, nobody, maja, make.NOW)
    with pytest.raises(LookupError):
        recipients.remove(session, quay, elin.id, maja, make.NOW)
    assert recipients.remove(session, contract, elin.id, maja, make.NOW) == "Elin Sandvik"
    assert recipients.listed(session, contract) == []
    logged = session.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id)).all()
    assert logged[-2:] == [
        ("recipient.add", "harbour: elin@port.example"),
        ("recipient.remove", "harbour: elin@port.example"),
    ]


def test_a_recipients_own_link_lets_them_leave_and_opens_nothing_afterwards(
    session: Session, contract: Contract, maja: Person
) -> None:
    elin = add(session, contract, maja)
    token = recipients.token_of(SECRET, elin)
    assert recipients.by_token(session, SECRET, token) is elin
    for forged in (
        "",
        "x",
        f"{elin.id}",
        f"{elin.id}.AAAA",
        f"{elin.id + 1}.x",
        f"{2**40}.x",
        f"{2**63}.x",
        "9" * 5000,
        "²." + token,
    ):
        assert recipients.by_token(session, SECRET, forged) is None, forged
    assert recipients.by_token(session, "another", token) is None
    recipients.leave(session, elin, make.NOW)
    assert recipients.by_token(session, SECRET, token) is None
    add(session, contract, maja, email="other@port.example")  # may take the number that became free
    assert recipients.by_token(session, SECRET, token) is None
    left = session.scalars(select(AuditEntry).where(AuditEntry.action == "recipient.leave")).one()
    assert left.person_id is None
