"""A task: one work item in somebody's hands, and the ways in which it can end."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from xla import database
from xla.core.work import RULES
from xla.documents.press import Press
from xla.outside.mail import Mailbox
from xla.services import work
from xla.services.work import Taken
from xla.settings import Settings


class Later(Exception):
    """It can't be done before an instant, and that is nobody's failure."""

    def __init__(self, until: datetime, why: str) -> None:
        super().__init__(why)
        self.until = until


class Failed(Exception):
    """The attempt failed, as it may when others are asked; the next one follows at an instant or later."""

    def __init__(self, why: str, not_before: datetime | None = None) -> None:
        super().__init__(why)
        self.not_before = not_before


class Hopeless(Exception):
    """No other attempt would do better: the item is parked with this reason."""


@dataclass(frozen=True)
class Means:
    """What tasks are done with."""

    engine: Engine
    settings: Settings
    mailbox: Mailbox | None
    """None where no mail server is set."""
    press: Press | None = None
    """What prints papers; None where each is printed in a process of its own."""


@dataclass(frozen=True)
class Task:
    """What a handler is given. Whatever it does, its last transaction is `finishing`."""

    means: Means
    item: Taken
    now: datetime

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.means.engine

    @property
    def contract_id(self) -> int:
        """The contract it is about."""
        assert self.item.contract_id is not None  # noqa: S101  # of the kinds that ask, every item names one
        return self.item.contract_id

    @property
    def is_last(self) -> bool:
        """Whether this is its last attempt: if it fails, the item is parked."""
        return self.item.attempts >= RULES[self.item.kind].attempts

    @contextmanager
    def finishing(self) -> Iterator[Session]:
        """The transaction of what the item is for; with it the item is done, or neither happens.

        Raises `LeaseLost` at its end where the item is another's by now.
        """
        with database.transaction(self.engine) as session:
            yield session
            work.finish(session, self.item, self.now)


Handler = Callable[[Task], Sequence[str]]
"""Does one kind of work; says what was done, a sentence each."""
