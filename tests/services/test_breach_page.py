"""A breach's page: what was found stays as it was frozen, and all that happened since stands beside it."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

import breached
import make
from breached import NOW, held, person
from rated import rate
from xla.core.role import Role
from xla.core.verdict import Verdict
from xla.core.window import parse_period
from xla.models import Breach, BreachWork
from xla.services import acceptances, actions, breach_work, standings
from xla.services.actions import Planned
from xla.services.breach_page import Facts, facts
from xla.services.breach_work import Details


@pytest.fixture
def breach(session: Session) -> Breach:
    return breached.build(session)


def told(session: Session, breach: Breach) -> Facts:
    return facts(session, breached.contract_of(session, breach), breach)


def states(found: Facts) -> list[tuple[str, bool, bool]]:
    return [(stage.state.value, stage.at is not None, stage.is_current) for stage in found.stages]


def test_the_evidence_is_the_one_that_was_frozen(session: Session, breach: Breach) -> None:
    contract = breached.contract_of(session, breach)
    rate(session, contract, "clean", {5: 900}, on="2026-03-20", at=NOW)
    found = told(session, breach)
    assert (found.judged.measurement.n, found.judged.verdict) == (60, Verdict.BREACHED)
    assert found.result.measurement == found.judged.measurement


def test_a_breach_of_an_older_release_takes_its_evidence_from_the_period(
    session: Session, breach: Breach
) -> None:
    breach.steps[0].evidence = None
    session.delete(session.get_one(BreachWork, breach.id))
    session.flush()
    found = told(session, breach)
    assert (found.judged.measurement.n, found.revision, found.owner, found.proposed_with) == (60, 0, None, "")
    assert found.timeline[0].found is None


def test_the_way_shows_what_was_reached_and_what_is_to_come(session: Session, breach: Breach) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    assert states(told(session, breach)) == [
        ("open", True, False),
        ("acknowledged", True, True),
        ("action_planned", False, False),
        ("verifying", False, False),
        ("closed", False, False),
    ]


def test_an_accepted_breach_ends_where_it_stood(session: Session, breach: Breach) -> None:
    acceptances.propose(session, held(session, breach), "provider", reason="A burst pipe.", now=NOW)
    assert (told(session, breach).proposed_by, told(session, breach).proposed_with) == (
        "provider",
        "A burst pipe.",
    )
    acceptances.agree(session, held(session, breach, Role.CLIENT), "client", NOW)
    found = told(session, breach)
    assert states(found) == [("open", True, False), ("accepted", True, True)]
    assert (found.is_live, found.running) == (False, None)


def test_the_timeline_says_who_did_what_newest_first(session: Session, breach: Breach) -> None:
    manager = person(session, Role.MANAGER)
    breach_work.acknowledge(session, held(session, breach), NOW)
    breach_work.describe(session, held(session, breach), Details(manager.id, None, None, ""), NOW)
    found = told(session, breach)
    assert [(entry.who, entry.step.kind) for entry in found.timeline] == [
        (manager, "owner"),
        (manager, "moved"),
        (None, "breached"),
    ]
    assert found.owner is manager
    assert found.timeline[-1].found
    assert found.timeline[-1].found.measurement.n == 60


def test_the_proof_is_looked_for_while_it_is_verified(session: Session, breach: Breach) -> None:
    breach_work.acknowledge(session, held(session, breach), NOW)
    action = actions.add(session, held(session, breach), Planned("x", "y", date(2026, 4, 25)), NOW)
    breach_work.plan(session, held(session, breach), NOW)
    breached.close(session, breached.contract_of(session, breach), "2026-04", breached.GOOD)
    assert told(session, breach).proof is None
    actions.finish(session, held(session, breach), action, done_on=date(2026, 4, 20), now=NOW)
    found = told(session, breach)
    assert (found.proof, found.last_breached) == (parse_period("2026-04"), parse_period("2026-03"))


def test_what_is_at_stake_is_the_credit_the_weight_and_how_often_it_came(
    session: Session, breach: Breach
) -> None:
    stake = told(session, breach).stake
    assert stake.credit
    assert (stake.credit.due, stake.currency, stake.weight_share) == (2000, "SEK", Decimal("0.25"))
    assert stake.breaches_in_a_year == 1
    acceptances.propose(session, held(session, breach), "provider", reason="x", now=NOW)
    acceptances.agree(session, held(session, breach, Role.CLIENT), "client", NOW)
    (again,) = breached.close(session, breached.contract_of(session, breach), "2026-04", breached.POOR)
    assert told(session, again).stake.breaches_in_a_year == 2


@pytest.mark.parametrize(
    "changes", [{"composite": {"method": "minimum"}}, {"kpis": [{**breached.CLEAN, "weight": 0}]}]
)
def test_a_kpi_may_have_no_share_of_the_score(session: Session, changes: dict[str, object]) -> None:
    assert told(session, breached.build(session, **changes)).stake.weight_share is None


def test_a_kpi_without_a_credit_has_none_at_stake(session: Session) -> None:
    kpi = {name: value for name, value in breached.CLEAN.items() if name != "credit"}
    assert told(session, breached.build(session, kpis=[kpi])).stake.credit is None


def test_the_running_period_is_the_standings(session: Session, breach: Breach) -> None:
    contract = breached.contract_of(session, breach)
    assert told(session, breach).running is None
    rate(session, contract, "clean", {5: 9, 2: 1}, on="2026-04-10", at=NOW)
    standing = standings.refresh(session, contract, NOW)
    found = told(session, breach).running
    assert found
    assert (found.start, found.end) == (date(2026, 4, 1), date(2026, 5, 1))
    assert (found.kpi["n"], found.kpi["value"]) == (10, 90.0)
    document = json.loads(standing.document)
    document["running"]["kpis"].pop("clean")
    standing.document = json.dumps(document)
    session.flush()
    assert told(session, breach).running is None


def test_a_standing_without_a_running_period_tells_nothing(session: Session) -> None:
    terms = {"contract": {"ends_on": "2026-03-31"}}
    breach = breached.build(session, **terms)
    standings.refresh(session, breached.contract_of(session, breach), datetime(2026, 6, 1, tzinfo=UTC))
    assert told(session, breach).running is None


def test_few_answers_show_no_value(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[{**breached.CLEAN, "min_responses": 1}]))
    (breach,) = breached.close(session, contract, "2026-03", {1: 4})
    assert told(session, breach).judged.measurement.value is None
