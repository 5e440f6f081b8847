"""Since the last issue: what changed is said in a few sentences, and nothing where nothing did."""

from dataclasses import replace

from documents.sample import make_report
from documents.since_sample import SINCE
from xla.documents.page import compose
from xla.documents.since import since, since_document


def test_every_kind_of_change_is_one_sentence() -> None:
    told = since(make_report(2, 0, since_last=SINCE))
    assert told is not None
    heading, notes = told
    assert heading == "Since issue 28, April\u00a02018"
    assert notes == (
        "Restroom satisfaction: at risk before, breached now.",
        "XLA score: 78.2 before, 58.4 now.",
        "New commitments: Overall index.",
        "Commitments no longer agreed: Parking.",
        "Agreement version 3 holds instead of version 2.",
        *SINCE.altered[:4],
        "1 more change is in the agreement.",
        "Breaches opened: Restroom satisfaction.",
        "Breaches closed: Food court clean.",
        "Addendum 1 to April\u00a02018: Pier C counted anew.",
        "12 ratings of April\u00a02018 came after it was closed.",
    )


def test_without_anything_before_or_any_change_there_is_no_block() -> None:
    same = replace(
        SINCE, issue=None, turned=(), added=(), removed=(), version_was=3, altered=(),
        score_was=SINCE.score_now, opened=(), closed=(), addenda=(), late=0,
    )  # fmt: skip
    for told in (None, same):
        report = make_report(1, 0, since_last=told)
        assert since(report) is None
        assert 'class="since"' not in compose(report).html
    assert since_document(make_report(1, 0, since_last=None)) is None


def test_a_report_that_was_never_issued_is_named_by_its_period() -> None:
    told = since(make_report(1, 0, since_last=replace(SINCE, issue=None)))
    assert told is not None
    assert told[0] == "Since the report of April\u00a02018"
