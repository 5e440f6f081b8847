"""Decisions: what the parties say of a proposed period, KPI by KPI, until it is final."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from xla.core.notice import Event
from xla.core.period_state import TAKEN_BY, Decided, Fact, Party, PeriodState, Step, decided
from xla.core.role import PARTIES, Role
from xla.core.window import CalendarPeriod, local_day, starts_at
from xla.models import Contract, Decision, Period, Person
from xla.services import audit, notices, report_work, work
from xla.services.agreements import ChangedMeanwhile, Refused, agreement_of

Wrong = Literal["missing", "counted_wrongly", "disturbed", "verdict", "other"]
WRONGS: tuple[Wrong, ...] = ("missing", "counted_wrongly", "disturbed", "verdict", "other")
"""What may be wrong with a KPI's result, for a dispute."""
MOST_CHARACTERS = 4_000
"""Of a reason or an answer."""
TOLD = {Step.ACCEPT: Event.PERIOD_ACCEPTED, Step.DISPUTE: Event.PERIOD_DISPUTED}
"""The notice that tells of a step; the others stand on the period's page."""


@dataclass(frozen=True)
class Said:
    """One step to take: what a party says of one KPI."""

    kpi: str
    step: Step
    text: str = ""
    """The reason of a dispute, or the provider's answer; both are needed."""
    wrong: Wrong | None = None
    """Of a dispute."""


@dataclass(frozen=True)
class Standing:
    """Where a closed period stands at one instant, with what was said in words."""

    decided: Decided
    rows: Mapping[str, Sequence[Decision]]
    """By KPI: what was said of it, oldest first."""
    revision: int
    """Which decision came last; 0 before any."""


def standing(session: Session, period: Period, at: datetime) -> Standing:
    """Where the period stands at an instant; what is deemed accepted by the date is so from that day."""
    return standings(session, [period], at)[period.id]


def standings(session: Session, periods: Sequence[Period], at: datetime) -> dict[int, Standing]:
    """Where each period stands, by its id; one query."""
    ids = [period.id for period in periods]
    rows: dict[int, list[Decision]] = {each: [] for each in ids}
    for row in session.scalars(
        select(Decision).where(Decision.period_id.in_(ids), Decision.at <= at).order_by(Decision.id)
    ):
        rows[row.period_id].append(row)
    return {period.id: _standing(period, rows[period.id], at) for period in periods}


def state_at(session: Session, period: Period, at: datetime) -> Literal["proposed", "final"]:
    """What `xla evaluate` says of a closed period."""
    if period.final_at is not None and period.final_at <= at:
        return "final"
    return "final" if standing(session, period, at).decided.state is PeriodState.FINAL else "proposed"


def decide(  # noqa: PLR0913 -- its keywords say what each is
    session: Session, period: Period, said: Sequence[Said], *, by: Person, seen: int, now: datetime
) -> Standing:
    """Take the steps of one party, all or none; final once nothing is left to decide.

    `seen` is the revision of the standing the person looked at.

    Raises:
        ChangedMeanwhile: something was said of one of these KPIs, or it was deemed accepted by the date.
        Refused: nothing is said; a step of the other party's; a dispute or an answer without its words.
    """
    _refuse_flawed(said, by)
    locked = _locked(session, period)
    # Who was waited for may have been on a clock that goes before ours; what they said comes first.
    last = session.scalar(select(func.max(Decision.at)).where(Decision.period_id == locked.id))
    now = max(now, last or now)
    before = standing(session, locked, now)
    for each in said:
        _refuse_changed(before, each, seen)
    written = [
        Decision(
            period_id=locked.id,
            kpi_key=each.kpi,
            kind=str(each.step),
            person_id=by.id,
            at=now,
            wrong=each.wrong,
            text=each.text.replace("\0", "").strip(),
        )
        for each in said
    ]
    session.add_all(written)
    session.flush()
    _note(session, locked, written, by, now)
    after = standing(session, locked, now)
    if after.decided.state is PeriodState.FINAL:
        _finish(session, locked, at=now, now=now)
    return after


def finalise_due(session: Session, contract: Contract, now: datetime) -> list[Period]:
    """Make final the contract's periods whose date to respond has passed, oldest first; says which.

    Whenever it is called, they were final from the day on which the last KPI was deemed accepted.
    """
    waiting = select(Period).where(Period.contract_id == contract.id, Period.final_at.is_(None))
    done = []
    for period in session.scalars(_alone(waiting.order_by(Period.start_on))).all():
        found = standing(session, period, now)
        if found.decided.final_on is not None:
            latest = max((rows[-1].at for rows in found.rows.values()), default=period.proposed_at)
            begun = starts_at(found.decided.final_on, zone_of(period))
            _finish(session, period, at=max(period.proposed_at, latest, begun), now=now)
            done.append(period)
    return done


def zone_of(period: Period) -> ZoneInfo:
    """The zone in which a closed period's days are counted."""
    return ZoneInfo(agreement_of(period.evaluation.version).contract.timezone)


