"""Page 1 names the money and stays one page."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from documents.pdf_text import page_texts
from documents.sample import make_report
from documents.test_report_page import LONG
from xla.core.verdict import Verdict
from xla.documents.commitments import is_crowded
from xla.documents.credits_data import CreditItem, CreditStatement, Standing
from xla.documents.pdf import render
from xla.documents.summary import limits, summary


def statement(due: str, standing: Standing = Standing.PROPOSED) -> CreditStatement:
    item = CreditItem(
        key="kpi-1", title="Restroom satisfaction", verdict=Verdict.BREACHED, agreed=Decimal(3),
        cap=Decimal(6), used=Decimal(4), percent=Decimal(3), percent_due=Decimal(2),
        amount=Decimal(due) * 3 / 2, due=Decimal(due),
    )  # fmt: skip
    return CreditStatement("SEK", Decimal(1_000_000), standing, date(2018, 1, 1), date(2019, 1, 1), (item,))


@pytest.mark.parametrize(
    ("standing", "sentence"),
    [
        (Standing.DRAFT, "As known now, a service credit of SEK\u00a020\u202f000 would fall due."),
        (Standing.PROPOSED, "A service credit of SEK\u00a020\u202f000 is proposed."),
        (Standing.FINAL, "A service credit of SEK\u00a020\u202f000 falls due."),
    ],
)
def test_the_lead_names_the_credit_and_how_far_it_is_agreed(standing: Standing, sentence: str) -> None:
    page = summary(make_report(2, 0, credits=statement("20000", standing)))
    assert page.lead.endswith(sentence)
    notes = [note.lead for note in page.columns[-1][1]]
    assert notes[:2] == ["Credit:", "Capped:"]


def test_without_a_credit_the_lead_says_nothing_of_money() -> None:
    told = statement("0")
    item = replace(told.items[0], verdict=Verdict.MET, percent=Decimal(0), percent_due=Decimal(0))
    page = summary(make_report(2, 0, credits=replace(told, items=(item,))))
    assert "credit" not in page.lead
    assert page.columns[-1][1][0].text == "none; no breach with an agreed credit."


def test_a_breach_whose_credit_the_cap_took_whole_is_not_called_none() -> None:
    told = statement("0")
    item = replace(told.items[0], used=Decimal(6), percent_due=Decimal(0), amount=Decimal(30000))
    page = summary(make_report(2, 0, credits=replace(told, items=(item,))))
    assert "credit" not in page.lead
    assert [(note.lead, note.text) for note in page.columns[-1][1][:2]] == [
        ("Credit:", "SEK\u00a00, 0\u00a0% of the monthly fee."),
        ("Capped:", "the caps of the contract year took off SEK\u00a030\u202f000."),
    ]


def test_a_minimum_has_no_score_at_floor_or_target() -> None:
    assert limits(make_report(2, 0, score_method="minimum")) == (None, None)
    floor, target = limits(make_report(2, 0))
    assert floor is not None
    assert target is not None
    assert floor < target


def test_page_1_says_what_was_done_last_and_what_is_due_first() -> None:
    page = summary(make_report())
    notes = {note.lead: note.text for note in page.columns[1][1]}
    assert notes["Restroom satisfaction:"] == (
        "open since 4\u00a0June\u00a02018. Refill soap at 25\u00a0% left. Done: too early to tell. "
        "Litter round, gates B12 to B18: was due 30\u00a0April\u00a02018, overdue. 3 more actions."
    )
    assert notes["Restrooms, willingness to recommend:"].endswith("same cause as no. 12.")
    without = summary(make_report(actions=()))
    assert "Action planned: second cleaner" in without.columns[1][1][0].text


def test_page_1_stays_one_page_with_twelve_commitments_and_long_names() -> None:
    plain = make_report(12, 0)
    long = replace(plain, kpis=tuple(replace(kpi, title=LONG[:60]) for kpi in plain.kpis))
    assert is_crowded(long)
    assert not is_crowded(make_report(5, 0))
    for report in (plain, long, replace(long, language="fi")):
        assert "K1" in page_texts(render(report))[1]
