"""The report's part about sampling."""

from dataclasses import replace

import pytest

from documents.sample import make_report
from xla.documents.page import compose


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (40, "32 more sites had responses on 23–31 of 31 days."),
        (9, "1 more site had responses on 23 of 31 days."),
        (8, ""),
    ],
)
def test_the_sites_that_are_not_in_the_table_are_told_in_one_sentence(rows: int, sentence: str) -> None:
    data = make_report()
    assert data.sampling
    page = compose(
        replace(data, sampling=replace(data.sampling, coverage=data.sampling.coverage[:rows]))
    ).html
    assert sentence in page
    assert ("had responses on" in page) == bool(sentence)
