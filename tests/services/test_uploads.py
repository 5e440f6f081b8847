"""An upload comes in as it was confirmed: what the preview said, and no row is lost silently."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from uploaded import brought, imported, person, rehearsal_of, silent
from workbooks import workbook
from xla.models import AuditEntry, Contract, Notice, OnceKey, Rating, RememberedMapping, Response
from xla.services import uploads
from xla.services.agreements import ChangedMeanwhile, Refused
from xla.services.import_result import ImportRefused
from xla.services.imports import import_ratings
from xla.services.mappings import Mapping, Wide
from xla.services.unfit import Unfit
from xla.services.upload_document import Counts, Repeat, document_of, mapping_of
from xla.services.upload_files import Reading
from xla.services.upload_reading import keep_look, look
from xla.services.verification import verify

DAY = "2026-05-31"
HEAD = "date,question,score"
FULL = f"{HEAD},response,respondent,comment,external_id"
TRICKY = [
    f"{DAY},clean,5,r1,p1,,1",
    f"{DAY},food,4,r1,p1,good,2",
    f"{DAY},clean,9,r2,,,3",
    f"{DAY},clean,4,r1,p1,,4",  # a second answer
    f"{DAY},recommend,9,r1,p2,,5",  # another person
    f"{DAY},recommend,9,r1,p1,bad,6",  # another comment
    f"{DAY},recommend,8,r1,,,6",  # so this one with the same id is the first
    f"{DAY},clean,3,,,,1",  # a repeat
    f"{DAY},clean,3,,,,",
    "2026-13-01,toilet,0,,,,",
    f"{DAY},clean",
]


@pytest.fixture
def contract(session: Session) -> Contract:
    return make.contract(session)


def text(*rows: str, head: str = HEAD) -> str:
    return "\n".join([head, *rows, ""])


def test_the_import_comes_to_what_the_rehearsal_said(session: Session, contract: Contract) -> None:
    upload = brought(session, contract, text(*TRICKY, head=FULL))
    before = rehearsal_of(upload)
    assert before.counts == Counts(rows=11, accepted=4, duplicates=1, ignored=0, rejected=6)
    assert before.faulty == [(4, 7), (11, 12)]
    assert before.contradictions == {"response": [(5, 5)], "respondent": [(6, 6)], "comment": [(7, 7)]}
    uploads.start(session, contract, upload, person=person(session), agreed=before.counts, now=make.NOW)
    assert uploads.run(session, contract, upload.id, progress=silent, now=make.NOW)
    assert document_of(upload).result == before.counts
    assert (upload.state, str(upload.first_on), str(upload.last_on)) == ("done", DAY, DAY)
    assert session.scalars(select(Rating.score).order_by(Rating.score)).all() == [3, 4, 5, 8]
    assert verify(session, make.NOW) == []


def test_a_rehearsal_changes_nothing_and_says_nothing_twice(session: Session, contract: Contract) -> None:
    upload = brought(session, contract, text(*TRICKY, head=FULL))
    session.flush()
    before = make.contents(session)
    again = uploads.rehearsed(session, contract, upload, progress=silent, now=make.NOW)
    assert again == rehearsal_of(upload)
    assert make.contents(session) == before


def test_what_came_before_is_known_to_the_rehearsal(session: Session, contract: Contract) -> None:
    imported(session, contract, text(f"{DAY},clean,5,r1,p1,,1", head=FULL))
    rows = (f"{DAY},clean,5,r1,p1,,1", f"{DAY},food,5,r1,p1,,2", f"{DAY},clean,5,r1,p1,,3")
    again = rehearsal_of(brought(session, contract, text(*rows, head=FULL)))
    assert again.counts == Counts(rows=3, accepted=1, duplicates=1, ignored=0, rejected=1, joined=1)
    assert again.contradictions == {"response": [(4, 4)]}


def test_the_same_file_twice_brings_nothing(session: Session, contract: Contract) -> None:
    content = text(f"{DAY},clean,5", f"{DAY},food,5")
    imported(session, contract, content)
    again = brought(session, contract, content)
    assert rehearsal_of(again).counts == Counts(rows=2, accepted=0, duplicates=2, ignored=0, rejected=0)
    counts = rehearsal_of(again).counts
    with pytest.raises(Refused):
        uploads.start(session, contract, again, person=person(session), agreed=counts, now=make.NOW)


def test_a_file_of_the_command_line_is_known_to_the_browser(
    session: Session, contract: Contract, tmp_path: pytest.TempPathFactory
) -> None:
    content = text(f"{DAY},clean,5")
    import_ratings(session, contract, content.encode(), now=make.NOW)
    assert rehearsal_of(brought(session, contract, content)).counts.duplicates == 1
    assert tmp_path


def test_what_came_with_a_file_bears_its_number(session: Session, contract: Contract) -> None:
    upload = imported(session, contract, text(f"{DAY},clean,5", f"{DAY},clean,"[:-1] + ",9"))
    with_id = imported(session, contract, text(f"{DAY},food,5,,,,x", head=FULL))
    assert session.scalars(select(Response.upload_id).order_by(Response.id)).all() == [upload.id, with_id.id]
    assert set(session.scalars(select(OnceKey.upload_id))) == {upload.id, with_id.id}


def test_rows_are_kept_only_while_some_are_to_be_mended(session: Session, contract: Contract) -> None:
    assert imported(session, contract, text(f"{DAY},clean,5")).content is None
    assert imported(session, contract, text(f"{DAY},clean,5", f"{DAY},clean,9")).content is not None


def test_columns_are_read_as_they_were_last_time(session: Session, contract: Contract) -> None:
    mapping = Mapping(columns={"When": "date"}, wide={"Q": Wide(question="clean", codes={"0": "blank"})})
    imported(session, contract, f"When,Q\n{DAY},5\n{DAY},0\n", mapping)
    again = brought(session, contract, f"When,Q\n{DAY},4\n")
    assert mapping_of(again) == mapping
    assert document_of(again).is_remembered
    uploads.keep_mapping(again, Mapping(columns={"When": "date"}))
    assert not document_of(again).is_remembered
    other = make.contract(session, make.agreement(contract={"key": "quay"}))
    assert not document_of(brought(session, other, f"When,Q\n{DAY},4\n")).is_remembered
    assert session.scalars(select(RememberedMapping.contract_id)).all() == [contract.id]


def test_the_mended_file_brought_whole_is_noticed(session: Session, contract: Contract) -> None:
    rows = [f"{DAY},clean,5", f"{DAY},clean,5", f"{DAY},clean,9"]
    upload = imported(session, contract, text(*rows))
    assert [column.values for column in document_of(upload).columns] == [{}, {}, {}]
    whole = rehearsal_of(brought(session, contract, text(*rows[:2], f"{DAY},clean,4")))
    assert whole.repeat == Repeat(name="ratings.csv", rows=2)
    assert rehearsal_of(brought(session, contract, text(f"{DAY},clean,4"))).repeat is None
    assert rehearsal_of(brought(session, contract, f"question,score,date\nclean,5,{DAY}\n")).repeat is None
    with_ids = f"{HEAD},external_id\n{DAY},clean,5,1\n"
    assert rehearsal_of(brought(session, contract, with_ids)).repeat is None


def test_files_that_wait_for_long_are_forgotten(session: Session, contract: Contract) -> None:
    waiting = brought(session, contract, text(f"{DAY},clean,5")).id
    done = imported(session, contract, text(f"{DAY},clean,5", f"{DAY},clean,9"))
    uploads.forget(session, make.NOW + uploads.KEPT)
    assert uploads.count(session, contract.id) == 2
    uploads.forget(session, make.NOW + uploads.KEPT + timedelta(seconds=1))
    assert uploads.seen(session, contract.id, waiting) is None
    session.refresh(done)
    assert (done.state, done.content) == ("done", None)


def test_a_header_that_cannot_be_used_is_told(session: Session, contract: Contract) -> None:
    rehearsal = rehearsal_of(brought(session, contract, "a,b\n1,2\n"))
    assert rehearsal.header
    assert (rehearsal.header.row, rehearsal.header.column) == (1, "question")
    upload = brought(session, contract, "a,b\n1,2\n")
    with pytest.raises(Refused):
        uploads.start(
            session, contract, upload, person=person(session), agreed=rehearsal.counts, now=make.NOW
        )


def test_what_is_confirmed_is_what_was_seen(session: Session, contract: Contract) -> None:
    upload = brought(session, contract, text(f"{DAY},clean,5"))
    other = Counts(rows=2, accepted=2, duplicates=0, ignored=0, rejected=0)
    with pytest.raises(ChangedMeanwhile):
        uploads.start(session, contract, upload, person=person(session), agreed=other, now=make.NOW)
    counts = rehearsal_of(upload).counts
    mapping = mapping_of(upload)
    uploads.keep_mapping(upload, Mapping())
    with pytest.raises(ChangedMeanwhile):
        uploads.start(session, contract, upload, person=person(session), agreed=counts, now=make.NOW)
    uploads.keep_rehearsal(upload, mapping, rehearsal_of(brought(session, contract, text(f"{DAY},clean,5"))))
    assert document_of(upload).rehearsal is None


def test_a_file_that_is_running_is_started_again_and_comes_in_once(
    session: Session, contract: Contract
) -> None:
    upload = brought(session, contract, text(f"{DAY},clean,5"))
    counts = rehearsal_of(upload).counts
    for _ in range(2):
        uploads.start(session, contract, upload, person=person(session), agreed=counts, now=make.NOW)
    assert [uploads.run(session, contract, upload.id, progress=silent, now=make.NOW) for _ in range(2)] == [
        True,
        False,
    ]
    assert not uploads.run(session, contract, 99, progress=silent, now=make.NOW)
    assert session.scalars(select(Rating.score)).all() == [5]
    uploads.fail(session, contract, upload.id, None, make.NOW)
    assert upload.state == "done"
    for change in (
        lambda: uploads.keep_mapping(upload, Mapping()),
        lambda: _discard(session, contract, upload.id),
    ):
        with pytest.raises(ChangedMeanwhile):
            change()


def test_an_import_that_fails_stores_nothing_and_is_told(session: Session, contract: Contract) -> None:
    upload = brought(session, contract, text(f"{DAY},clean,5,r1,p1,,1", head=FULL))
    counts = rehearsal_of(upload).counts
    uploads.start(session, contract, upload, person=person(session), agreed=counts, now=make.NOW)
    session.flush()
    # Meanwhile somebody answers that question for the same response.
    import_ratings(session, contract, text(f"{DAY},clean,4,r1,p1,,9", head=FULL).encode(), now=make.NOW)
    with pytest.raises(ImportRefused) as refused, session.begin_nested():
        uploads.run(session, contract, upload.id, progress=silent, now=make.NOW)
    uploads.fail(session, contract, upload.id, refused.value, make.NOW)
    assert upload.state == "failed"
    assert document_of(upload).failure[0].column == "response"
    assert session.scalars(select(Notice.kind)).all() == ["import_failed"]
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
        "import.run",
        "import.fail",
    ]
    assert session.scalars(select(Rating.score)).all() == [4]


def test_a_failure_that_is_no_row_s_fault_is_told_too(session: Session, contract: Contract) -> None:
    upload = brought(session, contract, text(f"{DAY},clean,5"))
    counts = rehearsal_of(upload).counts
    uploads.start(session, contract, upload, person=person(session), agreed=counts, now=make.NOW)
    uploads.fail(session, contract, upload.id, None, make.NOW)
    assert (upload.state, document_of(upload).failure) == ("failed", [])


def test_a_file_that_brought_nothing_can_be_thrown_away(session: Session, contract: Contract) -> None:
    upload = brought(session, contract, text(f"{DAY},clean,5"))
    _discard(session, contract, upload.id)
    assert uploads.seen(session, contract.id, upload.id) is None
    assert uploads.count(session, contract.id) == 0


def test_files_are_listed_newest_first_and_to_their_contract_alone(
    session: Session, contract: Contract
) -> None:
    other = make.contract(session, make.agreement(contract={"key": "quay"}))
    ours = [brought(session, contract, text(f"{DAY},clean,5")).id for _ in range(3)]
    theirs = brought(session, other, text(f"{DAY},clean,5")).id
    assert [each.id for each in uploads.newest(session, contract.id, most=2)] == [ours[2], ours[1]]
    assert [each.id for each in uploads.newest(session, contract.id, most=2, before=2)] == [ours[0]]
    listed = uploads.newest(session, contract.id, most=9).all()
    assert uploads.names(session, listed) == {person(session).id: "Maja"}
    assert uploads.seen(session, contract.id, theirs) is None
    assert uploads.found(session, contract.id, theirs) is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\x\\a.csv", "a.csv"),
        ("/etc/ü.csv", "ü.csv"),
        ("\u202ea\n.csv", "a.csv"),
        ("\n", "file"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_file_keeps_its_name_as_far_as_it_is_one(
    session: Session, contract: Contract, name: str, kept: str
) -> None:
    assert uploads.receive(session, contract, person(session), name=name, raw=b"x", now=make.NOW).name == kept


def test_an_empty_file_is_not_received(session: Session, contract: Contract) -> None:
    with pytest.raises(Unfit, match="empty"):
        uploads.receive(session, contract, person(session), name="x", raw=b"", now=make.NOW)


def test_one_of_several_sheets_has_to_be_chosen(session: Session, contract: Contract) -> None:
    raw = workbook({"May": [["date", "clean"], [DAY, 5]], "June": [["date", "food"], ["2026-06-01", 4]]})
    upload = uploads.receive(session, contract, person(session), name="x.xlsx", raw=raw, now=make.NOW)
    keep_look(session, contract, upload, look(raw, Reading()))
    assert (document_of(upload).sheets, document_of(upload).is_read) == (["May", "June"], False)
    keep_look(session, contract, upload, look(raw, Reading("June")))
    assert document_of(upload).is_read
    assert list(mapping_of(upload).wide) == ["food"]
    keep_look(session, contract, upload, look(raw, Reading("May")))
    assert document_of(upload).reading.sheet == "June"


def test_what_keeps_a_file_from_being_read_is_kept(session: Session, contract: Contract) -> None:
    raw = "date;clean\n2026-05-31;å\n".encode("cp1252")
    upload = uploads.receive(session, contract, person(session), name="x.csv", raw=raw, now=make.NOW)
    keep_look(session, contract, upload, look(raw, Reading()))
    flaw = document_of(upload).flaw
    assert flaw
    assert (flaw.problem, flaw.values) == ("encoding", {"row": 2})
    keep_look(session, contract, upload, look(raw, Reading(encoding="cp1252")))
    assert document_of(upload).flaw is None
    assert mapping_of(upload).wide == {"clean": Wide(question="clean")}


def _discard(session: Session, contract: Contract, upload_id: int) -> None:
    upload = uploads.found(session, contract.id, upload_id)
    assert upload
    uploads.discard(session, contract, upload, person(session), make.NOW)
