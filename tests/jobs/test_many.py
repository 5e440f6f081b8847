"""Many machines: items are handed to Procrastinate in our transaction; our rows stay the truth."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.util import CommandError
from sqlalchemy import Engine, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from databases import PostgresDatabases
from xla import clock, database, migrate
from xla.core.work import RULES, Kind, Queue
from xla.jobs import reaping, ticks, working
from xla.jobs.handed import Handed
from xla.jobs.task import Means, Task
from xla.models import WorkItem
from xla.services import work
from xla.services.work import Taken, Wanted
from xla.settings import Settings

NOW = datetime(2024, 6, 15, 12, tzinfo=UTC)
"""Past by any clock: Procrastinate asks the database's whether a job is due."""
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def shared(postgres_server: Path) -> Iterator[str]:
    """A PostgreSQL database with our tables and Procrastinate's."""
    databases = PostgresDatabases(postgres_server)
    url = databases.create()
    engine = database.connect(url, work="procrastinate")
    migrate.upgrade(engine)
    migrate.add_procrastinate(engine)
    engine.dispose()
    yield url
    databases.drop(url)


@pytest.fixture
def many(shared: str) -> Iterator[Engine]:
    """That database, with no work in it."""
    engine = database.connect(shared, work="procrastinate")
    with engine.begin() as connection:
        connection.execute(
            text("TRUNCATE work_item, procrastinate_jobs, procrastinate_workers RESTART IDENTITY CASCADE")
        )
    yield engine
    engine.dispose()


def forget(key: str, due_at: datetime = NOW) -> Wanted:
    return Wanted(Kind.FORGET, key, due_at)


def put(engine: Engine, *wanted: Wanted) -> None:
    with database.transaction(engine) as session:
        work.put(session, wanted, NOW)


def take(session: Session, now: datetime = NOW) -> Taken:
    taken = work.take(session, tuple(Queue), now)
    assert taken
    return taken


def jobs(engine: Engine, status: str = "todo") -> list[tuple[str, str, int, datetime]]:
    """Queue, task, item, time of the jobs that are so."""
    with database.reading(engine) as session:
        rows = session.execute(
            text(
                "SELECT queue_name, task_name, (args->>'item_id')::int, scheduled_at FROM procrastinate_jobs "
                "WHERE status = CAST(:status AS procrastinate_job_status) ORDER BY id"
            ),
            {"status": status},
        )
        return [tuple(row) for row in rows]


def items(engine: Engine) -> dict[str, WorkItem]:
    with database.reading(engine) as session:
        return {item.key: item for item in session.query(WorkItem)}


def fetched(engine: Engine, *, silent_for: timedelta = timedelta()) -> int:
    """A worker, heard of last so long ago, fetches the next job; its id."""
    with engine.begin() as connection:
        worker = connection.scalar(text("SELECT worker_id FROM procrastinate_register_worker_v1()"))
        connection.execute(
            text("UPDATE procrastinate_workers SET last_heartbeat = now() - :silence WHERE id = :id"),
            {"silence": silent_for, "id": worker},
        )
        fetch = "SELECT id FROM procrastinate_fetch_job_v2(NULL, :worker)"
        return int(connection.scalar(text(fetch), {"worker": worker}) or 0)


def test_an_item_is_handed_over_to_its_queue_at_its_due_time(many: Engine) -> None:
    put(many, forget("a", NOW + SECOND), Wanted(Kind.TELL, "b", NOW))
    ids = {key: item.id for key, item in items(many).items()}
    assert jobs(many) == [
        ("notify", "xla.work_item", ids["b"], NOW),
        ("close", "xla.work_item", ids["a"], NOW + SECOND),
    ]


def test_what_has_been_due_longest_is_fetched_first_whenever_it_got_its_job(many: Engine) -> None:
    put(many, forget("young", NOW + timedelta(minutes=1)), forget("middle"))
    put(many, forget("old", NOW - timedelta(days=40)))
    ids = {item.id: key for key, item in items(many).items()}
    for _ in ids:
        fetched(many)
    rows = "SELECT (args->>'item_id')::int FROM procrastinate_jobs ORDER BY worker_id"
    with many.connect() as connection:
        assert [ids[item_id] for item_id in connection.scalars(text(rows))] == ["old", "middle", "young"]


def test_what_is_rolled_back_leaves_no_job(many: Engine) -> None:
    with database.transaction(many) as session:
        work.put(session, [forget("a")], NOW)
        session.rollback()
    assert jobs(many) == []
    assert items(many) == {}


def test_what_is_wanted_twice_has_one_job(many: Engine) -> None:
    put(many, forget("a"))
    put(many, forget("a"), forget("b"))
    assert len(jobs(many)) == 2


