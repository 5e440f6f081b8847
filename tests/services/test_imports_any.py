"""Whatever the file: it is imported or refused. However its rows are ordered and cut: the same figures."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

import make
from xla.core.window import parse_period
from xla.models import Contract
from xla.services.evaluations import evaluate
from xla.services.import_result import Imported, ImportRefused
from xla.services.imports import import_ratings
from xla.services.mappings import AS_WRITTEN, Mapping, Wide
from xla.services.observations import import_observations
from xla.services.verification import verify

one_database = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
"""Each example rolls back what it wrote."""

WIDE = Mapping(
    columns={"day": "date"},
    wide={"Q1": Wide(question="clean", codes={"0": "blank"}), "Q2": Wide(question="recommend")},
)
RATINGS = (
    b"rated_at,date,question,score,site,touchpoint,persona,channel,respondent,response,external_id,reasons,comment\n"
    b"2026-05-31T10:00+02:00,,clean,5,a,lunch,visitor,qr,p,1,x,smell;paper,Fine\n"
    b'2026-05-31T10:00+02:00,,food,3,a,lunch,visitor,qr,p,2,y,,"two\nlines"\n'
    b",2026-05-30,recommend,10,,,,,,,,,\n"
)
SPREAD = b"day,Q1,Q2,site\n2026-05-31,5,10,a\n2026-05-30,0,9,b\n"
OBSERVED = (
    b"observation,date,site,numerator,denominator,start,end,amount,count,squares,external_id\n"
    b"tenants,2026-05-31,a,3,40,,,,,,x\ntenants,2026-05-31,,,,40,37,,,,\nminutes,2026-05-30,,,,,,20,4,100,\n"
)
BITS = [*(b'"', b",", b"\n", b"\r", b"\0", b"\xff", b";", b"=", b"-1", b"9" * 30, b"NaN", b"1e9", b"4.5")]
BITS += [
    *(b"2011-12-30", b"0001-01-01", b"9999-12-31", b"T", b"Z", b"\xd9\xa5", b"\xef\xbb\xbf", b"\x1f\x8b")
]


@st.composite
def spoilt(draw: st.DrawFn, sound: bytes) -> bytes:
    """A sound file, cut, overwritten and doubled here and there."""
    content = bytearray(sound)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(content)))
        other = st.sampled_from(sound.replace(b"\n", b",").split(b","))
        new = draw(st.sampled_from(BITS) | other | st.binary(max_size=4))
        content[at : at + draw(st.integers(0, 12))] = new
    return bytes(content)


@pytest.fixture
def contract(session: Session) -> Contract:
    return make.contract(session)


def tried(session: Session, contract: Contract, path: Path, mapping: Mapping | None) -> Imported:
    """What an import came to. Afterwards the database adds up; a refused file left it as it was."""
    before = make.contents(session)
    outer = session.begin_nested()
    try:
        with session.begin_nested():
            if mapping is None:
                return import_observations(session, contract, path, now=make.NOW)
            return import_ratings(session, contract, path, mapping=mapping, now=make.NOW)
    except ImportRefused as refused:
        assert make.contents(session) == before
        return refused.imported
    finally:
        assert verify(session, make.NOW) == []
        outer.rollback()


@pytest.mark.parametrize("mapping", [AS_WRITTEN, WIDE, None], ids=["long", "wide", "observations"])
@one_database
@given(content=st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_imported_or_refused(
    session: Session, contract: Contract, tmp_path: Path, mapping: Mapping | None, content: bytes
) -> None:
    imported = tried(session, contract, make.file(tmp_path, content), mapping)
    assert imported.errors


@pytest.mark.parametrize(
    ("mapping", "sound"),
    [(AS_WRITTEN, RATINGS), (WIDE, SPREAD), (None, OBSERVED)],
    ids=["long", "wide", "observations"],
)
@one_database
@given(data=st.data())
def test_a_spoilt_file_is_imported_or_refused(
    session: Session,
    contract: Contract,
    tmp_path: Path,
    mapping: Mapping | None,
    sound: bytes,
    data: st.DataObject,
) -> None:
    imported = tried(session, contract, make.file(tmp_path, data.draw(spoilt(sound))), mapping)
    assert all(error.problem and error.row <= imported.rows + 4 for error in imported.errors)
    assert bool(imported.errors) >= bool(imported.rejected)


@pytest.mark.parametrize(("mapping", "sound"), [(AS_WRITTEN, RATINGS), (WIDE, SPREAD), (None, OBSERVED)])
def test_the_files_that_are_spoilt_above_are_sound(
    session: Session, contract: Contract, tmp_path: Path, mapping: Mapping | None, sound: bytes
) -> None:
    imported = tried(session, contract, make.file(tmp_path, sound), mapping)
    assert (imported.errors, imported.accepted) == ([], 3)


# --- order and division -------------------------------------------------------------------------------------

HEAD = "date,question,score,site,response,external_id\n"
answers = st.tuples(
    st.sampled_from(["2026-05-30", "2026-05-31"]),
    st.sampled_from(["clean", "expected", "ideal"]),
    st.integers(1, 5).map(str),
    st.sampled_from(["a", ""]),
    st.sampled_from(["", "1", "2", "3"]),
)
"""Day, question, score, site, response."""


def is_own(answer: Sequence[str]) -> object:
    day, question, _, site, response = answer
    return (day, question, site, response) if response else object()


def figures(session: Session, contract: Contract, folder: Path, files: Sequence[Sequence[str]]) -> object:
    """Tallies and measurements after those files were imported one after another; then all is undone."""
    outer = session.begin_nested()
    for rows in files:
        path = make.file(folder, HEAD + "".join(rows))
        import_ratings(session, contract, path, now=make.NOW)
    assert verify(session, make.NOW) == []
    outcome = evaluate(session, contract, parse_period("2026-05"), now=make.NOW)
    found = [(one.kpi.key, one.measurement, one.verdict) for one in outcome.kpis]
    outer.rollback()
    return found


@one_database
@given(given_answers=st.lists(answers, max_size=20, unique_by=is_own), data=st.data())
def test_the_order_and_division_of_rows_change_no_figure(
    session: Session,
    contract: Contract,
    tmp_path: Path,
    given_answers: list[tuple[str, ...]],
    data: st.DataObject,
) -> None:
    own = count()
    rows = [",".join([*answer, str(next(own))]) + "\n" for answer in given_answers]
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    whole = figures(session, contract, tmp_path, [rows])
    assert figures(session, contract, tmp_path, [shuffled[:cut], shuffled[cut:]]) == whole
