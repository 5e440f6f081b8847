"""Importing ratings: all of a file or nothing of it, told exactly, and counted as it came."""

import gzip
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.core.window import Window, parse_period
from xla.models import Rating, Response
from xla.services import import_result, tallies
from xla.services import imports as rating_imports
from xla.services.evaluations import evaluate
from xla.services.import_result import Imported, ImportRefused, RowError
from xla.services.imports import import_ratings
from xla.services.mappings import AS_WRITTEN, Mapping, Wide
from xla.services.verification import verify

Import = Callable[..., Imported]
DAY = "2026-05-31"
HEAD = "date,question,score"
WIDE = Mapping(
    wide={
        "Q1": Wide(question="clean", codes={"0": "blank", "6": "not_applicable"}),
        "Q2": Wide(question="food"),
    }
)


@pytest.fixture
def imports(session: Session, tmp_path: Path) -> Import:
    """Import a file of that text; the contract is Harbour house. Whatever comes of it, the tallies hold."""
    contract = make.contract(session)

    def run(content: str | bytes, mapping: Mapping = AS_WRITTEN, name: str = "ratings.csv") -> Imported:
        path = make.file(tmp_path, content, name)
        try:
            with session.begin_nested():
                return import_ratings(session, contract, path, mapping=mapping, now=make.NOW)
        finally:
            assert verify(session, make.NOW) == []

    return run


def refused(imports: Import, content: str | bytes, mapping: Mapping = AS_WRITTEN) -> Imported:
    with pytest.raises(ImportRefused) as refusal:
        imports(content, mapping)
    return refusal.value.imported


# --- what was imported --------------------------------------------------------------------------------------


def test_what_a_long_file_came_to_is_told(imports: Import) -> None:
    assert asdict(imports(f"{HEAD}\n{DAY},clean,5\n\n{DAY},food,1\n")) == {
        "rows": 2,
        "accepted": 2,
        "duplicates": 0,
        "ignored": 0,
        "rejected": 0,
        "errors": [],
        "left_out": [],
    }


def test_what_a_wide_file_came_to_is_told(imports: Import) -> None:
    imported = imports(f"date,Q1,Q2,x\n{DAY},5,4,\n{DAY},0,3,\n{DAY},6,,\n", WIDE)
    assert imported == Imported(rows=3, accepted=3, ignored=3, left_out=["x"])


@pytest.mark.parametrize("content", [HEAD, f"{HEAD}\n", f"\n{HEAD}\r\n\r\n", f"\ufeff{HEAD}\n"])
def test_a_header_alone_is_no_rating(imports: Import, session: Session, content: str) -> None:
    before = make.contents(session)
    assert imports(content) == Imported()
    assert make.contents(session) == before


def test_a_rating_is_stored_as_it_came(imports: Import, session: Session) -> None:
    imports(
        "rated_at,question,score,site,touchpoint,persona,channel,respondent,response,reasons,comment\n"
        f'{DAY}T23:30Z,clean,2,a-1,lunch,visitor,qr,p7,r1,smell,"=1+1; ""\u202eש😀""\ny"\n'
    )
    response = session.scalars(select(Response)).one()
    assert (response.rated_on, response.rated_at) == (date(2026, 6, 1), make.utc(2026, 5, 31, 23, 30))
    assert (response.received_at, response.source, response.channel) == (make.NOW, "import", "qr")
    assert (response.persona, response.respondent, response.reasons) == ("visitor", "p7", "smell")
    assert response.comment == '=1+1; "\u202eש😀"\ny'
    assert session.scalars(select(Rating.score)).all() == [2]


def test_figures_follow_from_what_was_imported(imports: Import, session: Session) -> None:
    rows = "".join(f"{DAY},clean,{score}\n" for score in "5544321")
    imports(f"{HEAD}\n{rows}")
    outcome = evaluate(session, make.contract(session), parse_period("2026-05"), now=make.NOW)
    clean = outcome.kpis[0].measurement
    assert (clean.n, clean.counts) == (7, {1: 1, 2: 1, 3: 1, 4: 2, 5: 2})


# --- what was refused ---------------------------------------------------------------------------------------


def test_one_bad_row_at_the_end_leaves_nothing(imports: Import, session: Session) -> None:
    imports(f"{HEAD},response,external_id\n{DAY},clean,5,old,x\n")
    before = make.contents(session)
    rows = "".join(f"{DAY},clean,{number % 5 + 1},{number},{number}\n" for number in range(5_100))
    imported = refused(imports, f"{HEAD},response,external_id\n{rows}{DAY},clean,6,1,y\n")
    assert make.contents(session) == before
    assert imported == Imported(
        rows=5_101,
        rejected=1,
        errors=[RowError(5_102, "score", "6", "off the scale; it goes from 1 to 5")],
    )


