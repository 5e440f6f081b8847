"""What a notice says: for each event a sentence of its own, the figures that matter, and its page."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import breached
import make
import noticed
from rated import rate
from xla.core.agreement import LANGUAGES
from xla.core.notice import Event
from xla.core.window import parse_period
from xla.documents import notice_words
from xla.documents.notice_words import Told
from xla.models import BreachStep, Notice
from xla.services import addenda, breach_work, breaches, notice_texts, periods

BASE = "https://xla.nordfast.se/"


@pytest.fixture
def told(session: Session) -> Mapping[str, Told]:
    """Each event's notice as the provider reads it."""
    noticed.build(session)
    rows = session.scalars(select(Notice).order_by(Notice.id))
    return {row.kind: say(session, row) for row in rows}


def say(session: Session, notice: Notice, **to: object) -> Told:
    asked = {"language": "en", "party": "provider", "base_url": BASE, **to}
    return notice_texts.told(session, notice, **asked)  # type: ignore[arg-type]  # whatever a test says otherwise


def rows(told: Told) -> dict[str, str]:
    return {row.label: row.text.replace("\u00a0", " ") for row in told.rows}


def test_every_event_has_its_own_sentence_its_page_and_a_button(told: Mapping[str, Told]) -> None:
    assert told.keys() == {str(event) for event in Event}
    assert len({each.sentence for each in told.values()}) == len(Event)
    for each in told.values():
        assert each.heading
        assert each.button
        assert each.next_step
        assert "Harbour house" in each.heading
        assert each.link.startswith("https://xla.nordfast.se/contracts/harbour/")
        assert "%(" not in f"{each.heading}{each.sentence}{each.next_step}"


def test_every_event_is_told_in_every_language_to_everybody(session: Session) -> None:
    noticed.build(session)
    for notice in session.scalars(select(Notice)):
        for language in LANGUAGES:
            for party in ("provider", "client", None):
                assert say(session, notice, language=language, party=party).sentence


def test_a_breach_tells_verdict_value_thresholds_and_n(told: Mapping[str, Told]) -> None:
    opened = told["breach_opened"]
    assert opened.sentence.replace("\u00a0", " ") == (
        "A KPI came out worse than its floor in March 2026, so a breach is opened."
    )
    assert rows(opened) == {
        "Verdict": "Breached", "Value": "33.3 %", "Floor": "70 %", "Target": "80 %", "Ratings (n)": "60",
    }  # fmt: skip
    assert rows(told["breach_overdue"]) == rows(opened) | {
        "Owner": "Some manager", "To be closed by": "15 May 2026",
    }  # fmt: skip
    assert rows(told["breach_reminder"])["Action"] == "More rounds"


def test_a_warning_tells_what_came_so_far_and_where_it_leads(told: Mapping[str, Told]) -> None:
    assert rows(told["early_warning"]) == {
        "Value so far": "66.4 %", "Ratings (n)": "25", "Floor": "70 %", "Chance of a breach": "72 %",
        "Left of the budget": "25 %", "Used up, at this pace, on": "24 April 2026", "Days left": "10",
    }  # fmt: skip
    assert rows(told["early_watch"]) == {"Floor": "70 %", "Days left": "10"}


def test_a_period_tells_each_kpis_result_the_worst_first(told: Mapping[str, Told]) -> None:
    proposed = told["period_proposed"]
    assert [row.verdict for row in proposed.rows] == ["breached", "no_data"]
    assert "until 15\u00a0April\u00a02026 to accept or dispute" in proposed.next_step
    assert proposed.rows[0].text.replace("\u00a0", " ") == (
        "Breached, 33.3 % (floor 70 %, target 80 %, n 60)"
    )
    assert [row.text for row in told["period_disputed"].rows] == [
        "Answers are missing: “Half of April is missing.”"
    ]
    assert [row.text for row in told["period_accepted"].rows] == ["No data"]


def test_a_corrections_report_tells_what_the_period_comes_to_by_it(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[breached.FOOD]))
    rate(session, contract, "food", {1: 20}, site="a", on="2026-03-10", at=make.utc(2026, 4, 1))
    at = make.utc(2026, 4, 5)
    periods.close(session, contract, parse_period("2026-03"), known_at=at, now=at)
    rate(session, contract, "food", {5: 180}, site="a", on="2026-03-10", at=make.utc(2026, 4, 6))
    later = make.utc(2026, 4, 7)
    addenda.correct(session, contract, parse_period("2026-03"), reason="Late.", by=None, now=later)
    document = {"contract": "harbour", "period": "2026-03", "issue": 8, "addendum": 1}
    found = say(session, noticed.write(session, contract, Event.REPORT_ISSUED, document))
    assert found.sentence.replace("\u00a0", " ") == (
        "Report number 8 is issued: addendum 1, which corrects March 2026."
    )
    assert found.rows[0].text.replace("\u00a0", " ").startswith("Met, 4.6")
    first = say(
        session, noticed.write(session, contract, Event.REPORT_ISSUED, document | {"addendum": 0}, "2")
    )
    assert "1.00" in first.rows[0].text


def test_the_client_is_told_what_the_client_does_next(session: Session) -> None:
    noticed.build(session)
    proposed = session.scalars(select(Notice).where(Notice.kind == "period_proposed")).one()
    assert say(session, proposed, party="client").next_step.startswith("Accept or dispute each KPI by")


def test_of_a_wish_for_contact_neither_person_nor_address_is_told(told: Mapping[str, Told]) -> None:
    poor = told["poor_rating"]
    assert poor.sentence == "Somebody who gave a poor rating at House A asks to be contacted."
    assert poor.rows == ()


