"""A report's actions: as they stood by its knowledge, and what each changed by the answers of its period."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Language, Metric
from xla.core.agreement_texts import words
from xla.core.effect import Effect
from xla.core.period_state import silence_accepts_on
from xla.core.privacy import K_VALUE
from xla.core.verdict import Thresholds
from xla.core.window import local_day, period_of
from xla.documents.actions_data import ActionLine, Ahead
from xla.models import Action, Period
from xla.services import actions
from xla.services.breach_steps import detail_of
from xla.services.effects import Effects
from xla.services.evaluations import Moment
from xla.services.report_breaches import Listed, listed
from xla.services.report_subject import Subject

NOTHING_AGREED = Thresholds(target=Decimal(0), floor=Decimal(0))
"""Of the share of poor ratings that name a reason."""


def action_lines(session: Session, subject: Subject, language: Language) -> tuple[ActionLine, ...]:
    """The actions of the breaches the report tells of, without those dropped.

    Each is what its steps say of it up to the report's knowledge. An effect is measured where it is done, of
    answers felt up to the period's end and known when it was closed, in an addendum's report, too: the next
    period's report goes on from there.
    """
    found = list(listed(session, subject))
    rows = session.scalars(select(Action).where(Action.breach_id.in_([each.breach.id for each in found])))
    kept = {row.id: row for row in rows}
    past = _past(session, subject)
    return tuple(
        line
        for each in found
        for line in _lines(session, subject, past, each, language).of(_planned(each, kept))
    )


def ahead(subject: Subject) -> Ahead:
    """The days that follow for the period: from when on silence accepts it, and the one after it."""
    terms, closed = subject.agreement.contract, subject.closed
    if closed is None:
        return Ahead(None, None, None, None)
    proposed_on = local_day(closed.proposed_at, ZoneInfo(terms.timezone))
    following = period_of(subject.period.end, subject.period.kind)
    runs = terms.ends_on is None or following.start <= terms.ends_on
    return Ahead(
        proposed_on,
        silence_accepts_on(proposed_on, terms.respond_within_days),
        following.start if runs else None,
        following.end if runs else None,
    )


def _planned(found: Listed, kept: dict[int, Action]) -> list[Action]:
    """The breach's actions by its steps so far; kept out of the session."""
    told: dict[int, dict[str, Any]] = {}
    for step in found.steps:
        if step.kind == "action":
            detail = detail_of(step)
            told[detail["action"]] = detail
    return [_then(kept[key], detail) for key, detail in told.items() if detail["did"] != "dropped"]


def _then(row: Action, told: dict[str, Any]) -> Action:
    """The action as it was told; what an older release did not tell is as it is now."""
    return Action(
        breach_id=row.breach_id,
        title=told["title"],
        owner=told["owner"],
        due_on=date.fromisoformat(told["due"]),
        reason_key=told.get("reason", row.reason_key),
        site_key=told.get("site", row.site_key),
        created_at=row.created_at,
        done_on=date.fromisoformat(told["done"]) if "done" in told else None,
    )


def _past(session: Session, subject: Subject) -> Period | None:
    """The period that ends where this one starts, once it was closed."""
    row = session.scalar(
        select(Period).where(Period.contract_id == subject.contract.id, Period.end_on == subject.period.start)
    )
    return row if row and row.evaluation.known_at <= subject.told_until else None


def _lines(
    session: Session, subject: Subject, past: Period | None, about: Listed, language: Language
) -> "_Lines":
    end, known_at = subject.period.end, subject.as_of
    if subject.closed is not None:  # late answers, of a day after or of an addendum, may be a few
        known_at = subject.closed.evaluation.known_at
    now = Effects(session, subject.contract, about.breach, Moment(known_at, known_at), end)
    if past is None:
        return _Lines(subject, about, language, now, None, subject.period.start)
    then = past.evaluation.known_at
    told = Effects(session, subject.contract, about.breach, Moment(then, then), past.end_on)
    return _Lines(subject, about, language, now, told, past.end_on)


@dataclass(frozen=True)
class _Lines:
    """One breach's actions: by what is known now, and by what was when the period before was closed."""

    subject: Subject
    about: Listed
    language: Language
    now: Effects
    past: Effects | None
    past_end: date

    def of(self, planned: Sequence[Action]) -> Iterator[ActionLine]:
        for number, action in enumerate(planned, 1):
            yield self._line(number, action)

    def _effect(self, action: Action) -> Effect | None:
        """What it changed; where too few answers were added since the last report, what that one said.

        Two figures a few answers apart would tell what those people said (domain, section 9).
        """
        if action.done_on is None:
            return None
        found = self.now.of(action).effect
        if found is None or self.past is None or action.done_on >= self.past_end:
            return found
        told = self.past.of(action).effect
        if told is None:
            return found
        added = (found.n_before - told.n_before, found.n_after - told.n_after)
        return told if any(0 < abs(count) < K_VALUE for count in added) else found

    def _line(self, number: int, action: Action) -> ActionLine:
        breach, kpi, terms = self.about.breach, self.now.kpi, self.now.agreement.contract
        today = local_day(self.subject.told_until, ZoneInfo(terms.timezone))
        reason = ""
        if action.reason_key is not None:
            reason = words(actions.reasons(breach)[action.reason_key], self.language, terms.language)
        return ActionLine(
            breach=self.about.number,
            number=number,
            kpi=kpi.key,
            kpi_title=words(kpi.title, self.language, terms.language),
            title=action.title,
            owner=action.owner,
            due_on=action.due_on,
            done_on=action.done_on,
            days_late=0 if action.done_on else max(0, (today - action.due_on).days),
            site=actions.sites(breach)[action.site_key] if action.site_key else "",
            reason=reason,
            metric=Metric.RATE if reason else kpi.metric,
            thresholds=NOTHING_AGREED if reason else kpi.thresholds,
            confidence=kpi.confidence,
            effect=self._effect(action),
        )
