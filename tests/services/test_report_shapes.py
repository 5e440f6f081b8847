"""Contracts of every odd shape have a report: whole, the same again, its figures in agreement."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
import raw
from rated import rate, respond
from xla.core.window import CalendarPeriod, parse_period
from xla.documents.page import compose
from xla.documents.printer import print_paper
from xla.documents.report_data import ReportData
from xla.documents.workbook import workbook
from xla.models import Contract, Exclusion, Observation, Response
from xla.services import addenda, agreements, periods, reports

MARCH = parse_period("2026-03")
BEFORE = make.utc(2025, 1, 1)
APRIL = make.utc(2026, 4, 4)
CLEAN = {"key": "clean", "question": "clean", "metric": "csat", "target": 90, "floor": 80, "min_responses": 5}
LITTER = {
    "key": "litter", "question": "clean", "metric": "share", "scores": [1, 2], "target": 5, "floor": 10,
    "higher_is_better": False, "min_responses": 5, "credit": {"breached": "5", "cap": "12"},
}  # fmt: skip
ROLLING = CLEAN | {"key": "rolling", "window": {"rolling_days": 45}}
CLUSTERED = CLEAN | {"key": "people", "metric": "mean", "target": 4, "floor": 3, "cluster": "respondent"}
INDEX = {
    "key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70, "min_responses": 5,
}  # fmt: skip
CHURN = {
    "key": "churn", "observation": "tenants", "metric": "rate", "target": 5, "higher_is_better": False,
}  # fmt: skip
LOST = {
    "key": "lost", "observation": "minutes", "metric": "amount_mean", "target": 30, "higher_is_better": False,
}  # fmt: skip
TERMS: dict[str, Any] = {"starts_on": "2025-01-01"}
Told = Callable[[Session, Contract], None]


def nothing(_session: Session, _contract: Contract) -> None:
    """Nobody rated."""


def rated(session: Session, contract: Contract) -> None:
    """March, and March the year before with fewer poor ones, at two sites; some poor ones say why."""
    for on, poor in (("2025-03-10", 2), ("2026-03-10", 12)):
        at = make.utc(int(on[:4]), 3, 20)
        for site, n in (("a", 20), ("b", 12)):
            rate(session, contract, "clean", {5: n}, site=site, on=on, at=at, respondent=f"p{n}")
        for hour in (8, 11, 14):
            felt = make.utc(int(on[:4]), 3, 10, hour)
            told = {"reasons": "smell", "comment": f"Said at {hour}", "felt_at": felt}
            rate(session, contract, "clean", {2: poor}, site="a", on=on, at=at, **told)


def rated_nowhere(session: Session, contract: Contract) -> None:
    rate(session, contract, "clean", {5: 20, 1: 12}, on="2026-03-10", at=make.utc(2026, 3, 20))


def four_answers(session: Session, contract: Contract) -> None:
    rate(session, contract, "clean", {5: 1, 1: 3}, site="a", on="2026-03-10", at=make.utc(2026, 3, 20))


def counted(session: Session, contract: Contract) -> None:
    """Cases and minutes of March, one of them without cases."""
    rows = (("tenants", 9, 90), ("minutes", 700, 20), ("minutes", 0, 0))
    for number, (kind, amount, base) in enumerate(rows):
        raw.insert(
            session,
            Observation(
                contract_id=contract.id, kind_key=kind, site_key="ab"[number % 2], observed_on=MARCH.start,
                amount=Decimal(amount), base=Decimal(base), received_at=make.utc(2026, 3, 20),
            ),
        )  # fmt: skip


def indexed(session: Session, contract: Contract) -> None:
    at = make.utc(2026, 3, 20)
    respond(session, contract, {"expected": 8, "ideal": 3}, times=9, site="a", at=at)
    respond(session, contract, {"expected": 2, "ideal": 1}, times=9, site="b", at=at)


def left_out(session: Session, contract: Contract) -> None:
    """An agreed exclusion at one site, unusual ones, and late ones."""
    rated(session, contract)
    raw.insert(
        session,
        Exclusion(
            contract_id=contract.id, site_key="b", start_on=MARCH.start, end_on=date(2026, 3, 12),
            reason="Flood",
            provider_agreed_at=make.utc(2026, 3, 25), client_agreed_at=make.utc(2026, 3, 26),
        ),
    )  # fmt: skip
    found = session.scalars(select(Response).where(Response.contract_id == contract.id).limit(6))
    for each in found:
        each.flags = "burst"
    session.flush()


def close(session: Session, contract: Contract, period: CalendarPeriod = MARCH) -> None:
    periods.close(session, contract, period, known_at=APRIL, now=APRIL)


def closed(told: Told, period: CalendarPeriod = MARCH) -> Told:
    def tell(session: Session, contract: Contract) -> None:
        told(session, contract)
        close(session, contract, period)
        late = min(APRIL + timedelta(days=1), make.NOW)
        rate(session, contract, "clean", {1: 9, 5: 3}, on="2026-03-11", site="a", at=late)

    return tell


def counted_and_closed(session: Session, contract: Contract) -> None:
    counted(session, contract)
    close(session, contract)


def corrected(session: Session, contract: Contract) -> None:
    closed(left_out)(session, contract)
    at = APRIL + timedelta(days=2)
    addenda.correct(session, contract, MARCH, reason="A reader was down.", by=None, now=at)


def asked_anew(session: Session, contract: Contract) -> None:
    """Another version from 2026 on, in which the KPI asks something else and looks elsewhere."""
    rated(session, contract)
    scoped = LITTER | {"scope": {"sites": ["a"]}}
    terms = make.agreement(
        contract=TERMS, kpis=[CLEAN | {"question": "food"}, scoped], effective_from="2026-01-01"
    )
    agreements.apply(session, terms, make.utc(2025, 12, 1))
    close(session, contract)


@dataclass(frozen=True)
class Shape:
    """One odd contract, what is known of it, and the period and instant asked for."""

    tell: Told
    changes: dict[str, Any]
    period: str = "2026-03"
    now: datetime = make.NOW
    addendum: int = 0


def shape(tell: Told, *kpis: dict[str, Any], **told: Any) -> Shape:
    asked = {name: told.pop(name) for name in ("period", "now", "addendum") if name in told}
    told["contract"] = TERMS | told.get("contract", {})
    return Shape(tell, {"effective_from": "2025-01-01", "kpis": list(kpis) or [CLEAN], **told}, **asked)


DEEP: list[dict[str, Any]] = []
for level in reversed(range(9)):
    DEEP = [{"key": "a" if level == 8 else f"l{level}", "title": f"Level {level}", "sites": DEEP}]
ONE = [{"key": "a", "title": "House A", "sites": []}]
NUMBERED = {"key": "clean", "scale": {"min": -2, "max": 5}, "text": {"en": "Is it clean?"}}
SHAPES = {
    "no sites": shape(closed(rated_nowhere), CLEAN, LITTER, sites=[]),
    "one site": shape(closed(four_answers), CLEAN, sites=ONE),
    "sites within sites": shape(closed(four_answers), CLEAN, sites=DEEP),
    "observations only": shape(counted_and_closed, CHURN, LOST, questions=[]),
    "observations without any": shape(nothing, CHURN, LOST, questions=[]),
    "nobody rated": shape(closed(nothing), CLEAN, LITTER, INDEX, CHURN, ROLLING, CLUSTERED),
    "four answers": shape(closed(four_answers), CLEAN | {"min_responses": 1}, LITTER),
    "a running period's first minute": shape(
        nothing, CLEAN, ROLLING, CHURN, INDEX, now=make.utc(2026, 2, 28, 23, 1)
    ),
    "a running period's first day": shape(rated, CLEAN, ROLLING, LITTER, now=make.utc(2026, 3, 1, 12)),
    "a running period": shape(rated, CLEAN, ROLLING, LITTER, CLUSTERED, now=make.utc(2026, 3, 21)),
    "a period to come": shape(nothing, CLEAN, ROLLING, period="2026-04", now=make.utc(2026, 3, 2)),
    "quarters": shape(
        closed(rated, parse_period("2026-Q1")), LITTER, contract={"period": "quarter"}, period="2026-Q1"
    ),
    "years": shape(left_out, LITTER, CLEAN, contract={"period": "year"}, period="2026"),
    "its first days": shape(closed(rated), CLEAN, contract={"starts_on": "2026-03-09"}),
    "its last days": shape(closed(rated), CLEAN, contract={"ends_on": "2026-03-12"}),
    "fewer is better": shape(closed(left_out), LITTER),
    "evidence asked for": shape(
        closed(left_out), CLEAN | {"decision_rule": "guarded_rejection"},
        LITTER | {"decision_rule": "guarded_acceptance"},
    ),
    "asked anew": shape(asked_anew, CLEAN, LITTER),
    "an index": shape(closed(indexed), INDEX, composite={"method": "minimum"}),
    "people who rate again": shape(closed(left_out), CLUSTERED, CLEAN),
    "a window of its own": shape(closed(left_out), ROLLING),
    "a scale of its own": shape(
        closed(rated), CLEAN | {"metric": "mean", "target": 4}, questions=[NUMBERED]
    ),
    "money without decimals": shape(
        closed(rated), LITTER, contract={"currency": "JPY", "monthly_fee": "1000001"}
    ),
    "no money left": shape(closed(rated), LITTER | {"credit": {"breached": "5", "cap": "0"}}),
    "no weight": shape(closed(rated), CLEAN | {"weight": 0}),
    "far east": shape(closed(rated), CLEAN, contract={"timezone": "Pacific/Kiritimati"}),
    "corrected": shape(corrected, CLEAN, LITTER, addendum=1),
}  # fmt: skip
PRINTED = ("nobody rated", "observations only", "corrected")


def told_by(session: Session, name: str) -> ReportData:
    asked = SHAPES[name]
    contract = make.contract(session, make.agreement(**asked.changes), BEFORE)
    asked.tell(session, contract)

    def gathered() -> ReportData:
        session.expire_all()
        period = parse_period(asked.period)
        told = {"provider": "Nordfast", "addendum": asked.addendum, "now": asked.now}
        return reports.gather(session, contract, period, **told)

    first = gathered()
    assert compose(gathered()) == compose(first)
    return first


@pytest.mark.parametrize("name", SHAPES)
def test_a_contract_of_any_shape_has_a_report_whose_figures_agree(session: Session, name: str) -> None:
    data = told_by(session, name)
    attached = {each.name: each.text for each in compose(data).attached}
    document = json.loads(attached["report.json"])
    assert len(document["kpis"]) == len(data.kpis)
    assert workbook(data)
    for kpi in data.kpis:
        assert kpi.trend[-1].verdict is kpi.verdict
        assert kpi.hidden == (0 < kpi.measurement.n < 5)
    for kpi, cell in chain.from_iterable(zip(data.kpis, row.cells, strict=True) for row in data.sites):
        assert cell.value is None or (cell.n or 0) >= 5 or not kpi.question
    if data.why and data.why.mix:
        mix = data.why.mix
        assert mix.real + mix.mix == mix.now - mix.then
        assert mix.now == next(kpi for kpi in data.kpis if kpi.key == data.why.kpi).measurement.value


@pytest.mark.parametrize("name", PRINTED)
def test_a_contract_of_an_odd_shape_is_printed(session: Session, name: str) -> None:
    assert print_paper(compose(told_by(session, name))).startswith(b"%PDF")
