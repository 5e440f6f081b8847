"""Why, in the report: which KPI, at which sites, against which period; never of too few people."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.orm import Session

import make
import raw
from rated import rate, respond
from xla.core.window import parse_period
from xla.documents.report_data import ReportData
from xla.documents.why_data import MixAndReal, ReasonsGiven, SiteFocus, Why
from xla.models import Contract, Observation
from xla.services import agreements, periods, reports

MARCH = parse_period("2026-03")
AT = datetime(2026, 4, 1, tzinfo=UTC)
CLEAN = {"key": "clean", "question": "clean", "metric": "csat", "target": 90, "floor": 80, "min_responses": 5}
FOOD = {"key": "food", "question": "food", "metric": "csat", "target": 90, "floor": 80, "min_responses": 5}
CHURN = {
    "key": "churn", "observation": "tenants", "metric": "rate", "target": 5, "floor": 6,
    "higher_is_better": False,
}  # fmt: skip
SITES = [{"key": key, "title": f"House {key.upper()}", "sites": []} for key in ("a", "b", "c")]


def agreed(session: Session, *kpis: dict[str, Any], **changes: object) -> Contract:
    terms = make.agreement(**{"kpis": list(kpis) or [CLEAN], "sites": SITES, **changes})
    return make.contract(session, terms)


def gather(session: Session, contract: Contract) -> ReportData:
    return reports.gather(session, contract, MARCH, provider="Nordfast", now=make.NOW)


def focus_of(session: Session, contract: Contract) -> SiteFocus:
    focus = gather(session, contract).site_focus
    assert focus is not None
    return focus


def why_of(session: Session, contract: Contract) -> Why:
    why = gather(session, contract).why
    assert why is not None
    return why


def good(
    session: Session, contract: Contract, site: str, share: int, n: int = 20, on: str = "2026-03-10"
) -> None:
    """`n` ratings at a site, `share` per cent of them good."""
    content = share * n // 100
    rate(session, contract, "clean", {5: content, 1: n - content}, site=site, on=on, at=AT)


def test_where_no_kpi_is_short_of_its_target_nothing_is_explained(session: Session) -> None:
    contract = agreed(session)
    good(session, contract, "a", 100)
    data = gather(session, contract)
    assert (data.site_focus, data.why) == (None, None)


def test_a_value_of_too_few_is_not_explained(session: Session) -> None:
    contract = agreed(session, CLEAN | {"min_responses": 1})
    good(session, contract, "a", 0, 4)
    assert gather(session, contract).site_focus is None


def test_a_breached_kpi_goes_before_one_at_risk_and_the_furthest_below_first(session: Session) -> None:
    contract = agreed(session, FOOD, CLEAN, CLEAN | {"key": "deep", "floor": 85})
    rate(session, contract, "food", {5: 17, 1: 3}, at=AT)
    good(session, contract, "a", 75)
    good(session, contract, "b", 75)
    assert focus_of(session, contract).kpi == "deep"


def test_what_people_say_goes_before_what_operations_count(session: Session) -> None:
    contract = agreed(session, CHURN, CLEAN)
    raw.insert(
        session,
        Observation(
            contract_id=contract.id, kind_key="tenants", site_key="", observed_on=MARCH.start,
            amount=Decimal(50), base=Decimal(100), received_at=AT,
        ),
    )  # fmt: skip
    good(session, contract, "a", 75)
    good(session, contract, "b", 70)
    assert focus_of(session, contract).kpi == "clean"


def test_sites_stand_worst_first_beside_what_they_were_and_small_ones_not_at_all(session: Session) -> None:
    contract = agreed(session)
    for site, then, now in (("a", 90, 80), ("b", 80, 60)):
        good(session, contract, site, then, on="2026-02-10")
        good(session, contract, site, now)
    good(session, contract, "c", 0, 8, on="2026-02-10")
    told = focus_of(session, contract)
    assert told.then is not None
    assert told.then.start.isoformat() == "2026-02-01"
    assert [(row.title, row.n, row.value, row.before) for row in told.rows] == [
        ("House B", 20, 60, 80),
        ("House A", 20, 80, 90),
    ]


def test_a_site_hidden_before_has_nothing_to_compare_and_one_alone_is_no_comparison(session: Session) -> None:
    contract = agreed(session)
    good(session, contract, "a", 50)
    good(session, contract, "b", 0, 3)
    assert gather(session, contract).site_focus is None
    contract = agreed(session, contract={"key": "other"})
    good(session, contract, "a", 50)
    good(session, contract, "b", 60)
    good(session, contract, "a", 50, on="2026-02-10")
    good(session, contract, "b", 0, 3, on="2026-02-10")
    told = focus_of(session, contract)
    assert [row.before for row in told.rows] == [None, None]


def test_a_site_of_fewer_answers_than_a_verdict_needs_is_not_compared(session: Session) -> None:
    contract = agreed(session, CLEAN | {"min_responses": 10})
    for site, n in (("a", 20), ("b", 20), ("c", 6)):
        good(session, contract, site, 50, n)
    assert [row.title for row in focus_of(session, contract).rows] == ["House A", "House B"]


def test_last_year_goes_before_last_month(session: Session) -> None:
    contract = agreed(session, contract={"starts_on": "2025-01-01"}, effective_from="2025-01-01")
    for on in ("2025-03-10", "2026-02-10", "2026-03-10"):
        good(session, contract, "a", 50, on=on)
        good(session, contract, "b", 50, on=on)
    then = focus_of(session, contract).then
    assert then is not None
    assert then.start.isoformat() == "2025-03-01"


@pytest.mark.parametrize(
    "change",
    [{"metric": "mean", "target": 4, "floor": 3}, {"key": "other"}, {"scope": {"personas": ["visitor"]}}],
)
def test_a_period_that_measured_something_else_is_not_compared_with(
    session: Session, change: dict[str, Any]
) -> None:
    contract = agreed(session, CLEAN | change)
    terms = make.agreement(kpis=[CLEAN], sites=SITES, effective_from="2026-03-01")
    agreements.apply(session, terms, make.APPLIED_AT)
    for on in ("2026-02-10", "2026-03-10"):
        good(session, contract, "a", 50, on=on)
        good(session, contract, "b", 50, on=on)
    assert focus_of(session, contract).then is None


def test_a_rolling_window_is_not_compared_with_one_it_overlaps(session: Session) -> None:
    contract = agreed(session, CLEAN | {"window": {"rolling_days": 45}})
    for on in ("2026-02-10", "2026-03-10"):
        good(session, contract, "a", 50, on=on)
        good(session, contract, "b", 50, on=on)
    assert focus_of(session, contract).then is None


def test_a_closed_period_before_is_as_it_was_known_when_it_was_closed(session: Session) -> None:
    contract = agreed(session)
    for on in ("2026-02-10", "2026-03-10"):
        good(session, contract, "a", 50, on=on)
        good(session, contract, "b", 50, on=on)
    closed_at = datetime(2026, 4, 2, tzinfo=UTC)
    periods.close(session, contract, MARCH.preceding, known_at=closed_at, now=closed_at)
    late = datetime(2026, 4, 20, tzinfo=UTC)
    rate(session, contract, "clean", {5: 3}, site="a", on="2026-02-10", at=late)
    assert [row.before for row in focus_of(session, contract).rows] == [50, 50]


def mix_of(session: Session, contract: Contract) -> MixAndReal:
    mix = why_of(session, contract).mix
    assert mix is not None
    return mix


def test_mix_and_real_effect_add_up_to_the_change_and_small_sites_are_pooled(session: Session) -> None:
    contract = agreed(session)
    good(session, contract, "a", 90, 20, on="2026-02-10")
    good(session, contract, "b", 50, 20, on="2026-02-10")
    good(session, contract, "c", 50, 10, on="2026-02-10")
    good(session, contract, "a", 90, 10)
    good(session, contract, "b", 40, 20)
    rate(session, contract, "clean", {1: 6}, at=AT)
    mix = mix_of(session, contract)
    assert (mix.then, mix.now) == (Fraction(66), Fraction(17 * 100, 36))
    assert mix.real + mix.mix == mix.now - mix.then
    assert [site.title for site in mix.sites] == ["House A", "House B"]
    assert mix.is_pooled
    assert mix.sites[0].real == 0
    assert (mix.sites[0].share_then, mix.sites[0].share_now) == (Fraction(2, 5), Fraction(10, 36))


def test_one_group_or_none_that_may_be_shown_has_no_mix(session: Session) -> None:
    contract = agreed(session)
    for on in ("2026-02-10", "2026-03-10"):
        good(session, contract, "a", 50, on=on)
    assert gather(session, contract).why is None
    contract = agreed(session, contract={"key": "nowhere"})
    for on in ("2026-02-10", "2026-03-10"):
        rate(session, contract, "clean", {1: 20}, on=on, at=AT)
    assert gather(session, contract).why is None


def test_what_is_no_mean_of_weights_has_no_mix_and_no_hours(session: Session) -> None:
    index = {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70}
    contract = agreed(session, index)
    for on in ("2026-02-10", "2026-03-10"):
        for site in ("a", "b"):
            respond(session, contract, {"expected": 3, "ideal": 4}, times=40, site=site, on=on, at=AT)
    data = gather(session, contract)
    assert data.site_focus is not None
    assert data.why is None


def reasons_of(session: Session, contract: Contract) -> ReasonsGiven:
    reasons = why_of(session, contract).reasons
    assert reasons is not None
    return reasons


def test_reasons_are_counted_most_first_beside_their_share_before(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {1: 10}, on="2026-02-10", reasons="smell", at=AT)
    rate(session, contract, "clean", {1: 10}, on="2026-02-10", reasons="smell;paper", at=AT)
    rate(session, contract, "clean", {2: 12}, reasons="paper", at=AT)
    rate(session, contract, "clean", {1: 5}, reasons="paper;smell", at=AT)
    rate(session, contract, "clean", {1: 3}, at=AT)
    told = reasons_of(session, contract)
    assert (told.poor, told.named) == (20, 17)
    assert [(line.text, line.n, line.share_before) for line in told.lines] == [
        ("No paper", 17, Fraction(1, 3)),
        ("Smell", 5, Fraction(2, 3)),
    ]


def test_reasons_nobody_gave_before_have_no_share_then(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {1: 10}, on="2026-02-10", at=AT)
    rate(session, contract, "clean", {1: 8}, reasons="smell", at=AT)
    assert [line.share_before for line in reasons_of(session, contract).lines] == [None]


def test_reasons_of_seven_are_not_told(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {1: 7, 5: 2}, reasons="smell", at=AT)
    assert gather(session, contract).why is None


def test_quotes_are_the_newest_three_and_name_a_site_from_eight_answers(session: Session) -> None:
    contract = agreed(session)
    good(session, contract, "a", 50)
    good(session, contract, "b", 50, 6)
    for day, site, text in ((11, "a", "One"), (12, "a", "Two"), (13, "b", "Three"), (14, "a", "Four")):
        rate(session, contract, "clean", {1: 1}, on=f"2026-03-{day}", site=site, comment=text, at=AT)
    quotes = why_of(session, contract).quotes
    assert [(quote.text, quote.site) for quote in quotes] == [
        ("Four", "House A"),
        ("Three", ""),
        ("Two", "House A"),
    ]


def timed(session: Session, contract: Contract, by_hour: dict[int, int], site: str = "a") -> None:
    """So many poor ratings at each local hour of a winter day, an hour ahead of UTC."""
    for hour, n in by_hour.items():
        felt_at = datetime(2026, 3, 10, hour - 1, 30, tzinfo=UTC)
        rate(session, contract, "clean", {1: n}, site=site, felt_at=felt_at, at=AT)


def bars_of(session: Session, contract: Contract) -> list[tuple[int, int, int]]:
    why = gather(session, contract).why
    return [(bar.start, bar.end, bar.n) for bar in why.hours.bars] if why and why.hours else []


@pytest.mark.parametrize(
    ("by_hour", "bars"),
    [
        ({8: 8, 10: 9, 13: 10}, [(6, 9, 8), (9, 12, 9), (12, 15, 10)]),
        ({7: 3, 10: 6, 13: 8, 22: 8}, [(6, 12, 9), (12, 15, 8), (15, 24, 8)]),
        ({7: 9, 10: 9, 13: 9, 16: 2}, [(6, 9, 9), (9, 12, 9), (12, 18, 11)]),
        ({7: 9, 10: 9}, []),
    ],
)
def test_parts_of_the_day_are_by_the_local_clock_and_of_eight_or_more(
    session: Session, by_hour: dict[int, int], bars: list[tuple[int, int, int]]
) -> None:
    contract = agreed(session)
    timed(session, contract, by_hour)
    assert bars_of(session, contract) == bars


@pytest.mark.parametrize(("untimed", "told"), [(0, True), (4, False), (5, True), (40, False)])
def test_answers_without_an_instant_are_not_found_by_subtraction_nor_the_most(
    session: Session,
    untimed: int,
    told: bool,  # noqa: FBT001 - a column of examples
) -> None:
    contract = agreed(session)
    timed(session, contract, {8: 10, 10: 10, 13: 10})
    rate(session, contract, "clean", {1: untimed}, site="a", at=AT)
    assert bool(bars_of(session, contract)) == told


def test_a_part_of_the_day_has_its_value_and_interval(session: Session) -> None:
    contract = agreed(session)
    timed(session, contract, {8: 10, 10: 10, 13: 10})
    hours = why_of(session, contract).hours
    assert hours is not None
    assert (hours.site, hours.bars[0].value, hours.bars[0].low) == ("House A", 0, 0)