def test_embedded_work_has_no_jobs(many: Engine, shared: str) -> None:
    embedded = database.connect(shared)
    put(embedded, forget("a"))
    embedded.dispose()
    assert jobs(many) == []


def test_a_failed_item_gets_a_job_at_its_next_time(many: Engine) -> None:
    put(many, forget("a"))
    fetched(many)
    with database.transaction(many) as session:
        work.fail(session, take(session), "no room", NOW)
    due_at = items(many)["a"].due_at
    assert due_at > NOW
    assert [when for *_, when in jobs(many)] == [due_at]


def test_a_parked_item_gets_no_job_until_it_is_begun_anew(many: Engine) -> None:
    put(many, forget("a"))
    fetched(many)
    with database.transaction(many) as session:
        work.park(session, take(session), "no use", NOW)
    assert jobs(many) == []
    assert reaping.sweep(many, NOW) == 0
    with database.transaction(many) as session:
        assert work.retry(session, items(many)["a"].id, NOW)
    assert len(jobs(many)) == 1


def test_an_item_given_back_gets_a_job_at_that_time(many: Engine) -> None:
    put(many, forget("a"))
    fetched(many)
    with database.transaction(many) as session:
        work.give_back(session, take(session), NOW + timedelta(hours=1))
    assert [when for *_, when in jobs(many)] == [NOW + timedelta(hours=1)]


def test_a_failure_after_the_sweep_saw_its_lease_run_out_adds_no_second_job(many: Engine) -> None:
    put(many, forget("a"))
    fetched(many)
    with database.transaction(many) as session:
        taken = take(session)
    late = NOW + RULES[Kind.FORGET].lease
    assert reaping.sweep(many, late) == 1
    with database.transaction(many) as session:
        work.fail(session, taken, "slow", late)
    assert len(jobs(many)) == 1


def test_the_sweep_gives_a_job_to_what_waits_without_one_and_only_once(many: Engine, shared: str) -> None:
    embedded = database.connect(shared)
    put(embedded, *(forget(str(number), NOW + number * SECOND) for number in range(5)))
    embedded.dispose()
    put(many, forget("has one"))
    assert reaping.sweep(many, NOW) == 5
    assert reaping.sweep(many, NOW) == 0
    assert len(jobs(many)) == 6


def test_the_sweep_ends_though_there_is_more_than_it_takes_at_once(
    many: Engine, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaping, "AT_ONCE", 2)
    embedded = database.connect(shared)
    put(embedded, *(forget(str(number)) for number in range(4)))
    embedded.dispose()
    assert reaping.sweep(many, NOW) == 4


def test_the_sweep_leaves_alone_what_a_worker_has_just_fetched(many: Engine) -> None:
    put(many, forget("a"))
    fetched(many)
    assert reaping.sweep(many, NOW) == 0


def test_the_sweep_leaves_alone_what_another_transaction_has_in_its_hands(many: Engine, shared: str) -> None:
    embedded = database.connect(shared)
    put(embedded, forget("a"))
    with database.transaction(embedded) as session:
        take(session)
        assert reaping.sweep(many, NOW) == 0
    embedded.dispose()
    assert reaping.sweep(many, NOW) == 0
    assert reaping.sweep(many, NOW + RULES[Kind.FORGET].lease) == 1


def test_what_a_dead_worker_had_is_due_again_with_a_new_job(many: Engine) -> None:
    put(many, forget("a"))
    fetched(many, silent_for=timedelta(seconds=31))
    with database.transaction(many) as session:
        first = take(session)
    assert reaping.reap(many, NOW) == 1
    assert reaping.reap(many, NOW) == 0
    assert reaping.sweep(many, NOW) == 1
    assert jobs(many, "doing") == []
    assert len(jobs(many)) == 1
    with database.transaction(many) as session:
        again = take(session)
    assert (again.id, again.attempts) == (first.id, 2)


def test_a_worker_that_was_heard_of_keeps_what_it_does(many: Engine) -> None:
    put(many, forget("a"))
    fetched(many, silent_for=timedelta(seconds=25))
    with database.transaction(many) as session:
        take(session)
    assert reaping.reap(many, NOW) == 0
    assert items(many)["a"].lease_until == NOW + RULES[Kind.FORGET].lease


def test_an_item_a_living_worker_has_begun_since_stays_in_its_hands(many: Engine) -> None:
    put(many, forget("a"))
    fetched(many, silent_for=timedelta(seconds=31))
    with database.transaction(many) as session:
        take(session)
    late = NOW + RULES[Kind.FORGET].lease
    assert reaping.sweep(many, late) == 1
    fetched(many)
    with database.transaction(many) as session:
        take(session, late)
    assert reaping.reap(many, late) == 1
    assert items(many)["a"].lease_until == late + RULES[Kind.FORGET].lease


