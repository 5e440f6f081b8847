"""Reporting: drafts go to the managers; what is final is issued once, and goes to its recipients."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from xla import database, rendering
from xla.core.agreement import Language
from xla.core.window import CalendarPeriod, parse_period
from xla.documents.signing import Key
from xla.jobs.lettering import NIGHT, NO_SERVER
from xla.jobs.task import Later, Task
from xla.models import Client, Contract, Person
from xla.outside.mail import RecipientRefused, Undelivered
from xla.rendering import Asked, Drawn
from xla.services import (
    deliveries,
    installations,
    report_letters,
    report_work,
    reports,
    senders,
    stamps,
    work,
)
from xla.services.agreements import contract_of
from xla.services.deliveries import Origin
from xla.settings import Settings

FIRST_WAITS = timedelta(minutes=1)
GONE = "it is meant for them no more"


def render(task: Task) -> Sequence[str]:
    """Make what the item asks for: a draft, or an issue."""
    return _draft(task) if task.item.document["what"] == "draft" else _issue(task)


def deliver(task: Task) -> Sequence[str]:
    """Hand one letter over. Who refuses it for good is given up; whatever else fails is tried again."""
    delivery_id = int(task.item.document["delivery"])
    mailbox, settings = task.means.mailbox, task.means.settings
    with database.reading(task.engine) as session:
        delivery = deliveries.of_id(session, delivery_id)
        parcel = report_letters.parcel(session, delivery)
        until = deliveries.quiet_until(session, delivery, task.now)
        provider = senders.provider(session, settings.provider)
        sender = senders.sender(
            session,
            provider_setting=settings.provider,
            base_url=settings.base_url,
            client=_addressed(session, parcel),
        )
    if mailbox is None or not parcel.is_wanted:
        return _given_up(task, delivery_id, NO_SERVER if mailbox is None else GONE)
    if until:
        raise Later(until, NIGHT)
    letter = report_letters.letter(parcel, provider=provider, base_url=settings.base_url)
    try:
        mailbox.send(letter, sender, task.now)
    except (RecipientRefused, ValueError) as refused:
        return _given_up(task, delivery_id, str(refused))
    except Undelivered as failed:
        _note_failure(task, delivery_id, str(failed))
        raise
    with task.finishing() as session:
        deliveries.sent(session, delivery_id, task.now)
    return [f"{parcel.file_name} is sent."]


def _addressed(session: Session, parcel: report_letters.Parcel) -> Client | None:
    """The client an issued report goes to; a draft goes to our own people."""
    return None if parcel.issue is None else contract_of(session, parcel.contract_key).client


def _draft(task: Task) -> Sequence[str]:
    """The proposed period's draft, to each manager who wants it, in their language."""
    period = _period(task)
    with database.reading(task.engine) as session:
        contract = session.get_one(Contract, task.contract_id)
        readers, why_not = _readers(session, task, contract, period)
        provider = senders.provider(session, task.means.settings.provider)
        languages = sorted({reader.language for reader in readers})
        key = contract.key
    drawn = {
        language: rendering.drawn_draft(
            task.engine,
            Asked(key, period, _language(language)),
            provider=provider,
            press=task.means.press,
            now=task.now,
        )
        for language in languages
    }
    with task.finishing() as session:
        closed = reports.closed_period(session, session.get_one(Contract, task.contract_id), period)
        if closed is not None and readers:
            found = [(reader, drawn[reader.language]) for reader in readers]
            deliveries.queue_draft(session, closed, found, origin(session, task.means.settings), task.now)
    if why_not:
        return [f"{key} {period}: no draft is made, since {why_not}."]
    return [f"{key} {period}: the draft is made for {len(readers)}."]


def _readers(
    session: Session, task: Task, contract: Contract, period: CalendarPeriod
) -> tuple[list[Person], str]:
    """Who is to read the draft; or nobody, and why."""
    if task.means.mailbox is None:
        return [], NO_SERVER
    closed = reports.closed_period(session, contract, period)
    if closed is not None and closed.final_at is not None:
        return [], "it is final already"
    readers = deliveries.readers_of_draft(session, contract)
    return readers, "" if readers else "no manager wants to be told"


def _issue(task: Task) -> Sequence[str]:
    """The report in one language, kept once, and its deliveries with it."""
    document = task.item.document
    addendum, period = int(document["addendum"]), _period(task)
    with database.reading(task.engine) as session:
        contract = session.get_one(Contract, task.contract_id)
        is_early = addendum and not reports.is_issued(session, contract, period, below=addendum)
        key = contract.key
        provider = senders.provider(session, task.means.settings.provider)
    if is_early:
        _issue_first(task, period, addendum - 1)
        raise Later(task.now + FIRST_WAITS, "what it corrects is not issued yet")
    asked = Asked(key, period, _language(document["language"]), addendum)
    signing = Key(task.means.settings.signing_key, task.means.settings.signing_passphrase)

    def keep(found: Drawn) -> Sequence[str]:
        with task.finishing() as session:
            report = rendering.kept(session, found, None, task.now)
            installations.ensured(session, task.now)  # its secret signs the recipients' links
            count = deliveries.queue(session, report, origin(session, task.means.settings), task.now)
            work.put(
                session, stamps.wanted(report, key, task.means.settings.timestamp_url, task.now), task.now
            )
        return [f"{key} {asked.period}: {found.name} is kept, and goes to {count}."]

    return rendering.first_wins(
        lambda: rendering.drawn(
            task.engine,
            asked,
            provider=provider,
            base_url=task.means.settings.base_url,
            press=task.means.press,
            key=signing,
            now=task.now,
        ),
        keep,
    )


def _issue_first(task: Task, period: CalendarPeriod, addendum: int) -> None:
    """See to it that what is corrected is issued: it was final before reports went out by themselves."""
    with database.transaction(task.engine) as session:
        contract = session.get_one(Contract, task.contract_id)
        closed = reports.closed_period(session, contract, period)
        if closed is not None and closed.final_at is not None:
            first = report_work.issues(session, contract, closed, task.now, addendum=addendum)
            work.want(session, list(first), task.now)


def _given_up(task: Task, delivery_id: int, why: str) -> Sequence[str]:
    with task.finishing() as session:
        deliveries.given_up(session, delivery_id, why, task.now)
    return [f"{task.item.key} is not delivered: {why}."]


def _note_failure(task: Task, delivery_id: int, why: str) -> None:
    """Write down what went wrong; after the last attempt that it is given up."""
    with database.transaction(task.engine) as session:
        if task.is_last:
            deliveries.given_up(session, delivery_id, why, task.now)
        else:
            deliveries.failed(session, delivery_id, why)


def origin(session: Session, settings: Settings) -> Origin:
    """Where this installation's letters come from."""
    sender = senders.sender(session, provider_setting=settings.provider, base_url=settings.base_url)
    return Origin(settings.base_url, sender.host)


def _period(task: Task) -> CalendarPeriod:
    return parse_period(task.item.document["period"])


def _language(told: str) -> Language:
    return told  # type: ignore[return-value]  # written by us, from a column the database checks
