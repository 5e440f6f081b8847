"""A report is checked by computing it again, against what is kept, and against the chain of day seals."""

import json
import os
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

import authority
import closed_march
import make
import signed
import stamped
from services import issued_march
from services.issued_march import bent, build, with_figure
from xla.documents.pdf_files import inside
from xla.documents.seal_mark import address_of
from xla.documents.signing import signer_of
from xla.models import DaySeal, Evaluation, Report, ReportStamp
from xla.services import report_check, report_recount, report_seal
from xla.services.report_seal import Standing
from xla.services.verification import verify

TIMES = 2_000 if int(os.environ.get("XLA_SURVIVE", "1")) > 1 else 100


@pytest.fixture
def pdf(session: Session) -> bytes:
    return build(session)[1]


def said(pdf: bytes) -> list[str]:
    return [str(each) for each in report_recount.recount(pdf).differences]


def test_an_issued_report_is_ours_and_adds_up(session: Session, pdf: bytes) -> None:
    checked = report_check.check(session, pdf)
    assert (checked.is_ok, checked.issue, checked.against) == (True, 1, 1)
    assert checked.recount.is_sound
    assert set(checked.recount.recounted) == {"clean", "people", "index", "churn", "waiting"}
    assert checked.recount.hidden == ("few",)
    assert checked.seal is Standing.OURS


def test_a_signature_and_a_time_stamp_are_checked_with_it(
    session: Session, pdf: bytes, tmp_path: Path
) -> None:
    plain = report_check.check(session, pdf)
    assert (plain.signature, plain.stamp) == (None, None)
    signer = signer_of(signed.key_file(tmp_path), signed.PASSPHRASE)
    report = session.query(Report).one()
    assert signer
    report.pdf = signer.signed(pdf)
    report.sha256, report.signer = sha256(report.pdf).hexdigest(), signer.name
    stamped.keep(session, report, make.NOW)
    checked = report_check.check(session, report.pdf)
    assert checked.is_ok
    assert checked.signature == (signed.NAME, None)
    assert checked.stamp == (authority.NAME, make.NOW, None)
    assert [each for each in verify(session, make.NOW) if each.what in {"report", "stamp"}] == []
    session.query(ReportStamp).one().authority = "Somebody else"
    assert not report_check.check(session, report.pdf).is_ok
    report.signer = None
    told = [each.problem for each in verify(session, make.NOW) if each.what == "report"]
    assert told == [f"is kept as signed by nobody, and is signed by {signed.NAME}"]


def test_a_file_changed_behind_its_signature_is_named(session: Session, pdf: bytes, tmp_path: Path) -> None:
    signer = signer_of(signed.key_file(tmp_path), signed.PASSPHRASE)
    report = session.query(Report).one()
    assert signer
    report.pdf, report.signer = signer.signed(pdf)[:-400], signer.name
    report.sha256 = sha256(report.pdf).hexdigest()
    checked = report_check.check(session, report.pdf)
    assert checked.signature == ("", "its signature can't be read")
    assert not checked.is_ok
    told = [each.problem for each in verify(session, make.NOW) if each.what == "report"]
    assert told == ["its signature can't be read"]


def test_without_a_row_the_figures_are_answered_all_the_same(session: Session, pdf: bytes) -> None:
    session.delete(session.query(Report).one())
    session.flush()
    checked = report_check.check(session, pdf)
    assert (checked.is_ok, checked.issue, checked.against) == (False, None, None)
    assert checked.recount.is_sound


@pytest.mark.parametrize(
    ("what", "figure", "sentence"),
    [
        ("n", 37, "clean: n is 37 in the report, and 36 by what it comes from"),
        ("verdict", "met", "clean: verdict is met in the report, and at_risk by what it comes from"),
        ("value", {"exact": "80", "float": 80.0}, "clean: value is 80 in the report, and 77.7778 by"),
        ("low", 75.0, "clean: low is 75 in the report, and"),
        ("points", None, "clean: points is nothing in the report, and 77.7778 by"),
        ("target", "75", "clean: target is 75 in the report, and 80 by"),
        ("target", "8e1", "clean: target is 8e1 in the report, and 80 by"),
        ("chance_below_floor", True, "clean: chance_below_floor is True in the report"),
    ],
)
def test_a_bent_figure_is_named_with_both(
    session: Session, pdf: bytes, what: str, figure: object, sentence: str
) -> None:
    file = bent(pdf, "report.json", with_figure("clean", what, figure))
    assert any(each.startswith(sentence) for each in said(file))
    checked = report_check.check(session, file)
    assert not checked.is_ok
    assert checked.issue is None
    assert checked.against == 1


def with_credit(what: str, figure: object, *, of_all: bool = False) -> Callable[[str], str]:
    def change(text: str) -> str:
        document = json.loads(text)
        told = document["credits"]
        (told if of_all else told["items"][0])[what] = figure
        return json.dumps(document)

    return change


