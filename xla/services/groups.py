"""Groups: ratings that belong together, by respondent or by response, as histograms.

Only cluster-robust intervals and the index's interval need them; they read the ratings themselves, so they
cost what ratings there are (ADR 4).
"""

from collections.abc import Iterator
from fractions import Fraction
from math import lcm

from sqlalchemy import case, func, null, select

from xla.core.agreement import Kpi
from xla.core.cluster import Cluster
from xla.core.metric import OwnIndex, WeightedMetric
from xla.core.scale import Scale
from xla.models import Rating, Response
from xla.services.knowledge import Knowledge, Where


def clusters(known: Knowledge, kpi: Kpi, metric: WeightedMetric) -> list[Cluster]:
    """A KPI's ratings by respondent; who left no key is a respondent of their own."""
    unit = lcm(*(weight.denominator for weight in metric.weights.values()))
    weight = case({score: int(weight * unit) for score, weight in metric.weights.items()}, value=Rating.score)
    nobody = case((Response.respondent.is_(None), Response.id), else_=null())
    grouped = (
        select(func.count().label("size"), func.sum(weight).label("total"))
        .select_from(Rating)
        .join(Response, Response.id == Rating.response_id)
        .where(Rating.question_id == known.question_ids[kpi.asked[0]], *known.responses(kpi.scope))
        .group_by(Response.respondent, nobody)
        .subquery()
    )
    rows = known.session.execute(
        select(grouped.c.size, grouped.c.total, func.count()).group_by(grouped.c.size, grouped.c.total)
    )
    return [Cluster(size, Fraction(int(total), unit), times) for size, total, times in rows]


def own_indices(known: Knowledge, kpi: Kpi, scale: Scale) -> list[OwnIndex]:
    """Each response's own index, 0-100: the mean of the items it answered, equally weighted."""
    items = [known.question_ids[question] for question in kpi.asked]
    grouped = (
        select(func.count().label("answered"), func.sum(Rating.score).label("total"))
        .select_from(Rating)
        .join(Response, Response.id == Rating.response_id)
        .where(Rating.question_id.in_(items), *known.responses(kpi.scope))
        .group_by(Response.id)
        .subquery()
    )
    rows = known.session.execute(
        select(grouped.c.answered, grouped.c.total, func.count()).group_by(
            grouped.c.answered, grouped.c.total
        )
    )
    return [OwnIndex(own_index(answered, int(total), scale), times) for answered, total, times in rows]


def own_indices_by_place(known: Knowledge, kpi: Kpi, scale: Scale) -> Iterator[tuple[Where, OwnIndex]]:
    """As `own_indices`, with where and by whom: one query, however many places."""
    items = [known.question_ids[question] for question in kpi.asked]
    grouped = (
        select(
            Response.point_id,
            Response.persona,
            func.count().label("answered"),
            func.sum(Rating.score).label("total"),
        )
        .select_from(Rating)
        .join(Response, Response.id == Rating.response_id)
        .where(Rating.question_id.in_(items), *known.responses(kpi.scope))
        .group_by(Response.id, Response.point_id, Response.persona)
        .subquery()
    )
    told = (grouped.c.point_id, grouped.c.persona, grouped.c.answered, grouped.c.total)
    for point, persona, answered, total, times in known.session.execute(
        select(*told, func.count()).group_by(*told)
    ):
        yield Where(*known.places[point], persona), OwnIndex(own_index(answered, int(total), scale), times)


def own_index(answered: int, total: int, scale: Scale) -> Fraction:
    """The mean of the items one response answered, placed on 0-100."""
    return 100 * (Fraction(total, answered) - scale.lowest) / (scale.highest - scale.lowest)
