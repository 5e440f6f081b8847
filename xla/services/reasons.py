"""Reasons: what people pointed at when they gave a KPI a poor score."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from xla.core.agreement import Kpi
from xla.core.privacy import K_DISTRIBUTION
from xla.core.weight import poor_scores
from xla.models import Rating, Response
from xla.services.knowledge import Knowledge


@dataclass(frozen=True)
class Reasons:
    """The responses with a poor score, and how many of them gave which reason; one may give several."""

    poor_count: int
    named_count: int
    """How many of them gave a reason."""
    given: Counter[str]

    @property
    def is_shown(self) -> bool:
        """Whether they are enough to show what they are made of."""
        return self.poor_count >= K_DISTRIBUTION


def reasons(known: Knowledge, kpi: Kpi) -> Reasons:
    """The reasons of the KPI's own questions given with poor scores, in its scope.

    None for what operations count.
    """
    found = Reasons(0, 0, Counter())
    if kpi.observation:
        return found
    agreed = [reason.key for key in kpi.asked for reason in known.agreement.question(key).reasons]
    rows = known.session.execute(
        select(Response.reasons, func.count(func.distinct(Response.id)))
        .join(Rating, Rating.response_id == Response.id)
        .where(*poor(known, kpi))
        .group_by(Response.reasons)
    ).all()
    poor_count = named_count = 0
    for told, n in rows:
        keys = (told or "").split(";")
        named = [key for key in dict.fromkeys(agreed) if key in keys]
        poor_count += n
        named_count += n if named else 0
        found.given.update(dict.fromkeys(named, n))
    return Reasons(poor_count, named_count, found.given)


def poor(known: Knowledge, kpi: Kpi) -> list[ColumnElement[bool]]:
    """The conditions that a rating, joined to its response, is one of the KPI's poor ones."""
    scores = poor_scores(kpi, known.agreement.question(kpi.asked[0]).scores)
    questions = [known.question_ids[key] for key in kpi.asked]
    return [*known.responses(kpi.scope), Rating.question_id.in_(questions), Rating.score.in_(scores)]
