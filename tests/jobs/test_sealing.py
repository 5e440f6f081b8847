"""Sealing: days that are over are sealed once who was writing has done so; nobody seals a day twice."""

from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rated import rate
from xla import database
from xla.jobs import sealing
from xla.jobs.task import Means
from xla.jobs.working import work_through
from xla.models import DaySeal
from xla.services import reception, seal_checks, seals
from xla.services.agreements import contract_of
from xla.settings import Settings

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "time_of", lambda engine: clocks[engine])


clocks: dict[Engine, datetime] = {}


def done(store: Engine, now: datetime = NOW) -> None:
    clocks[store] = now
    for each in work_through(Means(store, Settings(), None), now):
        assert each.problem in {None, "More days are to be sealed."}


def sealed(store: Engine) -> list[date]:
    with database.reading(store) as session:
        return list(session.scalars(select(DaySeal.day).order_by(DaySeal.day)))


def problems(store: Engine) -> list[tuple[str, str]]:
    with database.reading(store) as session:
        return list(seal_checks.problems(session))


def test_all_days_that_are_over_are_sealed_after_downtime_and_each_once(harbour: Engine) -> None:
    done(harbour)
    assert sealed(harbour) == [date(2026, 1, 1) + timedelta(days=number) for number in range(99)]
    done(harbour, NOW + timedelta(minutes=1))
    assert len(sealed(harbour)) == 99
    done(harbour, NOW + timedelta(days=3))
    assert sealed(harbour)[-1] == date(2026, 4, 12)
    assert problems(harbour) == []


def test_a_part_of_the_days_is_kept_and_the_rest_goes_on(
    harbour: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "MOST_AT_ONCE", 10)
    done(harbour)
    assert len(sealed(harbour)) == 99
    assert problems(harbour) == []


def test_when_another_sealed_meanwhile_it_is_tried_again(
    harbour: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "keep", lambda *_: False)
    clocks[harbour] = NOW
    found = [each for each in work_through(Means(harbour, Settings(), None), NOW) if each.item.kind == "seal"]
    assert [each.problem for each in found] == ["Another sealed a day meanwhile."]
    assert sealed(harbour) == []


def test_a_seal_waits_for_who_is_writing(harbour: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that began before midnight and is committed after the day was to be sealed is in its seal."""
    done(harbour)
    began, asked = Event(), Event()
    alone = reception.alone

    def asking(session: Session, contract_id: int, now: datetime) -> datetime:
        asked.set()
        return alone(session, contract_id, now)

    monkeypatch.setattr(sealing.reception, "alone", asking)

    def bring() -> None:
        with database.transaction(harbour) as session:
            contract = contract_of(session, "harbour")
            reception.turn(session, contract.id, NOW)
            began.set()
            rate(session, contract, "clean", {5: 7}, at=NOW)
            # On SQLite the seal's first transaction already waits for ours.
            asked.wait(1)

    writer = Thread(target=bring)
    writer.start()
    assert began.wait(30)
    done(harbour, NOW + timedelta(days=1))
    writer.join()
    assert sealed(harbour)[-1] == NOW.date()
    assert problems(harbour) == []
