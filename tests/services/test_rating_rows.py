"""Rating rows: a row of a file, long or wide, as the contract's ratings; or all that is wrong with it."""

from datetime import date
from typing import Any

import pytest

import make
from xla.services.mappings import AS_WRITTEN, Mapping, Wide
from xla.services.rating_input import Given, RatingInput, Wrong
from xla.services.rating_rows import COLUMNS, RatingRows

CLEAN, FOOD = 1, 2
WIDE = Mapping(
    columns={"area": "site", "INTDATE": "date"},
    wide={
        "Q1": Wide(question="clean", codes={"0": "blank", "6.0": "not_applicable", "7": 5}),
        "Q2": Wide(question="food"),
    },
    constants={"channel": "import"},
)


def reader(header: str, mapping: Mapping = AS_WRITTEN) -> RatingRows:
    return RatingRows(header.split(","), mapping, RatingInput(make.catalogue(), make.NOW))


def read(header: str, row: str, mapping: Mapping = AS_WRITTEN) -> Given:
    return reader(header, mapping).read(2, row.split(","))


def problems(header: str, row: str, mapping: Mapping = AS_WRITTEN) -> list[str]:
    """What is wrong with a row that can't be read."""
    rows = reader(header, mapping)
    with pytest.raises(Wrong):
        rows.read(2, row.split(","))
    return [str(wrong) for wrong in rows.wrongs(row.split(","))]


def refused(header: str, mapping: Mapping = AS_WRITTEN) -> str:
    """Why a header can't be used."""
    with pytest.raises(Wrong) as wrong:
        reader(header, mapping)
    return str(wrong.value)


# --- what a row says ----------------------------------------------------------------------------------------


def test_a_row_says_all_its_columns_in_any_order() -> None:
    told = {
        "comment": " =Fine! 😀 ",
        "question": "Clean",
        "score": " 4.0 ",
        "rated_at": "2026-05-31T10:00Z",
        "site": "A-1",
        "touchpoint": "lunch",
        "persona": "visitor",
        "channel": "kiosk",
        "respondent": "p7",
        "response": "r1",
        "external_id": "x1",
        "reasons": "smell; paper",
    }
    given = RatingRows(list(told), AS_WRITTEN, RatingInput(make.catalogue(), make.NOW)).read(
        7, list(told.values())
    )
    assert given._replace(moment=None) == Given(
        row=7,
        site="a-1",
        touchpoint="lunch",
        persona="visitor",
        moment=None,
        channel="kiosk",
        group_key="r1 2026-05-31T10:00:00+00:00 a-1 lunch visitor",
        respondent="p7",
        reasons="smell;paper",
        comment="=Fine! 😀",
        external_id="x1",
        ratings=((CLEAN, 4),),
    )
    assert given.moment.rated_on == date(2026, 5, 31)


def test_what_is_not_told_is_empty() -> None:
    given = read("date,question,score", "2026-05-31,clean,5")
    assert (given.site, given.touchpoint, given.persona, given.channel) == ("", "", "", "")
    assert {given.group_key, given.respondent, given.reasons, given.comment, given.external_id} == {None}
    assert given.moment == (date(2026, 5, 31), None)


def test_without_an_instant_the_day_counts() -> None:
    rows = reader("rated_at,date,question,score")
    assert rows.read(2, ["", "2026-05-31", "clean", "5"]).moment == (date(2026, 5, 31), None)
    assert rows.read(3, ["2026-05-30T10:00", "", "clean", "5"]).moment.rated_on == date(2026, 5, 30)


def test_a_response_is_known_by_its_moment_and_place_too() -> None:
    rows = reader("date,question,score,response,site")
    keys = {
        rows.read(2, [day, "clean", "5", "1", site]).group_key
        for day in ("2026-05-30", "2026-05-31")
        for site in ("a", "b", "")
    }
    assert len(keys) == 6


def test_one_moment_is_one_however_it_is_written() -> None:
    rows = reader("rated_at,question,score,response")
    moments = ("2026-05-31T10:00Z", "2026-05-31T12:00", "2026-05-31T12:00:00+02:00")
    assert len({rows.read(2, [moment, "clean", "5", "1"]).group_key for moment in moments}) == 1


