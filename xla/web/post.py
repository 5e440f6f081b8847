"""Post: letters to people, handed over once what they tell of is committed; and work for after answers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import BoundedSemaphore
from typing import NamedTuple, cast

from flask import Flask, current_app
from sqlalchemy import Engine

from xla import clock, database
from xla.core.agreement import Language
from xla.documents import letters
from xla.documents.figures import Figures
from xla.models import Person
from xla.outside.mail import Letter, Mailbox, Undelivered
from xla.services import senders, tickets
from xla.services.tickets import Issued, Kind
from xla.settings import Settings
from xla.web.database import ENGINE, SETTINGS

POST = "xla.post"
MOST_WAITING = 50
"""Pieces of work for after the answer; more are dropped, so that a flood of forms costs no memory."""


class Link(NamedTuple):
    """A one-time link, and whether it was mailed: else it is shown, to be handed over by other means."""

    address: str
    person: Person
    until: datetime
    is_mailed: bool
    is_failed: bool
    """Whether mailing it was tried in vain."""


class Post:
    """The application's letter writer."""

    def __init__(self, app: Flask, mailbox: Mailbox | None) -> None:
        self._app = app
        self.mailbox = mailbox
        self.executor = ThreadPoolExecutor(max_workers=2, thread_name_prefix="post")
        self._places = BoundedSemaphore(MOST_WAITING)

    @property
    def has_mail(self) -> bool:
        """Whether letters can be sent."""
        return self.mailbox is not None

    def send_link(self, person: Person, kind: Kind, issued: Issued, *, by_mail: bool = True) -> Link:
        """Mail a person their one-time link, in their language, where that is wanted and possible."""
        base_url = self._settings.base_url
        address, ends_at = tickets.address(base_url, kind, issued.token), issued.ticket.expires_at
        is_tried = by_mail and self.has_mail
        until = Figures(_language(person), "UTC").instant(ends_at)
        is_mailed = is_tried and self.send(
            kind, person, key=f"{base_url} {kind} {issued.ticket.id}", link=address, until=f"{until} UTC"
        )
        return Link(address, person, ends_at, is_mailed, is_failed=is_tried and not is_mailed)

    def send(self, name: str, person: Person, *, key: str, **values: object) -> bool:
        """Write the letter `name` to a person and hand it over; a failure is logged and told as False."""
        if self.mailbox is None:
            return False
        settings = self._settings
        with database.reading(self._engine) as session:
            sender = senders.sender(session, provider_setting=settings.provider, base_url=settings.base_url)
            provider = senders.provider(session, settings.provider)
        written = letters.write(name, _language(person), name=person.name, provider=provider, **values)
        try:
            self.mailbox.send(Letter(person.email, *written, key=key), sender, clock.now())
        except (Undelivered, ValueError) as failed:
            self._app.logger.warning("A mail (%s) was not delivered: %s", name, failed)
            return False
        return True

    def later(self, work: Callable[[], None]) -> None:
        """Do something after the answer, so that how long it takes tells nobody anything."""
        if not self._places.acquire(blocking=False):
            self._app.logger.error("Too much waits to be done after answers; one piece was dropped.")
            return
        self.executor.submit(self._do, work)

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            self._app.logger.exception("What was to be done after an answer failed.")
        finally:
            self._places.release()

    @property
    def _settings(self) -> Settings:
        return cast("Settings", self._app.extensions[SETTINGS])

    @property
    def _engine(self) -> Engine:
        return cast("Engine", self._app.extensions[ENGINE])


def _language(person: Person) -> Language:
    return cast("Language", person.language)


def post() -> Post:
    """The letter writer of the application that answers this request."""
    return cast("Post", current_app.extensions[POST])