def name_of(period: Period) -> CalendarPeriod:
    """The calendar period a row is of: 2026-03, 2026-Q1, 2026."""
    kind = agreement_of(period.evaluation.version).contract.period
    return CalendarPeriod(period.start_on, period.end_on, kind)


def proposed_on(period: Period) -> date:
    """The local day on which the period was proposed."""
    return local_day(period.proposed_at, zone_of(period))


def respond_within(period: Period) -> int:
    """How many days the client has to respond, by the version that judges."""
    return agreement_of(period.evaluation.version).contract.respond_within_days


def _standing(period: Period, rows: Sequence[Decision], at: datetime) -> Standing:
    by_kpi: dict[str, list[Decision]] = {}
    for row in rows:
        by_kpi.setdefault(row.kpi_key, []).append(row)
    return Standing(_decided(period, rows, at), by_kpi, rows[-1].id if rows else 0)


def _decided(period: Period, rows: Sequence[Decision], at: datetime) -> Decided:
    terms, zone = agreement_of(period.evaluation.version), zone_of(period)
    facts = (Fact(row.kpi_key, Step(row.kind), local_day(row.at, zone), row.text) for row in rows)
    return decided(
        [kpi.key for kpi in terms.kpis],
        facts,
        proposed_on=proposed_on(period),
        respond_within_days=terms.contract.respond_within_days,
        today=local_day(at, zone),
    )


def _refuse_flawed(said: Sequence[Said], by: Person) -> None:
    if not said:
        raise Refused("nothing was decided")
    if len({each.kpi for each in said}) < len(said):
        raise Refused("a KPI is decided once")
    party = PARTIES.get(Role(by.role))
    for each in said:
        if party != TAKEN_BY[each.step]:
            raise Refused(f"to {each.step} is the {TAKEN_BY[each.step]}'s")
        has_words = 0 < len(each.text.strip()) <= MOST_CHARACTERS
        if each.step in {Step.DISPUTE, Step.ANSWER} and not has_words:
            raise Refused(f"{each.kpi}: say why, in at most {MOST_CHARACTERS} characters")
        if (each.step is Step.DISPUTE) != (each.wrong in WRONGS):
            raise Refused(f"{each.kpi}: a dispute says what is wrong, and nothing else does")


def _refuse_changed(found: Standing, said: Said, seen: int) -> None:
    rows = found.rows.get(said.kpi, ())
    try:
        legal = found.decided.kpi(said.kpi).steps(Party(TAKEN_BY[said.step]))
    except KeyError:
        raise Refused(f"nothing was proposed about {said.kpi}") from None
    if said.step not in legal or (rows and rows[-1].id > seen):
        raise ChangedMeanwhile(f"{said.kpi} was decided meanwhile")


def _locked(session: Session, period: Period) -> Period:
    return session.scalars(_alone(select(Period).where(Period.id == period.id))).one()


def _alone(query: Select[Period]) -> Select[Period]:
    """The periods as they are now, which nobody else decides on until the transaction ends."""
    return query.with_for_update(of=Period).execution_options(populate_existing=True)


def _note(session: Session, period: Period, written: Sequence[Decision], by: Person, now: datetime) -> None:
    """One notice and one entry of the log for each kind of step."""
    contract = session.get_one(Contract, period.contract_id)
    name = f"{contract.key}/{name_of(period)}"
    for step in Step:
        rows = [row for row in written if row.kind == step]
        if not rows:
            continue
        if step in TOLD:
            _tell(session, contract, period, rows, by, now)
        audit.note(
            session,
            by,
            f"period.{step}",
            subject=name,
            contract_id=contract.id,
            detail={"kpis": sorted(row.kpi_key for row in rows)},
            now=now,
        )


def _tell(  # noqa: PLR0913, PLR0917 -- who said what of which
    session: Session,
    contract: Contract,
    period: Period,
    rows: Sequence[Decision],
    by: Person,
    now: datetime,
) -> None:
    name = name_of(period)
    notices.write(
        session,
        contract.id,
        event=(TOLD[Step(rows[0].kind)], f"{contract.key}/{name}/{rows[-1].id}"),
        document={
            "contract": contract.key,
            "period": str(name),
            "by": by.name,
            "by_id": by.id,
            "kpis": {row.kpi_key: {"wrong": row.wrong, "text": row.text} for row in rows},
        },
        now=now,
    )


def _finish(session: Session, period: Period, *, at: datetime, now: datetime) -> None:
    """Final for good; its report is issued next."""
    contract = session.get_one(Contract, period.contract_id)
    found = standing(session, period, now)
    period.final_at = at
    session.flush()
    name = name_of(period)
    notices.write(
        session,
        contract.id,
        event=(Event.PERIOD_FINAL, f"{contract.key}/{name}"),
        document={
            "contract": contract.key,
            "period": str(name),
            "decisions": {each.kpi: str(each.state) for each in found.decided.decisions},
        },
        now=now,
    )
    work.put(session, report_work.all_issues(session, contract, period, now), now)
    audit.note(
        session, None, "period.final", subject=f"{contract.key}/{name}", contract_id=contract.id, now=now
    )
