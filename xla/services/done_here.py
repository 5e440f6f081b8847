"""Done here: what was really done about what people said at a place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from xla.core.agreement import Kpi, Words
from xla.core.asking import kpis_at
from xla.models import Action, Breach
from xla.services.places import Place

SHOWN, LOOKED_AT = 3, 20
"""What was done about several breaches is told once."""


@dataclass(frozen=True)
class Done:
    """An action that was finished, and what it was about."""

    about: Words
    """The reason people gave, else what the KPI promises."""
    is_reason: bool
    title: str
    """In the words of whoever planned it."""
    done_on: date


def done_here(session: Session, place: Place) -> list[Done]:
    """The newest finished actions about breaches of what is asked here, at this place or around it."""
    asked = {question.key for question in place.asked}
    kpis = {
        kpi.key: kpi
        for kpi in kpis_at(place.agreement, place.site, place.touchpoint)
        if asked.intersection(kpi.asked)
    }
    rows = session.execute(
        select(Action, Breach.kpi_key)
        .join(Breach, Breach.id == Action.breach_id)
        .where(
            Breach.contract_id == place.contract_id,
            Breach.kpi_key.in_(kpis),
            Action.done_on.is_not(None),
            Action.dropped_at.is_(None),
            or_(Action.site_key.is_(None), Action.site_key.in_(list(_around(place)))),
        )
        .order_by(Action.done_on.desc(), Action.id.desc())
        .limit(LOOKED_AT)
    )
    newest: dict[str, Done] = {}
    for action, kpi_key in rows:
        newest.setdefault(action.title, _done(place, action, kpis[kpi_key]))
    return list(newest.values())[:SHOWN]


def _done(place: Place, action: Action, kpi: Kpi) -> Done:
    assert action.done_on is not None  # noqa: S101  # asked for above
    reasons = {
        reason.key: reason.text
        for question in place.agreement.questions
        if question.key in kpi.asked
        for reason in question.reasons
    }
    said = reasons.get(action.reason_key or "")
    return Done(said or kpi.title, said is not None, action.title, action.done_on)


def _around(place: Place) -> Iterator[str]:
    """The place's site and those it lies in."""
    parents = {site.key: parent for site, _, parent in place.agreement.walk_sites()}
    key: str | None = place.site
    while key:
        yield key
        key = parents.get(key)
