"""What was counted, as a file: exact, the same when read back, and refused when it is anything else."""

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest

from documents.sample import make_report
from xla.documents.counted import counted_csv, counted_document, hide, read_counted
from xla.documents.visible import visible

HEAD = "kpi,question,of,key,number\r\n"


def test_what_is_written_is_read_back() -> None:
    counted = make_report().counted
    assert read_counted(counted_csv(counted)) == {each.key: each.summary for each in counted}


def test_there_is_a_line_for_each_score() -> None:
    rows = list(csv.reader(io.StringIO(counted_csv(make_report().counted), newline="")))
    assert rows[1] == ["kpi-1", "asked", "score", "1", "104"]
    assert ["kpi-11", "", "index", "total", "2500/3"] in rows
    assert ["kpi-8", "", "observed", "amount", "219.5"] in rows


def test_what_is_hidden_has_one_line_that_says_so() -> None:
    text = counted_csv(hide(make_report(1, 0).counted, ["kpi-1"]))
    assert text == f"{HEAD}kpi-1,,hidden,,\r\n"
    assert read_counted(text) == {"kpi-1": None}


def test_of_a_kpi_that_may_not_be_shown_nothing_is_counted_aloud() -> None:
    report = make_report(2, 0)
    report = replace(report, kpis=(replace(report.kpis[0], hidden=True), report.kpis[1]))
    assert [each.summary is None for each in visible(report).counted] == [True, False]


def test_how_a_value_is_made_is_told_for_a_machine() -> None:
    told = counted_document(make_report().counted)
    assert told["kpi-7"] == {"kind": "mean", "worth": {"1": "0", "5": "200/3"}, "scale": [1, 5]}
    assert told["kpi-8"] == {"kind": "rate", "worth": None, "scale": None}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "first line does not name"),
        ("kpi;number\r\n", "first line does not name"),
        (f"{HEAD}a,b,score,1\r\n", "line 2 holds no count"),
        (f"{HEAD}a,b,score,1,many\r\n", "line 2 holds no count"),
        (f"{HEAD}{'a' * 200_000},b,score,1,1\r\n", "it is no CSV"),
        (f"{HEAD}a,b,score,1,1e999999999\r\n", "line 2 holds no count"),
        (f"{HEAD}a,b,score,1,{'9' * 500}\r\n", "line 2 holds no count"),
        (f"{HEAD}a,b,score,1,5\r\na,b,score,1,6\r\n", "line 3 says again"),
        (f"{HEAD}a,,index,n,5\r\n", "the sums of a are not complete: 'total'"),
        (f"{HEAD}a,,index,n,5\r\na,,index,total,1/0\r\na,,index,squares,1\r\n", "not complete"),
        (f"{HEAD}a,b,score,1.5,5\r\n", "invalid literal"),
        (HEAD + "a,b,score,1,1\r\n" * 50_001, "line 3 says again"),
        (HEAD + "".join(f"a,b,score,{n},1\r\n" for n in range(50_001)), "more than 50000 lines"),
    ],
)  # fmt: skip
def test_a_file_of_another_form_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_counted(text)


def test_thirds_stay_thirds() -> None:
    told = read_counted(counted_csv(make_report().counted))["kpi-11"]
    assert told is not None
    assert told.index is not None
    assert told.index.total == Fraction(2500, 3)
