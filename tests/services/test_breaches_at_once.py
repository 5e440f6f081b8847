"""Two people act on one breach at once: one is first, the other is told, and nothing is overwritten."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import breached
from breached import NOW, person
from xla import database
from xla.core.role import Role
from xla.models import Breach, BreachStep, BreachWork
from xla.services import breach_work, breaches
from xla.services.agreements import ChangedMeanwhile
from xla.services.breach_work import Details
from xla.services.breaches import Held


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        breached.build(session)
    yield engine
    engine.dispose()


def together(store: Engine, *acts: Callable[[Session, Held], object]) -> list[bool]:
    """Whether each got through, all having looked at the same revision."""
    ready = Barrier(len(acts))

    def one(act: Callable[[Session, Held], object]) -> bool:
        ready.wait()
        try:
            with database.transaction(store) as session:
                breach = session.scalars(select(Breach)).one()
                contract = breached.contract_of(session, breach)
                who = person(session, Role.MANAGER)
                act(session, breaches.hold(session, contract, breach.id, revision=0, by=who))
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))


def causing(text: str) -> Callable[[Session, Held], object]:
    return lambda session, held: breach_work.describe(session, held, Details(None, None, "other", text), NOW)


def test_of_two_who_write_one_is_kept_and_the_other_is_told(store: Engine) -> None:
    through = together(store, causing("first"), causing("second"))
    assert sorted(through) == [False, True]
    with database.reading(store) as session:
        work = session.scalars(select(BreachWork)).one()
        assert (work.revision, work.cause) == (1, "first" if through[0] else "second")
        kinds = session.scalars(select(BreachStep.kind).order_by(BreachStep.id)).all()
        assert kinds == ["breached", "cause"]


def test_of_two_who_acknowledge_one_does(store: Engine) -> None:
    def acknowledge(session: Session, held: Held) -> None:
        breach_work.acknowledge(session, held, NOW)

    assert sorted(together(store, acknowledge, acknowledge)) == [False, True]


def test_a_breach_of_an_older_release_gets_one_work_when_two_want_it(store: Engine) -> None:
    with database.transaction(store) as session:
        session.delete(session.scalars(select(BreachWork)).one())
    assert sorted(together(store, causing("first"), causing("second"))) == [False, True]
