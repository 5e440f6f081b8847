"""A clock that jumps an hour or forty days, and back: nothing twice, too early or stuck."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from psycopg.errors import DiskFull, TooManyColumns
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

import make
from xla import clock, database
from xla.core.work import Kind, Queue
from xla.jobs import clocks, deciding, kinds
from xla.jobs.runner import Runner
from xla.jobs.task import Means, Task
from xla.jobs.working import do_next, work_through
from xla.models import Breach, Evaluation, Notice, Period, WorkItem
from xla.services import agreements, work
from xla.services.verification import verify
from xla.settings import Settings

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
HOUR, DAYS = timedelta(hours=1), timedelta(days=40)
EVERY = tuple(Queue)
SetClock = Callable[[datetime], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Sets the database's clock."""

    def set_to(now: datetime) -> None:
        monkeypatch.setattr(database, "time_of", lambda _engine: now)

    set_to(NOW)
    return set_to


def worked(store: Engine, now: datetime) -> list[str]:
    return [sentence for each in work_through(Means(store, Settings(), None), now) for sentence in each.said]


def closed(store: Engine) -> list[str]:
    with database.reading(store) as session:
        return [f"{day:%Y-%m}" for day in session.scalars(select(Period.start_on).order_by(Period.id))]


def contents(store: Engine) -> dict[str, list[object]]:
    """Every row but of the work itself."""
    with database.reading(store) as session:
        found = make.contents(session)
    return {name: list(rows) for name, rows in found.items() if name not in {"work_item", "standing"}}


@pytest.mark.parametrize("jump", [HOUR, DAYS])
def test_after_a_jump_back_nothing_is_done_twice(
    harbour: Engine, set_clock: SetClock, jump: timedelta
) -> None:
    worked(harbour, NOW)
    before = contents(harbour)
    set_clock(NOW - jump)
    worked(harbour, NOW - jump)
    set_clock(NOW)
    worked(harbour, NOW)
    assert closed(harbour) == ["2026-01", "2026-02", "2026-03"]
    after = contents(harbour)
    running = after.pop("evaluation"), before.pop("evaluation")
    assert len(running[0]) - len(running[1]) <= 1  # of what ran then, as it was known
    assert after == before


