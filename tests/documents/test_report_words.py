"""What page 1 says for every combination of verdicts, and what each KPI came to."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from documents.sample import make_kpi, make_report
from xla.core.agreement import Metric
from xla.core.measurement import Measurement
from xla.core.verdict import Thresholds, Verdict
from xla.documents.changes import Changes, difference, previous, year_before
from xla.documents.commitments import page_heading
from xla.documents.findings import Findings
from xla.documents.report_data import KpiResult
from xla.documents.summary import headline, summary, tally
from xla.documents.words import FORMULAS, INTERVALS, MARKS, RULES, VERDICTS, Words

B, R, M, U, N = Verdict.BREACHED, Verdict.AT_RISK, Verdict.MET, Verdict.INCONCLUSIVE, Verdict.NO_DATA


def kpis(*verdicts: Verdict) -> tuple[KpiResult, ...]:
    return tuple(make_kpi(index, verdict=verdict) for index, verdict in enumerate(verdicts))


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ([], "No experience commitments were measured in May 2018."),
        ([M, M, M], "All 3 experience commitments were met in May 2018."),
        ([M], "The experience commitment was met in May 2018."),
        ([B], "The experience commitment was breached in May 2018."),
        ([B, B], "All 2 experience commitments were breached in May 2018."),
        ([B, M, M], "1 of 3 experience commitments was breached in May 2018."),
        ([B, B, U, N, R], "2 of 5 experience commitments were breached in May 2018."),
        ([R, M, U], "No experience commitment was breached in May 2018; 1 of 3 is at risk."),
        ([R, R, N], "No experience commitment was breached in May 2018; 2 of 3 are at risk."),
        ([M, U, N], "1 of 3 commitments was met in May 2018; 2 could not be judged."),
        ([M, M, N], "2 of 3 commitments were met in May 2018; 1 could not be judged."),
        ([N, N], "There is no data for May 2018: no experience commitment could be judged."),
        ([U, N], "No experience commitment could be judged in May 2018: there are too few ratings."),
        ([U], "No experience commitment could be judged in May 2018: there are too few ratings."),
        ([R], "No experience commitment was breached in May 2018; 1 of 1 is at risk."),
    ],
)
def test_the_headline_says_what_happened(verdicts: Sequence[Verdict], sentence: str) -> None:
    assert headline(kpis(*verdicts), "May 2018", Words("en")) == sentence


def test_the_tally_names_every_kind_of_verdict() -> None:
    text = tally(kpis(B, M, M, R, U, N), Words("en"))
    assert text == (
        "Of 6 commitments, 1 is breached, 2 are met, 1 is at risk, 1 is inconclusive and 1 has no data."
    )
    assert tally(kpis(M, M), Words("en")) == ""


def test_page_headings_say_the_worst_first() -> None:
    assert page_heading(kpis(M, B, R, B), 5, Words("en")) == "K7 and K9 were breached; K8 is at risk"


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (0, "Below its floor of 75\u00a0%."),
        (2, "Holds its floor of 78\u00a0%, but not its target of 82\u00a0%."),
        (3, "Too few to decide: about 1\u202f440 more would settle it."),
        (4, "Above its target of 3.9."),
        (8, "No ratings in this period."),
        (11, "Holds its limit of 6, but not its target of 4."),
    ],
)
def test_a_finding_says_what_the_value_means(index: int, sentence: str) -> None:
    assert Findings("en").of(make_kpi(index)) == sentence


def test_too_few_ratings_are_counted_against_the_least() -> None:
    kpi = make_kpi(3, measurement=Measurement(12, Fraction(70), 40.0, 90.0))
    assert Findings("en").of(kpi) == "Too few to decide: 12 of at least 30."


def test_thin_evidence_without_an_estimate_says_so() -> None:
    assert Findings("en").of(make_kpi(3, more_ratings_needed=None)) == "The evidence is too thin to decide."


def test_a_hidden_value_is_not_told() -> None:
    assert Findings("en").of(make_kpi(0, hidden=True)) == "Fewer than 5 answers: the value is not shown."


def test_where_less_is_better_the_sentences_turn() -> None:
    terms = Thresholds(target=Decimal(4), floor=Decimal(6), higher_is_better=False)
    late = make_kpi(11, thresholds=terms, verdict=B, measurement=Measurement(812, Fraction(7), None, None))
    assert Findings("en").of(late) == "Above its limit of 6."
    assert Findings("en").of(replace(late, verdict=M)) == "Below its target of 4."


def test_differences_are_between_printed_figures() -> None:
    kpi = make_kpi(0, measurement=Measurement(100, Fraction("73.249"), None, None))
    then = replace(kpi.trend[-2], value=Fraction("73.151"))
    assert str(difference(kpi, then)) == "0.0"
    assert Changes("en").text(kpi, None) == "–"


def test_the_year_before_is_the_same_period() -> None:
    kpi = make_kpi(0)
    then, before = year_before(kpi), previous(kpi)
    assert then is not None
    assert before is not None
    assert (then.start.isoformat(), before.start.isoformat()) == ("2017-05-01", "2018-04-01")
    assert year_before(replace(kpi, trend=kpi.trend[1:])) is None


def test_a_part_without_data_is_left_out() -> None:
    data = make_report(0, 0, breaches=(), credits=None, score=None, score_trend=())
    page = summary(data)
    assert page.score is None
    assert [heading for heading, _ in page.columns] == ["Money and dates"]


def test_every_value_of_the_core_has_its_words() -> None:
    assert set(FORMULAS) == set(INTERVALS) == set(Metric)
    assert set(MARKS) == set(VERDICTS) == set(Verdict)
    assert "".join(MARKS[verdict] for verdict in (M, R, B, U, N)) == "●▲■◇○"
    assert len(RULES) == 3
    assert "not comparable to the published Swedish index" in FORMULAS[Metric.NKI][1]
