"""Why a KPI was breached: reasons, places and comments, never of too few people."""

from datetime import UTC, datetime
from fractions import Fraction

from sqlalchemy.orm import Session

import breached
import make
from breached import NOW
from rated import rate, respond
from xla.core.window import parse_period
from xla.models import Breach, Contract
from xla.services import periods
from xla.services.breach_why import Why, why

AT = datetime(2026, 4, 1, tzinfo=UTC)
MARCH = parse_period("2026-03")


def agreed(session: Session, **changes: object) -> Contract:
    return make.contract(session, make.agreement(**{"kpis": [breached.CLEAN], **changes}))


def closed(session: Session, contract: Contract) -> Breach:
    at = datetime(2026, 4, 5, tzinfo=UTC)
    (breach,) = periods.close(session, contract, MARCH, known_at=at, now=at).opened
    return breach


def told(session: Session, breach: Breach) -> Why:
    return why(session, breached.contract_of(session, breach), breach, NOW)


def test_reasons_are_shares_of_the_poor_ratings_beside_those_of_the_period_before(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {1: 10}, on="2026-02-10", reasons="smell", at=AT)
    rate(session, contract, "clean", {2: 20}, reasons="smell;paper", at=AT)
    rate(session, contract, "clean", {2: 5}, reasons="smell", at=AT)
    rate(session, contract, "clean", {1: 15, 5: 9}, at=AT)
    found = told(session, closed(session, contract))
    assert (found.poor, found.with_reason, found.before) == (40, 25, MARCH.preceding)
    assert found.reasons
    assert [(each.n, each.share, each.share_before) for each in found.reasons] == [
        (25, Fraction(25, 40), Fraction(1)),
        (20, Fraction(20, 40), Fraction(0)),
    ]


def test_reasons_of_fewer_than_eight_poor_ratings_are_not_shown(session: Session) -> None:
    contract = agreed(session, kpis=[{**breached.CLEAN, "target": 100, "floor": 99}])
    rate(session, contract, "clean", {1: 9}, on="2026-02-10", reasons="smell", at=AT)
    rate(session, contract, "clean", {1: 7, 5: 30}, reasons="smell", at=AT)
    breach = closed(session, contract)
    assert told(session, breach).reasons is None


def test_a_period_before_with_few_poor_ratings_gives_no_comparison(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {1: 7}, on="2026-02-10", reasons="smell", at=AT)
    rate(session, contract, "clean", {1: 20}, reasons="smell", at=AT)
    found = told(session, closed(session, contract))
    assert found.reasons
    assert {each.share_before for each in found.reasons} == {None}


def test_the_first_period_of_a_contract_has_none_before(session: Session) -> None:
    contract = agreed(session, contract={"starts_on": "2026-03-01"}, effective_from="2026-03-01")
    rate(session, contract, "clean", {1: 20}, at=AT)
    found = told(session, closed(session, contract))
    assert (found.before, found.reasons) == (None, None)


def test_places_are_the_innermost_sites_the_worst_first_beside_what_they_were(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {5: 8}, on="2026-02-10", site="b", at=AT)
    rate(session, contract, "clean", {1: 10, 5: 10}, site="a-1", at=AT)
    rate(session, contract, "clean", {1: 20}, site="b", at=AT)
    found = told(session, closed(session, contract))
    assert [(place.title, place.n, place.value, place.before) for place in found.places] == [
        ("House B", 20, 0, 100),
        ("Floor 1", 20, 50, None),
    ]


def test_one_place_alone_tells_nothing_and_a_small_one_is_hidden(session: Session) -> None:
    contract = agreed(session)
    rate(session, contract, "clean", {1: 20}, site="a-1", at=AT)
    rate(session, contract, "clean", {1: 3}, site="b", at=AT)
    rate(session, contract, "clean", {1: 9}, at=AT)
    found = told(session, closed(session, contract))
    assert list(found.places) == []
    assert found.hidden_places == 1


def test_comments_are_those_of_poor_ratings_with_the_place_where_eight_answered(session: Session) -> None:
    contract = agreed(session)
    respond(session, contract, {"clean": 1}, comment="No paper", site="b", on="2026-03-12", at=AT)
    respond(session, contract, {"clean": 2}, comment="Smells", site="a-1", on="2026-03-11", at=AT)
    respond(session, contract, {"clean": 5}, comment="Lovely", site="a-1", at=AT)
    rate(session, contract, "clean", {1: 20}, site="a-1", at=AT)
    rate(session, contract, "clean", {1: 6}, site="b", at=AT)
    found = told(session, closed(session, contract))
    assert [(each.text, each.site) for each in found.comments] == [("No paper", ""), ("Smells", "Floor 1")]


def test_comments_of_fewer_than_eight_answers_are_not_shown(session: Session) -> None:
    contract = agreed(session, kpis=[{**breached.CLEAN, "min_responses": 1}])
    respond(session, contract, {"clean": 1}, comment="No paper", times=7, at=AT)
    assert list(told(session, closed(session, contract)).comments) == []


def test_what_operations_count_has_no_reasons_places_or_comments(session: Session) -> None:
    kpi = {"key": "churn", "observation": "tenants", "metric": "rate", "target": 5, "higher_is_better": False}
    contract = agreed(session, kpis=[{**kpi, "min_responses": 1}])
    session.add(breached.observation(contract, amount=9, base=10))
    session.flush()
    found = told(session, closed(session, contract))
    assert (found.reasons, list(found.places), list(found.comments), found.poor) == (None, [], [], 0)
