"""What comes after a period was closed reaches no part of its report, but as late."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

import make
import raw
from rated import rate
from services.test_report_shapes import APRIL, CLEAN, CLUSTERED, LITTER, MARCH, ROLLING, left_out
from xla.core.window import parse_period
from xla.documents.report_data import ReportData
from xla.documents.sampling_data import Supposition
from xla.models import Contract, Exclusion, Observation, RatingPoint, Response
from xla.services import periods, reports, withdrawals

LATER = APRIL + timedelta(days=20)
KPIS = [CLEAN, LITTER, ROLLING, CLUSTERED]


def passed(session: Session, contract: Contract, site: str, amount: int, day: int) -> None:
    """Passages at a site, known from that day of March; counted on."""
    at = make.utc(2026, 3, 1) + timedelta(days=day)
    told = {"kind_key": "minutes", "site_key": site, "observed_on": MARCH.start, "received_at": at}
    row = Observation(contract_id=contract.id, amount=Decimal(amount), base=Decimal(1), **told)
    raw.insert(session, row)


def agreed(session: Session) -> Contract:
    """March, closed in April, with whatever a report may hold."""
    terms = make.agreement(
        contract={"starts_on": "2025-01-01"}, effective_from="2025-01-01", kpis=KPIS, traffic="minutes"
    )
    contract = make.contract(session, terms, make.utc(2025, 1, 1))
    left_out(session, contract)
    rate(session, contract, "clean", {5: 12}, on="2026-03-15", site="b", at=make.utc(2026, 3, 20))
    for site in ("a", "b"):
        passed(session, contract, site, 400, 20)
    periods.close(session, contract, MARCH, known_at=APRIL, now=APRIL)
    return contract


def came_later(session: Session, contract: Contract) -> None:
    """Ratings of March, of February and of the year before; one taken back, sites left out, more passages."""
    for on in ("2025-03-11", "2026-02-25", "2026-03-11"):
        told = {"reasons": "paper", "comment": "Late", "felt_at": make.utc(int(on[:4]), 3, 11, 9)}
        rate(session, contract, "clean", {1: 9}, on=on, site="a", at=LATER, **told)
        rate(session, contract, "clean", {5: 40}, on=on, site="b", at=LATER, respondent="late")
    withdrawals.withdraw(session, contract.id, Response.received_at < APRIL, LATER)
    raw.insert(
        session,
        Exclusion(
            contract_id=contract.id, site_key="a", start_on=MARCH.start, end_on=MARCH.end, reason="Paint",
            provider_agreed_at=make.utc(2026, 3, 25), client_agreed_at=LATER,
        ),
    )  # fmt: skip
    passed(session, contract, "b", 9000, 60)
    for point in session.scalars(select(RatingPoint)):
        point.closed_at = LATER
    periods.close(session, contract, parse_period("2026-02"), known_at=LATER, now=LATER)
    session.flush()


def without_late(data: ReportData) -> ReportData:
    assert data.sampling
    assert data.what_ifs
    lines = tuple(
        replace(line, then={key: told for key, told in line.then.items() if key is not Supposition.LATE})
        for line in data.what_ifs.lines
    )
    asked = tuple(each for each in data.what_ifs.asked if each is not Supposition.LATE)
    return replace(
        data,
        late_total=0,
        kpis=tuple(replace(kpi, late=0) for kpi in data.kpis),
        sampling=replace(data.sampling, late=0),
        what_ifs=replace(data.what_ifs, asked=asked, lines=tuple(line for line in lines if line.then)),
    )


def test_what_comes_after_the_close_is_late_and_changes_nothing_else(session: Session) -> None:
    contract = agreed(session)
    now = LATER + timedelta(days=9)
    before = reports.gather(session, contract, MARCH, provider="Nordfast", now=now)
    assert before.why
    assert before.what_ifs
    assert Supposition.TRAFFIC in before.what_ifs.asked
    came_later(session, contract)
    session.expire_all()
    after = reports.gather(session, contract, MARCH, provider="Nordfast", now=now)
    assert after.late_total == 49
    assert without_late(after) == without_late(before)
