"""Reporting: drafts when a period is proposed; once it is final its report is issued once, and delivered."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

import make
from xla import database, rendering
from xla.core.role import Role
from xla.core.window import parse_period
from xla.core.work import RULES, Kind, Queue
from xla.documents.pdf import RenderFailed
from xla.documents.report_data import ReportData
from xla.documents.signing import Key, Unsigned
from xla.jobs.task import Means
from xla.jobs.working import Done, do_next
from xla.models import Notice, Period, Report, ReportDelivery, WorkItem
from xla.outside.mail import Letter, ListMailbox, Mailbox, RecipientRefused, Sender, Undelivered
from xla.services import addenda, decisions, deliveries, memberships, people, periods, recipients
from xla.services.agreements import contract_of
from xla.services.imports import import_ratings
from xla.settings import Settings

MARCH = parse_period("2026-03")
NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=20)
SETTINGS = Settings(base_url="https://xla.example", provider="Nordfast")


class Picky(ListMailbox):
    """Refuses some addresses for good, others for now."""

    def __init__(self, never: str = "", now_not: str = "") -> None:
        super().__init__()
        self.never, self.now_not = never, now_not

    def send(self, letter: Letter, sender: Sender, now: datetime) -> None:
        if letter.to == self.never:
            raise RecipientRefused("the server refuses the recipient")
        if letter.to == self.now_not:
            raise Undelivered("the server is busy")
        super().send(letter, sender, now)


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> list[ReportData]:
    """No PDF is set; the data it would be set from are kept."""
    seen: list[ReportData] = []

    def printed(data: ReportData) -> bytes:
        seen.append(data)
        return f"%PDF-{data.issue} {data.language}".encode()

    monkeypatch.setattr(rendering, "render_in_process", printed)
    return seen


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], datetime]:
    """Set the database's clock."""

    def set_to(now: datetime) -> datetime:
        monkeypatch.setattr(database, "time_of", lambda _engine: now)
        return now

    set_to(NOW)
    return set_to


def add_manager(store: Engine, email: str = "maja@nordfast.example", language: str = "en") -> None:
    with database.transaction(store) as session:
        person = people.add(session, email, name="Maja", role=Role.MANAGER, language=language, now=NOW)  # type: ignore[arg-type]  # of the test
        memberships.add_member(session, person.id, contract_of(session, "harbour").id)


def add_recipient(store: Engine, email: str, language: str = "en") -> None:
    with database.transaction(store) as session:
        by = people.by_email(session, "maja@nordfast.example")
        contract = contract_of(session, "harbour")
        assert by
        recipients.add(session, contract, email=email, name="Elin", language=language, by=by, now=NOW)  # type: ignore[arg-type]  # of the test


def close(store: Engine) -> None:
    with database.transaction(store) as session:
        periods.close(session, contract_of(session, "harbour"), MARCH, known_at=NOW, now=NOW)


def make_final(store: Engine) -> None:
    with database.transaction(store) as session:
        assert decisions.finalise_due(session, contract_of(session, "harbour"), LATER)


def worked(store: Engine, mailbox: Mailbox | None, now: datetime) -> Iterator[Done]:
    """Every report that is to be made or delivered."""
    means = Means(store, SETTINGS, mailbox)
    while done := do_next(means, [Queue.RENDER, Queue.NOTIFY], now):
        if done.item.kind in {Kind.RENDER, Kind.DELIVER}:
            yield done


def reported(store: Engine, mailbox: Mailbox | None, now: datetime) -> list[str]:
    """What was said of it."""
    return [line for done in worked(store, mailbox, now) for line in done.said]


def work_item(store: Engine, key: str) -> int:
    with database.reading(store) as session:
        return session.scalars(select(WorkItem.id).where(WorkItem.key == key)).one()


def with_reports(mailbox: ListMailbox) -> list[EmailMessage]:
    """The mails that bring something."""
    return [mail for mail in mailbox if list(mail.iter_attachments())]


