"""A report's breaches: those live in its period or opened by it, in words."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.agreement_texts import words
from xla.core.window import local_day
from xla.documents.breach_words import CAUSES, both
from xla.documents.figures import Figures
from xla.documents.report_data import BreachLine
from xla.documents.words import Words
from xla.models import Breach, BreachStep
from xla.services.agreements import agreement_of
from xla.services.breach_steps import REPORTED, detail_of, happened
from xla.services.evaluations import outcome_of
from xla.services.report_kpis import shown
from xla.services.report_subject import Subject


class Listed(NamedTuple):
    """A breach the report tells of, with what had happened to it by then."""

    number: int
    breach: Breach
    steps: Sequence[BreachStep]


def listed(session: Session, subject: Subject) -> Iterator[Listed]:
    """The breaches live in the period or opened by it, with their steps up to the report's knowledge."""
    zone = ZoneInfo(subject.agreement.contract.timezone)
    start = subject.period.start
    rows = session.scalars(
        select(Breach).where(Breach.contract_id == subject.contract.id).order_by(Breach.id)
    )
    for number, breach in enumerate(rows, 1):
        steps = [step for step in breach.steps if step.at <= subject.told_until]
        closed_at = min(breach.closed_at or subject.told_until, subject.told_until)
        ended = breach.closed_at == closed_at and local_day(closed_at, zone) < start
        if steps and not ended and breach.period.start_on <= start:
            yield Listed(number, breach, steps)


def breach_lines(session: Session, subject: Subject, language: Language) -> tuple[BreachLine, ...]:
    """Each of them as the report tells it."""
    return tuple(_line(each, subject, language) for each in listed(session, subject))


def _line(found: Listed, subject: Subject, language: Language) -> BreachLine:
    timezone = subject.agreement.contract.timezone
    zone = ZoneInfo(timezone)
    fixed, figures = Words(language), Figures(language, timezone)
    breach, steps = found.breach, found.steps
    evaluation = breach.period.evaluation
    outcome = outcome_of(evaluation)
    kpi = outcome.kpi(breach.kpi_key)
    own = agreement_of(evaluation.version).contract.language
    return BreachLine(
        number=found.number,
        kpi_title=words(kpi.kpi.title, language, own),
        opened_on=local_day(breach.opened_at, zone),
        start=outcome.start,
        end=outcome.end,
        value=shown(kpi.measurement).value,
        floor=kpi.kpi.thresholds.floor,
        metric=kpi.kpi.metric,
        state=steps[-1].state,
        steps=tuple(
            (local_day(step.at, zone), both(happened(step), fixed, figures))
            for step in steps
            if step.kind in REPORTED
        ),
        state_since=local_day(_since(steps).at, zone),
        cause=_cause(steps, fixed),
        owner=_latest(steps, "owner") or "",
        due_on=date.fromisoformat(due) if (due := _latest(steps, "due")) else None,
    )


def _since(steps: Sequence[BreachStep]) -> BreachStep:
    """The step that brought it into the state it is in."""
    first = steps[-1]
    for step in reversed(steps):
        if step.state != first.state:
            break
        first = step
    return first


def _latest(steps: Sequence[BreachStep], kind: str) -> str | None:
    """What the last step of that kind set; None where none did, or it took it back."""
    found: str | None = None
    for step in steps:
        if step.kind == kind:
            found = detail_of(step)["to"]
    return found


def _cause(steps: Sequence[BreachStep], fixed: Words) -> str:
    """The root cause as last written: its kind, and what was said of it."""
    written = [step for step in steps if step.kind == "cause"]
    if not written:
        return ""
    kind, said = detail_of(written[-1])["cause"], written[-1].sentence
    named = fixed(CAUSES.get(kind, kind)) if kind else ""
    if named and said:
        return fixed("%(kind)s: %(cause)s") % {"kind": named, "cause": said}
    return named or said
