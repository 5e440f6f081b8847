"""The recorder: submissions of any source, in chunks, with ids or without; the tallies follow."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import make
from xla.models import Tally
from xla.services import ratings
from xla.services.catalogue import catalogue
from xla.services.imports import import_ratings
from xla.services.rating_input import Given, Moment, Wrong
from xla.services.ratings import Recorder
from xla.services.verification import verify


def refuse(_: Given, wrong: Wrong) -> None:
    raise wrong


def test_submissions_with_and_without_an_id_may_come_together(session: Session) -> None:
    contract = make.contract(session)
    question = catalogue(session, contract).questions["clean"].id
    moment = Moment(date(2026, 5, 31), None)
    given = Given(1, "", "", "", moment, "", None, None, None, None, None, ((question, 5),))
    recorder = Recorder(session, contract.id, source="api", wrong=refuse, now=make.NOW)
    recorder.record([given, given._replace(external_id="x"), given, given._replace(external_id="x")])
    assert (recorder.accepted, recorder.duplicates) == (3, 1)
    assert verify(session, make.NOW) == []


@pytest.mark.parametrize("most_cells", [0, 10])
def test_many_cells_are_added_up_on_the_way(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_cells: int
) -> None:
    monkeypatch.setattr(ratings, "CHUNK", 7)
    monkeypatch.setattr(ratings, "MOST_CELLS", most_cells)
    rows = [
        {"date": f"2026-05-{number % 28 + 1:02}", "question": "clean", "score": number % 5 + 1}
        for number in range(200)
    ]
    import_ratings(session, make.contract(session), make.csv_file(tmp_path, rows), now=make.NOW)
    assert session.scalar(select(func.sum(Tally.n))) == 200
    assert verify(session, make.NOW) == []
