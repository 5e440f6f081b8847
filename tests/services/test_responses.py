"""Responses: rows of one submission find each other, in any order, near or far apart, and across files."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.core.window import parse_period
from xla.models import Rating, Response
from xla.services import ratings
from xla.services.evaluations import evaluate
from xla.services.import_result import Imported, ImportRefused
from xla.services.imports import import_ratings
from xla.services.mappings import AS_WRITTEN, Mapping, Wide
from xla.services.verification import verify

Import = Callable[..., Imported]
HEAD = "date,question,score,response,respondent,reasons,comment"
DAY = "2026-05-31"


@pytest.fixture
def imports(session: Session, tmp_path: Path) -> Import:
    """Import a file of those rows; whatever comes of it, the tallies hold."""
    contract = make.contract(session)

    def run(*rows: str, head: str = HEAD, mapping: Mapping = AS_WRITTEN) -> Imported:
        path = make.file(tmp_path, "\n".join([head, *rows]))
        imported = import_ratings(session, contract, path, mapping=mapping, now=make.NOW)
        assert verify(session, make.NOW) == []
        return imported

    return run


def told(session: Session) -> list[tuple[str | None, str | None, str | None, int]]:
    """Every response: respondent, reasons, comment, number of ratings."""
    session.expire_all()
    responses = session.scalars(select(Response).order_by(Response.id))
    return [
        (one.respondent, one.reasons, one.comment, len(session.execute(ratings_of(one)).all()))
        for one in responses
    ]


def ratings_of(response: Response) -> object:
    return select(Rating).where(Rating.response_id == response.id)


ROWS = [
    f"{DAY},clean,2,r,p,smell,",
    f"{DAY},food,4,r,,,good",
    f"{DAY},recommend,9,r,p,,",
]


@pytest.mark.parametrize("rows", list(permutations(ROWS)))
def test_rows_of_one_response_are_one_in_any_order(
    imports: Import, session: Session, rows: tuple[str, ...]
) -> None:
    assert imports(*rows).accepted == 3
    assert told(session) == [("p", "smell", "good", 3)]


@pytest.mark.parametrize("rows", list(permutations(ROWS)))
def test_rows_of_one_response_are_one_across_files(
    imports: Import, session: Session, rows: tuple[str, ...]
) -> None:
    for row in rows:
        imports(row)
    assert told(session) == [("p", "smell", "good", 3)]


def test_rows_of_one_response_may_stand_far_apart(
    imports: Import, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ratings, "CHUNK", 50)
    between = [f"{DAY},clean,5,{number},,," for number in range(120)]
    imports(ROWS[0], *between, *ROWS[1:])
    assert ("p", "smell", "good", 3) in told(session)


def test_rows_without_a_key_stand_alone(imports: Import, session: Session) -> None:
    imports(f"{DAY},clean,5,,,,", f"{DAY},food,5,,p,,")
    assert told(session) == [(None, None, None, 1), ("p", None, None, 1)]


def test_one_key_on_two_days_is_two_responses(imports: Import, session: Session) -> None:
    imports(f"{DAY},clean,5,1,,,", "2026-05-30,clean,5,1,,,")
    assert len(told(session)) == 2


def test_reasons_of_all_rows_are_kept_once(imports: Import, session: Session) -> None:
    head = "date,Q1,Q2,response,reasons"
    mapping = Mapping(wide={"Q1": Wide(question="clean"), "Q2": Wide(question="food")})
    imports(f"{DAY},2,,r,smell;smell;paper", head=head, mapping=mapping)
    imports(f"{DAY},,3,r,", head=head, mapping=mapping)
    assert told(session) == [(None, "paper;smell", None, 2)]


CONTRADICTIONS = pytest.mark.parametrize(
    ("rule", "first", "second", "column", "problem"),
    [
        ("two answers", "clean,5,r,,,", "clean,4,r,,,", "response", "another row has this response's answer"),
        (
            "an answer twice",
            "clean,5,r,,,",
            "clean,5,r,,smell,",
            "response",
            "another row has this response's",
        ),
        (
            "two comments",
            "clean,5,r,,,good",
            "food,5,r,,,bad",
            "comment",
            "another row of the same response has",
        ),
        ("two people", "clean,5,r,p,,", "food,5,r,q,,", "respondent", "another row of the same response has"),
    ],
)


@CONTRADICTIONS
def test_rows_that_contradict_their_response_are_refused(
    imports: Import, session: Session, rule: str, first: str, second: str, column: str, problem: str
) -> None:
    before = make.contents(session)
    with pytest.raises(ImportRefused) as refusal, session.begin_nested():
        imports(f"{DAY},{first}", f"{DAY},{second}")
    [error] = refusal.value.imported.errors
    assert (error.row, error.column, refusal.value.imported.rejected) == (3, column, 1), rule
    assert error.problem.startswith(problem), rule
    assert make.contents(session) == before


@CONTRADICTIONS
def test_rows_that_contradict_a_stored_response_are_refused(
    imports: Import, session: Session, rule: str, first: str, second: str, column: str, problem: str
) -> None:
    imports(f"{DAY},{first}")
    before = make.contents(session)
    with pytest.raises(ImportRefused) as refusal, session.begin_nested():
        imports(f"{DAY},{second}")
    [error] = refusal.value.imported.errors
    assert (error.row, error.column, refusal.value.imported.rejected) == (2, column, 1), rule
    assert error.problem.startswith(problem), rule
    assert make.contents(session) == before


def test_a_contradiction_is_told_among_other_errors(imports: Import) -> None:
    rows = [f"{DAY},clean,5,r,,,", f"{DAY},clean,4,r,,,", f"{DAY},clean,9,s,,,"]
    with pytest.raises(ImportRefused) as refusal:
        imports(*rows)
    assert [error.row for error in refusal.value.imported.errors] == [3, 4]


def test_an_index_is_made_of_the_rows_of_each_response(imports: Import, session: Session) -> None:
    imports(
        f"{DAY},expected,10,1,,,",
        f"{DAY},expected,1,2,,,",
        f"{DAY},ideal,1,2,,,",
        f"{DAY},ideal,10,1,,,",
    )
    outcome = evaluate(session, make.contract(session), parse_period("2026-05"), now=make.NOW)
    index = next(judged for judged in outcome.kpis if judged.kpi.key == "index").measurement
    assert (index.n, float(index.value or 0)) == (2, 50)
