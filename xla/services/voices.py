"""Voices: what people gave as reasons for poor scores, and their comments, from eight answers on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from xla.core.agreement import Kpi
from xla.core.privacy import K_DISTRIBUTION
from xla.core.weight import poor_scores
from xla.models import Rating, Response
from xla.services.knowledge import Knowledge

COMMENTS = 20
"""Comments on one page."""


@dataclass(frozen=True)
class Reasons:
    """Of so many poor answers, how often each reason was given; a person may give several."""

    poor_count: int
    given: Counter[str]

    @property
    def is_shown(self) -> bool:
        """Whether there are enough answers to show what they are made of."""
        return self.poor_count >= K_DISTRIBUTION


@dataclass(frozen=True)
class Comment:
    """What somebody wrote, with their score where the KPI asks one question."""

    text: str
    score: int | None
    rated_on: date


@dataclass(frozen=True)
class Comments:
    """One page of them, newest first."""

    shown: Sequence[Comment]
    count: int
    page: int
    pages: int


def reasons(known: Knowledge, kpi: Kpi) -> Reasons:
    """The reasons given with poor scores; none for what operations count."""
    if kpi.observation:
        return Reasons(0, Counter())
    poor = poor_scores(kpi, known.agreement.question(kpi.asked[0]).scores)
    asked = [known.question_ids[key] for key in kpi.asked]
    let_down = select(Rating.response_id).where(Rating.question_id.in_(asked), Rating.score.in_(poor))
    rows = known.session.execute(
        select(Response.reasons, func.count())
        .where(Response.id.in_(let_down), *known.responses(kpi.scope))
        .group_by(Response.reasons)
    ).all()
    given: Counter[str] = Counter()
    for text, n in rows:
        for key in filter(None, (text or "").split(";")):
            given[key] += n
    return Reasons(sum(n for _, n in rows), given)


def comments(known: Knowledge, kpi: Kpi, n: int, page: int) -> Comments | None:
    """A page of the comments, counted from 1; None where the KPI's `n` answers are too few to show any."""
    if kpi.observation or n < K_DISTRIBUTION:
        return None
    asked = known.question_ids[kpi.asked[0]]
    written = (
        select(Response.comment, Rating.score, Response.rated_on)
        .join(Rating, Rating.response_id == Response.id)
        .where(Rating.question_id == asked, Response.comment.is_not(None), *known.responses(kpi.scope))
    )
    count = known.session.scalar(select(func.count()).select_from(written.subquery())) or 0
    pages = max((count + COMMENTS - 1) // COMMENTS, 1)
    page = min(max(page, 1), pages)
    rows = known.session.execute(
        written.order_by(Response.rated_on.desc(), Response.id.desc())
        .limit(COMMENTS)
        .offset((page - 1) * COMMENTS)
    )
    one = len(kpi.asked) == 1
    return Comments(
        [Comment(text or "", score if one else None, day) for text, score, day in rows], count, page, pages
    )
