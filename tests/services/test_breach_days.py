"""Days of a breached period: told alone from five answers, else together with their neighbours."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

import breached
import make
from rated import rate, respond
from xla.core.window import parse_period
from xla.documents.chart_days import Day
from xla.models import Contract, Exclusion
from xla.services import periods
from xla.services.breach_days import days_of

AT = datetime(2026, 4, 1, tzinfo=UTC)
CLOSED_AT = datetime(2026, 4, 5, tzinfo=UTC)


def agreed(session: Session, **changes: object) -> Contract:
    kpi = {**breached.CLEAN, "min_responses": 1, **changes}
    return make.contract(session, make.agreement(kpis=[kpi]))


def told(session: Session, contract: Contract) -> dict[int, Day]:
    """March, day by day."""
    period = parse_period("2026-03")
    (breach,) = periods.close(session, contract, period, known_at=CLOSED_AT, now=CLOSED_AT).opened
    return {each.day.day: each for each in days_of(session, contract, breach)}


def on(day: int) -> str:
    return f"2026-03-{day:02}"


def test_a_day_of_five_answers_is_told_and_the_period_so_far(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 5}, on=on(3), at=AT)
    rate(session, contract, "clean", {1: 15}, on=on(4), at=AT)
    days = told(session, contract)
    assert len(days) == 31
    assert days[1] == Day(date(2026, 3, 1), None, None, 0, None)
    assert days[3] == Day(date(2026, 3, 3), 5, 100, 5, 100)
    assert days[4] == Day(date(2026, 3, 4), 15, 0, 20, 25)
    assert days[31] == Day(date(2026, 3, 31), None, None, 20, 25)


def test_days_of_few_answers_are_told_together_with_the_next(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 3}, on=on(3), at=AT)
    rate(session, contract, "clean", {1: 4}, on=on(4), at=AT)
    days = told(session, contract)
    assert (days[3].n, days[3].so_far, days[3].n_so_far) == (None, None, None)
    assert (days[4].n, days[4].value, days[4].n_so_far) == (None, None, 7)


def test_a_day_is_not_told_where_the_rest_of_its_stretch_would_be_few(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 3}, on=on(3), at=AT)
    rate(session, contract, "clean", {1: 10}, on=on(4), at=AT)
    days = told(session, contract)
    assert (days[4].value, days[4].n_so_far) == (None, 13)


def test_a_few_last_answers_are_told_with_those_before(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {1: 10}, on=on(3), at=AT)
    rate(session, contract, "clean", {5: 2}, on=on(31), at=AT)
    days = told(session, contract)
    assert (days[3].value, days[3].so_far) == (None, None)
    assert days[31].n_so_far == 12


def test_a_period_of_few_answers_tells_no_value_at_all(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {1: 4}, on=on(3), at=AT)
    assert {each.so_far for each in told(session, contract).values()} == {None}


def test_what_came_after_the_close_is_not_in_it(session: Session) -> None:
    contract = agreed(session, scope={"personas": ["visitor"], "sites": ["a"]})
    rate(session, contract, "clean", {1: 10}, on=on(3), at=AT, site="a", persona="visitor")
    period = parse_period("2026-03")
    (breach,) = periods.close(session, contract, period, known_at=CLOSED_AT, now=CLOSED_AT).opened
    late = datetime(2026, 4, 9, tzinfo=UTC)
    for where in ({"site": "a", "persona": "visitor"}, {"site": "b", "persona": "visitor"}, {"site": "a"}):
        rate(session, contract, "clean", {5: 30}, on=on(3), at=late, **where)
    respond(session, contract, {"food": 5}, on=on(3), at=late, site="a", persona="visitor")
    days = {each.day.day: each for each in days_of(session, contract, breach)}
    assert (days[3].n, days[3].so_far) == (10, 0)


def test_what_is_left_out_and_came_late_is_taken_away_once(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {1: 10}, on=on(3), at=AT, site="a")
    session.add(
        Exclusion(
            contract_id=contract.id, site_key="b", start_on=date(2026, 3, 3), end_on=date(2026, 3, 4),
            reason="A burst pipe", provider_agreed_at=AT, client_agreed_at=AT,
        )
    )  # fmt: skip
    session.flush()
    period = parse_period("2026-03")
    (breach,) = periods.close(session, contract, period, known_at=CLOSED_AT, now=CLOSED_AT).opened
    rate(session, contract, "clean", {1: 10}, on=on(3), at=datetime(2026, 4, 9, tzinfo=UTC), site="b")
    days = {each.day.day: each for each in days_of(session, contract, breach)}
    assert days[3].n == 10


def test_a_kpi_with_a_rolling_window_has_no_single_days(session: Session) -> None:
    contract = agreed(session, window={"rolling_days": 45})
    rate(session, contract, "clean", {1: 10}, on=on(3), at=AT)
    assert told(session, contract) == {}
