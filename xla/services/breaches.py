"""Breaches: opened by a close, held by who changes them, taken further step by step."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.breach import NEXT, BreachState, is_live
from xla.core.outcome import Judged, Outcome
from xla.core.outcome_document import kpi_document
from xla.core.verdict import Verdict
from xla.models import Breach, BreachStep, BreachWork, Contract, Period, Person
from xla.models.base import LARGEST_ID
from xla.services import breach_mornings, notices, work
from xla.services.agreements import ChangedMeanwhile, Refused


@dataclass(frozen=True)
class Held:
    """A breach nobody else can change until the transaction ends, and who changes it."""

    breach: Breach
    work: BreachWork
    contract: Contract
    by: Person | None

    @property
    def state(self) -> BreachState:
        """Where it stands."""
        return state_of(self.breach)

    @property
    def subject(self) -> str:
        """Names it in the audit log."""
        return f"{self.contract.key}/{self.breach.kpi_key}/{self.breach.period.start_on}"


@dataclass(frozen=True)
class Told:
    """What is kept of a step besides its state: its kind, what changed, and what was written with it."""

    kind: str = "moved"
    detail: Mapping[str, object] | None = None
    written: str = ""
    by: Person | None = None
    judged: Judged | None = None


def detect(session: Session, period: Period, outcome: Outcome, now: datetime) -> list[Breach]:
    """Open a breach for each breached KPI; where one is live already, add this period to its steps.

    One that was being verified goes back to its plan. Returns the breaches opened.
    """
    opened: list[Breach] = []
    for judged in outcome.kpis:
        if judged.verdict is not Verdict.BREACHED:
            continue
        live = session.scalar(
            select(Breach)
            .where(
                Breach.contract_id == period.contract_id,
                Breach.kpi_key == judged.kpi.key,
                Breach.closed_at.is_(None),
            )
            .with_for_update(of=Breach)
            .execution_options(populate_existing=True)
        )
        if live is None:
            opened.append(_open(session, period, outcome, judged, now))
            continue
        known = state_of(live)
        state = BreachState.ACTION_PLANNED if known is BreachState.VERIFYING else known
        work_of(session, live).revision += 1
        append(session, live, state, Told("again", {"period": outcome.period}, judged=judged), now)
    return opened


def find(session: Session, contract: Contract, breach_id: int) -> Breach | None:
    """The contract's breach of that number; None where it has none such."""
    if breach_id > LARGEST_ID:
        return None
    return session.scalar(select(Breach).where(Breach.id == breach_id, Breach.contract_id == contract.id))


def hold(
    session: Session, contract: Contract, breach_id: int, *, revision: int | None, by: Person | None
) -> Held:
    """Hold a breach for a change by who saw it at `revision`; whoever else wants it waits.

    Without a revision, for what overwrites nothing: a comment.

    Raises:
        LookupError: the contract has no such breach.
        ChangedMeanwhile: somebody changed it since.
    """
    breach = session.scalar(
        select(Breach)
        .where(Breach.id == breach_id, Breach.contract_id == contract.id)
        .with_for_update(of=Breach)
        .execution_options(populate_existing=True)
    )
    if breach is None:
        raise LookupError(f"{contract.key} has no breach {breach_id}")
    work = work_of(session, breach)
    if revision is not None and work.revision != revision:
        raise ChangedMeanwhile(f"breach {breach_id} was changed meanwhile")
    work.revision += revision is not None
    return Held(breach, work, contract, by)


def work_of(session: Session, breach: Breach) -> BreachWork:
    """The work on a breach that is held, as it stands in the database; begun where there is none."""
    known = session.get(BreachWork, breach.id, populate_existing=True)
    if known is None:
        known = BreachWork(breach_id=breach.id, revision=0)
        session.add(known)
        session.flush()
    return known


def step(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    breach: Breach,
    state: BreachState,
    *,
    written: str = "",
    detail: Mapping[str, object] | None = None,
    by: Person | None = None,
    now: datetime,
) -> None:
    """Take a breach to its next state. Raises `Refused` for a step that is not legal."""
    known = state_of(breach)
    if state not in NEXT[known]:
        allowed = ", ".join(sorted(NEXT[known])) or "nothing more"
        raise Refused(f"breach {breach.id} is {known}; it can become {allowed}, not {state}")
    append(session, breach, state, Told(detail=detail, written=written, by=by), now)
    if not is_live(state):
        breach.closed_at = now
    session.flush()


def state_of(breach: Breach) -> BreachState:
    """Where its last step left it."""
    return BreachState(breach.steps[-1].state)


def append(session: Session, breach: Breach, state: BreachState, told: Told, now: datetime) -> None:
    """Append a step; the state is the one it leaves the breach in."""
    evidence = None if told.judged is None else json.dumps(kpi_document(told.judged), sort_keys=True)
    detail = None if told.detail is None else json.dumps(told.detail, ensure_ascii=False, sort_keys=True)
    breach.steps.append(
        BreachStep(
            at=now,
            state=state,
            kind=told.kind,
            person_id=told.by.id if told.by else None,
            sentence=told.written,
            detail=detail,
            evidence=evidence,
        )
    )
    session.flush()


def _open(session: Session, period: Period, outcome: Outcome, judged: Judged, now: datetime) -> Breach:
    breach = Breach(
        contract_id=period.contract_id, kpi_key=judged.kpi.key, period_id=period.id, opened_at=now
    )
    session.add(breach)
    session.flush()
    work_of(session, breach)
    told = Told("breached", {"period": outcome.period}, judged=judged)
    append(session, breach, BreachState.OPEN, told, now)
    notices.write(
        session,
        period.contract_id,
        event=("breach_opened", f"{outcome.contract}/{outcome.period}/{judged.kpi.key}"),
        document={"contract": outcome.contract, "period": outcome.period, "kpi": kpi_document(judged)},
        now=now,
    )
    work.put(session, [breach_mornings.opened(session, breach)], now)
    return breach
