"""Once only: a rating that comes again, in the same file or another, is no second rating."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import make
from xla.models import OnceKey
from xla.services import ratings
from xla.services.import_result import Imported
from xla.services.imports import import_ratings
from xla.services.mappings import AS_WRITTEN, Mapping, Wide
from xla.services.verification import verify

Import = Callable[..., Imported]
HEAD = "date,question,score"
DAY = "2026-05-31"
FILE = f"{HEAD}\n{DAY},clean,5\n{DAY},clean,5\n{DAY},food,1\n"


def narrow(**codes: str) -> Mapping:
    return Mapping(wide={"Q1": Wide(question="clean", codes=codes)})


WIDER = Mapping(wide={"Q1": Wide(question="clean"), "Q2": Wide(question="food")})


@pytest.fixture
def imports(session: Session, tmp_path: Path) -> Import:
    """Import a file of that text: (accepted, duplicates). Whatever comes of it, the tallies hold."""
    contract = make.contract(session)

    def run(content: str, mapping: Mapping = AS_WRITTEN, name: str = "x.csv") -> tuple[int, int]:
        path = make.file(tmp_path, content, name)
        imported = import_ratings(session, contract, path, mapping=mapping, now=make.NOW)
        assert verify(session, make.NOW) == []
        return imported.accepted, imported.duplicates

    return run


# --- without ids: the file and the question -----------------------------------------------------------------


def test_equal_rows_of_one_file_are_ratings_of_their_own(imports: Import) -> None:
    assert imports(FILE) == (3, 0)


@pytest.mark.parametrize("name", ["x.csv", "other.csv", "x.csv.gz"])
def test_the_same_file_again_changes_nothing(imports: Import, session: Session, name: str) -> None:
    imports(FILE)
    before = make.contents(session)
    assert imports(FILE, name=name) == (0, 3)
    assert make.contents(session) == before


def test_another_file_adds_its_rows(imports: Import) -> None:
    imports(FILE)
    assert imports(FILE + f"{DAY},clean,5\n") == (4, 0)


def test_a_wider_mapping_of_the_same_file_adds_the_new_questions(imports: Import) -> None:
    content = f"date,Q1,Q2\n{DAY},5,4\n{DAY},,3\n{DAY},4,\n"
    assert imports(content, narrow()) == (2, 0)
    assert imports(content, WIDER) == (2, 2)
    assert imports(content, WIDER) == (0, 4)
    assert imports(content, narrow()) == (0, 2)


def test_ratings_the_first_mapping_left_out_come_in_when_it_is_mended(imports: Import) -> None:
    content = f"date,Q1\n{DAY},5\n{DAY},5\n"
    assert imports(content, narrow(**{"5": "blank"})) == (0, 0)
    assert imports(content, narrow()) == (2, 0)


def test_a_refused_file_is_not_remembered(imports: Import, session: Session) -> None:
    with pytest.raises(Exception, match="off the scale"), session.begin_nested():
        imports(f"{HEAD}\n{DAY},clean,5\n{DAY},clean,6\n")
    assert session.query(OnceKey).count() == 0


def test_a_file_is_remembered_for_its_contract_only(
    imports: Import, session: Session, tmp_path: Path
) -> None:
    imports(FILE)
    other = make.contract(session, make.agreement(contract={"key": "other"}))
    path = make.file(tmp_path, FILE)
    assert import_ratings(session, other, path, now=make.NOW).accepted == 3
    assert verify(session, make.NOW) == []


# --- with ids -----------------------------------------------------------------------------------------------


def rows(*ids: str) -> str:
    return f"{HEAD},external_id\n" + "".join(f"{DAY},clean,5,{own}\n" for own in ids)


def test_an_id_counts_once_within_a_file(imports: Import) -> None:
    assert imports(rows("x", "y", "x")) == (2, 1)


def test_an_id_counts_once_over_overlapping_files(imports: Import) -> None:
    assert imports(rows("x", "y")) == (2, 0)
    assert imports(rows("y", "z")) == (1, 1)
    assert imports(rows("z", "x", "y")) == (0, 3)


def test_an_id_counts_once_over_more_rows_than_are_written_at_once(
    imports: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ratings, "CHUNK", 50)
    ids = [str(number) for number in range(550)]
    assert imports(rows(*ids, "0", "549")) == (550, 2)


def test_an_id_counts_once_a_question(imports: Import) -> None:
    content = f"{HEAD},external_id\n{DAY},clean,5,x\n{DAY},food,4,x\n{DAY},food,3,x\n"
    assert imports(content) == (2, 1)


def test_a_wide_row_with_an_id_adds_the_questions_not_yet_known(imports: Import) -> None:
    assert imports(f"date,Q1,external_id\n{DAY},5,x\n", narrow()) == (1, 0)
    assert imports(f"date,Q1,Q2,external_id\n{DAY},5,4,x\n", WIDER) == (1, 1)


def test_a_row_without_id_is_known_by_its_file_and_number(imports: Import) -> None:
    assert imports(rows("", "", "x")) == (3, 0)
    assert imports(rows("", "", "x")) == (0, 3)
    assert imports(rows("", "", "x", "")) == (3, 1)


@pytest.mark.parametrize("own", ["=1", "😀\u202e", "x" * 200, "'; DROP TABLE rating; --", "\\N", "a\tb"])
def test_an_id_is_any_text(imports: Import, own: str) -> None:
    assert imports(rows(own)) == (1, 0)
    assert imports(rows(own, "other")) == (1, 1)


def test_ids_differ_by_case(imports: Import) -> None:
    assert imports(rows("x", "X")) == (2, 0)
