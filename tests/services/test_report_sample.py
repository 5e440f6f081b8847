"""The report's sample: where answers came from, what was left out, what would be if it were not."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import make
from rated import rate, respond
from statements import sent
from xla.core.verdict import Verdict
from xla.core.window import parse_period
from xla.documents.report_data import ReportData
from xla.documents.sampling_data import Sampling, Supposed, Supposition, WhatIfs
from xla.models import (
    Contract,
    Exclusion,
    Observation,
    Period,
    RatingPoint,
    Response,
)
from xla.services import addenda, periods, reports, withdrawals

MARCH = parse_period("2026-03")
IN_TIME = datetime(2026, 4, 1, tzinfo=UTC)
CLOSED_AT = datetime(2026, 4, 5, 8, tzinfo=UTC)
LATER = CLOSED_AT + timedelta(days=1)
CLEAN = {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "min_responses": 1}
INDEX = {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70}
LOST = {"key": "lost", "observation": "minutes", "metric": "amount_mean", "target": 30}


def agreed(session: Session, *kpis: dict[str, Any], **changes: Any) -> Contract:
    return make.contract(session, make.agreement(kpis=kpis or (CLEAN,), **changes))


def given(session: Session, contract: Contract, counts: dict[int, int], **told: Any) -> None:
    """Ratings of `clean`, and what only the row of a tap has: channel, flags."""
    columns = {name: told.pop(name) for name in ("channel", "flags") if name in told}
    before = session.scalars(select(Response.id)).all()
    rate(session, contract, "clean", counts, **({"at": IN_TIME, "site": "a"} | told))
    session.execute(update(Response).where(Response.id.not_in(before)).values(columns or {"channel": "qr"}))


def leave_out(session: Session, contract: Contract, site: str, *days: int, at: datetime = IN_TIME) -> None:
    first, after = days
    session.add(
        Exclusion(
            contract_id=contract.id,
            site_key=site,
            start_on=date(2026, 3, first),
            end_on=date(2026, 3, after),
            reason="Burst pipe",
            provider_agreed_at=at,
            client_agreed_at=at,
        )
    )
    session.flush()


def close(session: Session, contract: Contract) -> Period:
    periods.close(session, contract, MARCH, known_at=CLOSED_AT, now=CLOSED_AT)
    return session.scalars(select(Period)).one()


def gather(session: Session, contract: Contract, **told: Any) -> ReportData:
    return reports.gather(session, contract, MARCH, provider="Nordfast", **({"now": LATER} | told))


def sample(data: ReportData) -> Sampling:
    assert data.sampling
    return data.sampling


def then(data: ReportData, kpi: str = "clean") -> dict[Supposition, Supposed]:
    found: WhatIfs | None = data.what_ifs
    assert found
    return dict(next(line.then for line in found.lines if line.kpi == kpi))


# --- where they came from -----------------------------------------------------------------------------------


def test_received_less_left_out_is_counted_and_late_ones_stand_apart(session: Session) -> None:
    contract = agreed(session)
    given(session, contract, {5: 20}, on="2026-03-02")
    given(session, contract, {1: 6}, on="2026-03-11")
    given(session, contract, {5: 2}, on="2026-03-20", flags="burst", channel="qr")
    given(session, contract, {5: 2}, on="2026-03-21")
    withdrawals.withdraw(session, contract.id, Response.rated_on == date(2026, 3, 21), IN_TIME)
    leave_out(session, contract, "a", 10, 12)
    close(session, contract)
    given(session, contract, {1: 7}, on="2026-03-22", at=LATER)
    told = sample(gather(session, contract))
    assert (told.received, told.excluded, told.counted, told.late) == (28, 6, 22, 7)
    assert (told.flagged, told.changed, told.taken_back) == (2, 2, 0)
    assert [(day.day.day, day.by_channel) for day in told.days if any(day.by_channel)] == [
        (2, (20,)),
        (20, (2,)),
    ]
    past = sample(gather(session, contract, as_known_at=CLOSED_AT + timedelta(hours=1)))
    assert past.late == 0


def test_nobody_asked_nothing_told(session: Session) -> None:
    data = gather(session, agreed(session))
    assert (data.sampling, data.what_ifs, data.exclusions) == (None, None, ())


def test_a_site_s_number_is_hidden_where_it_is_of_few(session: Session) -> None:
    contract = agreed(session)
    given(session, contract, {5: 20}, site="a", on="2026-03-02")
    given(session, contract, {5: 3}, site="a-1", on="2026-03-03")
    lines = {line.site: line for line in sample(gather(session, contract)).coverage}
    assert (lines["a-1"].n, lines["a-1"].days, lines["a-1"].share) == (None, None, None)
    assert (lines["b"].n, lines["b"].days, lines["b"].share) == (0, 0, 0)
    assert lines["a"].n is None


def test_a_contract_that_ends_or_starts_within_is_expected_to_rate_on_its_own_days(session: Session) -> None:
    ends = {"ends_on": "2026-03-20", "starts_on": "2026-03-11"}
    kpis = ({**CLEAN, "scope": {"sites": ["a"]}}, LOST)
    contract = agreed(session, *kpis, contract=ends, effective_from="2026-03-11")
    given(session, contract, {5: 6}, on="2026-03-12")
    silent, line = sample(gather(session, contract)).coverage
    assert (silent.site, silent.days) == ("a-1", 0)
    assert (line.site, line.days, line.of_days) == ("a", 1, 10)


def test_an_endless_contract_s_first_day_has_no_day_over(session: Session) -> None:
    contract = agreed(session, contract={"ends_on": None})
    first = datetime(2026, 3, 1, 9, tzinfo=UTC)
    given(session, contract, {5: 6}, on="2026-03-01", at=first)
    told = sample(gather(session, contract, now=first))
    assert {line.of_days for line in told.coverage} == {0}
    assert told.outages == ()


# --- silences -----------------------------------------------------------------------------------------------


def every_day(session: Session, contract: Contract, site: str, quiet: range = range(0)) -> None:
    """Two ratings a day from January on, none on some days of March."""
    for number in range(90):
        day = date(2026, 1, 1) + timedelta(number)
        if not (day.month == 3 and day.day in quiet):
            given(session, contract, {5: 2}, site=site, on=day.isoformat())


@pytest.fixture
def silent(session: Session) -> Contract:
    """Two sites, one of them silent from 12 to 17 March, and some more ratings there."""
    contract = agreed(session)
    every_day(session, contract, "a", range(12, 18))
    every_day(session, contract, "b")
    given(session, contract, {1: 40}, site="b", on="2026-03-05")
    return contract


def test_a_site_that_fell_silent_is_left_out_to_see(session: Session, silent: Contract) -> None:
    close(session, silent)
    data = gather(session, silent)
    (outage,) = sample(data).outages
    assert (outage.site, outage.start.day, outage.end.day, outage.expected) == ("a", 12, 18, 12)
    assert [line.site for line in sample(data).coverage if line.has_outage] == ["a"]
    assert data.what_ifs
    assert data.what_ifs.outage_sites == ("House A",)
    told = then(data)[Supposition.OUTAGE]
    assert (told.count, told.value) == (50, Fraction(100 * 62, 102))
    assert (told.verdict, told.is_same) == (Verdict.BREACHED, True)


def test_what_came_or_went_since_the_close_makes_no_outage_nor_hides_one(
    session: Session, silent: Contract
) -> None:
    close(session, silent)
    given(session, silent, {5: 3}, site="a", on="2026-03-14", at=LATER)
    withdrawals.withdraw(session, silent.id, Response.rated_on == date(2026, 3, 25), LATER)
    assert [each.start.day for each in sample(gather(session, silent)).outages] == [12]


def test_after_a_point_was_closed_nothing_is_expected_of_it(session: Session, silent: Contract) -> None:
    session.execute(
        update(RatingPoint)
        .where(RatingPoint.site_key == "a")
        .values(token="t" * 22, opened_at=IN_TIME, closed_at=datetime(2026, 3, 11, 12, tzinfo=UTC))
    )
    assert sample(gather(session, silent)).outages == ()


def test_days_left_out_by_agreement_are_no_silence(session: Session, silent: Contract) -> None:
    leave_out(session, silent, "a", 12, 18)
    assert sample(gather(session, silent)).outages == ()


def test_a_silent_site_whose_own_figure_is_hidden_shows_nothing(session: Session) -> None:
    kpis = (CLEAN, {**CLEAN, "key": "food", "question": "food"})
    contract = agreed(session, *kpis)
    every_day(session, contract, "a", range(12, 18))
    every_day(session, contract, "b")
    rate(session, contract, "food", {5: 3}, site="a", at=IN_TIME)
    rate(session, contract, "food", {5: 30}, site="b", at=IN_TIME)
    told = then(gather(session, contract), "food")[Supposition.OUTAGE]
    assert (told.value, told.verdict, told.is_same) == (None, None, True)


# --- what was left out --------------------------------------------------------------------------------------


def test_an_exclusion_is_told_with_the_figure_without_it(session: Session) -> None:
    contract = agreed(session, CLEAN, LOST)
    given(session, contract, {5: 20}, on="2026-03-02")
    given(session, contract, {1: 6}, on="2026-03-11")
    leave_out(session, contract, "a", 10, 12)
    data = gather(session, contract)
    (line,) = data.exclusions
    assert (line.site_title, line.n, line.reason) == ("House A", 6, "Burst pipe")
    assert (line.provider_agreed_on, line.client_agreed_on) == (date(2026, 4, 1), date(2026, 4, 1))
    ((told,),) = [[each.supposed for each in line.kpis]]
    assert (told.count, told.value, told.verdict) == (6, Fraction(100 * 20, 26), Verdict.BREACHED)
    assert told == then(data)[Supposition.PUT_BACK]


@pytest.mark.parametrize(
    ("few", "kpi", "is_same"),
    [(3, CLEAN, True), (3, {**CLEAN, "target": 100}, False)],
)
def test_of_fewer_than_five_only_what_they_could_not_change_is_told(
    session: Session, few: int, kpi: dict[str, Any], is_same: object
) -> None:
    contract = agreed(session, kpi)
    given(session, contract, {5: 40}, on="2026-03-02")
    given(session, contract, {1: few}, on="2026-03-11")
    leave_out(session, contract, "a", 10, 12)
    told = then(gather(session, contract))[Supposition.PUT_BACK]
    assert (told.count, told.value, told.verdict, told.is_same) == (few, None, None, is_same)


def test_a_few_of_an_index_are_never_said_to_change_nothing(session: Session) -> None:
    contract = agreed(session, INDEX)
    respond(session, contract, {"expected": 9, "ideal": 9}, times=20, on="2026-03-02", site="a", at=IN_TIME)
    respond(session, contract, {"expected": 9, "ideal": 9}, times=2, on="2026-03-11", site="a", at=IN_TIME)
    leave_out(session, contract, "a", 10, 12)
    assert then(gather(session, contract), "index")[Supposition.PUT_BACK] == Supposed(2)


def test_of_two_exclusions_none_can_be_told_by_subtraction(session: Session) -> None:
    contract = agreed(session)
    given(session, contract, {5: 20}, on="2026-03-02")
    given(session, contract, {1: 6}, on="2026-03-11")
    given(session, contract, {1: 2}, site="b", on="2026-03-15")
    leave_out(session, contract, "a", 10, 12)
    leave_out(session, contract, "b", 15, 16)
    data = gather(session, contract)
    assert then(data)[Supposition.PUT_BACK].count == 8
    assert [[each.supposed.value for each in line.kpis] for line in data.exclusions] == [[None], [None]]


def test_of_two_exclusions_large_enough_both_are_told(session: Session) -> None:
    contract = agreed(session, CLEAN, {**CLEAN, "key": "b", "scope": {"sites": ["b"]}})
    given(session, contract, {5: 20}, on="2026-03-02")
    given(session, contract, {1: 6}, on="2026-03-11")
    given(session, contract, {1: 7}, site="b", on="2026-03-15")
    leave_out(session, contract, "a", 10, 12)
    leave_out(session, contract, "b", 15, 16)
    counts = [[each.supposed.count for each in line.kpis] for line in gather(session, contract).exclusions]
    assert counts == [[6], [7, 7]]


def test_of_very_many_exclusions_only_all_together_are_measured(session: Session) -> None:
    contract = agreed(session)
    given(session, contract, {5: 20}, on="2026-03-02")
    for day in range(10, 17):
        given(session, contract, {1: 6}, on=f"2026-03-{day}")
        leave_out(session, contract, "a", day, day + 1)
    data = gather(session, contract)
    assert [line.kpis for line in data.exclusions] == [()] * 7
    assert then(data)[Supposition.PUT_BACK].count == 42


# --- late, unusual, corrected -------------------------------------------------------------------------------


def test_of_late_ratings_only_the_verdict_is_told(session: Session) -> None:
    contract = agreed(session)
    given(session, contract, {5: 20})
    close(session, contract)
    given(session, contract, {1: 30}, at=LATER)
    given(session, contract, {1: 3}, on="2026-03-12", at=LATER)
    withdrawals.withdraw(session, contract.id, Response.rated_on == date(2026, 3, 12), LATER)
    told = then(gather(session, contract))[Supposition.LATE]
    assert told == Supposed(30, verdict=Verdict.BREACHED, is_same=False)


def test_late_answers_to_an_index_count_each_response(session: Session) -> None:
    contract = agreed(session, INDEX)
    respond(session, contract, {"expected": 9, "ideal": 9}, times=40, on="2026-03-02", at=IN_TIME)
    close(session, contract)
    respond(session, contract, {"expected": 1, "ideal": 1}, times=60, on="2026-03-02", at=LATER)
    told = then(gather(session, contract), "index")[Supposition.LATE]
    assert (told.count, told.verdict) == (60, Verdict.BREACHED)


def test_unusual_ones_are_left_out_to_see(session: Session) -> None:
    contract = agreed(session)
    given(session, contract, {5: 20})
    given(session, contract, {1: 10}, on="2026-03-11", flags="burst", channel="qr")
    told = then(gather(session, contract))[Supposition.UNFLAGGED]
    assert (told.count, told.value, told.verdict, told.is_same) == (10, 100, Verdict.MET, False)


def test_an_addendum_s_report_supposes_nothing(session: Session) -> None:
    contract = agreed(session)
    given(session, contract, {5: 20})
    given(session, contract, {1: 10}, on="2026-03-11")
    leave_out(session, contract, "a", 10, 12)
    close(session, contract)
    given(session, contract, {1: 30}, on="2026-03-20", at=LATER)
    addenda.correct(session, contract, MARCH, reason="Late.", by=None, now=LATER + timedelta(days=1))
    data = gather(session, contract, addendum=1, now=LATER + timedelta(days=2))
    assert data.what_ifs is None
    assert [line.kpis for line in data.exclusions] == [()]


# --- traffic ------------------------------------------------------------------------------------------------


def passed(session: Session, contract: Contract, site: str, amount: int, base: int = 1, **told: Any) -> None:
    kind, at = told.get("kind", "minutes"), told.get("at", IN_TIME)
    session.add(
        Observation(
            contract_id=contract.id,
            kind_key=kind,
            site_key=site,
            observed_on=date(2026, 3, 10),
            received_at=at,
            amount=Decimal(amount),
            base=Decimal(base),
        )
    )
    session.flush()


@pytest.mark.parametrize("kind", ["minutes", "tenants"])
def test_sites_are_weighted_by_who_passes_them(session: Session, kind: str) -> None:
    contract = agreed(session, CLEAN, INDEX, LOST, traffic=kind)
    given(session, contract, {5: 20}, site="a-1")
    given(session, contract, {1: 20}, site="b")
    for site, n in (("a", 900), ("a-1", 900), ("b", 100), ("elsewhere", 5)):
        passed(session, contract, site, n if kind == "minutes" else 0, n, kind=kind)
    close(session, contract)
    passed(session, contract, "b", 10_000, 10_000, kind=kind, at=LATER)
    data = gather(session, contract)
    told = then(data)[Supposition.TRAFFIC]
    assert (told.count, told.value, told.verdict, told.is_same) == (0, 90, Verdict.MET, False)
    shares = {line.site: line.traffic_share for line in sample(data).coverage}
    assert shares == {"a-1": Fraction(9, 10), "b": Fraction(1, 10)}


def test_at_one_site_alone_there_is_nothing_to_weight(session: Session) -> None:
    contract = agreed(session, traffic="minutes")
    given(session, contract, {5: 20}, site="a")
    given(session, contract, {5: 20})
    passed(session, contract, "a", 900)
    passed(session, contract, "b", 100)
    assert gather(session, contract).what_ifs is None


def test_the_queries_do_not_grow_with_sites_or_kpis(session: Session) -> None:
    def cost(kpis: int, sites: int) -> int:
        terms = make.agreement(
            contract={"key": f"c{sites}"},
            kpis=[{**CLEAN, "key": f"k{number}"} for number in range(kpis)],
            sites=[{"key": f"s{number}", "title": f"S{number}"} for number in range(sites)],
        )
        contract = make.contract(session, terms)
        for number in range(sites):
            given(session, contract, {5: 6}, site=f"s{number}")
        given(session, contract, {1: 3 * sites}, site="s0", on="2026-03-11", flags="burst", channel="qr")
        leave_out(session, contract, "s1", 10, 12)
        session.expire_all()
        with sent(session) as statements:
            gather(session, contract)
        return len(statements)

    assert cost(2, 2) == cost(5, 12)