def handed(many: Engine, said: list[str], **concurrency: int) -> Handed:
    means = Means(many, Settings(engine="procrastinate"), None)
    return Handed(means, {Queue(name): count for name, count in concurrency.items()}, said.append)


def test_a_job_has_its_item_done_and_again_nothing(many: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def handler(task: Task) -> list[str]:
        with task.finishing():
            done.append(task.item.key)
        return [f"{task.item.key} is forgotten."]

    monkeypatch.setattr(working, "HANDLERS", {Kind.FORGET: handler})
    put(many, forget("a"), forget("b"))
    said: list[str] = []
    at_work = handed(many, said, close=2)
    for _ in range(2):
        at_work.do(Queue.CLOSE, items(many)["b"].id, NOW)
    assert done == ["b"]
    assert said == ["b is forgotten."]
    assert {key: item.state for key, item in items(many).items()} == {"a": "waiting", "b": "done"}


def test_a_full_lane_takes_nothing_more_and_who_leaves_it_calls_the_next(
    many: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = "mail/slow.example"
    put(many, *(Wanted(Kind.SEND, name, NOW, lane=lane) for name in "abcd"))
    ids = {key: item.id for key, item in items(many).items()}
    at_work = handed(many, [], notify=8)
    began: list[str] = []

    def handler(task: Task) -> list[str]:
        began.append(task.item.key)
        if task.item.key == "a":
            at_work.do(Queue.NOTIFY, ids["b"], NOW)
        if task.item.key == "b":  # two of the lane are in hand: there is no room
            at_work.do(Queue.NOTIFY, ids["c"], NOW)
            drop_jobs(many)
        with task.finishing():
            return []

    monkeypatch.setattr(working, "HANDLERS", {Kind.SEND: handler})
    at_work.do(Queue.NOTIFY, ids["a"], NOW)
    assert began == ["a", "b"]
    assert [item for _queue, _task, item, _when in jobs(many)] == [ids["c"], ids["d"]]


def test_by_a_clock_that_is_not_the_databases_nothing_is_done(
    many: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(many, forget("a"))
    monkeypatch.setattr(clock, "now", lambda: NOW)
    handed(many, [], close=2).do(Queue.CLOSE, items(many)["a"].id, NOW)
    assert items(many)["a"].state == "waiting"


def test_what_is_due_by_the_databases_clock_is_done_by_it_where_ours_is_behind(
    many: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    done_at: list[datetime] = []

    def handler(task: Task) -> list[str]:
        with task.finishing():
            done_at.append(task.now)
        return []

    monkeypatch.setattr(working, "HANDLERS", {Kind.FORGET: handler})
    due_at = clock.now() + timedelta(minutes=2)
    put(many, forget("a", due_at))
    handed(many, [], close=2).do(Queue.CLOSE, items(many)["a"].id, due_at)
    assert done_at == [due_at]


def drop_jobs(engine: Engine) -> None:
    """They were fetched, and ended without a place for their items."""
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))


def test_each_tick_tends_the_jobs_where_procrastinate_works(
    many: Engine, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticks, "plan", lambda *_told: 0)
    embedded = database.connect(shared)
    put(embedded, forget("a"))
    ticks.tick(Means(embedded, Settings(), None))
    embedded.dispose()
    assert jobs(many) == []
    ticks.tick(Means(many, Settings(engine="procrastinate"), None))
    assert len(jobs(many)) == 1


def test_procrastinate_needs_postgresql() -> None:
    with pytest.raises(ArgumentError, match="XLA_ENGINE=procrastinate needs PostgreSQL"):
        database.connect("sqlite:///xla.db", work="procrastinate")


def test_procrastinates_tables_are_made_once_and_of_another_version_refused(many: Engine) -> None:
    put(many, forget("a"))
    migrate.add_procrastinate(many)
    assert len(jobs(many)) == 1
    with many.begin() as connection:
        connection.execute(
            text("ALTER FUNCTION procrastinate_fetch_job_v2 RENAME TO procrastinate_fetch_job_v1")
        )
    try:
        with pytest.raises(CommandError, match="another version, which lacks procrastinate_fetch_job_v2"):
            migrate.add_procrastinate(many)
    finally:
        with many.begin() as connection:
            connection.execute(
                text("ALTER FUNCTION procrastinate_fetch_job_v1 RENAME TO procrastinate_fetch_job_v2")
            )


def test_our_migrations_leave_procrastinates_tables_alone(postgres_server: Path) -> None:
    databases = PostgresDatabases(postgres_server)
    url = databases.create()
    engine = database.connect(url, work="procrastinate")
    migrate.upgrade(engine)
    migrate.add_procrastinate(engine)
    migrate.downgrade(engine, "base")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('procrastinate_jobs')"))
        assert not connection.scalar(text("SELECT to_regclass('work_item')"))
    migrate.upgrade(engine)
    engine.dispose()
    databases.drop(url)
