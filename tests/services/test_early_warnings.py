"""Early warnings: each lane of a KPI is told once a period, none below one that was told."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import make
import standing_samples
from rated import rate
from xla.models import Contract, Notice
from xla.services import early_warnings, standings

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
KPIS = [{"key": "clean", "question": "clean", "metric": "csat", "target": 85, "floor": 80}]


@pytest.fixture
def contract(session: Session) -> Contract:
    return make.contract(session, make.agreement(kpis=KPIS))


def told(session: Session) -> list[tuple[str, str]]:
    return [(row.kind, row.key) for row in session.scalars(select(Notice).order_by(Notice.id))]


def warn(session: Session, contract: Contract, **lanes: str | None) -> None:
    running = standing_samples.running({key: {"lane": lane} for key, lane in lanes.items()})
    early_warnings.tell(session, contract.id, running, NOON)


def test_a_warning_tells_the_figures_as_the_standing_has_them(session: Session, contract: Contract) -> None:
    rate(session, contract, "clean", {5: 40, 1: 60}, on="2026-03-10")
    standing = standings.refresh(session, contract, NOON)
    figures: dict[str, Any] = json.loads(standing.document)["running"]["kpis"]["clean"]
    notice = session.scalars(select(Notice)).one()
    document = json.loads(notice.document)
    assert (notice.kind, notice.key) == ("early_warning", "harbour/2026-03/clean/evidence")
    assert document | figures == document
    assert {
        "contract": "harbour",
        "period": "2026-03",
        "kpi": "clean",
        "days_left": 16,
    }.items() <= document.items()
    assert (document["value"], document["n"], document["floor"]) == (40, 100, 80)
    assert (document["lane"], document["burn"]) == ("evidence", 3)
    assert document["runs_out_on"] > "2026-03-16"


def test_hour_after_hour_it_is_told_once(session: Session, contract: Contract) -> None:
    rate(session, contract, "clean", {5: 40, 1: 60}, on="2026-03-10")
    for hour in range(3):
        standings.refresh(session, contract, NOON + timedelta(hours=hour))
    assert len(told(session)) == 1


def test_the_next_period_warns_anew(session: Session, contract: Contract) -> None:
    for day in ("2026-03-10", "2026-04-10"):
        rate(session, contract, "clean", {5: 40, 1: 60}, on=day)
    standings.refresh(session, contract, NOON)
    standings.refresh(session, contract, NOON + timedelta(days=31))
    assert [key for _, key in told(session)] == [
        "harbour/2026-03/clean/evidence", "harbour/2026-04/clean/evidence",
    ]  # fmt: skip


def test_under_five_answers_nothing_is_told(session: Session, contract: Contract) -> None:
    rate(session, contract, "clean", {1: 4}, on="2026-03-10")
    standings.refresh(session, contract, NOON)
    assert told(session) == []


def test_what_gets_surer_is_told_again_and_what_gets_less_sure_is_not(
    session: Session, contract: Contract
) -> None:
    for lane in ("watch", "watch", "forecast", "watch", None, "evidence", "forecast", "watch"):
        warn(session, contract, clean=lane)
    assert told(session) == [
        ("early_watch", "harbour/2026-04/clean/watch"),
        ("early_warning", "harbour/2026-04/clean/forecast"),
        ("early_warning", "harbour/2026-04/clean/evidence"),
    ]


def test_each_kpi_is_warned_of_for_itself(session: Session, contract: Contract) -> None:
    warn(session, contract, clean="evidence", food="watch", calm=None)
    warn(session, contract, clean="watch", food="evidence", calm=None)
    assert [key for _, key in told(session)] == [
        "harbour/2026-04/clean/evidence", "harbour/2026-04/food/watch", "harbour/2026-04/food/evidence",
    ]  # fmt: skip


def test_nothing_is_told_where_no_period_runs(session: Session, contract: Contract) -> None:
    session.execute(delete(Notice))
    standings.refresh(session, contract, make.utc(2028, 1, 15))
    assert told(session) == []
