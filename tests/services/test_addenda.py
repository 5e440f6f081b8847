"""Addenda: a closed period counted anew, numbered, beside what was frozen, which never changes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
import raw
from rated import rate
from xla.core.outcome_document import document_of
from xla.core.verdict import Verdict
from xla.core.window import parse_period
from xla.documents.report_data import ReportData
from xla.models import (
    Addendum,
    AuditEntry,
    Breach,
    Contract,
    Exclusion,
    Observation,
    Period,
    Report,
    WorkItem,
)
from xla.models.period import frozen_at
from xla.services import addenda, decisions, periods, report_work, reports, verification
from xla.services.addenda import NothingChanged, TooFew
from xla.services.agreements import Refused
from xla.services.evaluations import evaluate

MARCH, APRIL = parse_period("2026-03"), parse_period("2026-04")
CLOSED = make.NOW
LATER = make.NOW + timedelta(days=1)
KPIS = [
    {
        "key": "clean", "question": "clean", "metric": "csat", "target": 80, "floor": 70,
        "credit": {"breached": "2.0", "cap": "6.0"},
    },
    {"key": "food", "question": "food", "metric": "mean", "target": 4},
    {
        "key": "lost", "observation": "minutes", "metric": "amount_mean", "target": 30,
        "higher_is_better": False,
    },
]  # fmt: skip


@pytest.fixture
def contract(session: Session) -> Contract:
    """March closed: forty ratings, half of them poor."""
    found = make.contract(session, make.agreement(kpis=KPIS))
    rate(session, found, "clean", {2: 20, 5: 20}, site="a", at=CLOSED - timedelta(days=60))
    rate(session, found, "food", {5: 30}, site="a", at=CLOSED - timedelta(days=60))
    periods.close(session, found, MARCH, known_at=CLOSED, now=CLOSED)
    return found


def late(session: Session, contract: Contract, counts: dict[int, int], question: str = "clean") -> None:
    rate(session, contract, question, counts, site="a", at=CLOSED + timedelta(hours=1))


def correct(session: Session, contract: Contract, reason: str = "A file came late.") -> Addendum:
    return addenda.correct(session, contract, MARCH, reason=reason, by=None, now=LATER)


def leave_out(session: Session, contract: Contract, site: str) -> None:
    days = {"start_on": MARCH.start, "end_on": MARCH.end}
    agreed = {
        "provider_agreed_at": LATER + timedelta(hours=1),
        "client_agreed_at": LATER + timedelta(hours=1),
    }
    session.add(Exclusion(contract_id=contract.id, site_key=site, reason="Rebuilding", **days, **agreed))
    session.flush()


def row(session: Session) -> Period:
    return session.scalars(select(Period)).one()


def gathered(session: Session, contract: Contract, addendum: int) -> ReportData:
    return reports.gather(session, contract, MARCH, provider="Nordfast", addendum=addendum, now=LATER)


def test_late_ratings_are_counted_by_an_addendum_and_what_was_frozen_stays(
    session: Session, contract: Contract
) -> None:
    late(session, contract, {5: 80})
    frozen = document_of(evaluate(session, contract, MARCH, now=LATER))
    made = correct(session, contract, "  A file\n came late. ")
    assert (made.number, made.reason, made.at, made.person_id) == (1, "A file came late.", LATER, None)
    assert document_of(evaluate(session, contract, MARCH, now=LATER)) == frozen
    (change,) = addenda.changes(session, row(session), made)
    assert (change.old.verdict, change.new.verdict) == (Verdict.BREACHED, Verdict.MET)
    assert (change.old.measurement.n, change.new.measurement.n) == (40, 120)
    assert (change.old_credit, change.new_credit) == (Decimal("2000.00"), Decimal("0.00"))
    (told,) = addenda.known(session, contract, MARCH, LATER)
    assert told["kpis"] == [
        {
            "key": "clean",
            "old": {"n": 40, "value": 50.0, "verdict": "breached", "credit": "2000.00"},
            "new": {"n": 120, "value": 250 / 3, "verdict": "met", "credit": "0.00"},
        }
    ]
    assert addenda.known(session, contract, MARCH, CLOSED) == []
    assert addenda.known(session, contract, APRIL, LATER) == []
    assert len(session.scalars(select(Breach)).all()) == 1
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "period.correct")).one()
    assert entry.subject == "harbour/2026-03"
    assert verification.verify(session, LATER) == []


def test_a_figure_of_an_addendum_that_was_changed_is_found(session: Session, contract: Contract) -> None:
    late(session, contract, {5: 80})
    evaluation = correct(session, contract).evaluation
    evaluation.document = evaluation.document.replace('"n": 120', '"n": 121')
    session.flush()
    problems = [str(each) for each in verification.verify(session, LATER)]
    assert problems == [
        "period harbour from 2026-03-01: addendum 1: clean is neither what was counted nor what stood"
    ]


def test_a_second_addendum_is_compared_with_the_first(session: Session, contract: Contract) -> None:
    late(session, contract, {5: 80})
    correct(session, contract)
    rate(session, contract, "clean", {1: 5}, site="a", at=LATER + timedelta(hours=1))
    second = addenda.correct(
        session, contract, MARCH, reason="Five more.", by=None, now=LATER + timedelta(hours=2)
    )
    assert second.number == 2
    (change,) = addenda.changes(session, row(session), second)
    assert (change.old.measurement.n, change.new.measurement.n) == (120, 125)
    assert addenda.latest(session, row(session)).kpi("clean").measurement.n == 125


def test_what_comes_after_an_addendum_is_known_after_it(session: Session, contract: Contract) -> None:
    late(session, contract, {5: 80})
    made = correct(session, contract)
    assert frozen_at(session.connection(), contract.id) == made.evaluation.known_at == LATER


def test_where_nothing_differs_nothing_is_kept(session: Session, contract: Contract) -> None:
    with pytest.raises(NothingChanged, match="there is nothing to correct"):
        correct(session, contract)


def test_of_fewer_than_five_answers_nothing_is_told(session: Session, contract: Contract) -> None:
    late(session, contract, {5: 4})
    with pytest.raises(TooFew, match="fewer than 5 answers differ"):
        correct(session, contract)
    late(session, contract, {1: 5}, "food")
    changes = addenda.changes(session, row(session), correct(session, contract))
    assert [change.old.kpi.key for change in changes] == ["food"]
    assert verification.verify(session, LATER) == []


def test_nor_of_fewer_than_five_in_what_an_earlier_report_told(session: Session, contract: Contract) -> None:
    late(session, contract, {5: 1})
    rate(session, contract, "clean", {5: 5}, site="b", at=CLOSED + timedelta(hours=1))
    correct(session, contract)
    leave_out(session, contract, "b")
    with pytest.raises(TooFew, match="fewer than 5 answers differ"):
        addenda.correct(session, contract, MARCH, reason="B.", by=None, now=LATER + timedelta(hours=2))
    rate(session, contract, "clean", {1: 4}, site="a", at=LATER + timedelta(hours=2))
    second = addenda.correct(session, contract, MARCH, reason="B.", by=None, now=LATER + timedelta(hours=3))
    (change,) = addenda.changes(session, row(session), second)
    assert (change.old.measurement.n, change.new.measurement.n) == (46, 45)


def test_what_operations_counted_is_corrected_whatever_the_difference(
    session: Session, contract: Contract
) -> None:
    told = {"contract_id": contract.id, "kind_key": "minutes", "observed_on": MARCH.start, "site_key": ""}
    at = CLOSED + timedelta(hours=1)
    raw.insert(
        session, Observation(**told, received_at=at, amount=Decimal(90), base=Decimal(2), squares=None)
    )
    (change,) = addenda.changes(session, row(session), correct(session, contract))
    assert change.new.measurement.n == 2


@pytest.mark.parametrize("reason", ["", " \0 ", "x" * 501])
def test_a_correction_says_why(session: Session, contract: Contract, reason: str) -> None:
    with pytest.raises(Refused, match="say why it is corrected, in at most 500 characters"):
        correct(session, contract, reason)


def test_a_running_period_is_not_corrected(session: Session, contract: Contract) -> None:
    with pytest.raises(Refused, match="harbour 2026-04 is not closed"):
        addenda.correct(session, contract, APRIL, reason="Why", by=None, now=LATER)


def test_a_corrections_report_follows_the_first_once_the_period_is_final(
    session: Session, contract: Contract
) -> None:
    rendered = select(WorkItem.key).where(WorkItem.kind == "render").order_by(WorkItem.id)
    late(session, contract, {5: 80})
    correct(session, contract)
    assert session.scalars(rendered).all() == ["harbour/2026-03/draft"]
    decisions.finalise_due(session, contract, LATER + timedelta(days=20))
    keys = ["harbour/2026-03/draft", "harbour/2026-03/issue/en", "harbour/2026-03/addendum 1/en"]
    assert session.scalars(rendered).all() == keys
    rate(session, contract, "clean", {1: 5}, site="a", at=LATER + timedelta(days=21))
    addenda.correct(session, contract, MARCH, reason="More.", by=None, now=LATER + timedelta(days=22))
    assert session.scalars(rendered).all() == [*keys, "harbour/2026-03/addendum 2/en"]
    assert len(report_work.all_issues(session, contract, row(session), LATER)) == 3


def test_the_report_of_an_addendum_says_what_it_corrects_and_leaves_out_what_would_tell_of_few(
    session: Session, contract: Contract
) -> None:
    late(session, contract, {5: 5})
    late(session, contract, {5: 8}, "food")
    correct(session, contract)
    first = gathered(session, contract, 0)
    report = reports.issue(session, row(session), first, b"%PDF-first", LATER)
    assert (report.issue, report.addendum) == (1, 0)
    assert not reports.is_issued(session, contract, MARCH, below=2)
    assert reports.is_issued(session, contract, MARCH, below=1)
    data = gathered(session, contract, 1)
    correction = data.correction
    assert correction
    assert (correction.number, correction.to_issue, correction.reason) == (1, 1, "A file came late.")
    counts = {kpi.key: (kpi.old.n, kpi.new.n) for kpi in correction.kpis}
    assert counts == {"clean": (40, 45), "food": (30, 38)}
    assert data.kpis[0].measurement.n == 45
    assert (data.issue, data.as_of, data.sites) == (2, LATER, ())
    assert "clean" in first.counts
    assert data.counts.keys() == {"food"}
    kept = reports.issue(session, row(session), data, b"%PDF-addendum", LATER)
    assert (kept.issue, kept.addendum) == (2, 1)
    assert gathered(session, contract, 1).issue == 2
    swedish = reports.gather(
        session, contract, MARCH, provider="Nordfast", language="sv", addendum=1, now=LATER
    )
    assert swedish.correction
    assert swedish.correction.to_issue == 1


def test_the_report_of_an_addendum_explains_nothing_by_figures_of_sites(session: Session) -> None:
    """Seven late answers, one of them at b: beside the first report's figure of b, hers alone."""
    contract = make.contract(session, make.agreement(kpis=KPIS))
    for site in ("a-1", "b"):
        rate(session, contract, "clean", {2: 20, 5: 20}, site=site, at=CLOSED - timedelta(days=60))
    periods.close(session, contract, MARCH, known_at=CLOSED, now=CLOSED)
    first = gathered(session, contract, 0)
    assert first.site_focus
    rate(session, contract, "clean", {5: 6}, site="a-1", at=CLOSED + timedelta(hours=1))
    rate(session, contract, "clean", {1: 1}, site="b", reasons="smell", at=CLOSED + timedelta(hours=1))
    correct(session, contract)
    data = gathered(session, contract, 1)
    assert (data.kpis[0].measurement.n, data.sites, data.site_focus, data.why) == (87, (), None, None)


def test_an_addendum_to_what_was_never_issued_names_no_issue(session: Session, contract: Contract) -> None:
    late(session, contract, {5: 80})
    correct(session, contract)
    correction = gathered(session, contract, 1).correction
    assert correction
    assert correction.to_issue is None
    assert session.scalars(select(Report)).all() == []
