"""Mails about one client's contract come from the sender chosen for that client, over a real mail server."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Literal

import pytest
from aiosmtpd.handlers import Message
from sqlalchemy import Engine, select

import asked
import breached
import make
from listening import taking_mail
from xla import database, rendering
from xla.core.agreement import LANGUAGES, Language
from xla.core.role import Role
from xla.core.work import Queue
from xla.jobs import mailing, planning
from xla.jobs.task import Means
from xla.jobs.working import do_next
from xla.models import Client, Contract
from xla.outside.mail import mailbox
from xla.services import decisions, installations, memberships, recipients
from xla.settings import Settings

NOW = breached.NOW
FINAL = NOW + timedelta(days=20)
OURS, THEIRS = ("Nordfast", "xla@nordfast.example"), ("Kastell for Port", "port@kastell.example")


class Inbox(Message):
    """Keeps what the server takes."""

    def __init__(self) -> None:
        super().__init__(EmailMessage)
        self.taken: list[EmailMessage] = []

    def handle_message(self, message: Any) -> None:
        self.taken.append(message_from_bytes(bytes(message), policy=default))

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.taken if mail["To"] == address]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(inbox: Inbox) -> Iterator[Settings]:
    with taking_mail(inbox) as url:
        yield Settings(base_url="https://xla.example", provider="Nordfast", smtp_url=url)


def said_in(mail: EmailMessage, form: Literal["html", "plain"]) -> str:
    body = mail.get_body((form,))
    assert body
    return str(body.get_content())


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PDF is set, and the database's clock is not asked."""
    monkeypatch.setattr(planning, "refuse_apart", lambda _engine, _now: None)
    monkeypatch.setattr(database, "time_of", lambda _engine: NOW)
    monkeypatch.setattr(rendering, "render_in_process", lambda data: f"%PDF {data.language}".encode())


def chosen(store: Engine) -> None:
    """The installation has a sender, and the first client one of its own."""
    with database.transaction(store) as session:
        known = installations.ensured(session, make.APPLIED_AT)
        known.sender_name, known.sender_email = OURS
        client = session.scalars(select(Client).order_by(Client.id)).first()
        assert client
        client.sender_name, client.sender_email = THEIRS


def from_whom(mail: EmailMessage) -> tuple[str, str]:
    (address,) = mail["From"].addresses
    return address.display_name, address.addr_spec


def worked(store: Engine, settings: Settings, queue: list[Queue], now: datetime) -> None:
    means = Means(store, settings, mailbox(settings.smtp_url))
    while done := do_next(means, queue, now):
        assert not done.problem, done


@pytest.mark.usefixtures("at")
def test_a_report_comes_from_the_clients_sender_in_each_readers_language(
    store: Engine, settings: Settings, inbox: Inbox
) -> None:
    with database.transaction(store) as session:
        breach = breached.build(session)
        contract = breached.contract_of(session, breach)
        by = breached.person(session, Role.MANAGER)
        for language in LANGUAGES:
            _add(session, contract, by, language)
        assert decisions.finalise_due(session, contract, FINAL)
    chosen(store)
    worked(store, settings, [Queue.RENDER, Queue.NOTIFY], FINAL)
    months = {"en": "March 2026", "sv": "mars 2026", "da": "marts 2026", "nb": "mars 2026", "fi": "2026"}
    for language in LANGUAGES:
        (mail,) = inbox.to(f"{language}@port.example")
        assert from_whom(mail) == THEIRS
        assert mail["Reply-To"] is None  # so that answers go to whom it comes from
        assert mail["Message-ID"].endswith("@xla.example>")
        assert months[language].replace(" ", "") in "".join(str(mail["Subject"]).split())
        (part,) = mail.iter_attachments()
        assert part.get_content() == f"%PDF {language}".encode()
        assert f'lang="{language}"' in said_in(mail, "html")


def _add(session: Any, contract: Contract, by: Any, language: Language) -> None:
    recipients.add(
        session, contract, email=f"{language}@port.example", name="Elin", language=language, by=by, now=NOW
    )


@pytest.mark.usefixtures("at")
def test_a_notice_to_the_client_comes_from_its_sender_and_one_to_our_people_from_us(
    store: Engine, settings: Settings, inbox: Inbox
) -> None:
    with database.transaction(store) as session:
        breached.build(session)
    chosen(store)
    planning.plan(store, settings, NOW)
    worked(store, settings, [Queue.NOTIFY], NOW)
    assert {from_whom(mail) for mail in inbox.to("client@nordfast.example")} == {THEIRS}
    assert {from_whom(mail) for mail in inbox.to("manager@nordfast.example")} == {OURS}


@pytest.mark.usefixtures("at")
@pytest.mark.parametrize(("others_client", "sender"), [("Clinic", OURS), ("Aurland Port", THEIRS)])
def test_a_digest_over_several_clients_comes_from_us(
    store: Engine, settings: Settings, inbox: Inbox, others_client: str, sender: tuple[str, str]
) -> None:
    with database.transaction(store) as session:
        breached.build(session)
        other = make.agreement(
            kpis=[breached.CLEAN, breached.FOOD],
            contract={"key": "other", "client": others_client, "title": "Other house"},
        )
        contract = make.contract(session, other)
        memberships.add_member(session, breached.person(session, Role.CLIENT).id, contract.id)
        breached.close(session, contract, "2026-03", breached.POOR)
        breached.person(session, Role.CLIENT).digest = "daily"
    chosen(store)
    for now in (NOW, NOW + timedelta(days=1)):
        planning.plan(store, settings, now)
        worked(store, settings, [Queue.NOTIFY], now)
    (digest,) = inbox.to("client@nordfast.example")
    assert from_whom(digest) == sender
    assert "Other house" in said_in(digest, "plain")


@pytest.mark.usefixtures("at")
def test_an_invitation_comes_from_the_sender_of_its_contracts_client(
    store: Engine, settings: Settings, inbox: Inbox
) -> None:
    with database.transaction(store) as session:
        for number, (key, client) in enumerate((("harbour", "Port"), ("clinic", "Clinic"))):
            terms = make.agreement(contract={"key": key, "client": client})
            plan = asked.plan(session, make.contract(session, terms))
            asked.invited(session, plan, number, f"guest@{key}.se")
    chosen(store)
    box = mailbox(settings.smtp_url)
    assert box
    assert mailing.send_due(store, settings, box, make.NOW + timedelta(days=1)) == 2
    assert [from_whom(mail) for mail in inbox.to("guest@harbour.se")] == [THEIRS]
    assert [from_whom(mail) for mail in inbox.to("guest@clinic.se")] == [OURS]
