"""An agreement in plain words in each language: figures and days are the language's own."""

from datetime import date
from decimal import Decimal

import pytest

from agreement_samples import agreement
from xla.core.agreement import LANGUAGES
from xla.core.agreement_wording import ENGLISH
from xla.core.changes import changes
from xla.core.explain import explain
from xla.documents.tongues import tongue


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", ["airport", "office", "small"])
def test_every_sample_can_be_said_in_every_language(language: str, sample: str) -> None:
    said = explain(agreement(sample), language, tongue(language))
    assert len(said) == len(explain(agreement(sample)))
    assert not any("%(" in sentence for sentence in said)
    assert changes(agreement("airport"), agreement(sample), tongue(language)) or sample == "airport"


def test_figures_and_days_are_the_languages_own() -> None:
    swedish = tongue("sv")
    assert swedish.percent(Decimal("77.50")) == "77,5\u00a0%"
    assert swedish.figure(Decimal("-1250.0")) == "\N{MINUS SIGN}1\u202f250"
    assert swedish.figure(1000) == "1\u202f000"
    assert swedish.amount(Decimal("480000.5"), 2) == "480\u202f000,50"
    assert swedish.amount(Decimal("480000.00"), 2) == "480\u202f000"
    assert swedish.day(date(2014, 1, 1)) == "1\u00a0januari\u00a02014"
    assert (swedish.span(1, 5), swedish.span(-3, 3)) == ("1–5", "\N{MINUS SIGN}3 – 3")
    assert swedish.joined(["a", "b", "c"]) == "a, b och c"
    assert swedish.either(["a", "b"]) == "a eller b"
    assert swedish.language("fi") == "finska"
    assert swedish.plural("%(count)s no such text", "%(count)s no such texts", 2) == "2 no such texts"


def test_english_is_said_as_the_command_line_says_it() -> None:
    assert tongue("en") is ENGLISH
