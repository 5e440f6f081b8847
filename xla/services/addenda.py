"""Addenda: a closed period counted anew as known now, beside what was frozen, which stays as it was.

A KPI is corrected where at least five answers more or fewer count than in any figure told of it before: of
fewer, the difference between the two would tell what those people said (domain, section 9), so the figure
before stands. What operations
counted is corrected whatever the difference. Breaches are neither opened nor closed by an addendum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from xla.core.outcome import Judged, Outcome, parts_of
from xla.core.outcome_document import kpi_document
from xla.core.privacy import K_DISTRIBUTION, K_VALUE
from xla.core.window import CalendarPeriod
from xla.models import Addendum, Contract, Period, Person, bulk
from xla.models.period import after, frozen_at
from xla.services import audit, decisions, report_work, work
from xla.services.agreements import Refused, agreement_of
from xla.services.credits import credits_of_period
from xla.services.evaluations import keep, measured, outcome_of
from xla.services.report_kpis import visible_judged

MOST_CHARACTERS = 500
"""Of a reason: it stands on the report's first page."""


class NothingChanged(Refused):
    """The period comes to what it came to."""


class TooFew(Refused):
    """What changed is of so few answers that a correction would tell what they said."""


@dataclass(frozen=True)
class Change:
    """One KPI that an addendum corrects."""

    old: Judged
    new: Judged
    old_credit: Decimal | None
    """In the contract's currency; None where no fee is agreed."""
    new_credit: Decimal | None

    @property
    def shown(self) -> tuple[tuple[Judged, Decimal | None], ...]:
        """Old and new, each with its credit, as far as they may be shown."""
        return (visible_judged(self.old), self.old_credit), (visible_judged(self.new), self.new_credit)


def correct(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contract: Contract,
    period: CalendarPeriod,
    *,
    reason: str,
    by: Person | None,
    now: datetime,
) -> Addendum:
    """Count a closed period anew, late ratings and exclusions agreed since included, and keep what differs.

    `by` is who corrects; None for the command line.

    Raises:
        NothingChanged: it comes to what it came to.
        TooFew: it differs by fewer than five answers of any KPI.
        Refused: it is not closed, or the reason is missing or too long.
    """
    bulk.alone(session, contract.id)
    row = _closed(session, contract, period)
    told = " ".join(reason.replace("\0", "").split())
    if not 0 < len(told) <= MOST_CHARACTERS:
        raise Refused(f"say why it is corrected, in at most {MOST_CHARACTERS} characters")
    known_at = after(frozen_at(session.connection(), contract.id), now)
    outcome = _counted_anew(session, contract, row, known_at)
    addendum = Addendum(
        period_id=row.id,
        number=len(of_period(session, row)) + 1,
        evaluation=keep(session, contract, outcome),
        reason=told,
        person_id=by.id if by else None,
        at=now,
    )
    session.add(addendum)
    session.flush()
    if row.final_at is not None:  # else its report comes first, once it is final
        wanted = report_work.issues(session, contract, row, now, addendum=addendum.number)
        work.put(session, wanted, now)
    audit.note(
        session,
        by,
        "period.correct",
        subject=f"{contract.key}/{period}",
        contract_id=contract.id,
        detail={"addendum": addendum.number, "reason": told},
        now=now,
    )
    return addendum


def of_period(session: Session, row: Period) -> Sequence[Addendum]:
    """A closed period's addenda in the order of their numbers."""
    return session.scalars(
        select(Addendum).where(Addendum.period_id == row.id).order_by(Addendum.number)
    ).all()


def numbered(session: Session, row: Period, number: int) -> Addendum:
    """The addendum of that number."""
    return session.scalars(
        select(Addendum).where(Addendum.period_id == row.id, Addendum.number == number)
    ).one()


def latest(session: Session, row: Period) -> Outcome:
    """What a closed period comes to by its newest addendum, or else as it was frozen."""
    newest = select(func.max(Addendum.number)).where(Addendum.period_id == row.id)
    number = session.scalar(newest)
    return outcome_of(numbered(session, row, number).evaluation if number else row.evaluation)


def changes(session: Session, row: Period, addendum: Addendum) -> list[Change]:
    """What an addendum corrects: against the one before it, or what was frozen."""
    *_, before, found = _told(session, row, addendum.number)
    old, new = (_credits(session, row, number) for number in (addendum.number - 1, addendum.number))
    return [
        Change(was, now, old[was.kpi.key], new[was.kpi.key])
        for was, now in zip(before.kpis, found.kpis, strict=True)
        if _differs(was, now)
    ]


def credits_before(session: Session, row: Period, addendum: Addendum) -> Mapping[str, Decimal | None]:
    """What each KPI cost by the figures an addendum corrects; None where no fee is agreed."""
    return _credits(session, row, addendum.number - 1)


