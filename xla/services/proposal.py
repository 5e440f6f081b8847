"""A proposal: everything the page of one period says, of a closed one and of one that still runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Kpi
from xla.core.credit import CreditLine, Credits
from xla.core.outcome import Outcome
from xla.core.period_state import Decision as Decided
from xla.core.window import CalendarPeriod, Window
from xla.documents.report_data import KpiResult
from xla.models import Addendum, Contract, Decision, Period, Person, ReportDelivery
from xla.services import addenda, decisions, deliveries, exclusions, issued, recipients
from xla.services.addenda import Change
from xla.services.credits import credits_of_period
from xla.services.decisions import Standing
from xla.services.evaluations import evaluate
from xla.services.exclusions import Listed
from xla.services.issued import Issued
from xla.services.report_kpis import kpi_result
from xla.services.what_if import WhatIf, what_if


@dataclass(frozen=True)
class Line:
    """One KPI of the period."""

    kpi: Kpi
    result: KpiResult
    """Its figures, as far as they may be shown."""
    decided: Decided | None
    """None while the period runs."""
    said: Sequence[Decision]
    """What the parties said of it, oldest first."""
    credit: CreditLine | None
    """None while the period runs."""


@dataclass(frozen=True)
class Proposal:
    """One period of one contract."""

    agreement: Agreement
    """The version that judges."""
    outcome: Outcome
    row: Period | None
    """None while it runs."""
    standing: Standing | None
    lines: Sequence[Line]
    costs: Credits | None
    exclusions: Sequence[Listed]
    what_if: WhatIf
    reports: Sequence[Issued]
    addenda: Sequence[tuple[Addendum, Sequence[Change]]]
    """Its corrections, each with what it changed."""
    deliveries: Sequence[ReportDelivery]
    """Who was sent what of it, the oldest first."""
    recipient_count: int
    """How many get the contract's reports by mail."""
    names: Mapping[int, str]
    """Of the people who said something: id -> name."""


def proposal(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contract: Contract,
    period: CalendarPeriod,
    *,
    row: Period | None,
    agreement: Agreement,
    now: datetime,
) -> Proposal:
    """What is known of a period at `now`; `agreement` is the version that judges it."""
    outcome = evaluate(session, contract, period, now=now)
    listed = exclusions.of_window(session, contract, agreement, Window(period.start, period.end))
    standing = decisions.standing(session, row, now) if row else None
    costs = credits_of_period(session, row) if row else None
    return Proposal(
        agreement=agreement,
        outcome=outcome,
        row=row,
        standing=standing,
        lines=_lines(outcome, agreement, standing, costs),
        costs=costs,
        exclusions=listed,
        what_if=what_if(
            session,
            contract,
            period,
            row=row,
            holds=outcome,
            exclusions=[each.row for each in listed],
            now=now,
        ),
        reports=issued.of_period(session, row) if row else (),
        addenda=[(each, addenda.changes(session, row, each)) for each in addenda.of_period(session, row)]
        if row
        else (),
        deliveries=deliveries.of_period(session, row) if row else (),
        recipient_count=len(recipients.listed(session, contract)),
        names=_names(session, standing),
    )


def _lines(
    outcome: Outcome, agreement: Agreement, standing: Standing | None, costs: Credits | None
) -> list[Line]:
    credit_of = {line.kpi: line for line in costs.lines} if costs else {}
    return [
        Line(
            kpi=each.kpi,
            result=kpi_result(outcome, each, agreement, ()),
            decided=standing.decided.kpi(each.kpi.key) if standing else None,
            said=standing.rows.get(each.kpi.key, ()) if standing else (),
            credit=credit_of.get(each.kpi.key),
        )
        for each in outcome.kpis
    ]


def _names(session: Session, standing: Standing | None) -> dict[int, str]:
    said = standing.rows.values() if standing else ()
    ids = {row.person_id for rows in said for row in rows if row.person_id is not None}
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {person.id: person.name for person in found}
