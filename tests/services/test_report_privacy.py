"""A report tells nothing of so few people that one could be told apart."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import make
from rated import rate
from xla.core.privacy import WHOLE, hidden_sites
from xla.core.verdict import Verdict
from xla.core.window import parse_period
from xla.documents.report_data import ReportData
from xla.models import Contract
from xla.services import periods, reports

MARCH = parse_period("2026-03")
CLEAN = {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "min_responses": 1}
FOOD = {"key": "food", "question": "food", "metric": "mean", "target": 4}
SITES = [
    {
        "key": "a",
        "title": "House A",
        "sites": [{"key": key, "title": key, "sites": []} for key in ("a-1", "a-2")],
    },
    {"key": "b", "title": "House B", "sites": []},
]


def agreed(session: Session, *kpis: dict[str, Any]) -> Contract:
    return make.contract(session, make.agreement(kpis=kpis or [CLEAN, FOOD], sites=SITES))


def gather(session: Session, contract: Contract) -> ReportData:
    return reports.gather(session, contract, MARCH, provider="Nordfast", now=make.NOW)


def figures(value: object) -> Iterator[object]:
    """Every number told anywhere in it."""
    if is_dataclass(value):
        for field in fields(value):
            yield from figures(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from figures(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from figures(each)
    elif isinstance(value, int | float | Fraction) and not isinstance(value, bool):
        yield float(value)


@pytest.mark.parametrize(("n", "hidden"), [(0, False), (1, True), (4, True), (5, False), (8, False)])
def test_a_value_is_shown_from_five_answers(session: Session, n: int, hidden: bool) -> None:  # noqa: FBT001 - a column of examples
    contract = agreed(session)
    rate(session, contract, "clean", {5: n})
    rate(session, contract, "food", {4: 20})
    kpi, _ = gather(session, contract).kpis
    assert kpi.hidden == hidden
    assert (kpi.measurement.value is None) == (n < 5)
    assert (kpi.trend[-1].value is None) == (n < 5)
    assert (kpi.points is None) == (n < 5)


@pytest.mark.parametrize(("n", "told"), [(5, False), (7, False), (8, True)])
def test_score_counts_are_told_from_eight_answers(session: Session, n: int, told: bool) -> None:  # noqa: FBT001 - a column of examples
    contract = agreed(session)
    rate(session, contract, "clean", {5: n})
    data = gather(session, contract)
    assert ("clean" in data.counts) == told
    assert bool(data.kpis[0].measurement.counts) == told


def test_nothing_of_four_answers_is_told(session: Session) -> None:
    """One of four content: 25 %, breached, with an interval and a chance; none of it stands anywhere."""
    contract = agreed(session)
    rate(session, contract, "clean", {5: 1, 1: 3}, site="a")
    rate(session, contract, "food", {4: 20}, site="b")
    at = make.NOW
    closed = periods.close(session, contract, MARCH, known_at=at, now=at)
    kpi = closed.outcome.kpi("clean")
    assert kpi.verdict is Verdict.BREACHED
    data = gather(session, contract)
    assert [line.value for line in data.breaches] == [None]
    assert data.score == data.kpis[1].points == 75
    secrets = {25.0, kpi.measurement.low, kpi.measurement.high, kpi.chance_below_floor}
    assert secrets.isdisjoint(set(figures(data)))
    assert data.sites[0].cells[0].hidden


def test_a_second_site_is_hidden_where_subtraction_would_tell_the_first(session: Session) -> None:
    contract = agreed(session, CLEAN)
    rate(session, contract, "clean", {5: 40}, site="a-1")
    rate(session, contract, "clean", {5: 3}, site="a-2")
    rate(session, contract, "clean", {5: 30}, site="b")
    cells = {row.key: row.cells[0] for row in gather(session, contract).sites}
    assert cells["a-2"].hidden
    assert cells["a-1"].hidden
    assert (cells["a"].n, cells["b"].n) == (43, 30)
    assert (cells["a-2"].n, cells["a-2"].value, cells["a-2"].verdict) == (None, None, None)


@pytest.mark.parametrize(("others", "told"), [(0, True), (2, False), (5, True)])
def test_two_kpis_of_one_question_tell_of_no_few_others_at_a_site(
    session: Session,
    others: int,
    told: bool,  # noqa: FBT001 - a column of examples
) -> None:
    """Of twenty answers at b eighteen are of visitors: all, less the visitors, are the two employees'."""
    visitors = CLEAN | {"key": "visitors", "scope": {"personas": ["visitor"]}}
    contract = agreed(session, CLEAN, visitors, CLEAN | {"key": "poor", "metric": "mean", "target": 3})
    rate(session, contract, "clean", {5: 10, 1: 10}, site="a-1", persona="visitor")
    rate(session, contract, "clean", {5: 9}, site="a-1", persona="employee")
    rate(session, contract, "clean", {5: 8, 1: 10}, site="b", persona="visitor")
    rate(session, contract, "clean", {1: others}, site="b", persona="employee")
    rows = {row.key: row.cells for row in gather(session, contract).sites}
    assert all(rows[key][0].value is not None for key in ("a-1", "b"))
    assert all(rows[key][2].value is not None for key in ("a-1", "b"))
    assert [rows[key][1].hidden for key in ("a-1", "b")] == [not told] * 2


def test_a_kpi_of_some_sites_says_nothing_of_the_others(session: Session) -> None:
    contract = agreed(session, CLEAN | {"scope": {"sites": ["a-1", "b"], "personas": ["visitor"]}})
    for site in ("a-1", "a-2", "b"):
        rate(session, contract, "clean", {5: 10}, site=site, persona="visitor")
        rate(session, contract, "clean", {5: 10}, site=site, persona="employee")
    rows = gather(session, contract).sites
    assert [(row.key, row.depth, row.cells[0].outside, row.cells[0].n) for row in rows] == [
        ("a", 0, False, 10),
        ("a-1", 1, False, 10),
        ("a-2", 1, True, None),
        ("b", 0, False, 10),
    ]


places = st.sampled_from(["", "a", "a-1", "a-2", "b"])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.dictionaries(places, st.integers(0, 14), min_size=1))
def test_the_sites_shown_are_those_the_rule_lets_be_shown(engine: Engine, n: dict[str, int]) -> None:
    with engine.connect() as connection, connection.begin() as outer, Session(connection) as session:
        contract = agreed(session, CLEAN)
        for site, times in n.items():
            rate(session, contract, "clean", {4: times}, site=site)
        rows = gather(session, contract).sites
        outer.rollback()
    inside = {"a": ("a", "a-1", "a-2"), "a-1": ("a-1",), "a-2": ("a-2",), "b": ("b",)}
    counts = {site: sum(n.get(each, 0) for each in held) for site, held in inside.items()}
    tree = {"a": WHOLE, "a-1": "a", "a-2": "a", "b": WHOLE}
    hidden = hidden_sites(tree, counts | {WHOLE: sum(n.values())})
    assert {row.key for row in rows if row.cells[0].hidden} == hidden - {WHOLE}
    assert {row.key: row.cells[0].n for row in rows if not row.cells[0].hidden} == {
        site: count for site, count in counts.items() if site not in hidden
    }
