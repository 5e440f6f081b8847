"""Deciding: what is due is closed, in order, once; what runs is evaluated when it changed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

import make
import tapping
from xla import database
from xla.core.window import parse_period
from xla.core.work import RULES, Kind, Queue
from xla.jobs import clocks
from xla.jobs.task import Means
from xla.jobs.working import Done, work_through
from xla.models import AgreementVersion, Evaluation, Kiosk, Notice, Period, Standing, WorkItem
from xla.services import periods
from xla.services.agreements import contract_of
from xla.services.imports import import_ratings
from xla.settings import Settings

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's clock tells what the test's does."""
    monkeypatch.setattr(database, "time_of", lambda _engine: NOW)


def closed(store: Engine) -> list[str]:
    with database.reading(store) as session:
        return [f"{day:%Y-%m}" for day in session.scalars(select(Period.start_on).order_by(Period.id))]


def worked(store: Engine, now: datetime) -> list[Done]:
    return list(work_through(Means(store, Settings(), None), now))


def done(store: Engine, now: datetime) -> list[str]:
    """What was said of it; what is told and reported of it is another's."""
    decided = [each for each in worked(store, now) if RULES[each.item.kind].queue is Queue.CLOSE]
    return [sentence for each in decided for sentence in each.said]


def evaluations(store: Engine) -> int:
    with database.reading(store) as session:
        return len(session.scalars(select(Evaluation)).all())


def test_all_that_is_due_is_closed_in_order(harbour: Engine) -> None:
    said = done(harbour, NOW)
    assert closed(harbour) == ["2026-01", "2026-02", "2026-03"]
    assert said == [
        "harbour 2026-04 is evaluated.",
        "harbour 2026-01 is proposed; 0 breaches opened.",
        "harbour 2026-02 is proposed; 0 breaches opened.",
        "harbour 2026-03 is proposed; 1 breach opened.",
    ]


def standing(store: Engine) -> Standing:
    with database.reading(store) as session:
        return session.scalars(select(Standing)).one()


def test_the_standing_is_computed_after_what_was_done_and_once_a_day(harbour: Engine) -> None:
    done(harbour, NOW)
    assert standing(harbour).computed_at == NOW
    assert '"period": "2026-03"' in standing(harbour).document
    done(harbour, NOW + timedelta(minutes=1))
    assert standing(harbour).computed_at == NOW


def test_the_standing_is_computed_anew_on_the_next_day_though_nothing_came(
    harbour: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(harbour, NOW)
    tomorrow = NOW + timedelta(days=1)
    monkeypatch.setattr(database, "time_of", lambda _engine: tomorrow)
    assert done(harbour, tomorrow) == []
    assert standing(harbour).computed_at == tomorrow


def test_a_second_tick_finds_nothing_to_do(harbour: Engine) -> None:
    done(harbour, NOW)
    before = evaluations(harbour)
    assert done(harbour, NOW + timedelta(minutes=1)) == []
    assert evaluations(harbour) == before


def test_a_running_period_is_evaluated_again_when_ratings_came(harbour: Engine, tmp_path: Path) -> None:
    done(harbour, NOW)
    rows = [{"question": "clean", "score": 5, "date": "2026-04-09"}]
    with database.transaction(harbour) as session:
        contract = contract_of(session, "harbour")
        import_ratings(session, contract, make.csv_file(tmp_path, rows, "april.csv"), now=NOW)
    assert done(harbour, NOW) == ["harbour 2026-04 is evaluated."]


def test_nothing_is_done_while_two_clocks_disagree(harbour: Engine) -> None:
    with pytest.raises(
        clocks.ClockApart, match="our clock says 2026-04-10 12:05:01 UTC, the database's 2026-04-10 12:0"
    ):
        done(harbour, NOW + timedelta(minutes=5, seconds=1))
    assert closed(harbour) == []


def test_five_minutes_apart_are_still_one_time(harbour: Engine) -> None:
    assert done(harbour, NOW + timedelta(minutes=5))


def test_a_contract_that_fails_holds_up_no_other(harbour: Engine) -> None:
    with database.transaction(harbour) as session:
        make.contract(session, make.agreement(contract={"key": "annex"}))
        first = session.scalars(select(AgreementVersion).order_by(AgreementVersion.id.desc())).first()
        assert first
        first.document = "{"
    (failed,) = [each for each in worked(harbour, NOW) if each.problem]
    assert failed.item.key.startswith("annex/")
    assert "JSONDecodeError: Expecting property name" in str(failed.problem)
    assert closed(harbour) == ["2026-01", "2026-02", "2026-03"]


def test_a_contract_agreed_later_than_it_starts_is_closed_from_its_first_version(store: Engine) -> None:
    with database.transaction(store) as session:
        make.contract(session, make.agreement(effective_from="2026-02-15"))
    assert done(store, NOW) == [
        "harbour 2026-04 is evaluated.",
        "harbour 2026-02 is proposed; 0 breaches opened.",
        "harbour 2026-03 is proposed; 0 breaches opened.",
    ]


def test_what_another_closed_meanwhile_is_not_told_again(harbour: Engine) -> None:
    first = next(work_through(Means(harbour, Settings(), None), NOW))
    assert first.item.kind is Kind.EVALUATE
    with database.transaction(harbour) as session:
        contract = contract_of(session, "harbour")
        for name in ("2026-01", "2026-02", "2026-03"):
            periods.close(session, contract, parse_period(name), known_at=NOW, now=NOW)
    assert not any("proposed" in sentence for sentence in done(harbour, NOW))


def test_a_silent_kiosk_is_told_once_and_its_unused_code_is_forgotten(harbour: Engine) -> None:
    quiet_since = NOW - timedelta(hours=1)
    with database.transaction(harbour) as session:
        point = tapping.point(session, contract_of(session, "harbour"), site_key="b")
        told = {"point_id": point.id, "name": "Entrance", "created_at": quiet_since}
        session.add(Kiosk(**told, paired_at=quiet_since, seen_at=quiet_since))
        session.add(Kiosk(**told, code_sha256="7", code_expires_at=quiet_since))
    for minutes in (0, 1):
        done(harbour, NOW + timedelta(minutes=minutes))
    with database.reading(harbour) as session:
        kinds = select(Notice.kind).where(Notice.kind == "kiosk_silent")
        assert session.scalars(kinds).all() == ["kiosk_silent"]
        assert session.scalars(select(Kiosk.code_sha256)).all() == [None, None]


def test_a_contract_that_closes_several_periods_is_evaluated_after_the_last(harbour: Engine) -> None:
    worked(harbour, NOW)
    with database.reading(harbour) as session:
        keys = session.scalars(select(WorkItem.key).where(WorkItem.key.contains("closed"))).all()
    assert keys == ["harbour/closed 2026-03"]
