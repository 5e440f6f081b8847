"""A whole import is taken back: figures are as before, what was frozen stays, the mended file may come."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from rated import rate
from uploaded import brought as brought_again
from uploaded import imported, person, rehearsal_of
from xla.core.window import parse_period
from xla.models import AuditEntry, Contract, Tally
from xla.services import periods, upload_undo
from xla.services.agreements import ChangedMeanwhile, Refused
from xla.services.evaluations import evaluate
from xla.services.imports import import_ratings
from xla.services.upload_undo import Obstacle, Undoing, undoing
from xla.services.verification import verify

MARCH = parse_period("2026-03")
HEAD = "date,question,score,response,external_id"
FILE = f"{HEAD}\n2026-03-10,clean,1,r1,1\n2026-03-11,food,2,r1,2\n2026-03-11,clean,1,,3\n"
LATER = make.NOW + timedelta(hours=1)


@pytest.fixture
def contract(session: Session) -> Contract:
    contract = make.contract(session)
    rate(session, contract, "clean", {1: 3, 5: 4}, on="2026-03-10")
    return contract


def tallies(session: Session) -> list[object]:
    return sorted(tuple(row) for row in session.execute(select(Tally.__table__)))


def test_figures_are_as_if_the_file_had_never_come(session: Session, contract: Contract) -> None:
    before = tallies(session)
    upload = imported(session, contract, FILE)
    assert tallies(session) != before
    assert undoing(session, upload) == Undoing(responses=3, ratings=3, obstacle=None, counted_in=[])
    assert upload_undo.undo(session, contract, upload.id, person(session), LATER) == 3
    assert tallies(session) == before
    assert verify(session, LATER) == []
    assert (upload.state, upload.undone_at, upload.undone_by) == ("undone", LATER, person(session).id)
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "import.undo"


def test_the_mended_file_comes_in_after_it(session: Session, contract: Contract) -> None:
    upload = imported(session, contract, FILE)
    upload_undo.undo(session, contract, upload.id, person(session), LATER)
    again = imported(session, contract, FILE.replace(",1,r1", ",4,r1"), now=LATER)
    assert rehearsal_of(again).counts.accepted == 3
    assert verify(session, LATER) == []
    upload_undo.undo(session, contract, again.id, person(session), LATER)
    plain = "date,question,score\n2026-03-10,clean,1\n"
    for _ in range(2):
        once_more = imported(session, contract, plain, now=LATER)
        upload_undo.undo(session, contract, once_more.id, person(session), LATER)
    assert verify(session, LATER) == []


def test_as_known_before_it_its_ratings_count(session: Session, contract: Contract) -> None:
    upload = imported(session, contract, FILE)
    upload_undo.undo(session, contract, upload.id, person(session), LATER)
    then = evaluate(session, contract, MARCH, as_known_at=make.NOW, now=LATER)
    now = evaluate(session, contract, MARCH, now=LATER)
    assert (then.kpis[0].measurement.n, now.kpis[0].measurement.n) == (9, 7)


def test_a_closed_period_that_counted_it_keeps_its_figures(session: Session, contract: Contract) -> None:
    upload = imported(session, contract, FILE, now=datetime(2026, 4, 1, tzinfo=UTC))
    closed_at = datetime(2026, 4, 5, tzinfo=UTC)
    periods.close(session, contract, MARCH, known_at=closed_at, now=closed_at)
    assert undoing(session, upload).counted_in == [MARCH.start]
    upload_undo.undo(session, contract, upload.id, person(session), LATER)
    assert verify(session, LATER) == []
    assert evaluate(session, contract, MARCH, now=LATER).kpis[0].measurement.n == 2
    late = imported(session, contract, FILE, now=LATER)
    assert undoing(session, late).counted_in == []


def test_what_hangs_together_with_another_file_is_not_taken_back(
    session: Session, contract: Contract
) -> None:
    first = imported(session, contract, FILE)
    second = imported(session, contract, f"{HEAD}\n2026-03-10,recommend,9,r1,9\n")
    assert undoing(session, first).obstacle is Obstacle.COMPLETED_SINCE
    assert undoing(session, second).obstacle is Obstacle.COMPLETED
    for upload in (first, second):
        with pytest.raises(Refused):
            upload_undo.undo(session, contract, upload.id, person(session), LATER)
    assert verify(session, LATER) == []


def test_only_a_finished_import_of_the_contract_is_taken_back_and_once(
    session: Session, contract: Contract
) -> None:
    upload = imported(session, contract, FILE)
    waiting = brought_again(session, contract, FILE)
    other = make.contract(session, make.agreement(contract={"key": "quay"}))
    upload_undo.undo(session, contract, upload.id, person(session), LATER)
    for whose, which in ((contract, upload), (contract, waiting), (other, upload)):
        with pytest.raises(ChangedMeanwhile):
            upload_undo.undo(session, whose, which.id, person(session), LATER)
    assert undoing(session, waiting) == Undoing(0, 0, None, [])


def test_other_files_stay(session: Session, contract: Contract) -> None:
    import_ratings(
        session, contract, FILE.replace(",r1,", ",r9,").replace(",1\n", ",x\n").encode(), now=make.NOW
    )
    before = tallies(session)
    upload = imported(session, contract, f"{HEAD}\n2026-03-12,clean,1,r5,y\n")
    upload_undo.undo(session, contract, upload.id, person(session), LATER)
    assert tallies(session) == before
