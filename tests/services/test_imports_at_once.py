"""Two imports at the same time: each rating comes in once, whoever is first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import make
from xla import database
from xla.models import Observation, Rating, Tally
from xla.services.agreements import contract_of
from xla.services.import_result import Imported
from xla.services.imports import import_ratings
from xla.services.observations import import_observations
from xla.services.verification import verify

AT_ONCE = 4
DAY = "2026-05-31"
RATINGS = [
    f"{DAY},{question},{number % 5 + 1},{number},{question}-{number}"
    for question in ("clean", "food")
    for number in range(50)
]


def at_once(url: str, work: Callable[[Session, int], Imported]) -> list[Imported]:
    """What each of several transactions came to that started together, on connections of their own."""
    barrier = Barrier(AT_ONCE)

    def run(number: int) -> Imported:
        engine = database.connect(url)
        try:
            barrier.wait()
            with database.transaction(engine) as session:
                return work(session, number)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(AT_ONCE)))


@pytest.mark.parametrize("columns", [3, 4, 5], ids=["by file", "by response", "by id"])
def test_the_same_ratings_sent_at_once_come_in_once(database_url: str, tmp_path: Path, columns: int) -> None:
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        make.contract(session)
    head = ["date", "question", "score", "response", "external_id"]
    rows = "\n".join(",".join(row[:columns]) for row in [head, *(row.split(",") for row in RATINGS)])
    path = make.file(tmp_path, rows)
    came_to = at_once(
        database_url,
        lambda session, _: import_ratings(session, contract_of(session, "harbour"), path, now=make.NOW),
    )
    assert sorted((one.accepted, one.duplicates) for one in came_to) == [(0, 100)] * 3 + [(100, 0)]
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Rating)) == 100
        assert session.scalar(select(func.sum(Tally.n))) == 100
        assert verify(session, make.NOW) == []
    engine.dispose()


def test_overlapping_files_sent_at_once_come_in_once(database_url: str, tmp_path: Path) -> None:
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        make.contract(session)
    for number in range(AT_ONCE):
        some = RATINGS[number * 10 : number * 10 + 70]
        make.file(tmp_path, "\n".join(["date,question,score,response,external_id", *some]), f"{number}.csv")
    came_to = at_once(
        database_url,
        lambda session, number: import_ratings(
            session, contract_of(session, "harbour"), tmp_path / f"{number}.csv", now=make.NOW
        ),
    )
    assert sum(one.accepted for one in came_to) == 100
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Rating)) == 100
        assert verify(session, make.NOW) == []
    engine.dispose()


def test_two_contracts_do_not_wait_for_each_other(database_url: str, tmp_path: Path) -> None:
    """On PostgreSQL; SQLite has one writer, and the others wait their turn."""
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        for number in range(AT_ONCE):
            make.contract(session, make.agreement(contract={"key": f"c{number}"}))
    path = make.file(tmp_path, "\n".join(["date,question,score,response,external_id", *RATINGS]))
    came_to = at_once(
        database_url,
        lambda session, number: import_ratings(
            session, contract_of(session, f"c{number}"), path, now=make.NOW
        ),
    )
    assert [one.accepted for one in came_to] == [100] * AT_ONCE
    with database.reading(engine) as session:
        assert verify(session, make.NOW) == []
    engine.dispose()


def test_the_same_observations_sent_at_once_come_in_once(database_url: str, tmp_path: Path) -> None:
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        make.contract(session)
    rows = "".join(f"tenants,{DAY},{number},40\n" for number in range(40))
    path = make.file(tmp_path, f"observation,date,numerator,denominator\n{rows}")
    came_to = at_once(
        database_url,
        lambda session, _: import_observations(session, contract_of(session, "harbour"), path, now=make.NOW),
    )
    assert sorted((one.accepted, one.duplicates) for one in came_to) == [(0, 40)] * 3 + [(40, 0)]
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Observation)) == 40
    engine.dispose()
