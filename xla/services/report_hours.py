"""Hours: one KPI at one site by part of the day, where the instant of answering is known."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import select, type_coerce

from xla.core.agreement import Kpi, Scope
from xla.core.metric import measure, weighted
from xla.core.privacy import K_DISTRIBUTION, is_few
from xla.documents.why_data import HourBar
from xla.models import Rating, Response
from xla.services.knowledge import Knowledge

PARTS = (0, 6, 9, 12, 15, 18, 21, 24)
"""Where the parts of a day begin, and the day's end."""
LEAST_PARTS = 3
_INSTANT = type_coerce(Response.rated_at, Response.rated_at.type)
"""Never None here: answers without an instant are not read."""


def hours(known: Knowledge, kpi: Kpi, site: str, n: int) -> tuple[HourBar, ...]:
    """The KPI of one question at a site where `n` answered, by part of the day.

    A part with fewer than eight answers is joined with the next. Nothing where fewer than three parts are
    left, where most answers have no instant, or where those without one could be told apart by subtraction.
    """
    timed = _by_hour(known, kpi, site)
    count = sum(scores.total() for scores in timed.values())
    if 2 * count < n or is_few(n - count):
        return ()
    joined = _joined(timed)
    if len(joined) < LEAST_PARTS:
        return ()
    metric = weighted(kpi, known.agreement.question(kpi.asked[0]).scores)
    bars = []
    for start, end, scores in joined:
        found = measure(metric, scores, kpi.confidence)
        bars.append(HourBar(start, end, found.n, found.value or Fraction(0), found.low, found.high))
    return tuple(bars)


def _by_hour(known: Knowledge, kpi: Kpi, site: str) -> dict[int, Counter[int]]:
    zone = ZoneInfo(known.agreement.contract.timezone)
    scope = Scope(sites=(site,), touchpoints=kpi.scope.touchpoints, personas=kpi.scope.personas)
    rows = known.session.execute(
        select(_INSTANT, Rating.score)
        .join(Rating, Rating.response_id == Response.id)
        .where(
            Rating.question_id == known.question_ids[kpi.asked[0]],
            Response.rated_at.is_not(None),
            *known.responses(scope),
        )
    )
    timed: dict[int, Counter[int]] = {}
    for at, score in rows:
        timed.setdefault(at.astimezone(zone).hour, Counter())[score] += 1
    return timed


def _joined(timed: dict[int, Counter[int]]) -> list[tuple[int, int, Counter[int]]]:
    """The parts from the first answer to the last, each of eight answers or more where there are as many."""
    parts = [
        (start, end, sum((timed.get(hour, Counter()) for hour in range(start, end)), Counter[int]()))
        for start, end in pairwise(PARTS)
    ]
    answered = [index for index, (_, _, scores) in enumerate(parts) if scores]
    joined: list[tuple[int, int, Counter[int]]] = []
    for part in parts[answered[0] : answered[-1] + 1] if answered else ():
        if joined and joined[-1][2].total() < K_DISTRIBUTION:
            _join(joined, part)
        else:
            joined.append(part)
    if len(joined) > 1 and joined[-1][2].total() < K_DISTRIBUTION:
        _join(joined, joined.pop())
    return joined


def _join(joined: list[tuple[int, int, Counter[int]]], part: tuple[int, int, Counter[int]]) -> None:
    """Add a part to the one before it."""
    start, _, scores = joined[-1]
    joined[-1] = (start, part[1], scores + part[2])
