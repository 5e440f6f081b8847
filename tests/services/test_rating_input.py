"""Rating input: each field is what the contract knows, or told with what was found and what is allowed."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import make
from xla.core.scale import Scale
from xla.services import rating_input
from xla.services.rating_input import Moment, RatingInput, Wrong, plain_number, remembered, scored


def fields(timezone: str = "Europe/Stockholm", now: datetime = make.NOW, **terms: Any) -> RatingInput:
    return RatingInput(make.catalogue(make.agreement(contract={"timezone": timezone, **terms})), now)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


# --- when it was felt ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "rated_at", "day", "instant"),
    [
        ("an offset is believed", "2026-05-31T14:05:00+02:00", date(2026, 5, 31), utc(2026, 5, 31, 12, 5)),
        ("so is another zone's", "2026-05-31T14:05:00-07:00", date(2026, 5, 31), utc(2026, 5, 31, 21, 5)),
        ("Z is UTC", "2026-05-31T12:05:00Z", date(2026, 5, 31), utc(2026, 5, 31, 12, 5)),
        ("the day is the contract's", "2026-05-31T23:30:00Z", date(2026, 6, 1), utc(2026, 5, 31, 23, 30)),
        ("without offset it is local", "2026-05-31T14:05", date(2026, 5, 31), utc(2026, 5, 31, 12, 5)),
        ("local in winter", "2026-01-31 14:05:07", date(2026, 1, 31), utc(2026, 1, 31, 13, 5, 7)),
        ("the basic form is one", "20260531T140500", date(2026, 5, 31), utc(2026, 5, 31, 12, 5)),
        ("a lower t divides too", "2026-05-31t14:05", date(2026, 5, 31), utc(2026, 5, 31, 12, 5)),
        (
            "fractions are kept",
            "2026-05-31T14:05:00.25",
            date(2026, 5, 31),
            utc(2026, 5, 31, 12, 5, 0, 250_000),
        ),
        (
            "the minute before the clocks jump exists",
            "2026-03-29T01:59",
            date(2026, 3, 29),
            utc(2026, 3, 29, 0, 59),
        ),
    ],
)
def test_an_instant_is_read_in_the_contracts_zone(
    rule: str, rated_at: str, day: date, instant: datetime
) -> None:
    assert fields().moment(rated_at, "") == Moment(day, instant), rule


def test_of_a_time_that_comes_twice_the_first_is_meant_unless_the_offset_says() -> None:
    input_ = fields(now=utc(2027, 1, 1))
    assert input_.moment("2026-10-25T02:30", "").rated_at == utc(2026, 10, 25, 0, 30)
    assert input_.moment("2026-10-25T02:30+01:00", "").rated_at == utc(2026, 10, 25, 1, 30)


def test_one_instant_is_one_however_it_is_written() -> None:
    input_ = fields()
    written = ["2026-05-31T14:05+02:00", "2026-05-31T12:05Z", "2026-05-31T14:05"]
    assert len({input_.moment(text, "").rated_at.isoformat() for text in written}) == 1


def test_the_instant_wins_over_the_day() -> None:
    assert fields().moment("2026-05-31T14:05Z", "2026-01-01").rated_on == date(2026, 5, 31)


@pytest.mark.parametrize(
    ("rated_at", "problem"),
    [
        ("2026-05-31", "not a date and time; write 2018-05-31T14:05:00+02:00, or the day alone in the"),
        ("2026-05-31+02:00", "not a date and time"),
        ("2026-05-31T", "not a date and time"),
        ("2026-05-31T24:30", "not a date and time"),
        ("2026-05-31T14:60", "not a date and time"),
        ("2026-05-31T14:05+24:00", "not a date and time"),
        ("31.05.2026 14:05", "not a date and time"),
        ("\u0662\u0660\u0662\u0666-\u0660\u0665-\u0663\u0661T14:05", "not a date and time"),
        ("1780000000", "not a date and time"),
        ("now T", "not a date and time"),
        ("2026-03-29T02:30", "2026-03-29 02:30:00 does not exist in Europe/Stockholm: the clocks skipped it"),
        ("0001-01-01T00:00+14:00", "date value out of range"),
        ("9999-12-31T23:59-14:00", "date value out of range"),
        ("2026-06-15T12:00:00.000001Z", "lies in the future"),
        ("2025-12-31T22:59Z", "before the contract starts on 2026-01-01"),
    ],
)
def test_an_instant_that_cannot_be_is_refused(rated_at: str, problem: str) -> None:
    with pytest.raises(Wrong) as refused:
        fields().moment(rated_at, "")
    assert (refused.value.column, refused.value.found) == ("rated_at", rated_at)
    assert refused.value.problem.startswith(problem)


def test_this_very_instant_is_not_the_future() -> None:
    assert fields().moment("2026-06-15T12:00Z", "").rated_at == make.NOW


def test_the_contracts_first_and_last_days_are_inside() -> None:
    input_ = fields(now=utc(2028, 6, 1))
    assert input_.moment("2026-01-01T00:00", "").rated_on == date(2026, 1, 1)
    assert input_.moment("2027-12-31T23:59:59", "").rated_on == date(2027, 12, 31)
    with pytest.raises(Wrong, match="after the contract ended on 2027-12-31"):
        input_.moment("2028-01-01T00:00", "")
    assert input_.day("2027-12-31").rated_on == date(2027, 12, 31)
    with pytest.raises(Wrong, match="after the contract ended on 2027-12-31"):
        input_.day("2028-01-01")


def test_a_contract_without_end_takes_any_day_till_today() -> None:
    assert fields(ends_on=None, now=utc(2050, 6, 1)).day("2050-06-01").rated_on == date(2050, 6, 1)


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        ("", "not a day of the calendar; write 2018-05-31"),
        ("2026-02-29", "not a day of the calendar"),
        ("31/05/2026", "not a day of the calendar"),
        ("2026-05-31T10:00", "not a day of the calendar"),
        ("2026-5-1", "not a day of the calendar"),
        ("\u0662\u0660\u0662\u0666-\u0660\u0665-\u0663\u0661", "not a day of the calendar"),
        ("2026-06-17", "lies in the future"),
        ("9999-12-31", "lies in the future"),
        ("2025-12-31", "before the contract starts on 2026-01-01"),
        ("0001-01-01", "before the contract starts on 2026-01-01"),
    ],
)
def test_a_day_that_cannot_be_is_refused(day: str, problem: str) -> None:
    with pytest.raises(Wrong) as refused:
        fields("Etc/GMT-14").moment("", day)
    assert (refused.value.column, refused.value.found) == ("date", day)
    assert refused.value.problem.startswith(problem)


def test_a_day_the_calendar_skipped_is_refused() -> None:
    input_ = fields("Pacific/Apia", starts_on="2011-01-01")
    assert input_.day("2011-12-29") == Moment(date(2011, 12, 29), None)
    with pytest.raises(Wrong, match="does not exist in Pacific/Apia: the calendar skipped it"):
        input_.day("2011-12-30")
    with pytest.raises(Wrong, match="does not exist in Pacific/Apia: the clocks skipped it"):
        input_.moment("2011-12-30T12:00", "")


def test_today_is_the_contracts_today() -> None:
    late = utc(2026, 6, 15, 23)
    assert fields(now=late).day("2026-06-16").rated_on == date(2026, 6, 16)
    with pytest.raises(Wrong, match="lies in the future"):
        fields("America/Los_Angeles", now=late).day("2026-06-16")


# --- scores -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "score"), [("1", 1), ("5", 5), ("5.0", 5), ("05", 5), ("3.000000", 3), ("0004", 4)]
)
def test_a_whole_number_on_the_scale_is_a_score(text: str, score: int) -> None:
    assert scored(Scale(1, 5), text) == score
    asked = fields().question("clean")
    assert fields().score(asked, text) == score


@pytest.mark.parametrize("text", ["0", "6", "-1", "9999", "6.0", "0.0"])
def test_a_score_off_the_scale_is_refused_never_clamped(text: str) -> None:
    with pytest.raises(Wrong, match="off the scale; it goes from 1 to 5"):
        scored(Scale(1, 5), text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "4.5",
            "NaN",
            "nan",
            "1e999",
            "1e0",
            "Infinity",
            "\u0665",
            "\uff15",
            "",
            "+4",
            "4,0",
            "4.",
            ".4",
            "0x4",
        ),
        *("four", "4 4", "4\n", "99999", "1_0", "--1", "=4", "4.0000000"),
    ],
)
def test_what_is_no_whole_number_is_no_score(text: str) -> None:
    with pytest.raises(Wrong, match="not a whole number from 1 to 5") as refused:
        scored(Scale(1, 5), text)
    assert refused.value.found == text


def test_a_scale_may_go_below_zero() -> None:
    assert [scored(Scale(-2, 2), text) for text in ("-2", "-0", "2.0")] == [-2, 0, 2]


@given(st.text(max_size=8) | st.integers(-20, 20).map(str) | st.floats().map(str))
def test_any_text_is_a_score_on_the_scale_or_refused(text: str) -> None:
    try:
        score = scored(Scale(0, 10), text)
    except Wrong:
        return
    assert 0 <= score <= 10
    assert float(text) == score


@pytest.mark.parametrize(
    ("text", "plain"), [("3.0", "3"), ("03", "3"), ("-0", "0"), ("x", "x"), ("", ""), ("3.5", "3.5")]
)
def test_a_number_is_written_as_short_as_it_can_be(text: str, plain: str) -> None:
    assert plain_number(text) == plain


# --- names, reasons, texts ----------------------------------------------------------------------------------


def test_names_are_found_whatever_their_case() -> None:
    input_ = fields()
    assert (input_.site("A-1"), input_.site("a-1"), input_.site("")) == ("a-1", "a-1", "")
    assert (input_.touchpoint("LUNCH"), input_.persona("Visitor")) == ("lunch", "visitor")
    assert input_.question("Clean").key == "clean"


@pytest.mark.parametrize(
    ("column", "known"),
    [
        ("site", "a, a-1, b"),
        ("touchpoint", "arrive, lunch"),
        ("persona", "employee, visitor"),
        ("question", "clean, expected, food, ideal, recommend"),
    ],
)
def test_a_name_the_contract_does_not_know_is_refused(column: str, known: str) -> None:
    with pytest.raises(Wrong) as refused:
        getattr(fields(), column)("c")
    assert (refused.value.column, refused.value.found) == (column, "c")
    assert refused.value.problem == f"the contract knows no such {column}; it knows {known}"


def test_a_rating_without_question_is_refused() -> None:
    with pytest.raises(Wrong, match="empty; every rating answers a question"):
        fields().question("")


def test_of_many_names_twelve_are_listed() -> None:
    sites = [{"key": f"s{number:02}", "title": "S", "sites": []} for number in range(15)]
    kpis = [{"key": "clean", "question": "clean", "metric": "csat", "target": 80}]
    input_ = RatingInput(make.catalogue(make.agreement(sites=sites, kpis=kpis)), make.NOW)
    with pytest.raises(Wrong, match=r"it knows s00, .*, s11 and 3 more$"):
        input_.site("x")


def test_reasons_are_those_of_the_questions_asked_each_once() -> None:
    input_ = fields()
    asked = [input_.question("clean"), input_.question("food")]
    assert input_.reasons(" smell;; paper ;smell;", asked) == "smell;paper"
    assert input_.reasons(" ; ", asked) is None
    with pytest.raises(Wrong, match="found 'dust'; not a reason of this question; it knows paper, smell"):
        input_.reasons("smell;dust", asked)
    with pytest.raises(Wrong, match="not a reason of this question; it has none"):
        input_.reasons("smell", asked[1:])


def test_texts_are_kept_up_to_their_greatest_length() -> None:
    input_ = fields()
    assert input_.opaque("respondent", "") is None
    assert input_.comment("") is None
    assert input_.opaque("respondent", "x" * 200) == "x" * 200
    assert input_.comment("=😀\u202e" * 1_000) == "=😀\u202e" * 1_000
    with pytest.raises(Wrong, match="longer than 200 characters"):
        input_.opaque("respondent", "x" * 201)
    with pytest.raises(Wrong, match="longer than 5000 characters") as refused:
        input_.comment("x" * 5_001)
    assert refused.value.found == "x" * 60 + "…"


def test_what_is_remembered_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rating_input, "MOST_REMEMBERED", 2)
    asked: list[str] = []
    ask = remembered(lambda text: asked.append(text) or text)
    assert [ask(text) for text in "aabbcca"] == list("aabbcca")
    assert asked == ["a", "b", "c", "a"]