def test_every_bad_row_is_told_with_its_number(imports: Import) -> None:
    imported = refused(
        imports,
        f'{HEAD},comment\n{DAY},clean,5,"two\nlines"\n\n{DAY},toilet,5,\n{DAY},clean\n{DAY},clean,4,\n2026-13-01,clean,0,\n',
    )
    assert (imported.rows, imported.rejected, imported.accepted) == (5, 3, 0)
    assert [(error.row, error.column, error.found) for error in imported.errors] == [
        (4, "question", "toilet"),
        (5, "row", "2 fields"),
        (7, "date", "2026-13-01"),
        (7, "score", "0"),
    ]


def test_the_first_thousand_errors_are_kept(imports: Import) -> None:
    imported = refused(imports, f"{HEAD}\n" + f"{DAY},clean,9\n" * 1_200)
    assert (imported.rows, imported.rejected, len(imported.errors)) == (1_200, 1_200, import_result.MOST_TOLD)
    assert imported.errors[-1].row == 1_001


@pytest.mark.parametrize(
    ("rule", "content", "rows", "rejected", "error"),
    [
        ("an empty file", "", 0, 0, (0, "file", "", "it is empty; row 1 names the columns")),
        ("a file of empty lines", "\n\n", 0, 0, (0, "file", "", "it is empty; row 1 names the columns")),
        ("a header of another kind", "a;b\n1;2\n", 0, 0, (1, "a;b", "a;b", "no column of ours; they are")),
        ("no text in the header", "\xff\n", 0, 0, (1, "file", "ff", "byte 1 of the line is not UTF-8")),
        ("no text in a row", f"{HEAD}\n{DAY},clean,5\n\xff\n", 2, 1, (3, "file", "ff", "byte 1 of the line")),
        ("no text in the first row", f"{HEAD}\n\0\n", 1, 1, (2, "file", "\\x00", "a NUL byte")),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    imports: Import,
    session: Session,
    rule: str,
    content: str,
    rows: int,
    rejected: int,
    error: tuple[Any, ...],
) -> None:
    before = make.contents(session)
    imported = refused(imports, content.encode("latin-1"))
    [told] = imported.errors
    assert (imported.rows, imported.rejected) == (rows, rejected), rule
    assert told[:3] == error[:3], rule
    assert told.problem.startswith(error[3]), rule
    assert make.contents(session) == before


def test_a_packed_file_cut_short_leaves_nothing(imports: Import, session: Session) -> None:
    before = make.contents(session)
    packed = gzip.compress((f"{HEAD}\n" + f"{DAY},clean,5\n" * 50_000).encode())
    imported = refused(imports, packed[:-9])
    assert (imported.errors[0].row, imported.errors[0].column) == (0, "file")
    assert "the gzip file is damaged" in imported.errors[0].problem
    assert make.contents(session) == before


def test_a_missing_file_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="No such file or directory"):
        import_ratings(session, make.contract(session), tmp_path / "x.csv", now=make.NOW)


def test_errors_are_sentences() -> None:
    assert str(RowError(3, "score", "9", "off the scale")) == "row 3, score: found '9'; off the scale"
    assert str(RowError(0, "file", "", "it is empty")) == "file: it is empty"


# --- where and by whom --------------------------------------------------------------------------------------


def test_each_site_touchpoint_and_persona_is_counted_apart(imports: Import, session: Session) -> None:
    imports(
        f"{HEAD},site,touchpoint,persona\n"
        f"{DAY},clean,5,a,lunch,visitor\n{DAY},clean,5,A,Lunch,Visitor\n{DAY},clean,5,,,\n{DAY},clean,5,b,,\n"
    )
    contract = make.contract(session)
    places = tallies.points(session, contract.id)
    counted = tallies.counted(session, contract.id, Window(date(2026, 5, 31), date(2026, 6, 1)))
    assert {(*places[cell.point_id], cell.persona): n for cell, n in counted.items()} == {
        ("a", "lunch", "visitor"): 2,
        ("", "", ""): 1,
        ("b", "", ""): 1,
    }


def test_tallies_add_up_over_files(imports: Import, session: Session) -> None:
    for comment in "abc":
        imports(
            f"{HEAD},comment\n{DAY},clean,5,{comment}\n{DAY},clean,5,{comment}\n{DAY},clean,4,{comment}\n"
        )
    contract = make.contract(session)
    counted = tallies.counted(session, contract.id, Window(date(2026, 5, 31), date(2026, 6, 1)))
    assert sorted(counted.values()) == [3, 6]


def test_a_long_file_tells_how_far_it_is(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rating_imports, "TOLD_EVERY", 2)
    path = make.file(tmp_path, f"{HEAD}\n" + f"{DAY},clean,4\n" * 5)
    contract = make.contract(session)
    told: list[int] = []
    import_ratings(session, contract, path, progress=told.append, now=make.NOW)
    assert told == [2, 4]
    assert import_ratings(session, contract, path, now=make.NOW).duplicates == 5
