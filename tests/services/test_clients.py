"""Clients: what is chosen for one holds for its reports and mails, what is not is the provider's."""

from sqlalchemy.orm import Session

import make
from xla.documents.look import Look
from xla.services import clients, installations, senders
from xla.services.clients import ClientLook
from xla.services.installations import Branding

CHOSEN = ClientLook("Harbour Group plc", "#0f56b3", "Kastell for Harbour", "harbour@kastell.example")
PROVIDER = Branding("Kastell Facility", "#7a1f3d", "Kastell", "service@kastell.example", "en")


def test_a_client_without_a_look_of_its_own_has_the_providers(session: Session) -> None:
    contract = make.contract(session)
    assert clients.look_of(session, contract) == Look()
    installations.choose(session, PROVIDER, make.NOW)
    installations.choose_logo(session, b"provider", make.NOW)
    assert clients.look_of(session, contract) == Look(colour="#7a1f3d", provider_logo=b"provider")


def test_what_is_chosen_for_a_client_goes_first(session: Session) -> None:
    contract = make.contract(session)
    installations.choose(session, PROVIDER, make.NOW)
    assert clients.choose(session, contract.client, CHOSEN) == list(ClientLook._fields)
    assert clients.choose(session, contract.client, CHOSEN) == []
    clients.choose_logo(session, contract.client, b"client")
    look = clients.look_of(session, contract)
    assert look == Look("Harbour Group plc", "#0f56b3", b"client", None)
    assert contract.client.logo_sha256 is not None
    clients.choose_logo(session, contract.client, None)
    assert (contract.client.logo, contract.client.logo_sha256) == (None, None)


def test_clients_are_listed_with_their_contracts(session: Session) -> None:
    contract = make.contract(session)
    assert [(line.client.name, line.contract_count) for line in clients.listed(session)] == [
        (contract.client.name, 1)
    ]
    assert clients.of_id(session, contract.client_id) is contract.client
    assert clients.of_id(session, 999) is None


def test_mails_to_a_client_come_from_the_sender_chosen_for_it(session: Session) -> None:
    client = make.contract(session).client
    installations.choose(session, PROVIDER, make.NOW)
    where = {"provider_setting": "Nordfast AB", "base_url": "https://xla.nordfast.example"}
    assert senders.sender(session, client=client, **where).email == "service@kastell.example"
    clients.choose(session, client, CHOSEN)
    told = senders.sender(session, client=client, **where)
    assert (told.name, told.email, told.host) == (
        "Kastell for Harbour",
        "harbour@kastell.example",
        "xla.nordfast.example",
    )