def with_few(session: Session, row: Period, addendum: Addendum) -> set[str]:
    """The KPIs whose score counts, beside some told before, would tell those of fewer than eight answers."""
    *earlier, found = _told(session, row, addendum.number)
    return {
        new.kpi.key
        for place, new in enumerate(found.kpis)
        if any(0 < _moved(each.kpis[place], new) < K_DISTRIBUTION for each in earlier)
    }


def known(session: Session, contract: Contract, period: CalendarPeriod, at: datetime) -> list[dict[str, Any]]:
    """A period's addenda up to an instant as `xla evaluate --json` names them; none while it is open.

    Each figure is told as far as it may be shown.
    """
    row = session.scalar(_of(contract, period))
    if row is None:
        return []
    return [
        {
            "number": each.number,
            "at": each.at.isoformat(),
            "reason": each.reason,
            "kpis": [
                {
                    "key": change.old.kpi.key,
                    "old": _figure(change.old, change.old_credit),
                    "new": _figure(change.new, change.new_credit),
                }
                for change in changes(session, row, each)
            ],
        }
        for each in of_period(session, row)
        if each.at <= at
    ]


def _of(contract: Contract, period: CalendarPeriod) -> Select[Period]:
    return select(Period).where(
        Period.contract_id == contract.id, Period.start_on == period.start, Period.end_on == period.end
    )


def _closed(session: Session, contract: Contract, period: CalendarPeriod) -> Period:
    row = session.scalar(_of(contract, period))
    if row is None:
        raise Refused(f"{contract.key} {period} is not closed: only what was frozen needs a correction")
    return row


def _told(session: Session, row: Period, number: int | None = None) -> list[Outcome]:
    """What was told of a closed period: as it was frozen, then by each addendum, up to that number."""
    corrected = [each for each in of_period(session, row) if number is None or each.number <= number]
    return [outcome_of(each) for each in (row.evaluation, *(each.evaluation for each in corrected))]


def _counted_anew(session: Session, contract: Contract, row: Period, known_at: datetime) -> Outcome:
    """What the period comes to as known at `known_at`; a KPI of which too few answers differ as before."""
    version = row.evaluation.version
    period = decisions.name_of(row)
    found = measured(session, contract, period, as_known_at=known_at, version=version, now=known_at)
    told = list(zip(*(each.kpis for each in _told(session, row)), strict=True))
    differing = [(olds, new) for olds, new in zip(told, found.kpis, strict=True) if _differs(olds[-1], new)]
    if not differing:
        raise NothingChanged(f"{contract.key} {period} comes to what it came to: there is nothing to correct")
    if not any(_may_be_told(*pair) for pair in differing):
        raise TooFew(
            f"{contract.key} {period}: fewer than {K_VALUE} answers differ;"
            " a correction would tell what those people said"
        )
    kpis = tuple(
        new if _may_be_told(olds, new) else olds[-1] for olds, new in zip(told, found.kpis, strict=True)
    )
    state = decisions.state_at(session, row, known_at)
    return replace(found, kpis=kpis, parts=parts_of(agreement_of(version), kpis), state=state)


def _differs(old: Judged, new: Judged) -> bool:
    was, now = dict(kpi_document(old)), dict(kpi_document(new))
    was.pop("late"), now.pop("late")
    return was != now


def _may_be_told(olds: Sequence[Judged], new: Judged) -> bool:
    """Whether it differs by five answers or more from each figure told before, or not at all."""
    return new.kpi.observation is not None or all(
        _moved(old, new) >= K_VALUE or not _differs(old, new) for old in olds
    )


def _moved(old: Judged, new: Judged) -> int:
    """How many answers count in one and not in the other, at least."""
    was, now = old.measurement, new.measurement
    scores = was.counts.keys() | now.counts.keys()
    counted = sum(abs(now.counts.get(score, 0) - was.counts.get(score, 0)) for score in scores)
    return max(counted, abs(now.n - was.n))


def _credits(session: Session, row: Period, number: int) -> Mapping[str, Decimal | None]:
    """What each KPI costs by an addendum (0: as it was closed), under what was left of its cap by then."""
    found = credits_of_period(session, row, number)
    return {line.kpi: None if found.monthly_fee is None else line.due for line in found.lines}


def _figure(judged: Judged, credit: Decimal | None) -> dict[str, Any]:
    shown = visible_judged(judged)
    value = shown.measurement.value
    return {
        "n": shown.measurement.n,
        "value": None if value is None else float(value),
        "verdict": str(shown.verdict),
        "credit": None if credit is None else str(credit),
    }
