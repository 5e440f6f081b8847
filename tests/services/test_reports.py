"""A report's contents: what a period came to, its history and its breaches, as known when it was frozen."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

import make
import raw
from rated import rate, respond
from xla.core.breach import BreachState
from xla.core.verdict import Verdict
from xla.core.window import parse_period
from xla.documents.report_data import ReportData
from xla.models import Contract, Exclusion, Observation
from xla.services import agreements, breaches, periods, reports

MARCH = parse_period("2026-03")
CLEAN = {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "min_responses": 1}
FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)


def day(number: int) -> datetime:
    """Noon of a day of March 2026; April counts on."""
    return FIRST + timedelta(days=number - 1)


def agreed(session: Session, *kpis: dict[str, Any], **changes: Any) -> Contract:
    return make.contract(session, make.agreement(kpis=kpis or [CLEAN], **changes), day(-50))


def gather(session: Session, contract: Contract, period: str = "2026-03", **told: Any) -> ReportData:
    asked = {"provider": "Nordfast", "now": make.NOW} | told
    return reports.gather(session, contract, parse_period(period), **asked)


def close(session: Session, contract: Contract, period: str = "2026-03", at: datetime | None = None) -> Any:
    at = at or day(40)
    return periods.close(session, contract, parse_period(period), known_at=at, now=at)


# --- drafts -------------------------------------------------------------------------------------------------


def test_a_draft_says_so(session: Session) -> None:
    data = gather(session, agreed(session))
    assert (data.is_draft, data.issue, data.respond_by, data.late_total) == (True, None, None, 0)
    assert (data.contract_key, data.client, data.provider) == ("harbour", "Aurland Port", "Nordfast")
    assert (data.period, data.start, data.end) == ("2026-03", date(2026, 3, 1), date(2026, 4, 1))
    assert data.kpis[0].verdict is Verdict.NO_DATA


def test_a_draft_is_the_same_whenever_it_is_made(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 6, 1: 3}, at=day(12))
    first = gather(session, contract, now=day(20))
    assert first.as_of == day(12)
    assert gather(session, contract, now=day(20)) == first
    assert gather(session, contract, now=day(300)) == first


def test_a_draft_stands_for_the_last_thing_learned(session: Session) -> None:
    rolling = CLEAN | {"key": "weeks", "window": {"rolling_days": 45}}
    contract = agreed(session, CLEAN, rolling)
    assert gather(session, contract).as_of == day(-50)
    rate(session, contract, "clean", {5: 6}, at=day(12))
    rate(session, contract, "clean", {5: 6}, on="2026-04-03", at=day(38))  # of another month
    assert gather(session, contract).as_of == day(12)
    rate(session, contract, "clean", {5: 6}, on="2026-02-20", at=day(13))  # a rolling window holds it
    assert gather(session, contract).as_of == day(13)
    observation = Observation(
        contract_id=contract.id, kind_key="tenants", site_key="", observed_on=MARCH.start,
        received_at=day(14), amount=Decimal(1), base=Decimal(2),
    )  # fmt: skip
    raw.insert(session, observation)
    assert gather(session, contract).as_of == day(14)
    exclusion = Exclusion(
        contract_id=contract.id, site_key="a", start_on=MARCH.start, end_on=MARCH.end, reason="Rebuilding",
        provider_agreed_at=day(10), client_agreed_at=day(15),
    )  # fmt: skip
    raw.insert(session, exclusion)
    assert gather(session, contract).as_of == day(15)
    assert gather(session, contract, now=day(14)).as_of == day(14)


def test_a_draft_made_before_its_agreement_was_applied_stands_for_now(session: Session) -> None:
    assert gather(session, agreed(session), now=day(-60)).as_of == day(-60)


# --- closed periods -----------------------------------------------------------------------------------------


def test_a_closed_period_is_reported_as_it_was_frozen(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 6, 1: 3}, site="a", at=day(12))
    opened = close(session, contract).opened
    before = gather(session, contract)
    assert (before.is_draft, before.issue, before.as_of) == (False, 1, day(40))
    assert before.respond_by == date(2026, 4, 19)
    assert (before.kpis[0].measurement.n, before.kpis[0].verdict) == (9, Verdict.BREACHED)
    rate(session, contract, "clean", {5: 60}, site="a", at=day(41))
    breaches.step(session, opened[0], BreachState.ACKNOWLEDGED, written="Seen.", now=day(42))
    after = gather(session, contract, now=day(50))
    assert (after.late_total, after.kpis[0].late) == (60, 60)
    kpi = replace(after.kpis[0], late=0)
    assert (after.sampling and after.sampling.late, before.what_ifs) == (60, None)
    told = {"sampling": before.sampling, "what_ifs": None}
    assert replace(after, late_total=0, kpis=(kpi,), **told) == before


def test_issues_are_numbered_within_their_contract(session: Session) -> None:
    contract = agreed(session)
    march, april = (close(session, contract, period, day(80)).period for period in ("2026-03", "2026-04"))
    assert gather(session, contract).issue == gather(session, contract, "2026-04").issue == 1
    reports.issue(session, march, gather(session, contract), b"%PDF march", day(80))
    assert gather(session, contract).issue == 1
    assert gather(session, contract, language="en").issue == 1
    assert gather(session, contract, "2026-04").issue == 2
    reports.issue(session, april, gather(session, contract, "2026-04"), b"%PDF april", day(80))
    found = reports.issued(session, april, "en")
    assert found is not None
    assert (found.issue, found.pdf) == (2, b"%PDF april")
    assert reports.issued(session, april, "sv") is None


def test_a_draft_is_never_issued(session: Session) -> None:
    contract = agreed(session)
    draft, period = gather(session, contract), close(session, contract).period
    with pytest.raises(ValueError, match="a draft is not issued"):
        reports.issue(session, period, draft, b"%PDF", make.NOW)


def test_a_period_without_an_agreement_has_no_report(session: Session) -> None:
    contract = agreed(session, effective_from="2026-04-01")
    with pytest.raises(agreements.Refused, match="no agreement on 2026-03-01"):
        gather(session, contract)


# --- history ------------------------------------------------------------------------------------------------


def test_a_report_looks_back_twelve_periods(session: Session) -> None:
    contract = agreed(session, contract={"starts_on": "2024-01-01"}, effective_from="2024-01-01")
    data = gather(session, contract)
    assert len(data.kpis[0].trend) == len(data.score_trend) == 13
    assert data.kpis[0].trend[0].start == date(2025, 3, 1)
    assert data.kpis[0].trend[-1].end == date(2026, 4, 1)


@pytest.mark.parametrize(("since", "first"), [("2026-01-01", 1), ("2026-02-10", 2), ("2026-03-31", 3)])
def test_a_report_looks_back_no_further_than_the_agreement(session: Session, since: str, first: int) -> None:
    contract = agreed(session, effective_from=since)
    assert [each.start.month for each in gather(session, contract).kpis[0].trend] == list(range(first, 4))


def test_the_history_is_what_was_known_then(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 9, 1: 1}, on="2026-02-10", at=day(2))
    close(session, contract, "2026-02", day(10))
    rate(session, contract, "clean", {1: 90}, on="2026-02-10", at=day(12))
    rate(session, contract, "clean", {5: 8, 1: 2}, at=day(12))
    trend = gather(session, contract).kpis[0].trend
    assert [(each.n, each.value) for each in trend] == [(0, None), (10, 90), (10, 80)]


def test_a_kpi_of_a_newer_version_has_no_earlier_history(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 9, 1: 1}, on="2026-02-10", at=day(2))
    newer = [CLEAN, {"key": "food", "question": "food", "metric": "mean", "target": 4}]
    agreements.apply(session, make.agreement(effective_from="2026-03-01", kpis=newer), day(3))
    data = gather(session, contract)
    assert data.agreement_version == 2
    assert [each.verdict for each in data.kpis[1].trend] == [Verdict.NO_DATA] * 3
    assert [each.n for each in data.kpis[0].trend] == [0, 10, 0]


# --- breaches -----------------------------------------------------------------------------------------------


def poor(session: Session, contract: Contract, *months: str) -> list[Any]:
    """Those months breached, each closed ten days after its end; the breaches they opened."""
    opened = []
    for month in months:
        period = parse_period(month)
        at = datetime.combine(period.end, FIRST.timetz()) + timedelta(days=9)
        rate(session, contract, "clean", {1: 9}, on=str(period.start), at=at)
        opened += close(session, contract, month, at).opened
    return opened


def test_a_breach_is_told_with_its_steps_up_to_the_reports_knowledge(session: Session) -> None:
    contract = agreed(session)
    (breach,) = poor(session, contract, "2026-02")
    breaches.step(session, breach, BreachState.ACKNOWLEDGED, written="Seen.", now=day(12))
    poor(session, contract, "2026-03")
    breaches.step(session, breach, BreachState.ACTION_PLANNED, written="More cleaners.", now=day(45))
    (line,) = gather(session, contract, "2026-02").breaches
    assert (line.number, line.opened_on, line.state) == (1, date(2026, 3, 10), "open")
    assert (line.start, line.end, line.value, line.floor) == (date(2026, 2, 1), MARCH.start, 0, 80)
    (line,) = gather(session, contract).breaches
    assert line.state == "acknowledged"
    assert [when for when, _ in line.steps] == [date(2026, 3, 10), date(2026, 3, 12), date(2026, 4, 10)]
    (line,) = gather(session, contract, "2026-04").breaches
    assert (line.state, line.steps[-1]) == (
        "action_planned",
        (date(2026, 4, 14), "Actions are planned. More cleaners."),
    )


def test_a_breach_that_ended_before_the_period_is_not_told(session: Session) -> None:
    contract = agreed(session)
    (first,) = poor(session, contract, "2026-01")
    breaches.step(session, first, BreachState.ACCEPTED, written="Both accept it.", now=day(20))
    poor(session, contract, "2026-03")
    assert [line.number for line in gather(session, contract).breaches] == [1, 2]
    assert [line.number for line in gather(session, contract, "2026-04").breaches] == [2]
    assert [line.number for line in gather(session, contract, "2026-01").breaches] == [1]


# --- languages ----------------------------------------------------------------------------------------------


def test_a_report_speaks_the_language_asked_for_where_there_are_words(session: Session) -> None:
    kpi = CLEAN | {"title": {"en": "It is clean", "sv": "Det är rent"}}
    contract = agreed(session, kpi, promise={"en": "A good house.", "sv": "Ett bra hus."})
    english, swedish = gather(session, contract), gather(session, contract, language="sv")
    assert (english.language, english.promise, english.kpis[0].title) == (
        "en",
        "A good house.",
        "It is clean",
    )
    assert (swedish.language, swedish.promise, swedish.kpis[0].title) == ("sv", "Ett bra hus.", "Det är rent")
    assert swedish.kpis[0].measurement == english.kpis[0].measurement


def test_a_breach_in_a_language_the_agreement_has_not_is_named_in_the_contracts_own(session: Session) -> None:
    contract = agreed(session, CLEAN | {"title": {"sv": "Det är rent", "en": "It is clean"}})
    poor(session, contract, "2026-03")
    finnish = gather(session, contract, language="fi")
    assert [finnish.kpis[0].title, *(line.kpi_title for line in finnish.breaches)] == ["It is clean"] * 2


def test_an_index_asks_all_its_questions_and_an_observation_none(session: Session) -> None:
    contract = agreed(
        session,
        {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70},
        {"key": "churn", "observation": "tenants", "metric": "rate", "target": 5, "higher_is_better": False},
        {"key": "lost", "observation": "minutes", "metric": "amount_mean", "target": 3,
         "higher_is_better": False, "window": {"rolling_days": 90}},
    )  # fmt: skip
    respond(session, contract, {"expected": 7, "ideal": 7}, times=9)
    index, churn, lost = gather(session, contract).kpis
    assert index.question == "As expected? / Near the ideal?"
    assert churn.question == ""
    assert (index.scale_low, index.scale_high) == (0, 100)
    assert (lost.scale_low, lost.scale_high) == (0, 0)
    assert lost.how == "mean amount a case, over the last 90 days"