@pytest.mark.parametrize("jump", [HOUR, DAYS])
def test_by_a_clock_that_is_not_the_databases_nothing_is_done(
    harbour: Engine, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    """On PostgreSQL, whose clock is another machine's; SQLite tells only ours (see the next test)."""
    ahead = NOW + jump
    monkeypatch.setattr(clock, "now", lambda: ahead)
    with database.transaction(harbour) as session:
        work.put(session, [work.Wanted(Kind.FORGET, "a", NOW)], NOW)
    with pytest.raises(clocks.ClockApart):
        list(work_through(Means(harbour, Settings(), None)))
    is_done = harbour.dialect.name == "sqlite"
    assert run_until(harbour, lambda: bool(done_kinds(harbour))) is is_done
    set_clock(ahead)
    assert run_until(harbour, lambda: bool(done_kinds(harbour)))


def run_until(store: Engine, happened: Callable[[], bool]) -> bool:
    """Let a runner work, as `xla serve` does, for as long as it takes or two seconds; whether it happened."""
    runner = Runner(Means(store, Settings(), None))
    runner.start()
    ends_at = time.monotonic() + 2
    while not happened() and time.monotonic() < ends_at:
        time.sleep(0.02)
    assert runner.stop(20)
    return happened()


def done_kinds(store: Engine) -> list[str]:
    with database.reading(store) as session:
        return list(session.scalars(select(WorkItem.kind).where(WorkItem.state == "done")))


def test_an_only_clock_that_jumps_ahead_closes_early_and_loses_nothing(
    harbour: Engine, set_clock: SetClock
) -> None:
    """Nobody can tell: what it closed stays closed, what comes afterwards is late, the rest goes on."""
    worked(harbour, NOW)
    set_clock(NOW + DAYS)
    worked(harbour, NOW + DAYS)
    assert closed(harbour) == ["2026-01", "2026-02", "2026-03", "2026-04"]
    set_clock(NOW + HOUR)
    worked(harbour, NOW + HOUR)
    assert closed(harbour) == ["2026-01", "2026-02", "2026-03", "2026-04"]
    later = NOW + timedelta(days=60)
    set_clock(later)
    worked(harbour, later)
    assert closed(harbour) == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    with database.reading(harbour) as session:
        assert verify(session, later) == []
        assert once(session.scalars(select(Notice.kind + " " + Notice.key)).all())


def once(names: object) -> bool:
    assert isinstance(names, list)
    return len(names) == len(set(names))


def test_forty_days_down_are_caught_up_in_order_and_once(harbour: Engine, set_clock: SetClock) -> None:
    worked(harbour, NOW)
    later = NOW + DAYS + timedelta(days=30)
    set_clock(later)
    said = [sentence for sentence in worked(harbour, later) if "proposed" in sentence]
    assert [sentence.split()[1] for sentence in said] == ["2026-04", "2026-05"]
    assert worked(harbour, later) == []
    assert closed(harbour) == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    with database.reading(harbour) as session:
        counted = [session.scalar(select(func.count()).select_from(row)) for row in (Breach, Evaluation)]
        assert counted[0] == 1
        assert verify(session, later) == []


def test_what_was_taken_in_the_future_by_who_died_is_done_now(harbour: Engine, set_clock: SetClock) -> None:
    with database.transaction(harbour) as session:
        assert work.put(session, [work.Wanted(Kind.FORGET, "a", NOW)], NOW)
        taken = work.take(session, EVERY, NOW + DAYS)
        assert taken
    worked(harbour, NOW)
    with database.reading(harbour) as session:
        live = select(WorkItem.key).where(WorkItem.state == "running")
        assert session.scalars(live).all() == []


def test_a_close_written_down_before_the_agreement_gave_more_time_follows_then(
    harbour: Engine, set_clock: SetClock
) -> None:
    """The close that was written down finds nothing to close and is done; the later one is found again."""
    due_at = datetime(2026, 4, 3, 22, tzinfo=UTC)  # the midnight that begins 4 April in Stockholm
    soon = due_at - HOUR
    set_clock(soon)
    worked(harbour, soon)
    with database.transaction(harbour) as session:
        patient = make.agreement(effective_from="2026-04-01", contract={"close_after_days": 10})
        agreements.apply(session, patient, soon)
    set_clock(due_at)
    worked(harbour, due_at)
    assert closed(harbour) == ["2026-01", "2026-02"]
    for later in (due_at + timedelta(days=7, hours=-1), due_at + timedelta(days=7)):
        set_clock(later)
        worked(harbour, later)
    assert closed(harbour) == ["2026-01", "2026-02", "2026-03"]


@pytest.mark.usefixtures("set_clock")
def test_what_the_database_refused_costs_no_attempt(harbour: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without room, however often it is tried, parks nothing."""

    def no_room(_task: Task) -> list[str]:
        raise OperationalError("INSERT", None, Exception("database or disk is full"))

    monkeypatch.setitem(kinds.HANDLERS, Kind.FORGET, no_room)  # type: ignore[arg-type]  # a Mapping, made of a dict
    with database.transaction(harbour) as session:
        work.put(session, [work.Wanted(Kind.FORGET, "a", NOW - DAYS)], NOW)
    done = do_next(Means(harbour, Settings(), None), EVERY, NOW)
    assert done
    assert done.problem == "the database refused: database or disk is full"
    with database.reading(harbour) as session:
        (row,) = session.scalars(select(WorkItem).where(WorkItem.kind == "forget"))
        assert (row.state, row.attempts, row.due_at) == ("waiting", 0, NOW + timedelta(minutes=1))


@pytest.mark.usefixtures("set_clock")
def test_a_statement_no_database_understands_is_parked_in_the_end(
    harbour: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asks_wrongly(task: Task) -> list[str]:
        with task.finishing() as session:
            session.execute(text("SELECT nothing_there FROM contract"))
        return []

    monkeypatch.setitem(kinds.HANDLERS, Kind.FORGET, asks_wrongly)  # type: ignore[arg-type]  # a Mapping, made of a dict
    with database.transaction(harbour) as session:
        work.put(session, [work.Wanted(Kind.FORGET, "a", NOW - DAYS)], NOW)
    done = do_next(Means(harbour, Settings(), None), EVERY, NOW)
    assert done
    with database.reading(harbour) as session:
        (row,) = session.scalars(select(WorkItem).where(WorkItem.kind == "forget"))
        assert (row.state, row.attempts) == ("waiting", 1)
        assert "nothing_there" in str(row.error)


def test_deciding_waits_by_the_earlier_of_two_clocks() -> None:
    apart = clocks.ClockApart(NOW + DAYS, NOW)
    assert min(NOW + DAYS, apart.theirs) + deciding.APART_WAITS == NOW + timedelta(minutes=5)


@pytest.mark.usefixtures("set_clock")
def test_a_refused_row_is_not_quoted_where_the_reason_is_kept(
    harbour: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(_task: Task) -> list[str]:
        told = "there is one already\nDETAIL:  Key (email)=(anna@ekhaga.se) already exists."
        raise IntegrityError("INSERT", None, Exception(told))

    monkeypatch.setitem(kinds.HANDLERS, Kind.FORGET, twice)  # type: ignore[arg-type]  # a Mapping, made of a dict
    with database.transaction(harbour) as session:
        work.put(session, [work.Wanted(Kind.FORGET, "a", NOW - DAYS)], NOW)
    done = do_next(Means(harbour, Settings(), None), EVERY, NOW)
    assert done
    assert done.problem == "IntegrityError: there is one already"


def test_what_is_beyond_the_limits_of_postgresql_does_not_pass() -> None:
    refused = {DiskFull: True, TooManyColumns: False}
    for kind, passes in refused.items():
        assert database.is_passing(OperationalError("INSERT", None, kind())) is passes