@pytest.mark.parametrize(
    ("what", "figure", "of_all", "sentence"),
    [
        ("due", "2000.00", False, "clean: credit, due is 2000.00 in the report, and 0"),
        ("percent", "2.0", False, "clean: credit, percent is 2.0 in the report, and 0"),
        ("agreed_percent", "3.0", False, "clean: credit, agreed percent is 3.0 in the report, and 2"),
        ("cap_percent", None, False, "clean: credit, cap percent is nothing in the report, and 6"),
        ("verdict", "breached", False, "clean: credit, verdict is breached in the report, and at_risk"),
        ("used_percent", "4.0", False, "clean: credit, left percent is 6 in the report, and 2"),
        ("total", "7", True, "credit, total is 7 in the report, and 0"),
        ("monthly_fee", "1", True, "credit, monthly fee is 1 in the report, and 100000.00"),
        ("currency", "EUR", True, "credit, currency is EUR in the report, and SEK"),
        ("contract_year_end", "2026-07-01", True, "credit, contract year end is 2026-07-01 in the report"),
        ("items", [], True, "the credits is nothing in the report, and clean"),
    ],
)
def test_a_bent_credit_is_named_with_both(
    pdf: bytes,
    what: str,
    figure: object,
    of_all: bool,  # noqa: FBT001 -- a column of the table
    sentence: str,
) -> None:
    found = said(bent(pdf, "report.json", with_credit(what, figure, of_all=of_all)))
    assert any(each.startswith(sentence) for each in found), found


def test_no_credits_where_some_are_agreed_are_missed_and_an_older_report_has_none(pdf: bytes) -> None:
    def without(text: str) -> str:
        document = json.loads(text)
        del document["credits"]
        return json.dumps(document)

    found = said(bent(pdf, "report.json", lambda text: json.dumps(json.loads(text) | {"credits": None})))
    assert any(each.startswith("the credits is nothing in the report, and clean") for each in found)
    (only,) = said(bent(pdf, "report.json", without))
    assert only.startswith("the data seal printed is not")


def test_a_credit_is_that_of_the_count_it_was_issued_from(session: Session, pdf: bytes) -> None:
    assert report_check.check(session, pdf).kept == ()
    for what, figure in (("used_percent", "4.0"), ("due", "1"), ("due", "much"), ("due", None)):
        kept = report_check.check(session, bent(pdf, "report.json", with_credit(what, figure))).kept
        assert [each.what for each in kept] == [f"credit, {what.replace('_', ' ')}"] or what == "due"
    item = with_credit("used_percent", "1e3")
    assert "is no decimal" in str(report_recount.recount(bent(pdf, "report.json", item)).problem)


def test_without_agreed_credits_there_are_none(session: Session) -> None:
    kpis = [{name: told for name, told in each.items() if name != "credit"} for each in issued_march.KPIS]
    _, pdf = build(session, kpis=kpis)
    assert report_check.check(session, pdf).is_ok


def test_a_changed_report_json_is_not_the_one_whose_seal_is_printed(pdf: bytes) -> None:
    file = bent(pdf, "report.json", lambda text: text + " ")
    (only,) = said(file)
    assert only.startswith("the data seal printed is not that of the report.json inside in the report, and ")


def test_counts_that_give_other_figures_are_found(pdf: bytes) -> None:
    was, now = "clean,clean,score,5,24", "clean,clean,score,5,30"
    file = bent(pdf, "ratings-summary.csv", lambda text: text.replace(was, now, 1))
    assert [each.partition(" in ")[0] for each in said(file)][:2] == [
        "clean: n is 36",
        "clean: value is 77.7778",
    ]


def test_another_agreement_gives_other_verdicts(pdf: bytes) -> None:
    file = bent(pdf, "agreement.yaml", lambda text: text.replace("target: 80", "target: 72", 1))
    assert {each.partition(" is ")[0] for each in said(file)} >= {"clean: target", "clean: verdict"}


def test_figures_other_than_those_kept_are_found(session: Session, pdf: bytes) -> None:
    row = session.query(Evaluation).one()
    document = json.loads(row.document)
    document["kpis"][0]["verdict"] = "met"
    document["kpis"].append(document["kpis"][0] | {"key": "index"})
    session.execute(update(Evaluation).values(document=json.dumps(document)))
    session.expire_all()
    checked = report_check.check(session, pdf)
    assert checked.issue == 1
    assert not checked.is_ok
    assert "clean: verdict is at_risk in the report, and met as frozen by what it comes from" in map(
        str, checked.kept
    )


