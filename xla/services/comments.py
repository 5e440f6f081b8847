"""Comments: what people wrote beside their scores, from eight answers on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from xla.core.agreement import Kpi
from xla.core.paging import place
from xla.core.privacy import K_DISTRIBUTION
from xla.models import Rating, Response
from xla.services.knowledge import Knowledge
from xla.services.reasons import poor

PAGE = 20
"""Comments on one page."""
MOST_POOR = 6
"""Comments beside a breach."""


@dataclass(frozen=True)
class Comment:
    """What somebody wrote, with their score where the KPI asks one question."""

    text: str
    score: int | None
    rated_on: date
    site: str
    """The key of where it was given."""


@dataclass(frozen=True)
class Comments:
    """One page of them, newest first."""

    shown: Sequence[Comment]
    count: int
    page: int
    pages: int


def comments(known: Knowledge, kpi: Kpi, n: int, page: int) -> Comments | None:
    """A page of the comments, counted from 1; None where the KPI's `n` answers are too few to show any."""
    if kpi.observation or n < K_DISTRIBUTION:
        return None
    asked = known.question_ids[kpi.asked[0]]
    written = (
        select(Response.comment, Rating.score, Response.rated_on, Response.point_id)
        .join(Rating, Rating.response_id == Response.id)
        .where(Rating.question_id == asked, Response.comment.is_not(None), *known.responses(kpi.scope))
    )
    count = known.session.scalar(select(func.count()).select_from(written.subquery())) or 0
    page, pages, offset = place(count, page, PAGE)
    return Comments(_read(known, kpi, written.offset(offset).limit(PAGE)), count, page, pages)


def poor_comments(known: Knowledge, kpi: Kpi, n: int) -> Sequence[Comment]:
    """The newest comments given with a poor score; none where the KPI's `n` answers are too few to show any.

    What somebody wrote beside several poor scores of an index stands once.
    """
    if kpi.observation or n < K_DISTRIBUTION:
        return []
    written = (
        select(Response.comment, func.min(Rating.score), Response.rated_on, Response.point_id)
        .join(Rating, Rating.response_id == Response.id)
        .where(*poor(known, kpi), Response.comment.is_not(None))
        .group_by(Response.id, Response.comment, Response.rated_on, Response.point_id)
    )
    return _read(known, kpi, written.limit(MOST_POOR))


def _read(known: Knowledge, kpi: Kpi, written: Select[str | None, int, date, int]) -> Sequence[Comment]:
    """What was written, the newest first."""
    rows = known.session.execute(written.order_by(Response.rated_on.desc(), Response.id.desc()))
    one = len(kpi.asked) == 1
    return [
        Comment(text or "", score if one else None, day, known.places[point][0])
        for text, score, day, point in rows
    ]
