"""Stamping: a report is issued whether or not the time-stamp server is there, and stamped once when it is."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

import authority
from authority import Authority
from xla import database, rendering
from xla.core.window import parse_period
from xla.core.work import Kind, Queue
from xla.documents import time_stamp
from xla.jobs import stamping
from xla.jobs.task import Means
from xla.jobs.working import Done, do_next, work_through
from xla.models import Report, ReportStamp, WorkItem
from xla.services import decisions, periods, stamps
from xla.services.agreements import contract_of
from xla.services.verification import verify
from xla.settings import Settings

MARCH = parse_period("2026-03")
CLOSED_AT = datetime(2026, 4, 10, 12, tzinfo=UTC)
NOW = CLOSED_AT + timedelta(days=20)
DAY = timedelta(days=1)


@pytest.fixture
def server() -> Iterator[Authority]:
    with authority.stamping() as server:
        server.at = NOW
        yield server


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], datetime]:
    """Set the database's clock; and no PDF is set."""
    monkeypatch.setattr(rendering, "render_in_process", lambda data: f"%PDF {data.issue}".encode())

    def set_to(now: datetime) -> datetime:
        monkeypatch.setattr(database, "time_of", lambda _engine: now)
        return now

    set_to(NOW)
    return set_to


@pytest.fixture
def final(harbour: Engine) -> Engine:
    """March is final, and its report still to be issued."""
    with database.transaction(harbour) as session:
        contract = contract_of(session, "harbour")
        periods.close(session, contract, MARCH, known_at=CLOSED_AT, now=CLOSED_AT)
        assert decisions.finalise_due(session, contract, NOW)
    return harbour


def means(store: Engine, url: str) -> Means:
    return Means(store, Settings(timestamp_url=url), None)


def worked(store: Engine, url: str, now: datetime = NOW) -> list[Done]:
    """All that falls due, as `xla work --once` does it; of it the reports and their stamps."""
    found = list(work_through(means(store, url), now))
    return [done for done in found if done.item.kind in {Kind.RENDER, Kind.STAMP}]


def stamped(store: Engine) -> list[ReportStamp]:
    with database.reading(store) as session:
        return list(session.scalars(select(ReportStamp)))


def reports(store: Engine) -> list[Report]:
    with database.reading(store) as session:
        return list(session.scalars(select(Report).where(Report.issued_at == NOW)))


def items(store: Engine) -> list[WorkItem]:
    with database.reading(store) as session:
        return list(session.scalars(select(WorkItem).where(WorkItem.kind == Kind.STAMP)))


def findings(store: Engine, now: datetime = NOW) -> list[str]:
    with database.reading(store) as session:
        return [str(each) for each in verify(session, now)]


def test_a_report_is_stamped_in_the_run_that_issues_it_and_once(final: Engine, server: Authority) -> None:
    said = [line for done in worked(final, server.url) for line in done.said]
    (report,) = [each for each in reports(final) if each.issue == 1]
    assert f"harbour issue 1 is time-stamped by {authority.NAME}." in said
    kept = stamped(final)[0]
    assert (kept.report_id, kept.authority) == (report.id, authority.NAME)
    assert (kept.stamped_at, kept.received_at) == (NOW, NOW)
    with database.reading(final) as session:
        found = stamps.of_report(session, report)
        assert found
        digest = hashlib.sha256(b"%PDF 1").hexdigest()
        assert time_stamp.checked(found.token, digest).stamped_at == NOW
    assert {kind for kind, _query in server.asked} == {"application/timestamp-query"}
    asked = len(server.asked)
    assert worked(final, server.url) == []
    assert len(server.asked) == asked == len(reports(final))
    assert [each.lane for each in items(final)] == ["web/127.0.0.1"] * asked
    assert not [each for each in findings(final) if each.startswith(("stamp", "report"))]


def test_nothing_is_put_where_no_server_is_set(final: Engine) -> None:
    worked(final, "")
    assert reports(final)
    assert items(final) == []


