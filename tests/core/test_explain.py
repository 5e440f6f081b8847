"""The agreement in plain sentences, as both parties read it."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from agreement_samples import agreement, agreements, text
from xla.core.agreement import Agreement, Site
from xla.core.agreement_wording import count, day, figure, joined, percent, quoted, span
from xla.core.explain import explain

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(("name", "language"), [("office", "en"), ("airport", "sv"), ("small", "en")])
def test_a_sample_reads_as_this(name: str, language: str) -> None:
    assert "".join(f"{said}\n" for said in explain(agreement(name), language)) == text(
        f"{name}.{language}.txt"
    )


def test_a_kpi_says_what_is_promised_when_it_is_breached_and_who_bears_the_noise() -> None:
    [said] = [line for line in explain(agreement("airport")) if line.startswith("Restrooms feel clean")]
    assert said.replace(SPACE, " ") == (
        'Restrooms feel clean: at least 78 % of the ratings of "How clean were the restrooms?" '
        "are 4 or 5 of 5. Under 75 % it is breached. Fewer than 30 ratings decide nothing. "
        "The value alone decides (simple). "
        "A breach costs 2 % of the monthly fee, at most 6 %. It weighs 2 of 15 in the contract's score."
    )


def test_a_text_that_is_not_in_the_language_stands_in_the_contract_s() -> None:
    assert any("Restrooms feel clean" in said for said in explain(agreement("airport"), "fi"))


def test_many_sites_are_counted_and_only_the_top_is_named() -> None:
    small = agreement("small")
    tree = tuple(
        Site(key=f"s{n}", title=f"House {n}", sites=(Site(key=f"s{n}-1", title="Floor"),))
        for n in range(1, 15)
    )
    [said] = [line for line in explain(small.model_copy(update={"sites": tree})) if "sites" in line]
    assert said.startswith("It covers 28 sites in all; at the top of the tree: House 1, House 2, House 3,")
    assert said.endswith("House 11, House 12 and 2 more sites.")
    few = explain(small.model_copy(update={"sites": tree[:7]}))
    assert any(line.endswith("House 5, House 6 and House 7.") for line in few)


def test_a_kpi_without_weight_does_not_count() -> None:
    office = agreement("office")
    weighted = office.model_copy(update={"composite": agreement("airport").composite})
    [said] = [line for line in explain(weighted) if line.startswith(("Bestillinger", "Orders"))]
    assert said.endswith("It does not count in the contract's score.")


def test_an_agreement_that_names_no_service_says_none() -> None:
    bare = agreement("small").model_copy(update={"services": (), "kpis": (), "questions": ()})
    assert not any(said.startswith("Services") for said in explain(bare))


@given(agreements())
def test_every_sentence_is_one_line_that_starts_and_ends_as_one(made: Agreement) -> None:
    for said in explain(made):
        assert said == " ".join(re.split(r"[\n\t]", said))
        assert said[-1] in '."'


def test_figures_are_set_as_people_set_them() -> None:
    assert figure(Decimal("-1234567.50")) == f"−1{SPACE}234{SPACE}567.5"
    assert figure(0) == "0"
    assert figure(Decimal("-0.25")) == "−0.25"
    assert percent(Decimal("78.0")) == f"78{SPACE}%"
    assert day(date(2014, 1, 1)) == "1 January 2014"
    assert (count(1, "day"), count(1000, "day")) == ("1 day", f"1{SPACE}000 days")
    assert (span(1, 5), span(-3, 3)) == ("1–5", "−3 to 3")
    assert (joined([]), joined(["a"]), joined(["a", "b", "c"], "or")) == ("", "a", "a, b or c")
    assert quoted("a\nb") == '"a b"'


def test_a_question_says_what_its_scores_are_called_and_what_is_tapped_with_which() -> None:
    small = agreement("airport")
    question = small.questions[0]
    reasons = [
        reason.model_copy(update={"given_with": occasion})
        for reason, occasion in zip(question.reasons[:2], ("poor", "good"), strict=True)
    ]
    worded = question.model_copy(
        update={"reasons": tuple(reasons), "labels": {"1": {"en": "Not clean"}, "5": {"en": "Very clean"}}}
    )
    said = explain(small.model_copy(update={"questions": (worded, *small.questions[1:])}))
    [line] = [each for each in said if "restrooms?" in each and each.startswith("People")]
    assert line == (
        'People are asked "How clean were the restrooms?" on a scale of 1–5. '
        'The scores read 1 "Not clean" and 5 "Very clean". '
        'With a poor score they may tap "Smell". With a good score they may tap "No paper or soap".'
    )
