"""Points from a file: all of it or nothing, flaws by row and column; the same file twice changes nothing."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import make
from xla.models import AuditEntry, Contract, RatingPoint
from xla.services import points, points_file
from xla.services.points import Terms, Where
from xla.services.points_file import Faulty, Problem, Taken, from_csv

FILE = (
    "site,touchpoint,title,questions,persona\n"
    "a,arrive,Front door,food; clean,visitor\n"
    "a-1,lunch,,,\n"
    ",,,,\n"
    ",lunch,Canteen,food,\n"
)


def load(session: Session, folder: Path, content: str | bytes, contract: Contract | None = None) -> Taken:
    contract = contract or make.contract(session)
    return from_csv(session, None, contract, make.file(folder, content), make.NOW)


def flaws(session: Session, folder: Path, content: str | bytes) -> list[tuple[int, str, str, Problem]]:
    with pytest.raises(Faulty) as faulty:
        load(session, folder, content)
    assert session.scalar(select(func.count()).select_from(RatingPoint)) == 0
    return [(flaw.row, flaw.column, flaw.found, flaw.problem) for flaw in faulty.value.flaws]


def test_a_file_opens_points_and_twice_changes_nothing(session: Session, tmp_path: Path) -> None:
    contract = make.contract(session)
    assert load(session, tmp_path, FILE, contract) == Taken(new=3, changed=0, same=0, closed=0)
    before = make.contents(session)
    assert load(session, tmp_path, FILE, contract) == Taken(new=0, changed=0, same=3, closed=0)
    assert make.contents(session) == before
    door = points.at_places(session, contract)[Where("a", "arrive")]
    assert points.terms_of(door) == Terms("Front door", ("food", "clean"), "visitor")
    assert session.scalars(select(AuditEntry.action)).all() == ["point.from_file"]


def test_a_spreadsheets_semicolons_do_as_well(session: Session, tmp_path: Path) -> None:
    contract = make.contract(session)
    text = "\ufeffSite;Touchpoint;Questions\r\na;arrive;food, clean\r\n"
    assert load(session, tmp_path, text, contract).new == 1
    door = points.at_places(session, contract)[Where("a", "arrive")]
    assert points.terms_of(door).questions == ("food", "clean")


def test_a_column_the_file_lacks_leaves_what_it_would_say(session: Session, tmp_path: Path) -> None:
    contract = make.contract(session)
    load(session, tmp_path, FILE, contract)
    door = points.at_places(session, contract)[Where("a", "arrive")]
    assert load(session, tmp_path, "site,touchpoint,title\na,arrive,Gate\n", contract).changed == 1
    assert points.terms_of(door) == Terms("Gate", ("food", "clean"), "visitor")


def test_a_closed_point_stays_closed(session: Session, tmp_path: Path) -> None:
    contract = make.contract(session)
    load(session, tmp_path, FILE, contract)
    points.close(session, None, points.at_places(session, contract)[Where("a", "arrive")], make.NOW)
    assert load(session, tmp_path, FILE, contract) == Taken(new=0, changed=0, same=2, closed=1)


def test_every_flaw_is_told_by_row_and_column_and_nothing_is_taken(session: Session, tmp_path: Path) -> None:
    text = (
        "site,touchpoint,title,questions,persona\n"
        "a,arrive,,,\n"
        "cellar,supper,,wine,ghost\n"
        f"b,lunch,{'x' * 121},,\n"
        "a,arrive,again,,\n"
        "b,lunch\n"
    )
    assert flaws(session, tmp_path, text) == [
        (3, "persona", "ghost", Problem.UNKNOWN),
        (3, "questions", "wine", Problem.UNKNOWN),
        (3, "site", "cellar", Problem.UNKNOWN),
        (3, "touchpoint", "supper", Problem.UNKNOWN),
        (4, "title", "x" * 60, Problem.TITLE),
        (5, "site", "a", Problem.TWICE),
        (6, "", "2", Problem.WIDTH),
    ]


def test_a_place_where_nothing_would_be_asked_is_a_flaw(session: Session, tmp_path: Path) -> None:
    contract = make.contract(
        session,
        make.agreement(
            kpis=[
                {
                    "key": "clean",
                    "question": "clean",
                    "metric": "csat",
                    "target": 80,
                    "scope": {"sites": ["a"]},
                }
            ]
        ),
    )
    with pytest.raises(Faulty) as faulty:
        load(session, tmp_path, "site,touchpoint\nb,lunch\n", contract)
    assert [(flaw.row, flaw.problem) for flaw in faulty.value.flaws] == [(2, Problem.UNASKED)]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", Problem.NO_COLUMN),
        ("title\nDoor\n", Problem.NO_COLUMN),
        ("site,colour\na,red\n", Problem.FOREIGN_COLUMN),
        ("site,site\na,a\n", Problem.TWICE),
        (b"site\n\xff\n", Problem.UNREADABLE),
    ],
)
def test_a_file_that_cannot_be_understood_says_why(
    session: Session, tmp_path: Path, content: str | bytes, problem: Problem
) -> None:
    assert [flaw[3] for flaw in flaws(session, tmp_path, content)] == [problem]


def test_a_file_longer_than_we_take_is_refused(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points_file, "MOST_AT_ONCE", 1)
    assert [flaw[3] for flaw in flaws(session, tmp_path, "site\na\nb\n")] == [Problem.LONG]
