"""Breaches, actions and credits on paper: what is found, what it changed, what it costs, what comes next."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from documents.money_sample import ACTIONS, AHEAD, CREDITS, make_action, make_effect
from documents.sample import BREACHES, make_report
from xla.core.agreement import Metric
from xla.core.effect import Result
from xla.documents.actions import actions
from xla.documents.attached import report_json
from xla.documents.breaches import Breaches, breaches
from xla.documents.credits_data import Standing
from xla.documents.figures import Figures


def part(**changes: object) -> Breaches:
    found = breaches(make_report(2, 0, **changes))
    assert found
    return found


def cost(standing: Standing) -> dict[str, object]:
    return {"credits": replace(CREDITS, standing=standing)}


@pytest.mark.parametrize(
    ("changes", "heading"),
    [
        ({}, "2 breaches are open; a credit of SEK\xa069\u202f000 is proposed"),
        (cost(Standing.FINAL), "2 breaches are open; a credit of SEK\xa069\u202f000 is final"),
        (cost(Standing.DRAFT), "2 breaches are open; a credit of SEK\xa069\u202f000 would fall due"),
        ({"credits": None}, "2 breaches are open"),
        ({"credits": None, "breaches": BREACHES[:1]}, "1 breach is open"),
        ({"breaches": BREACHES[2:]}, "No breach is open; a credit of SEK\xa069\u202f000 is proposed"),
        ({"breaches": (), "credits": replace(CREDITS, items=CREDITS.items[2:])}, "No breach is open"),
    ],
)
def test_the_heading_is_the_finding(changes: dict[str, object], heading: str) -> None:
    assert part(**changes).heading == heading


def test_without_breaches_and_credits_there_is_no_part() -> None:
    assert breaches(make_report(2, 0, breaches=(), actions=(), credits=None)) is None


def test_the_register_says_how_each_stands_why_and_by_whom() -> None:
    live, bare, closed = part().lines
    assert (live.state, live.since, live.cause) == (
        "Action planned",
        "since 11\xa0June\xa02018",
        "Smell and wet floors, Pier B evenings",
    )
    assert (live.owner, live.due) == ("M. Lindqvist", "31\xa0August\xa02018")
    assert (bare.cause, closed.cause, closed.due) == ("Not agreed yet", "", "")


def test_an_action_says_what_it_changed_with_an_interval() -> None:
    better, same, early, late, planned = part().actions
    assert (better.number, better.change, better.effect) == (
        "12.1",
        "47.3 → 61.9\xa0%",
        "+14.6 (2.9–26.3)",
    )
    assert (better.state, same.state) == ("● Done: better since", "○ Done: no change seen")
    assert (early.state, early.change, early.chart, early.effect) == (
        "◇ Done: too early to tell",
        "",
        None,
        "27 answers more needed",
    )
    assert (late.state, late.kind) == ("■ Overdue, 35 days", "late")
    assert (planned.state, planned.about) == (
        "○ Planned",
        "Restroom satisfaction: share of poor ratings that name “Smell” · Pier B",
    )


def test_an_effect_without_an_interval_is_its_difference() -> None:
    line = make_action(
        1, "Desk", make_effect(Result.CANNOT_TELL, "80", "80", None, None), metric=Metric.AMOUNT_MEAN
    )
    (action,) = actions(make_report(1, 0, actions=(line,)))
    assert (action.state, action.effect) == ("○ Done: no interval to tell by", "0.00")


def test_one_done_with_no_day_after_it_is_too_early_to_tell() -> None:
    (action,) = actions(make_report(1, 0, actions=(make_action(1, "New", done_on=date(2018, 6, 3)),)))
    assert (action.state, action.effect) == ("◇ Done: too early to tell", "")


def test_the_statement_goes_from_the_fee_to_the_total_and_the_cap_cuts() -> None:
    found = part().credits
    assert found
    assert [(row.rate, row.amount) for row in found.rows] == [
        ("", "1\u202f840\u202f000"),
        ("3\xa0%", "55\u202f200"),
        ("1.5\xa0%", "27\u202f600"),
        ("−0.75\xa0%", "−13\u202f800"),
        ("", "0"),
        ("", "0"),
    ]
    assert found.rows[1].terms == "3\xa0% of the fee, at most 9\xa0% a year"
    assert found.rows[4].item == "Not judged, so nothing falls due: Accessible restrooms"
    assert (found.total.item, found.total.rate, found.total.amount) == (
        "Credit to Aurland Airport, proposed",
        "3.75\xa0%",
        "69\u202f000",
    )
    assert [(cap.cap, cap.used, cap.now, cap.left) for cap in found.caps] == [
        ("9\xa0%", "1.5\xa0%", "3\xa0%", "4.5\xa0%"),
        ("2.25\xa0%", "1.5\xa0%", "0.75\xa0%", "0\xa0%"),
    ]
    assert found.notes[1] == (
        "It becomes final after 14\xa0June\xa02018, unless the client disputes a result by then."
    )
    assert found.notes[2] == "Without enough answers nothing is judged, and no money moves."


def test_a_draft_says_that_its_amounts_may_change() -> None:
    found = part(**cost(Standing.DRAFT)).credits
    assert found
    assert "The period is open: the amounts may change until it is closed." in found.notes


def test_a_commitment_without_a_cap_has_none_and_a_cent_gives_all_amounts_decimals() -> None:
    item = replace(CREDITS.items[0], cap=None, used=Decimal(0), due=Decimal("55200.50"))
    final = replace(CREDITS, items=(replace(item, amount=item.due),), standing=Standing.FINAL)
    found = part(credits=final).credits
    assert found
    assert (found.rows[1].terms, found.caps, found.notes) == ("3\xa0% of the fee", (), ())
    assert (found.rows[0].amount, found.total.amount) == ("1\u202f840\u202f000.00", "55\u202f200.50")


def test_an_addendum_has_the_old_amounts_beside_the_new() -> None:
    items = (
        replace(CREDITS.items[0], told_before=Decimal("55200.00")),
        replace(CREDITS.items[3], told_before=Decimal("18400.00")),
    )
    found = part(credits=replace(CREDITS, items=items)).credits
    assert found
    assert found.has_old
    assert [row.old for row in found.rows] == ["", "55\u202f200", "18\u202f400"]
    assert (found.rows[2].item, found.total.old, found.total.amount) == (
        "Food court clean: met",
        "73\u202f600",
        "55\u202f200",
    )


def test_what_comes_next_is_in_the_order_of_its_days() -> None:
    (first,) = part().dates
    assert [(day.mark, day.day, day.what) for day in first] == [
        ("●", "4\xa0June\xa02018", ("May\xa02018 was closed and its figures proposed",)),
        ("○", "14\xa0June\xa02018", ("Last day for the client to accept or dispute",)),
        (
            "○",
            "15\xa0June\xa02018",
            ("Figures and credits final, unless disputed", "Action 12.5 due"),
        ),
        ("○", "4\xa0July\xa02018", ("June\xa02018 is closed; the next report is proposed",)),
        ("○", "31\xa0August\xa02018", ("Breach 12 to be closed",)),
    ]


def test_a_draft_and_a_last_period_tell_only_the_days_they_know() -> None:
    draft = part(ahead=None, actions=(), breaches=BREACHES[2:])
    assert [day.what[0] for row in draft.dates for day in row] == [
        "May\xa02018 is closed and its figures are proposed"
    ]
    last = part(
        ahead=replace(AHEAD, next_start=None, next_end=None), final_on=date(2018, 6, 15), actions=(),
        breaches=(),
    )  # fmt: skip
    assert [(day.mark, day.what[0]) for row in last.dates for day in row] == [
        ("●", "May\xa02018 was closed and its figures proposed"),
        ("●", "Figures and credits final"),
    ]


def document(**changes: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report_json(make_report(1, 0, **changes)))
    return found


def test_the_attached_data_has_all_of_it_exact() -> None:
    found = document()
    assert [action["result"] for action in found["actions"]] == [
        "improved", "no_change_seen", "too_early", None, None,
    ]  # fmt: skip
    assert found["actions"][0]["difference"] == "73/5"
    assert found["credits"]["total"] == "69000.00"
    assert found["ahead"]["silence_accepts_on"] == "2018-06-15"
    bare = document(credits=None, ahead=None, actions=())
    assert (bare["credits"], bare["ahead"], bare["actions"]) == (None, None, [])


def test_what_too_few_answered_is_in_no_attached_figure() -> None:
    (early,) = document(actions=ACTIONS[2:3])["actions"]
    assert not {"n_before", "n_after", "before", "after", "low"} & early.keys()


def test_an_amount_has_its_currency_before_it_and_decimals_where_it_needs_them() -> None:
    amount = Decimal("69000.00")
    assert Figures("en").money(amount, "SEK") == Figures("fi").money(amount, "SEK") == "SEK\xa069\u202f000"
    assert Figures("fi").money(Decimal("0.50"), "EUR") == "EUR\xa00,50"
