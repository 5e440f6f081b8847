"""Hostile hosts: whoever hangs, refuses or never ends delays nobody else, over the web or by mail."""

import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Engine, func, select

import make
from outside.receiver import receiving
from outside.sinks import HANG, Behaviour, endless, hang, mails, sink
from xla import clock, database
from xla.core.lane import mail_lane, web_lane
from xla.core.notice import Event
from xla.core.role import Role
from xla.core.work import Kind
from xla.jobs import hooking
from xla.jobs.runner import Runner
from xla.jobs.task import Means
from xla.models import Notice, Telling
from xla.outside import calls
from xla.outside import webhooks as outside
from xla.outside.mail import SmtpMailbox
from xla.services import notice_choices, people, webhooks, work
from xla.services.agreements import contract_of
from xla.services.installations import ensured
from xla.services.work import Wanted
from xla.settings import Settings

HOW_MANY = 20
HELD_S = 90.0
"""Seconds a hostile host would hold an attempt here, if its sink were not closed at the end of the test."""
IN_TIME_S = 45.0
"""Seconds within which everybody else is told, on the busiest machine; on an idle one it is one."""


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SECONDS", HELD_S)
    monkeypatch.setattr(hooking, "post", partial(outside.post, loopback=True))


def notices_for(store: Engine, recipient: Callable[[int], dict[str, int]], lane: str) -> None:
    """Twenty notices, each for one recipient, to be sent now."""
    with database.transaction(store) as session:
        contract_id, now = contract_of(session, "harbour").id, clock.now()
        ensured(session, now)
        for number in range(HOW_MANY):
            document = f'{{"kiosk": 1, "name": "{lane}", "seen_at": "2026-06-01T08:00:00+00:00"}}'
            key = f"{lane}/{number}"
            kind = Event.KIOSK_SILENT.value
            notice = Notice(
                contract_id=contract_id, kind=kind, key=key, document=document, created_at=now, sent_at=now
            )
            session.add(notice)
            session.flush()
            telling = Telling(notice_id=notice.id, message_id=key, created_at=now, **recipient(number))
            session.add(telling)
            session.flush()
            send = Wanted(Kind.SEND, f"telling/{telling.id}", now, contract_id, {"telling": telling.id}, lane)
            work.put(session, [send], now)


def hook(store: Engine, url: str) -> int:
    with database.transaction(store) as session:
        made, _ = webhooks.create(session, url, url=url, events=[Event.KIOSK_SILENT], now=make.NOW)
        return made.id


def person(store: Engine, email: str) -> int:
    with database.transaction(store) as session:
        somebody = people.add(session, email, name=email, role=Role.ADMIN, now=make.NOW)
        notice_choices.choose(session, somebody, [Event.KIOSK_SILENT])
        return somebody.id


def arrived(store: Engine, **which: int) -> int:
    ((name, value),) = which.items()
    with database.reading(store) as session:
        found = select(func.count()).where(Telling.sent_at.is_not(None), getattr(Telling, name) == value)
        return session.scalar(found) or 0


@pytest.fixture
def working(harbour: Engine) -> Iterator[Callable[[SmtpMailbox | None], None]]:
    """Begin to work with a mailbox, until the test ends."""
    runners: list[Runner] = []

    def begin(mailbox: SmtpMailbox | None) -> None:
        runners.append(Runner(Means(harbour, Settings(base_url="https://xla.example"), mailbox)))
        runners[-1].start()

    yield begin
    for runner in runners:
        assert runner.stop(IN_TIME_S)


def within(seconds: float, happened: Callable[[], bool]) -> bool:
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        if happened():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    "behaviour", [hang, endless(b"HTTP/1.1 200 OK", b"\r\nX: y", 0.05)], ids=["hangs", "drips"]
)
def test_twenty_messages_to_a_hostile_host_delay_nobody_elses(
    harbour: Engine, working: Callable[[SmtpMailbox | None], None], behaviour: Behaviour
) -> None:
    with sink(behaviour) as hostile, receiving() as kind:
        bad, good = hook(harbour, hostile.url), hook(harbour, f"http://localhost:{kind.port}/in")
        notices_for(harbour, lambda _: {"webhook_id": bad}, web_lane(hostile.url))
        notices_for(harbour, lambda _: {"webhook_id": good}, web_lane("http://localhost"))
        working(None)
        assert within(IN_TIME_S, lambda: arrived(harbour, webhook_id=good) == HOW_MANY)
        assert hostile.connection_count < HOW_MANY
        assert arrived(harbour, webhook_id=bad) == 0
    assert len({each.headers["webhook-id"] for each in kind.received}) == HOW_MANY


def test_a_mail_server_that_hangs_delays_no_webhook(
    harbour: Engine, working: Callable[[SmtpMailbox | None], None]
) -> None:
    with sink(hang) as hostile, receiving() as kind:
        somebody, good = person(harbour, "anna@ekhaga.example"), hook(harbour, kind.url)
        notices_for(harbour, lambda _: {"person_id": somebody}, mail_lane("anna@ekhaga.example"))
        notices_for(harbour, lambda _: {"webhook_id": good}, web_lane(kind.url))
        working(SmtpMailbox(hostile.smtp, timeout=HELD_S, seconds=HELD_S))
        assert within(IN_TIME_S, lambda: arrived(harbour, webhook_id=good) == HOW_MANY)
        assert arrived(harbour, person_id=somebody) == 0


def test_a_recipients_host_that_hangs_delays_no_other_recipient(
    harbour: Engine, working: Callable[[SmtpMailbox | None], None]
) -> None:
    with sink(mails(to_evil=HANG)) as server:
        bad, good = person(harbour, "anna@evil.example"), person(harbour, "bo@ekhaga.example")
        notices_for(harbour, lambda _: {"person_id": bad}, mail_lane("anna@evil.example"))
        notices_for(harbour, lambda _: {"person_id": good}, mail_lane("bo@ekhaga.example"))
        working(SmtpMailbox(server.smtp, timeout=HELD_S, seconds=HELD_S))
        assert within(IN_TIME_S, lambda: arrived(harbour, person_id=good) == HOW_MANY)
        assert arrived(harbour, person_id=bad) == 0