@pytest.mark.parametrize(
    ("rule", "cells", "ratings"),
    [
        ("each column answers its question", "4,2", ((CLEAN, 4), (FOOD, 2))),
        ("an empty cell is blank", ",2", ((FOOD, 2),)),
        ("a code for blank is blank", "0,2", ((FOOD, 2),)),
        ("a code is known however the number is written", "0.0,2", ((FOOD, 2),)),
        ("a code for not applicable is left out", "6,2", ((FOOD, 2),)),
        ("a code for a score is that score", "7,2.0", ((CLEAN, 5), (FOOD, 2))),
        ("nothing answered is nothing", "0,", ()),
    ],
)
def test_a_wide_row_answers_several_questions(rule: str, cells: str, ratings: object) -> None:
    given = read("area,INTDATE,Q1,Q2,left", f"b,2026-05-31,{cells},x", WIDE)
    assert given.ratings == ratings, rule
    assert (given.site, given.channel) == ("b", "import")


def test_codes_of_a_long_file_hold_for_its_score_column() -> None:
    rows = reader("date,question,score", Mapping(codes={"": "blank", "9": "not_applicable", "1": 5, "5": 1}))
    cells = ["", "9", "9.0", "1", "1.0", "05", "3"]
    ratings = [rows.read(2, ["2026-05-31", "clean", cell]).ratings for cell in cells]
    assert ratings == [(), (), (), ((CLEAN, 5),), ((CLEAN, 5),), ((CLEAN, 1),), ((CLEAN, 3),)]


def test_question_and_score_may_be_constants() -> None:
    mapping = Mapping(constants={"question": "clean", "score": "5"})
    assert read("date", "2026-05-31", mapping).ratings == ((CLEAN, 5),)


def test_columns_the_mapping_does_not_name_are_left_out_and_told() -> None:
    header = "area,INTDATE,Q1,Q2,left,left,"
    assert reader(header, WIDE).left_out == ["left", "left", ""]


def test_an_external_id_is_told_or_not() -> None:
    assert reader("date,question,score,external_id").has_external_ids
    assert not reader("date,question,score").has_external_ids
    assert not reader("date,Q1,Q2", WIDE.model_copy(update={"columns": {}})).has_external_ids


# --- what is wrong with a row -------------------------------------------------------------------------------

EVERY = "date,question,score,site,touchpoint,persona,channel,respondent,response,external_id,reasons,comment"
ROW = "2026-05-31,clean,5,a,lunch,visitor,qr,p,r,x,smell,ok"
SOUND = dict(zip(EVERY.split(","), ROW.split(","), strict=True))


@pytest.mark.parametrize(
    ("column", "found", "problem"),
    [
        ("date", "x", "not a day of the calendar"),
        ("question", "x", "the contract knows no such question"),
        ("question", "", "empty; every rating answers a question"),
        ("score", "6", "off the scale; it goes from 1 to 5"),
        ("score", "", "not a whole number from 1 to 5"),
        ("score", "blank", "not a whole number from 1 to 5"),
        ("site", "x", "the contract knows no such site"),
        ("touchpoint", "x", "the contract knows no such touchpoint"),
        ("persona", "x", "the contract knows no such persona"),
        ("channel", "x" * 201, "longer than 200 characters"),
        ("respondent", "x" * 201, "longer than 200 characters"),
        ("response", "x" * 201, "longer than 200 characters"),
        ("external_id", "x" * 201, "longer than 200 characters"),
        ("reasons", "x", "not a reason of this question"),
        ("comment", "x" * 5_001, "longer than 5000 characters"),
    ],
)
def test_a_field_that_cannot_be_taken_is_told(column: str, found: str, problem: str) -> None:
    [told] = problems(EVERY, ",".join((SOUND | {column: found}).values()))
    assert told.startswith(f"{column}: found {found!r}; {problem}")


