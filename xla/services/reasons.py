"""Reasons: what people pointed at when they gave a KPI a poor score, and what they wrote."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from xla.core.agreement import Kpi
from xla.core.privacy import K_DISTRIBUTION
from xla.core.weight import poor_scores
from xla.models import Rating, Response
from xla.services.knowledge import Knowledge

MOST_COMMENTS = 6


@dataclass(frozen=True)
class Pointed:
    """The responses with a poor score, and how many of them gave which reason; one may give several."""

    poor: int
    with_reason: int
    by_reason: Mapping[str, int]

    @property
    def is_shown(self) -> bool:
        """Whether they are enough to show a distribution of."""
        return self.poor >= K_DISTRIBUTION


@dataclass(frozen=True)
class Comment:
    """What one person wrote."""

    text: str
    rated_on: date
    site: str
    """Where; '' where it was not told."""


def pointed_at(known: Knowledge, kpi: Kpi) -> Pointed:
    """What the poor ratings of a KPI point at, in its scope."""
    reasons = {reason.key for key in kpi.asked for reason in known.agreement.question(key).reasons}
    conditions = _poor(known, kpi)
    if conditions is None:
        return Pointed(0, 0, {})
    rows = known.session.execute(
        select(Response.reasons, func.count(func.distinct(Response.id)))
        .join(Rating, Rating.response_id == Response.id)
        .where(*conditions)
        .group_by(Response.reasons)
    )
    by_reason: Counter[str] = Counter()
    poor = named = 0
    for told, count in rows:
        given = set((told or "").split(";")) & reasons
        poor += count
        named += count if given else 0
        by_reason.update(dict.fromkeys(given, count))
    return Pointed(poor, named, by_reason)


def comments(known: Knowledge, kpi: Kpi) -> Sequence[Comment]:
    """What was written with a poor score, the newest first, as many as are read.

    The caller asks first whether there are answers enough to show any.
    """
    conditions = _poor(known, kpi)
    if conditions is None:
        return []
    rows = known.session.execute(
        select(Response.comment, Response.rated_on, Response.point_id)
        .where(
            Response.id.in_(
                select(Response.id)
                .join(Rating, Rating.response_id == Response.id)
                .where(*conditions, Response.comment.is_not(None))
            )
        )
        .order_by(Response.rated_on.desc(), Response.id.desc())
        .limit(MOST_COMMENTS)
    )
    return [Comment(str(text), day, known.places[point][0]) for text, day, point in rows]


def _poor(known: Knowledge, kpi: Kpi) -> list[ColumnElement[bool]] | None:
    """The conditions that a rating is one of the KPI's poor ones; None where it has none."""
    if not kpi.asked:
        return None
    scores = poor_scores(kpi, known.agreement.question(kpi.asked[0]).scores)
    questions = [known.question_ids[key] for key in kpi.asked]
    return [*known.responses(kpi.scope), Rating.question_id.in_(questions), Rating.score.in_(scores)]