def test_the_report_is_issued_while_the_server_is_down_and_stamped_later(
    final: Engine, server: Authority, at: Callable[[datetime], datetime]
) -> None:
    server.status = 503
    problems = {done.problem for done in worked(final, server.url) if done.item.kind is Kind.STAMP}
    assert "harbour issue 1 has no time stamp yet: the time-stamp server answered 503" in problems
    assert reports(final)
    assert stamped(final) == []
    server.status, server.at = 200, at(NOW + DAY)
    worked(final, server.url, NOW + DAY)
    assert [each.stamped_at for each in stamped(final)] == [NOW + DAY] * len(reports(final))


def test_what_was_issued_by_hand_or_before_a_server_was_set_is_stamped_too(
    final: Engine, server: Authority, at: Callable[[datetime], datetime]
) -> None:
    rendering.rendered(final, "harbour", MARCH, provider="N", now=NOW)
    worked(final, "")
    assert stamped(final) == []
    server.at = at(NOW + DAY)
    worked(final, server.url, NOW + DAY)
    assert len(stamped(final)) == len(reports(final))


def test_an_item_waits_while_no_server_is_set_any_more(final: Engine, server: Authority) -> None:
    with database.transaction(final) as session:
        session.add(
            WorkItem(
                kind="stamp", key="harbour/1", queue="notify", document='{"report": 1}', state="waiting",
                attempts=0, created_at=NOW, due_at=NOW, wanted_at=NOW, lane="",
            )
        )  # fmt: skip
    done = do_next(means(final, ""), [Queue.NOTIFY], NOW)
    while done and done.item.kind is not Kind.STAMP:
        done = do_next(means(final, ""), [Queue.NOTIFY], NOW)
    assert done
    assert (done.problem, done.is_put_off) == ("no time-stamp server is set", True)


@pytest.mark.parametrize(
    ("answer", "status", "problem"),
    [
        (authority.refused, 200, "the authority refused: too many today"),
        (lambda *_told: b"busy", 200, "the answer is none of a time-stamp authority"),
        (lambda *_told: b"x" * 65_537, 200, "the time-stamp server's answer is larger than 64 KiB"),
        (authority.granted, 302, "the time-stamp server sends on to another address, which is not followed"),
    ],
)
def test_no_other_answer_is_kept(
    final: Engine, server: Authority, answer: Callable[..., bytes], status: int, problem: str
) -> None:
    server.answer, server.status, server.location = answer, status, server.url
    found = [done for done in worked(final, server.url) if done.item.kind is Kind.STAMP]
    assert {done.problem.partition("yet: ")[2] for done in found if done.problem} == {problem}
    assert stamped(final) == []
    assert len(server.asked) == len(found)


def test_who_is_ended_before_keeping_it_asks_again_and_one_stamp_is_kept(
    final: Engine, server: Authority, at: Callable[[datetime], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_told: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(stamping.stamps, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            worked(final, server.url)
    assert stamped(final) == []
    server.at = at(NOW + DAY)
    worked(final, server.url, NOW + DAY)
    assert len(stamped(final)) == len(reports(final)) > 0


def test_a_report_that_was_stamped_meanwhile_is_not_asked_for(final: Engine, server: Authority) -> None:
    worked(final, server.url)
    asked = len(server.asked)
    with database.transaction(final) as session:
        for item in session.scalars(select(WorkItem).where(WorkItem.kind == Kind.STAMP)):
            item.state = "waiting"
    assert {done.problem for done in worked(final, server.url)} == {None}
    assert len(server.asked) == asked


def test_a_stamp_that_is_gone_is_found(final: Engine, server: Authority) -> None:
    worked(final, server.url)
    with database.transaction(final) as session:
        for each in session.scalars(select(ReportStamp)):
            session.delete(each)
    assert "stamp harbour/1: it was stamped, and its time stamp is gone" in findings(final)