def test_everything_wrong_with_a_row_is_told_once() -> None:
    told = problems("date,site,question,score,reasons", "x,y,z,9,r")
    assert [line.split(":")[0] for line in told] == ["date", "site", "question"]
    told = problems("rated_at,persona,question,score,reasons", "x,y,clean,9,r")
    assert [line.split(":")[0] for line in told] == ["rated_at", "persona", "score"]


def test_each_wide_column_is_told_by_its_own_name() -> None:
    told = problems("area,INTDATE,Q1,Q2", "b,2026-05-31,8,blank", WIDE)
    assert told == [
        "Q1: found '8'; off the scale; it goes from 1 to 5",
        "Q2: found 'blank'; not a whole number from 1 to 5",
    ]


@pytest.mark.parametrize("row", ["2026-05-31,clean", "2026-05-31,clean,5,", "x"])
def test_a_row_of_another_width_is_refused(row: str) -> None:
    with pytest.raises(Wrong, match=r"row: found '[124] fields'; the header has 3"):
        read("date,question,score", row)


# --- what is wrong with a header ----------------------------------------------------------------------------


def wide(**changes: Any) -> Mapping:
    return Mapping(**({"wide": {"Q1": Wide(question="clean")}} | changes))


@pytest.mark.parametrize(
    ("rule", "header", "mapping", "told"),
    [
        ("no question", "date,score", AS_WRITTEN, "question: found ''; the column is missing"),
        ("no score", "date,question", AS_WRITTEN, "score: found ''; the column is missing"),
        ("no moment", "question,score", AS_WRITTEN, "rated_at: found ''; the column is missing"),
        ("no moment in a wide file", "Q1", wide(), "rated_at: found ''; the column is missing"),
        (
            "an unknown column",
            "date,question,score,x",
            AS_WRITTEN,
            "x: found 'x'; no column of ours; they are",
        ),
        ("a column without name", "date,question,score,", AS_WRITTEN, ": found ''; no column of ours"),
        (
            "a column twice",
            "date,question,score,date",
            AS_WRITTEN,
            "date: found 'date'; two columns have this",
        ),
        ("a wide column twice", "date,Q1,Q1", wide(), "Q1: found 'Q1'; two columns have this name"),
        (
            "one mapped to another",
            "date,day,Q1",
            wide(columns={"day": "date"}),
            "date: found 'date'; two columns",
        ),
        (
            "a mapped column that is not there",
            "date,Q1",
            wide(columns={"x": "site"}),
            "x: found ''; the file has no such column; it has date, Q1",
        ),
        ("a wide column that is not there", "date", wide(), "Q1: found ''; the file has no such column"),
        ("long and wide, by score", "date,Q1,score", wide(), "score: found 'score'; a file is either long"),
        ("long and wide, by question", "date,Q1", wide(constants={"question": "food"}), "question: found"),
        (
            "a constant that is a column",
            "date,Q1",
            wide(constants={"date": "2026-05-31"}),
            "date: found 'date'; is a column of the file and a constant",
        ),
        (
            "one id for all rows",
            "date,Q1",
            wide(constants={"external_id": "1"}),
            "external_id: found '1'; can't be a constant",
        ),
        (
            "a wide column of a question that is not there",
            "date,Q1",
            wide(wide={"Q1": Wide(question="x")}),
            "question: found 'x'; the contract knows no such question",
        ),
        (
            "two wide columns of a question",
            "date,Q1,Q2",
            wide(wide={"Q1": Wide(question="clean"), "Q2": Wide(question="CLEAN")}),
            "Q2: found 'CLEAN'; two wide columns answer this question",
        ),
        (
            "a wide column named as ours",
            "date,site",
            wide(wide={"site": Wide(question="clean")}),
            "site: found 'site'; a wide column can't be another",
        ),
        (
            "a wide column renamed",
            "date,Q1",
            wide(columns={"Q1": "site"}),
            "Q1: found 'Q1'; a wide column can't be another",
        ),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(rule: str, header: str, mapping: Mapping, told: str) -> None:
    assert refused(header, mapping).startswith(told), rule


def test_the_columns_are_those_of_the_interface() -> None:
    expected = "question score rated_at date site touchpoint persona channel respondent response external_id"
    assert set(COLUMNS) == {*expected.split(), "reasons", "comment"}
