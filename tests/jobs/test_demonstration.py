"""The demo keeps what it promises: a provider to look at, whose whole past adds up."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from databases import Databases
from xla import database, rendering
from xla.core.agreement import Agreement
from xla.core.outcome import Outcome
from xla.core.period_state import DecisionState, PeriodState
from xla.core.verdict import Verdict
from xla.core.window import period_of
from xla.documents.pdf import RenderFailed
from xla.jobs import demonstration
from xla.jobs.demo.crowds import Month, People
from xla.jobs.demo.passengers import passengers
from xla.jobs.demo.plan import CONTRACTS, scripts
from xla.models import (
    Breach,
    Client,
    Contract,
    Evaluation,
    Exclusion,
    Notice,
    Period,
    Rating,
    Report,
    Response,
    Telling,
    WorkItem,
)
from xla.services import decisions, passwords, people, reports, verification
from xla.services.agreements import Refused, agreement_of, apply, versions
from xla.services.evaluations import Knowing, Moment, evaluate, outcome_of
from xla.services.report_sites import site_rows
from xla.settings import Settings

NOW = datetime(2026, 6, 17, 9, 30, tzinfo=UTC)
SETTINGS = Settings()
REAL_RATINGS = 74_008


def _no_paper(*_args: object, **_told: object) -> None:
    raise RenderFailed("no Pango here.")


@pytest.fixture(scope="module")
def loaded(databases: Databases, template_url: str) -> Iterator[tuple[Engine, list[str]]]:
    """A database with the demo and no reports yet, and what was said."""
    url = databases.copy(template_url)
    engine = database.connect(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "time_of", lambda _engine: NOW)
        with pytest.MonkeyPatch.context() as first:
            first.setattr(rendering, "rendered", _no_paper)
            said = list(demonstration.load(engine, SETTINGS, NOW))
        yield engine, said
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def demo(loaded: tuple[Engine, list[str]]) -> Iterator[Session]:
    with database.reading(loaded[0]) as session:
        yield session


def _contract(session: Session, key: str) -> Contract:
    return session.scalars(select(Contract).where(Contract.key == key)).one()


def _agreement(session: Session, contract: Contract) -> Agreement:
    return agreement_of(versions(session, contract)[-1])


def _outcomes(session: Session, contract: Contract) -> list[Outcome]:
    rows = session.scalars(
        select(Period).where(Period.contract_id == contract.id).order_by(Period.start_on)
    ).all()
    return [outcome_of(row.evaluation) for row in rows]


def test_three_clients_have_four_contracts_with_thirteen_closed_months_each(demo: Session) -> None:
    assert demo.scalar(select(func.count()).select_from(Client)) == 3
    assert set(demo.scalars(select(Contract.key))) == set(CONTRACTS)
    for key in CONTRACTS:
        closed = [outcome.period for outcome in _outcomes(demo, _contract(demo, key))]
        assert closed == [f"2025-{month:02d}" for month in range(5, 13)] + [
            f"2026-{month:02d}" for month in range(1, 6)
        ]


def test_the_running_month_is_evaluated(demo: Session) -> None:
    running = demo.scalars(select(Evaluation).where(Evaluation.start_on == date(2026, 6, 1))).all()
    assert len(running) == len(CONTRACTS)
    assert all(outcome_of(evaluation).kpis[0].measurement.n for evaluation in running)


def test_every_passenger_is_in_it_once(demo: Session) -> None:
    airport = select(Contract.id).where(Contract.key.startswith("airport-"))
    counted = (
        select(func.count())
        .select_from(Rating)
        .join(Response, Response.id == Rating.response_id)
        .where(Response.contract_id.in_(airport))
    )
    assert demo.scalar(counted) == REAL_RATINGS


def test_nothing_is_received_before_it_was_felt_or_after_now(demo: Session) -> None:
    wrong = select(Response.id).where(
        (Response.received_at > NOW)
        | (Response.rated_at > Response.received_at)
        | (Response.rated_on >= NOW.date())
    )
    assert demo.scalar(wrong.limit(1)) is None


def test_it_all_adds_up(demo: Session) -> None:
    assert verification.verify(demo, NOW) == []


def test_breaches_are_worked_on_and_older_ones_proved_better(demo: Session) -> None:
    breaches = demo.scalars(select(Breach).order_by(Breach.id)).all()
    live = [breach for breach in breaches if breach.closed_at is None]
    lunch = next(breach for breach in live if breach.kpi_key == "lunch")
    states = list(dict.fromkeys(step.state for step in lunch.steps))
    assert states[:3] == ["open", "acknowledged", "action_planned"]
    closed = next(breach for breach in breaches if breach.kpi_key == "easy-help")
    assert [step.state for step in closed.steps][-2:] == ["verifying", "closed"]
    for breach in breaches:
        instants = [step.at for step in breach.steps]
        assert instants == sorted(instants)
        assert instants[-1] <= NOW


def test_every_verdict_is_in_it(demo: Session) -> None:
    found = {
        kpi.verdict
        for key in CONTRACTS
        for outcome in _outcomes(demo, _contract(demo, key))
        for kpi in outcome.kpis
    }
    assert found == set(Verdict)


def test_the_latest_month_has_an_inconclusive_kpi_and_one_without_data(demo: Session) -> None:
    hospital = _outcomes(demo, _contract(demo, "hospital-patient-services"))[-1]
    office = _outcomes(demo, _contract(demo, "office-park"))[-1]
    assert hospital.kpi("children").verdict is Verdict.INCONCLUSIVE
    assert office.kpi("charging").verdict is Verdict.NO_DATA


def test_the_sleep_clinic_has_too_few_answers_to_be_shown(demo: Session) -> None:
    contract = _contract(demo, "hospital-patient-services")
    agreement = _agreement(demo, contract)
    outcome = _outcomes(demo, contract)[-1]
    period = period_of(outcome.start, "month")
    knowing = Knowing(demo, contract, agreement, period, Moment(None, NOW))
    rows = {row.key: row for row in site_rows(knowing, agreement, outcome.kpis)}
    assert rows["sleep-clinic"].cells[0].hidden


def test_late_ratings_stand_beside_a_closed_month(demo: Session) -> None:
    contract = _contract(demo, "office-park")
    outcome = evaluate(demo, contract, period_of(date(2026, 4, 1), "month"), now=NOW)
    assert outcome.kpi("restrooms").late == 14


def test_an_exclusion_is_agreed_by_both_and_leaves_ratings_out(demo: Session) -> None:
    exclusion = demo.scalars(select(Exclusion).where(Exclusion.proposed_by.is_(None))).one()
    assert exclusion.provider_agreed_at
    assert exclusion.client_agreed_at
    office = _outcomes(demo, _contract(demo, "office-park"))[-1]
    assert sum(kpi.excluded for kpi in office.kpis) > 0


def test_past_months_are_final_and_the_airports_latest_are_disputed(demo: Session) -> None:
    for key in CONTRACTS:
        rows = demo.scalars(
            select(Period).where(Period.contract_id == _contract(demo, key).id).order_by(Period.start_on)
        ).all()
        states = [decisions.standing(demo, row, NOW).decided for row in rows]
        assert all(row.final_at and row.final_at <= NOW for row in rows[:-1])
        latest = states[-1]
        assert (latest.state is PeriodState.DISPUTED) == key.startswith("airport")
        how = {each.state for found in states[:-1] for each in found.decisions}
        assert how == {DecisionState.ACCEPTED, DecisionState.DEEMED}


def test_the_client_proposes_to_leave_out_what_it_disputes(demo: Session) -> None:
    proposed = demo.scalars(select(Exclusion).where(Exclusion.proposed_by.is_not(None))).one()
    assert (proposed.site_key, proposed.provider_agreed_at) == ("f", None)
    assert proposed.client_agreed_at


def test_a_few_ratings_look_unusual(demo: Session) -> None:
    flags = demo.scalars(select(Response.flags).where(Response.flags.is_not(None))).all()
    assert set(flags) == {"burst", "staff"}
    assert flags.count("burst") == 12
    assert len(flags) < demo.scalars(select(func.count()).select_from(Response)).one() / 100


def test_some_responses_have_comments_and_reasons(demo: Session) -> None:
    for told in (Response.comment, Response.reasons):
        assert (demo.scalar(select(func.count()).where(told.is_not(None))) or 0) > 100


def test_the_password_of_its_people_is_told_once(loaded: tuple[Engine, list[str]], demo: Session) -> None:
    (told,) = [sentence for sentence in loaded[1] if "with the password" in sentence]
    maja = people.by_email(demo, "maja.lindqvist@nordfast.example")
    assert passwords.fits(maja, told.split("password ")[1].split(" ")[0])


def test_nobody_is_told_about_the_past_again(demo: Session) -> None:
    assert demo.scalar(select(Notice.id).where(Notice.sent_at.is_(None)).limit(1)) is None
    assert demo.scalar(select(Telling.id).limit(1)) is None
    assert demo.scalar(select(WorkItem.id).where(WorkItem.queue == "notify").limit(1)) is None


def test_reports_that_could_not_be_made_are_issued_by_the_next_load_and_then_it_is_done(
    loaded: tuple[Engine, list[str]],
) -> None:
    engine, said = loaded
    assert "No reports were issued: no Pango here." in said

    again = list(demonstration.load(engine, SETTINGS, NOW))
    assert [sentence for sentence in again if "is issued (issue 1)" in sentence] == again
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Report)) == len(CONTRACTS)
        month = period_of(date(2026, 5, 1), "month")
        for key in CONTRACTS:
            closed = reports.closed_period(session, _contract(session, key), month)
            assert closed
        responses = session.scalar(select(func.count()).select_from(Response))

    assert list(demonstration.load(engine, SETTINGS, NOW)) == ["The demo is loaded already."]
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Response)) == responses
        assert verification.verify(session, NOW) == []


def test_a_load_that_is_cut_off_leaves_nothing_behind(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "time_of", lambda _engine: NOW)
    engine = database.connect(database_url)
    load = demonstration.load(engine, SETTINGS, NOW)
    next(load)
    load.close()
    assert demonstration.is_empty(engine)
    engine.dispose()


def test_a_contract_of_the_same_name_is_not_taken_for_the_demos(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "time_of", lambda _engine: NOW)
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        apply(session, scripts(date(2026, 1, 1))[0].agreement, NOW)
    with pytest.raises(Refused, match="'airport-terminals' already"):
        list(demonstration.load(engine, SETTINGS, NOW))
    engine.dispose()


def test_the_people_are_the_same_every_time() -> None:
    office = next(script for script in scripts(date(2025, 5, 1)) if script.plan)
    assert office.plan
    month = Month(3, period_of(date(2025, 8, 1), "month"))
    people = People(office.agreement, office.plan, NOW)
    once = list(people.answers(month, before=date(2025, 8, 20)))
    assert once == list(people.answers(month, before=date(2025, 8, 20)))
    assert once == [
        answer
        for answer in people.answers(month, before=date(2025, 9, 1))
        if answer.moment.rated_on < date(2025, 8, 20)
    ]


def test_passengers_keep_their_order_and_are_spread_evenly() -> None:
    zone = ZoneInfo("Europe/Oslo")
    first, today = date(2025, 5, 1), date(2026, 6, 17)
    days = [answer.moment.rated_on for answer in passengers(first, today, zone, NOW)]
    assert days == sorted(days)
    assert (days[0], days[-1]) == (first, today - timedelta(days=1))
    counts = {day: days.count(day) for day in set(days)}
    assert max(counts.values()) - min(counts.values()) <= 1