def attached(mail: EmailMessage) -> tuple[str | None, bytes]:
    (part,) = mail.iter_attachments()
    return part.get_filename(), part.get_content()


def said_in(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def log(store: Engine) -> list[ReportDelivery]:
    with database.reading(store) as session:
        asked = select(ReportDelivery).join(Period).where(Period.start_on == MARCH.start)
        return list(session.scalars(asked.order_by(ReportDelivery.id)))


@pytest.mark.usefixtures("at")
def test_a_proposed_period_is_drafted_for_the_managers_in_their_language(
    harbour: Engine, press: list[ReportData]
) -> None:
    add_manager(harbour)
    add_manager(harbour, "sven@nordfast.example", "sv")
    close(harbour)
    mailbox = ListMailbox()
    said = reported(harbour, mailbox, NOW)
    assert "harbour 2026-03: the draft is made for 2." in said
    english, swedish = with_reports(mailbox)
    assert attached(english) == ("harbour-2026-03-draft.pdf", b"%PDF-None en")
    assert attached(swedish)[1] == b"%PDF-None sv"
    assert "The figures are proposed, not final yet" in said_in(english)
    assert english["List-Unsubscribe"] is None
    assert all(data.is_draft for data in press)
    with database.reading(harbour) as session:
        assert session.scalars(select(Report)).all() == []
        row = deliveries.of_id(session, log(harbour)[0].id)
        assert (row.sent_at, row.draft, row.attempts) == (NOW, None, 1)
    close(harbour)
    assert reported(harbour, mailbox, NOW) == []


@pytest.mark.usefixtures("press")
def test_a_draft_waits_for_the_end_of_its_readers_night(
    harbour: Engine, at: Callable[[datetime], datetime]
) -> None:
    add_manager(harbour)
    with database.transaction(harbour) as session:
        maja = people.by_email(session, "maja@nordfast.example")
        assert maja
        maja.timezone, maja.quiet_from, maja.quiet_until = "UTC", NOW.hour, NOW.hour + 1
    close(harbour)
    mailbox = ListMailbox()
    reported(harbour, mailbox, NOW)
    assert with_reports(mailbox) == []
    reported(harbour, mailbox, at(NOW + timedelta(hours=1)))
    assert len(with_reports(mailbox)) == 1


@pytest.mark.usefixtures("at")
def test_nothing_is_drafted_where_nobody_would_get_it(harbour: Engine, press: list[ReportData]) -> None:
    close(harbour)
    assert "harbour 2026-03: no draft is made, since no mail server is set." in reported(harbour, None, NOW)
    with database.transaction(harbour) as session:
        session.scalars(
            select(WorkItem).where(WorkItem.key == "harbour/2026-03/draft")
        ).one().state = "waiting"
    said = reported(harbour, ListMailbox(), NOW)
    assert said == ["harbour 2026-03: no draft is made, since no manager wants to be told."]
    assert press == []


def test_what_became_final_meanwhile_is_not_drafted(
    harbour: Engine, press: list[ReportData], at: Callable[[datetime], datetime]
) -> None:
    add_manager(harbour)
    close(harbour)
    make_final(harbour)
    said = reported(harbour, ListMailbox(), at(LATER))
    assert "harbour 2026-03: no draft is made, since it is final already." in said
    assert [data.final_on is not None for data in press if data.period == "2026-03"] == [True]


def test_a_final_period_is_issued_once_a_language_and_goes_to_each_recipient(
    harbour: Engine, press: list[ReportData], at: Callable[[datetime], datetime]
) -> None:
    add_manager(harbour)
    add_recipient(harbour, "elin@port.example")
    add_recipient(harbour, "olle@port.example", "sv")
    close(harbour)
    make_final(harbour)
    mailbox = ListMailbox()
    said = reported(harbour, mailbox, at(LATER))
    assert "harbour 2026-03: issue 1 is kept, and goes to 1." in said
    assert "harbour 2026-03: issue 2 is kept, and goes to 1." in said
    english, swedish = with_reports(mailbox)
    name, pdf = attached(english)
    assert (english["To"], name, pdf) == ("elin@port.example", "harbour-2026-03-issue-1.pdf", b"%PDF-1 en")
    text = said_in(english)
    assert sha256(pdf).hexdigest() in text
    assert "https://xla.example/verify" in text
    assert "1 of 5 experience commitments was breached in March" in text
    assert english["List-Unsubscribe"].startswith("<https://xla.example/no-reports/")
    assert english["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert attached(swedish) == ("harbour-2026-03-issue-2.pdf", b"%PDF-2 sv")
    assert [(row.email, row.sent_at, row.message_id) for row in log(harbour)] == [
        ("elin@port.example", LATER, english["Message-ID"]),
        ("olle@port.example", LATER, swedish["Message-ID"]),
    ]
    assert reported(harbour, mailbox, LATER) == []
    with database.reading(harbour) as session:
        told = session.scalars(select(Notice.key).where(Notice.kind == "report_issued")).all()
        assert "harbour/1" in told
        assert "harbour/2" not in told


class Pen:
    """A key and who signs with it, to be seen at once."""

    name = "Nordfast Service AB"

    def signer(self, _now: datetime) -> Any:
        return self

    def signed(self, pdf: bytes) -> bytes:
        return pdf + b", signed"


@pytest.mark.usefixtures("press", "at")
def test_what_is_kept_and_hashed_is_the_signed_file_and_a_draft_is_not_signed(harbour: Engine) -> None:
    def made() -> rendering.Made:
        key: Any = Pen()
        return rendering.rendered(harbour, "harbour", MARCH, provider="N", key=key, now=LATER)

    assert not made().pdf.endswith(b", signed")
    close(harbour)
    issued = made()
    assert issued.pdf.endswith(b", signed")
    assert made() == issued
    with database.reading(harbour) as session:
        report = session.scalars(select(Report)).one()
        assert (report.sha256, report.signer) == (issued.sha256, Pen.name)


def test_a_key_that_cannot_be_read_issues_nothing_until_it_can(
    harbour: Engine, press: list[ReportData], at: Callable[[datetime], datetime], tmp_path: Path
) -> None:
    add_manager(harbour)
    close(harbour)
    make_final(harbour)
    locked = SETTINGS.model_copy(update={"signing_key": tmp_path / "none.p12"})
    means = Means(harbour, locked, ListMailbox())
    at(LATER)
    while do_next(means, [Queue.RENDER], LATER):
        pass
    with database.reading(harbour) as session:
        assert session.scalars(select(Report)).all() == []
        items = session.scalars(select(WorkItem).where(WorkItem.kind == Kind.RENDER)).all()
        assert any("can't be read" in str(each.error) for each in items)


@pytest.mark.usefixtures("press", "at")
def test_a_draft_and_what_is_issued_need_no_key(harbour: Engine, tmp_path: Path) -> None:
    locked = Key(tmp_path / "none.p12")
    draft = rendering.rendered(harbour, "harbour", MARCH, provider="N", key=locked, now=LATER)
    assert draft.name == "a draft"
    close(harbour)
    with pytest.raises(Unsigned, match="can't be read"):
        rendering.rendered(harbour, "harbour", MARCH, provider="N", key=locked, now=LATER)
    issued = rendering.rendered(harbour, "harbour", MARCH, provider="N", now=LATER)
    assert rendering.rendered(harbour, "harbour", MARCH, provider="N", key=locked, now=LATER) == issued


def test_what_was_issued_by_hand_is_not_issued_again(
    harbour: Engine, press: list[ReportData], at: Callable[[datetime], datetime]
) -> None:
    add_manager(harbour)
    close(harbour)
    by_hand = rendering.rendered(harbour, "harbour", MARCH, provider="Nordfast", now=NOW)
    add_recipient(harbour, "elin@port.example")
    make_final(harbour)
    mailbox = ListMailbox()
    assert "harbour 2026-03: issue 1 is kept, and goes to 1." in reported(harbour, mailbox, at(LATER))
    mails = with_reports(mailbox)
    assert [attached(mail)[1] for mail in mails] == [by_hand.pdf]
    assert sum(data.period == "2026-03" for data in press) == 1


def test_a_contract_without_recipients_has_its_report_all_the_same(
    harbour: Engine, press: list[ReportData], at: Callable[[datetime], datetime]
) -> None:
    close(harbour)
    make_final(harbour)
    assert "harbour 2026-03: issue 1 is kept, and goes to 0." in reported(harbour, None, at(LATER))
    assert not any(data.is_draft for data in press)


def test_one_recipients_failure_delays_nobody_else(
    harbour: Engine, press: list[ReportData], at: Callable[[datetime], datetime]
) -> None:
    add_manager(harbour)
    for name in ("never", "busy", "fine"):
        add_recipient(harbour, f"{name}@port.example")
    close(harbour)
    make_final(harbour)
    mailbox = Picky("never@port.example", "busy@port.example")
    reported(harbour, mailbox, at(LATER))
    never, busy, fine = log(harbour)
    assert (never.given_up_at, never.problem) == (LATER, "the server refuses the recipient")
    assert (busy.sent_at, busy.given_up_at, busy.problem) == (None, None, "the server is busy")
    assert fine.sent_at == LATER
    mailbox.now_not = ""
    reported(harbour, mailbox, at(LATER + timedelta(minutes=1)))
    assert [row.attempts for row in log(harbour)] == [1, 2, 1]
    assert len({data.issue for data in press if data.period == "2026-03"}) == 1


def test_after_the_last_attempt_it_is_given_up_with_its_reason(
    harbour: Engine, press: list[ReportData], at: Callable[[datetime], datetime]
) -> None:
    add_manager(harbour)
    add_recipient(harbour, "busy@port.example")
    close(harbour)
    make_final(harbour)
    mailbox = Picky(now_not="busy@port.example")
    reported(harbour, mailbox, at(LATER))
    with database.transaction(harbour) as session:
        item = session.scalars(
            select(WorkItem).where(WorkItem.key == f"harbour/1/{log(harbour)[0].id}")
        ).one()
        item.attempts = RULES[Kind.DELIVER].attempts - 1
    reported(harbour, mailbox, at(LATER + timedelta(minutes=1)))
    assert log(harbour)[0].given_up_at == LATER + timedelta(minutes=1)
    assert press


def test_an_addendum_is_issued_after_what_it_corrects_and_goes_to_the_same_recipients(
    harbour: Engine, press: list[ReportData], at: Callable[[datetime], datetime], tmp_path: Path
) -> None:
    add_manager(harbour)
    add_recipient(harbour, "elin@port.example")
    close(harbour)
    rows = [{"question": "clean", "score": 5, "date": "2026-03-11", "site": "a"}] * 80
    with database.transaction(harbour) as session:
        contract = contract_of(session, "harbour")
        import_ratings(session, contract, make.csv_file(tmp_path, rows), now=NOW + timedelta(hours=1))
        addenda.correct(session, contract, MARCH, reason="A file came late.", by=None, now=LATER)
    make_final(harbour)
    first = work_item(harbour, "harbour/2026-03/issue/en")
    with database.transaction(harbour) as session:
        session.get_one(WorkItem, first).due_at = LATER + timedelta(seconds=1)
    mailbox = ListMailbox()
    assert not any("issue" in line for line in reported(harbour, mailbox, at(LATER)))
    said = reported(harbour, mailbox, at(LATER + timedelta(minutes=1)))
    assert [line for line in said if "is kept" in line] == [
        "harbour 2026-03: issue 1 is kept, and goes to 1.",
        "harbour 2026-03: issue 2 is kept, and goes to 1.",
    ]
    correction = press[-1].correction
    assert correction
    assert (correction.to_issue, press[-1].issue) == (1, 2)
    mails = [mail for mail in with_reports(mailbox) if mail["To"] == "elin@port.example"]
    assert attached(mails[-1])[0] == "harbour-2026-03-issue-2.pdf"
    assert "This is addendum 1 to an earlier report: A file came late." in said_in(mails[-1])
    assert "was met" not in said_in(mails[0])


@pytest.mark.parametrize(
    ("mailbox", "why"), [(None, "no mail server is set"), (ListMailbox(), "it is meant for them no more")]
)
def test_what_can_not_or_must_not_be_sent_is_given_up(
    harbour: Engine,
    press: list[ReportData],
    at: Callable[[datetime], datetime],
    mailbox: Mailbox | None,
    why: str,
) -> None:
    add_manager(harbour)
    add_recipient(harbour, "elin@port.example")
    close(harbour)
    make_final(harbour)
    for done in worked(harbour, mailbox, at(LATER)):
        if mailbox is not None and "2026-03: issue 1" in "".join(done.said):
            with database.transaction(harbour) as session:
                elin = recipients.of_address(session, contract_of(session, "harbour").id, "elin@port.example")
                assert elin
                recipients.leave(session, elin, LATER)
    assert [(row.given_up_at, row.problem) for row in log(harbour)] == [(LATER, why)]
    assert press


def test_what_could_not_be_drawn_is_drawn_later(
    harbour: Engine, monkeypatch: pytest.MonkeyPatch, at: Callable[[datetime], datetime]
) -> None:
    def fail(_data: ReportData) -> bytes:
        raise RenderFailed("The process died.")

    monkeypatch.setattr(rendering, "render_in_process", fail)
    close(harbour)
    make_final(harbour)
    assert "issue" not in "".join(reported(harbour, None, at(LATER)))
    monkeypatch.setattr(rendering, "render_in_process", lambda _data: b"%PDF-")
    later = at(LATER + timedelta(minutes=1))
    assert "harbour 2026-03: issue 1 is kept, and goes to 0." in reported(harbour, None, later)


def test_a_crash_before_it_is_kept_leaves_one_report(
    harbour: Engine,
    press: list[ReportData],
    monkeypatch: pytest.MonkeyPatch,
    at: Callable[[datetime], datetime],
) -> None:
    close(harbour)
    make_final(harbour)

    def die(*_told: object) -> int:
        raise KeyboardInterrupt

    at(LATER)
    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "queue", die)
        with pytest.raises(KeyboardInterrupt):
            reported(harbour, None, LATER)
    again = at(LATER + RULES[Kind.RENDER].lease)
    assert "harbour 2026-03: issue 1 is kept, and goes to 0." in reported(harbour, None, again)
    with database.reading(harbour) as session:
        found = session.scalars(select(Report.issue).join(Period).where(Period.start_on == MARCH.start)).all()
    assert found == [1]
    assert press


def test_correcting_a_final_period_that_was_never_issued_issues_it_first(
    harbour: Engine, press: list[ReportData], at: Callable[[datetime], datetime], tmp_path: Path
) -> None:
    close(harbour)
    make_final(harbour)
    rows = [{"question": "clean", "score": 5, "date": "2026-03-11", "site": "a"}] * 80
    with database.transaction(harbour) as session:
        session.execute(update(WorkItem).values(state="done"))  # as in a database from before
        contract = contract_of(session, "harbour")
        import_ratings(session, contract, make.csv_file(tmp_path, rows), now=LATER)
        addenda.correct(session, contract, MARCH, reason="A file came late.", by=None, now=LATER)
    mailbox = ListMailbox()
    assert "harbour 2026-03: issue 1 is kept, and goes to 0." in reported(harbour, mailbox, at(LATER))
    said = reported(harbour, mailbox, at(LATER + timedelta(minutes=1)))
    assert "harbour 2026-03: issue 2 is kept, and goes to 0." in said
    assert press
