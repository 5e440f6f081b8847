"""Knowledge: what is known at an instant, what came late, what both parties agreed to leave out."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import make
from rated import rate, respond
from xla.core.outcome_document import document_of
from xla.core.window import parse_period
from xla.models import Contract, Exclusion, Observation
from xla.services import periods
from xla.services.evaluations import evaluate
from xla.services.verification import verify

MARCH = parse_period("2026-03")
KPIS = [
    {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "min_responses": 1},
    {
        "key": "people",
        "question": "clean",
        "metric": "mean",
        "cluster": "respondent",
        "scope": {"sites": ["a"]},
        "target": 4,
    },
    {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70},
    {
        "key": "weeks",
        "question": "clean",
        "metric": "csat",
        "window": {"rolling_days": 21},
        "target": 80,
    },
    {"key": "churn", "observation": "tenants", "metric": "rate", "target": 5, "higher_is_better": False},
]
FIRST = datetime(2026, 3, 1, tzinfo=UTC)


def day(number: int, hour: int = 12) -> datetime:
    """An instant of March 2026; April counts on."""
    return FIRST + timedelta(days=number - 1, hours=hour)


def exclude(session: Session, contract: Contract, site: str, first: str, last: str, **agreed: Any) -> None:
    told = {"provider_agreed_at": day(1), "client_agreed_at": day(2)} | agreed
    start, end = date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
    session.add(
        Exclusion(
            contract_id=contract.id, site_key=site, start_on=start, end_on=end, reason="Rebuilding", **told
        )
    )
    session.flush()


def found(session: Session, contract: Contract, key: str = "clean", **asked: Any) -> tuple[int, int, int]:
    """What an evaluation counts, leaves out, and calls late."""
    judged = evaluate(session, contract, MARCH, now=make.NOW, **asked).kpi(key)
    return judged.measurement.n, judged.excluded, judged.late


# --- as known at --------------------------------------------------------------------------------------------

receptions = st.lists(
    st.fixed_dictionaries(
        {
            "hours": st.integers(0, 45 * 24),
            "days_before": st.integers(0, 40),
            "score": st.integers(1, 5),
            "site": st.sampled_from(["", "a", "a-1", "b"]),
            "who": st.sampled_from([None, "ann", "bo"]),
            "what": st.sampled_from(["rating", "rating", "index", "observation", "exclusion"]),
        }
    ),
    max_size=8,
)


def receive(session: Session, contract: Contract, one: dict[str, Any]) -> datetime:
    """One thing learned; says when."""
    at = FIRST + timedelta(hours=one["hours"])
    felt = (at - timedelta(days=one["days_before"])).date()
    if one["what"] == "exclusion":
        exclude(session, contract, one["site"] or "a", str(felt), str(felt), client_agreed_at=at)
    elif one["what"] == "observation":
        session.add(
            Observation(
                contract_id=contract.id, kind_key="tenants", site_key=one["site"], observed_on=felt,
                received_at=at, amount=Decimal(one["score"]), base=Decimal(10),
            )
        )  # fmt: skip
    else:
        scores = {"expected": one["score"], "ideal": 9} if one["what"] == "index" else {"clean": one["score"]}
        respond(session, contract, scores, on=str(felt), at=at, site=one["site"], respondent=one["who"])
    return at


@hypothesis.settings(max_examples=25)
@given(sent=receptions)
def test_as_known_then_is_what_was_told_then(engine: Engine, sent: list[dict[str, Any]]) -> None:
    """However things come in: what an evaluation said at an instant can be said again at any time."""
    sent.sort(key=lambda one: one["hours"])
    with engine.connect() as connection, connection.begin() as outer, Session(connection) as session:
        contract = make.contract(session, make.agreement(kpis=KPIS, contract={"starts_on": "2025-12-01"},
                                                         effective_from="2025-12-01"))  # fmt: skip
        told: dict[datetime, Any] = {}
        for one in sent:
            at = receive(session, contract, one)
            told[at] = document_of(evaluate(session, contract, MARCH, now=at))
        for at, document in told.items():
            again = evaluate(session, contract, MARCH, as_known_at=at, now=make.NOW)
            assert document_of(again) == document
        outer.rollback()


def test_what_was_received_at_that_very_instant_is_known(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=KPIS))
    rate(session, contract, "clean", {5: 3}, at=day(10))
    assert found(session, contract, as_known_at=day(10)) == (3, 0, 0)
    assert found(session, contract, as_known_at=day(10) - timedelta(microseconds=1)) == (0, 0, 0)


# --- late ---------------------------------------------------------------------------------------------------


def closed(session: Session, at: datetime = make.NOW) -> Contract:
    """March, closed with ten ratings of the cleaning and two of the index, ten tenants counted."""
    contract = make.contract(session, make.agreement(kpis=KPIS))
    rate(session, contract, "clean", {4: 6, 2: 4}, site="a", at=day(20))
    respond(session, contract, {"expected": 8, "ideal": 9}, times=2, at=day(20))
    receive(session, contract, {"what": "observation", "hours": 1, "days_before": 0, "score": 1, "site": "a"})
    periods.close(session, contract, MARCH, known_at=at, now=at)
    return contract


def test_what_comes_after_the_close_is_shown_and_not_counted(session: Session) -> None:
    contract = closed(session, day(40))
    assert found(session, contract) == (10, 0, 0)
    rate(session, contract, "clean", {1: 5}, site="a", at=day(41))
    rate(session, contract, "clean", {1: 2}, site="b", at=day(42))
    respond(session, contract, {"expected": 1, "ideal": 1}, at=day(41))
    assert found(session, contract) == (10, 0, 7)
    assert found(session, contract, "people") == (10, 0, 5)
    assert found(session, contract, "weeks") == (0, 0, 0)
    assert found(session, contract, "index") == (2, 0, 2)
    assert found(session, contract, as_known_at=day(41)) == (10, 0, 5)
    assert verify(session, make.NOW) == []


def test_a_late_observation_is_shown_and_not_counted(session: Session) -> None:
    contract = closed(session, day(40))
    session.add(
        Observation(
            contract_id=contract.id, kind_key="tenants", site_key="a", observed_on=MARCH.start,
            received_at=day(50), amount=Decimal(1), base=Decimal(40),
        )
    )  # fmt: skip
    assert found(session, contract, "churn") == (10, 0, 40)


def test_asked_as_known_before_its_close_a_period_is_as_open_as_it_was(session: Session) -> None:
    contract = closed(session, day(40))
    assert evaluate(session, contract, MARCH, as_known_at=day(39), now=make.NOW).state == "open"
    assert evaluate(session, contract, MARCH, as_known_at=day(40), now=make.NOW).state == "proposed"
    assert found(session, contract, as_known_at=day(19)) == (0, 0, 0)


def test_a_month_closed_leaves_its_quarter_open(session: Session) -> None:
    contract = closed(session, day(40))
    rate(session, contract, "clean", {1: 5}, at=day(41))
    quarter = evaluate(session, contract, parse_period("2026-Q1"), now=make.NOW)
    assert (quarter.state, quarter.kpi("clean").measurement.n) == ("open", 15)


# --- exclusions ---------------------------------------------------------------------------------------------


def with_ratings(session: Session) -> Contract:
    """Ten ratings in house A on 10 March, one on the floor inside it on the 11th, twenty in house B."""
    contract = make.contract(session, make.agreement(kpis=KPIS))
    rate(session, contract, "clean", {5: 7, 1: 3}, site="a", on="2026-03-10", at=day(10))
    rate(session, contract, "clean", {5: 1}, site="a-1", on="2026-03-11", at=day(11))
    rate(session, contract, "clean", {5: 20}, site="b", on="2026-03-10", at=day(12))
    return contract


@pytest.mark.parametrize(
    ("site", "first", "last", "n", "excluded"),
    [
        ("a", "2026-03-10", "2026-03-10", 21, 10),
        ("a", "2026-03-01", "2026-03-31", 20, 11),  # with what is inside the site
        ("a-1", "2026-03-10", "2026-03-11", 30, 1),
        ("a", "2026-02-01", "2026-03-10", 21, 10),  # reaching in from before
        ("a", "2026-03-11", "2026-05-01", 30, 1),
        ("a", "2026-02-01", "2026-02-28", 31, 0),
        ("a", "2026-04-01", "2026-04-30", 31, 0),
        ("b", "2026-03-09", "2026-03-09", 31, 0),
    ],
)
def test_what_both_agreed_to_leave_out_is_counted_apart(
    session: Session, site: str, first: str, last: str, n: int, excluded: int
) -> None:
    contract = with_ratings(session)
    exclude(session, contract, site, first, last)
    assert found(session, contract) == (n, excluded, 0)
    assert evaluate(session, contract, MARCH, now=make.NOW).kpi("people").excluded == min(excluded, 11)


@pytest.mark.parametrize("missing", ["provider_agreed_at", "client_agreed_at"])
def test_an_exclusion_needs_both_parties(session: Session, missing: str) -> None:
    contract = with_ratings(session)
    exclude(session, contract, "a", "2026-03-01", "2026-03-31", **{missing: None})
    assert found(session, contract) == (31, 0, 0)
    assert found(session, contract, as_known_at=make.NOW) == (31, 0, 0)


def test_overlapping_exclusions_leave_out_once(session: Session) -> None:
    contract = with_ratings(session)
    for site in ("a", "a-1", "a"):
        exclude(session, contract, site, "2026-03-09", "2026-03-12")
    assert found(session, contract) == (20, 11, 0)


def test_an_exclusion_counts_from_when_the_second_party_agreed(session: Session) -> None:
    contract = with_ratings(session)
    exclude(session, contract, "a", "2026-03-10", "2026-03-10", client_agreed_at=day(15))
    assert found(session, contract, as_known_at=day(14)) == (31, 0, 0)
    assert found(session, contract, as_known_at=day(15)) == (21, 10, 0)
    rate(session, contract, "clean", {5: 2}, site="a", on="2026-03-10", at=day(20))
    assert found(session, contract, as_known_at=day(15)) == (21, 10, 0)
    assert found(session, contract) == (21, 12, 0)


def test_an_exclusion_holds_for_groups_too(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=KPIS))
    rate(session, contract, "clean", {5: 4, 1: 2}, site="a", respondent="ann")
    rate(session, contract, "clean", {5: 1, 1: 1}, site="a", on="2026-03-12", respondent="bo")
    respond(session, contract, {"expected": 8, "ideal": 9}, times=3, site="b")
    exclude(session, contract, "a", "2026-03-10", "2026-03-10")
    exclude(session, contract, "b", "2026-03-10", "2026-03-10")
    assert found(session, contract, "people") == (2, 6, 0)
    assert found(session, contract, "index") == (0, 6, 0)


def test_an_exclusion_agreed_after_the_close_makes_nothing_late(session: Session) -> None:
    contract = closed(session, day(40))
    exclude(session, contract, "a", "2026-03-01", "2026-03-31", client_agreed_at=day(41))
    assert found(session, contract) == (10, 0, 0)
    rate(session, contract, "clean", {1: 5}, site="a", at=day(42))
    assert found(session, contract) == (10, 0, 5)
    assert verify(session, make.NOW) == []