def test_of_an_import_the_first_problems_are_told_and_how_many_more(told: Mapping[str, Told]) -> None:
    failed = told["import_failed"]
    assert len(failed.rows) == 3
    assert failed.more == "and 2 more"
    assert failed.rows[0].text.startswith("row 2")


def test_a_silence_is_told_with_its_place_and_its_time_there(told: Mapping[str, Told]) -> None:
    assert "House A, Arrive since 12\u00a0April\u00a02026" in told["point_silent"].sentence
    assert rows(told["point_silent"]) == {"Usual in that time": "about 14 ratings"}
    assert told["kiosk_silent"].sentence.endswith("Entrance since 20\u00a0April\u00a02026, 08:00.")


def test_a_kiosk_nobody_ever_heard_of_has_a_sentence_of_its_own(session: Session) -> None:
    contract = make.contract(session)
    notice = noticed.write(session, contract, Event.KIOSK_SILENT, noticed.KIOSK | {"seen_at": "None"})
    assert (
        say(session, notice).sentence == "Nothing has been heard of the kiosk Entrance since it was set up."
    )


def test_no_value_of_under_five_answers_is_told(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[{**breached.FOOD, "min_responses": 1}]))
    rate(session, contract, "food", {1: 4}, site="a", on="2026-03-10", at=make.utc(2026, 4, 1))
    at = make.utc(2026, 4, 5)
    periods.close(session, contract, parse_period("2026-03"), known_at=at, now=at)
    found = {row.kind: say(session, row) for row in session.scalars(select(Notice))}
    assert rows(found["breach_opened"]) == {
        "Verdict": "Breached",
        "Value": "not shown: fewer than 5 answers",
        "Floor": "3.5",
        "Target": "4",
    }
    assert found["period_proposed"].rows[0].text == "Breached"


def test_a_closed_breach_tells_the_period_that_proves_it(session: Session) -> None:
    breach = breached.build(session)
    contract = breached.contract_of(session, breach)
    breached.close(session, contract, "2026-04", breached.GOOD)
    notice = noticed.write(session, contract, Event.BREACH_CLOSED, noticed.OTHERS[Event.BREACH_CLOSED])
    assert breach_work.proof(session, breach)
    assert list(rows(say(session, notice)).items())[:3] == [
        ("Proved better by", "April 2026"), ("Verdict", "Met"), ("Value", "90.0 %"),
    ]  # fmt: skip


def test_a_breach_of_an_older_release_has_no_measurement_and_nobody_yet(session: Session) -> None:
    breach = breached.build(session)
    contract = breached.contract_of(session, breach)
    session.scalars(select(BreachStep)).one().evidence = None
    told = noticed.OTHERS[Event.BREACH_OVERDUE] | {"breach": breach.id}
    notice = noticed.write(session, contract, Event.BREACH_OVERDUE, told)
    assert rows(say(session, notice)) == {"Owner": "nobody yet"}
    session.delete(breaches.work_of(session, breach))
    session.flush()
    assert rows(say(session, notice)) == {}


def test_many_kpis_are_told_as_the_six_worst_and_how_many_more(session: Session) -> None:
    kpis = [{**breached.CLEAN, "key": f"clean-{number}", "credit": None} for number in range(8)]
    contract = make.contract(session, make.agreement(kpis=[breached.FOOD, *kpis]))
    breached.close(session, contract, "2026-03", breached.GOOD)
    notice = session.scalars(select(Notice).where(Notice.kind == "period_proposed")).one()
    found = say(session, notice)
    assert len(found.rows) == 6
    assert found.more == "and 3 more"
    assert found.rows[0].verdict == "no_data"


def test_a_kpi_and_a_place_the_agreement_knows_no_more_are_told_by_their_keys(session: Session) -> None:
    breach = breached.build(session)
    contract = breached.contract_of(session, breach)
    gone = noticed.write(session, contract, Event.POOR_RATING, {"site": "gone"})
    assert "at gone asks" in say(session, gone).sentence
    nowhere = noticed.write(session, contract, Event.POOR_RATING, {"site": ""}, key="2")
    assert "at a place not told asks" in say(session, nowhere).sentence
    disputed = {"period": "2026-03", "by": None, "kpis": {"old": {"wrong": "other", "text": ""}}}
    told = say(session, noticed.write(session, contract, Event.PERIOD_DISPUTED, disputed))
    assert told.sentence.startswith("Somebody disputes the result of 1 KPI")
    assert rows(told) == {"old": "Something else"}


def test_a_warning_of_a_kpi_that_is_agreed_no_more_is_told_without_figures(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[breached.FOOD]))
    found = say(session, noticed.write(session, contract, Event.EARLY_WARNING, noticed.WARNED))
    assert found.sentence.startswith("clean is heading for a breach")
    assert found.rows == ()


def test_lower_is_better_has_a_limit_in_place_of_a_floor(session: Session) -> None:
    kpi = {"key": "churn", "observation": "tenants", "metric": "rate", "target": 5, "higher_is_better": False}
    contract = make.contract(session, make.agreement(kpis=[kpi]))
    session.add(breached.observation(contract, amount=20, base=100))
    session.flush()
    at = make.utc(2026, 4, 5)
    periods.close(session, contract, parse_period("2026-03"), known_at=at, now=at)
    found = {row.kind: say(session, row) for row in session.scalars(select(Notice))}
    assert rows(found["breach_opened"])["Limit"] == "5 %"
    assert "(limit 5" in found["period_proposed"].rows[0].text


def test_every_text_is_there_for_every_event() -> None:
    tables = (notice_words.HEADINGS, notice_words.NEXT, notice_words.BUTTONS)
    assert all(table.keys() == set(Event) for table in tables)
    assert notice_words.SENTENCES.keys() | notice_words.COUNTED.keys() == set(Event)
    assert all(None in steps for steps in notice_words.NEXT.values())
