"""Days: a contract's score counts day by day, for all its KPIs from one query."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, and_, case, func, literal, not_, select

from xla.core.agreement import Kpi, Scope
from xla.models import Question, Tally
from xla.services.knowledge import Knowledge
from xla.services.tallies import within

Told = dict[date, dict[int, int]]
"""Day -> score -> n; only days and scores that were given."""
Place = tuple[bool, ...]
"""Which of the KPIs' places a rating point lies in."""


class Days:
    """The days of `known`, in its window, agreed exclusions left out.

    Rating points that the same KPIs look at are summed by the database, and personas where no KPI asks for
    one: what is read grows with the days and the KPIs, not with the sites.
    """

    def __init__(self, known: Knowledge, kpis: Sequence[Kpi]) -> None:
        self._known = known
        self._scopes = list(dict.fromkeys(_where(kpi.scope) for kpi in kpis))
        self._asks_personas = any(kpi.scope.personas for kpi in kpis)
        self._places = self._grouped()
        self._cells: dict[tuple[int, int, str], list[tuple[date, int, int]]] = defaultdict(list)
        if self._places:
            for question, day, number, persona, score, n in known.session.execute(self._counted()):
                self._cells[question, number, persona].append((day, score, int(n)))

    def of(self, kpi: Kpi) -> Told:
        """The score counts of a KPI of one question."""
        scope = self._scopes.index(_where(kpi.scope))
        inside = {number for number, place in enumerate(self._places) if place[scope]}
        asked = self._known.question_ids[kpi.asked[0]]
        told: Told = defaultdict(lambda: defaultdict(int))
        for (question, number, persona), cells in self._cells.items():
            if question != asked or number not in inside:
                continue
            if not kpi.scope.personas or persona in kpi.scope.personas:
                for day, score, n in cells:
                    told[day][score] += n
        return told

    def _grouped(self) -> dict[Place, list[int]]:
        """Rating points by which KPIs look at them; those nobody looks at left out."""
        looked_at = [
            self._known.points(Scope(sites=sites, touchpoints=moments)) for sites, moments in self._scopes
        ]
        grouped: dict[Place, list[int]] = defaultdict(list)
        for point in sorted(frozenset().union(*looked_at)):
            grouped[tuple(point in points for points in looked_at)].append(point)
        return dict(grouped)

    def _counted(self) -> Select[int, date, int, str, int, int]:
        number = case(
            *((Tally.point_id.in_(points), number) for number, points in enumerate(self._places.values()))
        )
        cells = (
            select(
                Tally.question_id,
                number.label("number"),
                (Tally.persona if self._asks_personas else literal("")).label("persona"),
                Tally.rated_on,
                Tally.score,
                Tally.n,
            )
            .join(Question, Question.id == Tally.question_id)
            .where(
                Question.contract_id == self._known.contract_id,
                *within(Tally.rated_on, self._known.window),
                *(
                    not_(and_(Tally.point_id.in_(left.points), *within(Tally.rated_on, left.window)))
                    for left in self._known.left
                ),
            )
            .subquery()
        )
        # In the order of the tally's own key, which SQLite sorts fastest.
        key = (cells.c.question_id, cells.c.rated_on, cells.c.number, cells.c.persona, cells.c.score)
        return select(*key, func.sum(cells.c.n)).where(cells.c.number.is_not(None)).group_by(*key)


def _where(scope: Scope) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return scope.sites, scope.touchpoints
