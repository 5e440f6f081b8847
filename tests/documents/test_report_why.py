"""Focus and why on paper: what the figures say, in words that hold."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from documents.sample import make_report
from documents.why_sample import FOCUS, HOURS, MIX, REASONS, WHY
from xla.core.agreement import Language
from xla.documents.attached import report_json
from xla.documents.focus import Focus, focus
from xla.documents.page import compose
from xla.documents.report_data import ReportData
from xla.documents.why import WhyPart, why
from xla.documents.why_data import FocusRow, MixAndReal, Quote, SiteEffect


def focused(*rows: FocusRow) -> Focus:
    found = focus(make_report(site_focus=replace(FOCUS, rows=rows or FOCUS.rows)))
    assert found is not None
    return found


def told(**changes: object) -> WhyPart:
    found = why(make_report(why=replace(WHY, **changes)))  # type: ignore[arg-type]  # a test's shorthand
    assert found is not None
    return found


def test_each_site_has_its_figures_and_the_change_between_printed_ones() -> None:
    first, *_, last = focused().lines
    assert (first.title, first.n, first.value, first.interval) == ("Pier B", "611", "61.5", "57.6–65.3")
    assert (first.before, first.change) == ("73.7", "−12.2")
    assert (last.before, last.change) == ("–", "–")
    assert "Pier B: 61.5" in first.chart


def test_the_worst_and_the_best_site_have_a_sentence_each() -> None:
    worst, best = focused().ends
    assert worst == (
        "Worst: Pier B, 61.5\u00a0%",
        "The whole interval (57.6–65.3) is worse than the floor of 75\u00a0%. 611 answers.",
    )
    assert best == ("Best: Car park and rail, 80.4\u00a0%", "It reaches the target of 78\u00a0%. 51 answers.")


def test_what_is_not_sure_is_not_said_as_if_it_were() -> None:
    below, between = FOCUS.rows[1], FOCUS.rows[2]
    worst, best = focused(below, between).ends
    assert worst[1].startswith(
        "It is worse than the floor of 75\u00a0%, but the interval (68.8–78.4) reaches it."
    )
    assert best[1].startswith("It holds the floor of 75\u00a0%, but not the target of 78\u00a0%.")
    bare, _ = focused(replace(below, low=None, high=None), between).ends
    assert bare[1].startswith("It is worse than the floor of 75\u00a0%. 318")


def test_of_many_sites_the_worst_nine_stand_there_and_it_says_so() -> None:
    rows = tuple(replace(FOCUS.rows[1], key=str(index)) for index in range(30))
    found = focused(*rows)
    assert len(found.lines) == 9
    assert "The 9 worst of 30 sites whose value may be shown." in found.sub


def test_without_a_period_before_there_is_no_such_column() -> None:
    page = compose(make_report(site_focus=replace(FOCUS, then=None))).html
    assert "Tick: May" not in page.partition("focus-table")[0].rpartition('class="focus"')[2]
    assert 'class="f-before"' not in page


def heading(mix: MixAndReal | None, **changes: object) -> str:
    return told(mix=mix, reasons=None, **changes).heading


def test_the_heading_says_no_more_than_the_interval_holds() -> None:
    assert heading(MIX) == "The change for the worse is real, and mostly at Pier B."
    assert heading(replace(MIX, high=0.3)) == "The change for the worse may be chance."
    many = replace(MIX, sites=tuple(replace(site, real=Fraction(-1)) for site in MIX.sites))
    assert heading(many) == "The change for the worse is real, at many sites."
    shifted = replace(MIX, real=Fraction(-1), mix=Fraction("-3.6"))
    assert heading(shifted) == "The change for the worse is mostly who answered, not how it was felt."
    better = replace(MIX, then=Fraction(70))
    assert heading(better) == "No worse than before, but short of what was agreed."
    assert heading(None) == "What lies behind Restroom satisfaction"
    assert told(mix=None).heading == "Reason given most: Smell."


def test_the_steps_add_up_as_printed() -> None:
    part = told().mix
    assert part is not None
    assert [(step.label, step.figure) for step in part.steps] == [
        ("May\u00a02017", "77.8"),
        ("Mix: answers from Pier B, 18 → 24\u00a0%", "−0.6"),
        ("Real: change at Pier B", "−2.5"),
        ("Real: change at Pier A", "−0.4"),
        ("Real: all other sites together", "−1.1"),
        ("May\u00a02018", "73.2"),
    ]
    assert part.heading == "Real effect −4.0, mix effect −0.6"


def test_two_sites_alone_leave_no_rest_and_an_unmoved_mix_names_none() -> None:
    sites = (
        SiteEffect("a", "A", Fraction(-3), Fraction(0), Fraction(1, 2), Fraction(1, 2)),
        SiteEffect("b", "B", Fraction(1), Fraction(0), Fraction(1, 2), Fraction(1, 2)),
    )
    mix = MixAndReal(Fraction(75), Fraction(73), Fraction(-2), Fraction(0), -3, -1, sites, is_pooled=False)
    part = told(mix=mix).mix
    assert part is not None
    assert [step.label for step in part.steps][1:-1] == [
        "Mix: who answered where",
        "Real: change at A",
        "Real: change at B",
    ]


def test_reasons_have_their_share_of_all_given_and_the_sum_so_far() -> None:
    part = told().reasons
    assert part is not None
    assert [(row.n, row.share, row.cumulative) for row in part.rows[:2]] == [
        ("214", "36\u00a0%", "36\u00a0%"),
        ("176", "29\u00a0%", "65\u00a0%"),
    ]
    assert part.rows[-1].cumulative == "100\u00a0%"
    assert part.sub == "612 of 695 poor answers named a reason; some named several. Tick: May\u00a02017."
    bare = replace(REASONS, lines=tuple(replace(line, share_before=None) for line in REASONS.lines))
    shown = told(reasons=bare).reasons
    assert shown is not None
    assert "Tick" not in shown.sub


def test_a_part_of_the_day_stands_out_only_beyond_the_others_interval() -> None:
    assert told().day is not None
    assert told().day.heading == "When: Pier B is worst from 21:00 to 24:00"  # type: ignore[union-attr]  # asserted above
    wide = replace(HOURS, bars=tuple(replace(bar, low=10.0, high=95.0) for bar in HOURS.bars))
    part = told(hours=wide).day
    assert part is not None
    assert part.heading == "When: no part of the day stands out at Pier B"
    assert part.columns[0] == ("06–09", "76.8", "84")


def test_a_long_quote_is_cut_and_stays_one_line() -> None:
    quote = Quote("Cold\n\nand " + "wet " * 80, "", WHY.quotes[0].on)
    text, about = told(quotes=(quote,)).quotes[0]
    assert text.startswith("“Cold and wet")
    assert text.endswith("…”")
    assert len(text) <= 182
    assert about == "May\u00a02018"


@pytest.mark.parametrize(
    ("changes", "classes"),
    [
        ({"mix": None}, {"mix"}),
        ({"reasons": None}, {"reasons"}),
        ({"hours": None}, {"day"}),
        ({"quotes": ()}, {"quote"}),
        ({"mix": None, "reasons": None, "hours": None, "drivers": None}, {"mix", "reasons", "day"}),
    ],
)
def test_a_part_of_why_without_data_is_left_out(changes: dict[str, object], classes: set[str]) -> None:
    page = compose(make_report(why=replace(WHY, **changes))).html  # type: ignore[arg-type]  # a test's shorthand
    for kind in ("mix", "reasons", "day", "quote"):
        assert (f'class="{kind}"' in page) == (kind not in classes)


def test_without_any_the_page_has_neither_part() -> None:
    page = compose(make_report(site_focus=None, why=None)).html
    assert 'class="why"' not in page
    assert 'class="focus"' not in page
    assert "Mix and real effect" not in page


def test_all_of_it_is_in_the_data() -> None:
    def read(data: ReportData) -> dict[str, object]:
        found = json.loads(report_json(data))
        return {"focus": found["site_focus"], "why": found["why"]}

    whole = read(make_report())
    assert whole["focus"]["sites"][0]["value"] == {"exact": "123/2", "float": 61.5}  # type: ignore[index]  # as written
    assert whole["why"]["mix"]["real"] == {"exact": "-201/50", "float": -4.02}  # type: ignore[index]  # as written
    assert read(make_report(site_focus=None, why=None)) == {"focus": None, "why": None}
    bare = replace(WHY, then=None, mix=None, reasons=None, hours=None, drivers=None)
    assert read(make_report(why=bare))["why"] == {
        "kpi": "kpi-1", "compared_with": None, "mix": None, "reasons": None, "hours": None,
        "drivers": None,
        "quotes": [{"text": each.text, "site": each.site} for each in WHY.quotes],
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "sv", "da", "nb", "fi"])
def test_the_figures_are_the_same_in_every_language(language: Language) -> None:
    page = compose(make_report(language=language)).html.replace(",", ".")
    for figure in ("57.6–65.3", "−12.2", "−2.5", "−6.4", "36\u00a0%", "53.5"):
        assert figure in page
