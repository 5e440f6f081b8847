"""Observations: what operations counted comes in whole or not at all, each row once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.core.window import parse_period
from xla.models import Observation
from xla.services.evaluations import evaluate
from xla.services.import_result import Imported, ImportRefused
from xla.services.imports import import_ratings
from xla.services.observations import COLUMNS, import_observations, take_observations
from xla.services.posted import PostRefused

Import = Callable[..., Imported]
RATE = "observation,date,numerator,denominator"
CHURN = "observation,date,start,end"
AMOUNT = "observation,date,amount,count,squares"
DAY = "2026-05-31"


@pytest.fixture
def imports(session: Session, tmp_path: Path) -> Import:
    """Import a file of that text; the contract is Harbour house."""
    contract = make.contract(session)

    def run(content: str | bytes, name: str = "x.csv") -> Imported:
        path = make.file(tmp_path, content, name)
        with session.begin_nested():
            return import_observations(session, contract, path, now=make.NOW)

    return run


def stored(session: Session) -> list[tuple[Decimal, Decimal, Decimal | None]]:
    rows = session.scalars(select(Observation).order_by(Observation.id))
    return [(row.amount, row.base, row.squares) for row in rows]


# --- what comes in ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "content", "expected"),
    [
        ("a rate has two numbers", f"{RATE}\ntenants,{DAY},3,40\n", ("3", "40", None)),
        (
            "they may be exact decimals",
            f"{RATE}\ntenants,{DAY},0.1,40.000000001",
            ("0.1", "40.000000001", None),
        ),
        ("churn is who was lost of those at the start", f"{CHURN}\ntenants,{DAY},40,37", ("3", "40", None)),
        ("who came in is churn below 0", f"{CHURN}\ntenants,{DAY},40,44", ("-4", "40", None)),
        ("an amount has its count", f"{AMOUNT}\nminutes,{DAY},120.5,4,", ("120.5", "4", None)),
        ("and perhaps its squares", f"{AMOUNT}\nminutes,{DAY},120,4,3600", ("120", "4", "3600")),
        ("an amount may be below 0", f"{AMOUNT}\nminutes,{DAY},-5,4,", ("-5", "4", None)),
        ("names are known whatever their case", f"{RATE}\nTenants,{DAY},3,40\n", ("3", "40", None)),
    ],
)
def test_an_observation_is_stored_exactly(
    imports: Import, session: Session, rule: str, content: str, expected: tuple[str | None, ...]
) -> None:
    assert imports(content) == Imported(rows=1, accepted=1)
    assert stored(session) == [tuple(text and Decimal(text) for text in expected)], rule


def test_an_observation_says_where_when_and_since_when_it_is_known(imports: Import, session: Session) -> None:
    imports(f"site,{RATE}\nA-1,tenants,{DAY},3,40\n")
    row = session.scalars(select(Observation)).one()
    assert (row.kind_key, row.site_key, row.observed_on) == ("tenants", "a-1", date(2026, 5, 31))
    assert row.received_at == make.NOW


def test_figures_follow_from_what_was_imported(imports: Import, session: Session) -> None:
    head = "observation,date,start,end,numerator,denominator,amount,count,squares"
    imports(
        f"{head}\ntenants,2026-05-01,40,38,,,,,\ntenants,2026-05-31,,,3,60,,,\n"
        "minutes,2026-05-01,,,,,10,1,100\nminutes,2026-05-31,,,,,50,2,1300\n"
    )
    outcome = evaluate(session, make.contract(session), parse_period("2026-05"), now=make.NOW)
    found = {one.kpi.key: (one.measurement.n, one.measurement.value) for one in outcome.kpis}
    assert (found["churn"], found["lost"]) == ((100, 5), (3, 20))


# --- once only ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz"])
def test_the_same_file_again_changes_nothing(imports: Import, session: Session, name: str) -> None:
    content = f"{RATE}\ntenants,{DAY},3,40\ntenants,{DAY},3,40\n"
    assert imports(content) == Imported(rows=2, accepted=2)
    before = make.contents(session)
    assert imports(content, name) == Imported(rows=2, duplicates=2)
    assert make.contents(session) == before


def test_an_id_counts_once_within_and_across_files(imports: Import) -> None:
    head = f"{RATE},external_id"
    assert imports(f"{head}\ntenants,{DAY},3,40,x\ntenants,{DAY},3,40,x\n").duplicates == 1
    assert imports(f"{head}\ntenants,{DAY},3,40,x\ntenants,{DAY},3,40,y\n") == Imported(2, 1, 1)


def test_an_id_counts_once_an_observation(imports: Import) -> None:
    head = "observation,date,numerator,denominator,amount,count,external_id"
    assert imports(f"{head}\ntenants,{DAY},3,40,,,x\nminutes,{DAY},,,3,40,x\n").accepted == 2


def test_ids_of_ratings_and_observations_are_apart(session: Session, tmp_path: Path) -> None:
    """Even where an observation is named as a question is numbered."""
    contract = make.contract(session)
    path = make.file(tmp_path, f"date,question,score,external_id\n{DAY},clean,5,x\n")
    import_ratings(session, contract, path, now=make.NOW)
    [subject] = {row[3] for row in make.contents(session)["once_key"]}
    kinds = [{"key": subject, "kind": "rate"}]
    kpis = [{"key": "clean", "question": "clean", "metric": "csat", "target": 80}]
    named = make.agreement(observations=kinds, kpis=kpis, effective_from="2026-02-01")
    path = make.file(tmp_path, f"{RATE},external_id\n{subject},{DAY},3,40,x\n")
    assert import_observations(session, make.contract(session, named), path, now=make.NOW).accepted == 1


# --- what is refused ----------------------------------------------------------------------------------------

ALL = ",".join(COLUMNS)


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        (
            f"x,{DAY},,1,2,,,,,,",
            "observation",
            "the contract knows no such observation; it knows minutes, tenants",
        ),
        (f",{DAY},,1,2,,,,,,", "observation", "empty; every row tells of one"),
        ("tenants,2026-02-30,,1,2,,,,,,", "date", "not a day of the calendar"),
        ("tenants,,,1,2,,,,,,", "date", "not a day of the calendar"),
        ("tenants,2026-06-16,,1,2,,,,,,", "date", "lies in the future"),
        ("tenants,2025-12-31,,1,2,,,,,,", "date", "before the contract starts"),
        (f"tenants,{DAY},c,1,2,,,,,,", "site", "the contract knows no such site"),
        (f"tenants,{DAY},,,2,,,,,,", "numerator", "not a number; write 1234.5"),
        (f"tenants,{DAY},,1,,,,,,,", "denominator", "not a number"),
        (f"tenants,{DAY},,1e3,2,,,,,,", "numerator", "not a number"),
        (f"tenants,{DAY},,NaN,2,,,,,,", "numerator", "not a number"),
        (f"tenants,{DAY},,\u0665,2,,,,,,", "numerator", "not a number"),
        (f"tenants,{DAY},,1_0,2,,,,,,", "numerator", "not a number"),
        (f"tenants,{DAY},,1234567890123456,2,,,,,,", "numerator", "not a number"),
        (f"tenants,{DAY},,-1,2,,,,,,", "numerator", "below 0"),
        (f"tenants,{DAY},,1,-2,,,,,,", "denominator", "below 0"),
        (f"tenants,{DAY},,,,4,,,,,", "end", "not a number"),
        (f"tenants,{DAY},,,,,4,,,,", "start", "not a number"),
        (f"tenants,{DAY},,,,4,-1,,,,", "end", "below 0"),
        (f"tenants,{DAY},,1,,4,3,,,,", "numerator", "start and end are given; leave it out"),
        (f"tenants,{DAY},,1,2,,,5,,,", "amount", "belongs to an amount_mean"),
        (f"minutes,{DAY},,1,,,,5,1,,", "numerator", "belongs to a rate"),
        (f"minutes,{DAY},,,,,,5,,,", "count", "not a number"),
        (f"minutes,{DAY},,,,,,5,1.5,,", "count", "not a whole number"),
        (f"minutes,{DAY},,,,,,5,-1,,", "count", "below 0"),
        (f"minutes,{DAY},,,,,,5,1,-25,", "squares", "below 0"),
        (f"minutes,{DAY},,,,,,10,4,24.999999999,", "squares", "too small for 10 in 4 cases"),
        (f"tenants,{DAY},,1,2,,,,,,{'x' * 201}", "external_id", "longer than 200 characters"),
        ("tenants,1", "row", "the header has 11"),
    ],
)
def test_a_row_that_cannot_be_taken_leaves_nothing(
    imports: Import, session: Session, row: str, column: str, problem: str
) -> None:
    before = make.contents(session)
    with pytest.raises(ImportRefused) as refusal:
        imports(f"{ALL}\ntenants,{DAY},,1,2,,,,,,\n{row}\ntenants,{DAY},,1,2,,,,,,\n")
    imported = refusal.value.imported
    [error] = imported.errors
    assert (imported.rows, imported.rejected, error.row, error.column) == (3, 1, 3, column)
    assert error.problem.startswith(problem)
    assert make.contents(session) == before


@pytest.mark.parametrize(
    ("content", "rows", "error"),
    [
        ("", 0, "file: it is empty; row 1 names the columns"),
        ("observation,date,x\n", 0, "row 1, x: found 'x'; no column of ours; they are observation, date"),
        ("observation,date,date\n", 0, "row 1, date: found 'date'; two columns have this name"),
        ("observation\n", 0, "row 1, date: the column is missing"),
        ("date\n", 0, "row 1, observation: the column is missing"),
        (f"{RATE}\ntenants,{DAY},1,2\n\xff", 2, "row 3, file: found 'ff'; byte 1 of the line is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(imports: Import, content: str, rows: int, error: str) -> None:
    with pytest.raises(ImportRefused) as refusal:
        imports(content.encode("latin-1"))
    assert str(refusal.value).startswith(error)
    assert (refusal.value.imported.rows, refusal.value.imported.rejected) == (rows, int(rows > 0))


# --- from another system ------------------------------------------------------------------------------------


def test_what_is_sent_is_taken_at_once_and_each_external_id_once(session: Session) -> None:
    contract = make.contract(session)
    row = {"observation": "tenants", "date": DAY, "numerator": "3", "denominator": "40"}
    own = {**row, "external_id": "e-1"}
    assert take_observations(session, contract, [row, row, own, own], now=make.NOW) == (3, 1)
    assert take_observations(session, contract, [own], now=make.NOW) == (0, 1)
    assert len(stored(session)) == 3


def test_every_row_sent_that_is_wrong_is_named(session: Session) -> None:
    contract = make.contract(session)
    row = {"observation": "tenants", "date": DAY, "numerator": "3", "denominator": "40"}
    wrong = [row, {**row, "site": "z"}, {**row, "numerator": "1e9"}, {"observation": "minutes", "date": DAY}]
    with pytest.raises(PostRefused) as refused:
        take_observations(session, contract, wrong, now=make.NOW)
    assert [each.column for each in refused.value.wrongs] == ["1.site", "2.numerator", "3.amount"]
