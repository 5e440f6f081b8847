"""The sender: whom mails come from."""

import pytest
from sqlalchemy.orm import Session

import make
from xla.outside.mail import Sender
from xla.services import installations, senders


def test_a_mail_about_one_clients_contracts_comes_from_that_client_and_else_from_us(session: Session) -> None:
    ids = {}
    for key, client in (("one", "Port"), ("two", "Port"), ("three", "Clinic")):
        row = make.contract(session, make.agreement(contract={"key": key, "client": client}))
        ids[key] = row.id

    def found(*keys: str) -> str | None:
        client = senders.client_of(session, [ids[key] for key in keys])
        return client.name if client else None

    assert [found("one"), found("one", "two"), found("three")] == ["Port", "Port", "Clinic"]
    assert [found("one", "three"), found()] == [None, None]


def sender(session: Session, base_url: str = "https://xla.nordfast.example") -> Sender:
    return senders.sender(session, provider_setting="Nordfast AB", base_url=base_url)


@pytest.mark.parametrize(
    ("base_url", "email"),
    [
        ("https://xla.nordfast.example/", "no-reply@xla.nordfast.example"),
        ("http://127.0.0.1:8000", "no-reply@localhost"),
        ("http://[::1]:8000", "no-reply@localhost"),
        ("nonsense", "no-reply@localhost"),
    ],
)
def test_until_one_is_chosen_the_sender_is_the_provider_at_our_host(
    session: Session, base_url: str, email: str
) -> None:
    told = sender(session, base_url)
    assert (told.name, told.email) == ("Nordfast AB", email)


def test_the_chosen_sender_is_used(session: Session) -> None:
    chosen = installations.ensured(session, make.NOW)
    chosen.provider = "Kastell Facility AS"
    assert sender(session).name == "Kastell Facility AS"
    chosen.sender_name, chosen.sender_email = "Kastell", "xla@kastell.example"
    told = sender(session)
    assert (told.name, told.email, told.host) == ("Kastell", "xla@kastell.example", "xla.nordfast.example")