def test_a_commitment_left_out_is_found(session: Session, pdf: bytes) -> None:
    def without(text: str) -> str:
        document = json.loads(text)
        document["kpis"] = document["kpis"][1:]
        return json.dumps(document)

    checked = report_check.check(session, bent(pdf, "report.json", without))
    assert [each.kpi for each in checked.kept] == ["clean"]
    assert any(each.what == "commitments" for each in checked.recount.differences)


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        ("report.json", lambda _: "[]", "not of a report's form"),
        ("report.json", lambda _: "{", "not of a report's form"),
        ("report.json", lambda _: "[" * 100_000, "not of a report's form"),
        ("report.json", lambda text: text.replace('"n": 36', '"n": NaN'), "NaN is no figure"),
        ("report.json", with_figure("few", "points", {"exact": "1e99999999", "float": 1}), "no exact figure"),
        ("ratings-summary.csv", lambda _: "kpi", "does not name the columns"),
        ("ratings-summary.csv", lambda text: text.replace("score,5,24", "score,5,-1"), "do not fit"),
        ("agreement.yaml", lambda _: "a: &a [*a, *a]", "The agreement inside can't be read"),
    ],
)  # fmt: skip
def test_files_of_another_form_are_told_in_a_sentence(
    session: Session, pdf: bytes, name: str, change: Callable[[str], str], problem: str
) -> None:
    checked = report_check.check(session, bent(pdf, name, change))
    assert checked.recount.problem
    assert problem in checked.recount.problem
    assert not checked.is_ok


@pytest.mark.parametrize("key", ["nobody's", "a\0b"])
def test_a_report_of_a_contract_we_do_not_have_is_compared_with_none(
    session: Session, pdf: bytes, key: str
) -> None:
    def change(text: str) -> str:
        document = json.loads(text)
        document["contract"]["key"] = key
        return json.dumps(document)

    assert report_check.check(session, bent(pdf, "report.json", change)).against is None


def test_a_report_issued_before_its_figures_were_inside_is_ours_all_the_same(session: Session) -> None:
    closed_march.build(session)
    checked = report_check.check(session, closed_march.PDF)
    assert (checked.is_ok, checked.issue, checked.kept) == (True, 1, ())
    assert checked.recount.problem == (
        "This PDF has no report.json and no ratings-summary.csv and no agreement.yaml inside it."
    )


@pytest.mark.parametrize("file", [b"", b"text", b"%PDF-1.7 nothing"])
def test_what_is_no_report_is_told_in_a_sentence(session: Session, file: bytes) -> None:
    checked = report_check.check(session, file)
    assert checked.recount.problem
    assert (checked.issue, checked.against, checked.kept, checked.seal) == (None, None, (), None)


def test_the_seal_is_of_the_last_day_sealed_before_the_figures_were_set(session: Session, pdf: bytes) -> None:
    told = json.loads(inside(pdf).files["report.json"])["seal"]
    assert told["day"] == (make.NOW.date() - timedelta(days=2)).isoformat()
    assert report_seal.standing(session, date.fromisoformat(told["day"]), told["chained"]) is Standing.OURS


@pytest.mark.parametrize(
    ("day", "chained", "standing"),
    [
        (None, "0" * 64, Standing.OTHER),
        (None, "no hash", Standing.OTHER),
        ("never", None, Standing.OTHER),
        ("2031-01-01", None, Standing.UNKNOWN),
    ],
)
def test_a_seal_that_is_not_ours_is_told(
    session: Session, pdf: bytes, day: str | None, chained: str | None, standing: Standing
) -> None:
    def change(text: str) -> str:
        document = json.loads(text)
        told = document["seal"]
        document["seal"] = {"day": day or told["day"], "chained": chained or told["chained"]}
        return json.dumps(document)

    file = bent(pdf, "report.json", change)
    checked = report_check.check(session, file)
    assert checked.seal is standing
    assert not checked.is_ok
    assert any(each.what == "the day seal printed" for each in checked.recount.differences) == bool(chained)


def test_a_chain_broken_later_is_told(session: Session, pdf: bytes) -> None:
    told = json.loads(inside(pdf).files["report.json"])["seal"]
    day = date.fromisoformat(told["day"])
    for root in ("ab" * 32, "no hash"):
        session.execute(update(DaySeal).where(DaySeal.day == day).values(root=root))
        assert report_seal.standing(session, day, told["chained"]) is Standing.BROKEN
        assert report_check.check(session, pdf).seal is Standing.BROKEN


def test_before_the_first_day_there_is_no_seal(session: Session) -> None:
    assert report_seal.mark(session, make.NOW, "https://xla.example", sealed_by=make.NOW) is None


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "http://localhost", ""])
def test_where_nobody_else_gets_there_is_no_address(base: str) -> None:
    assert address_of(base, make.NOW.date(), "0" * 64) == ""


def test_a_real_report_bent_anywhere_is_not_one_of_ours_and_is_told_in_words(
    session: Session, pdf: bytes
) -> None:
    chance = Random(17)  # noqa: S311  # a choice, no secret
    for _ in range(TIMES):
        place, other = chance.randrange(len(pdf)), chance.randrange(1, 256)
        bent_pdf = pdf[:place] + bytes([pdf[place] ^ other]) + pdf[place + 1 :]
        checked = report_check.check(session, bent_pdf)
        assert not checked.is_ok, place
        assert checked.issue is None, place
