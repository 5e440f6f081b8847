"""Breaches: opened by a close, taken further step by step."""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement_wording import period as period_name
from xla.core.breach import NEXT, BreachState, is_live
from xla.core.outcome import Judged, Outcome
from xla.core.outcome_document import kpi_document
from xla.core.verdict import Verdict
from xla.core.window import parse_period
from xla.models import Breach, BreachStep, Period
from xla.services import notices
from xla.services.agreements import Refused


def detect(session: Session, period: Period, outcome: Outcome, now: datetime) -> list[Breach]:
    """Open a breach for each breached KPI; where one is live already, add this period to its steps.

    Returns the breaches opened.
    """
    opened: list[Breach] = []
    for judged in outcome.kpis:
        if judged.verdict is not Verdict.BREACHED:
            continue
        live = session.scalar(
            select(Breach).where(
                Breach.contract_id == period.contract_id,
                Breach.kpi_key == judged.kpi.key,
                Breach.closed_at.is_(None),
            )
        )
        if live is None:
            opened.append(_open(session, period, outcome, judged, now))
        else:
            _append(
                session,
                live,
                state_of(live),
                f"Breached again in {_named(outcome)}.",
                judged,
                now,
            )
    return opened


def step(session: Session, breach: Breach, state: BreachState, sentence: str, now: datetime) -> None:
    """Take a breach to its next state. Raises `Refused` for a step that is not legal."""
    known = state_of(breach)
    if state not in NEXT[known]:
        allowed = ", ".join(sorted(NEXT[known])) or "nothing more"
        raise Refused(f"breach {breach.id} is {known}; it can become {allowed}, not {state}")
    _append(session, breach, state, sentence, None, now)
    if not is_live(state):
        breach.closed_at = now
    session.flush()


def state_of(breach: Breach) -> BreachState:
    """Where its last step left it."""
    return BreachState(breach.steps[-1].state)


def _open(session: Session, period: Period, outcome: Outcome, judged: Judged, now: datetime) -> Breach:
    breach = Breach(
        contract_id=period.contract_id, kpi_key=judged.kpi.key, period_id=period.id, opened_at=now
    )
    session.add(breach)
    session.flush()
    _append(
        session,
        breach,
        BreachState.OPEN,
        f"Breached in {_named(outcome)}.",
        judged,
        now,
    )
    notices.write(
        session,
        period.contract_id,
        event=("breach_opened", f"{outcome.contract}/{outcome.period}/{judged.kpi.key}"),
        document={"contract": outcome.contract, "period": outcome.period, "kpi": kpi_document(judged)},
        now=now,
    )
    return breach


def _named(outcome: Outcome) -> str:
    return period_name(parse_period(outcome.period))


def _append(  # noqa: PLR0913, PLR0917 -- a step's own fields
    session: Session,
    breach: Breach,
    state: BreachState,
    sentence: str,
    judged: Judged | None,
    now: datetime,
) -> None:
    evidence = None if judged is None else json.dumps(kpi_document(judged), sort_keys=True)
    breach.steps.append(BreachStep(at=now, state=state, sentence=sentence, evidence=evidence))
    session.flush()
