"""The sender: whom mails come from."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.models import Client, Contract
from xla.outside.mail import Sender
from xla.services.installations import installation


def provider(session: Session, setting: str) -> str:
    """The provider's name: the chosen one, else the setting's."""
    known = installation(session)
    return (known.provider if known else "") or setting


def sender(session: Session, *, provider_setting: str, base_url: str, client: Client | None = None) -> Sender:
    """Whom mails come from: what was chosen, else the provider at the host people reach us at.

    Mails about one client's contracts come from whom was chosen for that client, where somebody was.
    """
    known = installation(session)
    host = _mail_host(base_url)
    own_name, own_email = (client.sender_name, client.sender_email) if client else ("", "")
    return Sender(
        name=own_name or (known.sender_name if known else "") or provider(session, provider_setting),
        email=own_email or (known.sender_email if known else "") or f"no-reply@{host}",
        host=host,
    )


def client_of(session: Session, contract_ids: Iterable[int]) -> Client | None:
    """The one client all these contracts are of, as whose sender mails about them come; None for several."""
    found = session.scalars(
        select(Client).where(
            Client.id.in_(select(Contract.client_id).where(Contract.id.in_(list(contract_ids))))
        )
    ).all()
    return found[0] if len(found) == 1 else None


def _mail_host(base_url: str) -> str:
    """The host's name; a bare address has none that mail servers take."""
    host = urlsplit(base_url).hostname or "localhost"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    return "localhost"
