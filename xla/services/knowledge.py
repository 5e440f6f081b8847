"""Knowledge: what is known of one contract in one window at one instant, ready to be measured."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, not_, or_, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Kpi, Scope
from xla.core.summary import Observed
from xla.core.window import Window
from xla.models import Contract, Exclusion, Observation, Question, Response
from xla.services import tallies
from xla.services.tallies import Cell, DayCell, within

Placed = dict[tuple[int, int], list[tuple[str, int, int]]]
"""(question id, point id) -> (persona, score, n)."""


class Where(NamedTuple):
    """Where and by whom ratings were given; '' where it was not told."""

    site: str
    touchpoint: str
    persona: str


@dataclass(frozen=True)
class Left:
    """An agreed exclusion: rating points and days that do not count."""

    points: frozenset[int]
    window: Window


class Knowledge:
    """Counts, groups and observations; `known_at` None means everything received so far.

    `supposed` are exclusions to leave out instead of those agreed: what if there were these, or none.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- what is known depends on all of it
        self,
        session: Session,
        contract: Contract,
        agreement: Agreement,
        window: Window,
        known_at: datetime | None = None,
        supposed: Sequence[Exclusion] | None = None,
    ) -> None:
        self.session = session
        self.contract_id = contract.id
        self.agreement = agreement
        self.window = window
        self.known_at = known_at
        self._supposed = supposed
        self._points_at: dict[tuple[tuple[str, ...], tuple[str, ...]], frozenset[int]] = {}

    def counts(self, question: str, scope: Scope) -> dict[int, int]:
        """Score counts of a question, exclusions left out; only scores that were given."""
        return self._summed(self._kept, question, scope)

    def excluded(self, kpi: Kpi) -> int:
        """How many ratings of the KPI agreed exclusions leave out."""
        return sum(sum(self._summed(self._left_out, key, kpi.scope).values()) for key in kpi.asked)

    @property
    def excluded_count(self) -> int:
        """How many ratings agreed exclusions leave out, whatever they answered."""
        return self._excluded.total()

    @property
    def later_count(self) -> int:
        """How many ratings of the window came in after `known_at`."""
        return sum(n for _, n in self._received_later)

    def observed(self, kpi: Kpi) -> Observed:
        """The KPI's observations, summed."""
        inside = [
            row for row in self.observations(kpi) if self.known_at is None or row.received_at <= self.known_at
        ]
        squares = [row.squares for row in inside if row.squares is not None]
        return Observed(
            sum((row.amount for row in inside), Decimal(0)),
            sum((row.base for row in inside), Decimal(0)),
            sum(squares, Decimal(0)) if inside and len(squares) == len(inside) else None,
        )

    def observations(self, kpi: Kpi) -> list[Observation]:
        """The KPI's observations in its scope, those received after `known_at` too."""
        sites = self.agreement.descendants(kpi.scope.sites) if kpi.scope.sites else None
        rows = self._observed.get(str(kpi.observation), ())
        return [row for row in rows if sites is None or row.site_key in sites]

    def later(self, kpi: Kpi) -> int:
        """How many of the KPI's ratings, or cases, came in after `known_at`."""
        if kpi.observation:
            return int(sum(row.base for row in self.observations(kpi))) - int(self.observed(kpi).base)
        return sum(sum(self._summed(self._later, key, kpi.scope).values()) for key in kpi.asked)

    def later_days(self, kpi: Kpi) -> Iterator[tuple[date, int, int]]:
        """Days, scores and numbers, exclusions left out, of one question's KPI that came after `known_at`."""
        question_id, inside, personas = (
            self.question_ids[kpi.asked[0]],
            self.points(kpi.scope),
            kpi.scope.personas,
        )
        for day_cell, n in self._received_later:
            cell, day = day_cell
            told = cell.question_id == question_id and cell.point_id in inside and not self._is_left(day_cell)
            if told and (not personas or cell.persona in personas):
                yield day, cell.score, n

    def cells(self, question: str, scope: Scope) -> Iterator[tuple[Where, int, int]]:
        """Where a score was given and how often, exclusions left out."""
        question_id = self.question_ids[question]
        for point_id in self.points(scope):
            for persona, score, n in self._kept.get((question_id, point_id), ()):
                if n and (not scope.personas or persona in scope.personas):
                    yield Where(*self.places[point_id], persona), score, n

    def responses(self, scope: Scope) -> list[ColumnElement[bool]]:
        """The conditions on `Response` that hold for what is known, in scope and not excluded."""
        inside = self.points(scope)
        conditions = [
            Response.contract_id == self.contract_id,
            *within(Response.rated_on, self.window),
            *self._known(Response.received_at),
            self._not_withdrawn(),
            *(
                not_(and_(Response.point_id.in_(left.points), *within(Response.rated_on, left.window)))
                for left in self.left
            ),
        ]
        if scope.sites or scope.touchpoints:
            conditions.append(Response.point_id.in_(inside))
        if scope.personas:
            conditions.append(Response.persona.in_(scope.personas))
        return conditions

    @cached_property
    def question_ids(self) -> dict[str, int]:
        """Question key -> id."""
        rows = self.session.execute(
            select(Question.key, Question.id).where(Question.contract_id == self.contract_id)
        )
        return {row.key: row.id for row in rows}

    def points(self, scope: Scope) -> frozenset[int]:
        """The ids of the rating points in scope, whoever rates there."""
        where = (scope.sites, scope.touchpoints)
        if where not in self._points_at:
            self._points_at[where] = self._found(scope)
        return self._points_at[where]

    @cached_property
    def left(self) -> list[Left]:
        """The agreed exclusions of the window, or those supposed instead."""
        rows = self._agreed() if self._supposed is None else self._supposed
        return [
            Left(
                self.points(Scope(sites=(row.site_key,))),
                Window(max(row.start_on, self.window.start), min(row.end_on, self.window.end)),
            )
            for row in rows
            if row.start_on < self.window.end and row.end_on > self.window.start
        ]

    @cached_property
    def places(self) -> dict[int, tuple[str, str]]:
        """The contract's rating points: id -> (site key, touchpoint key)."""
        return tallies.points(self.session, self.contract_id)

    @cached_property
    def _observed(self) -> dict[str, list[Observation]]:
        """Kind -> its rows in the window, whenever received: one query for all of them."""
        rows = self.session.scalars(
            select(Observation).where(
                Observation.contract_id == self.contract_id,
                *within(Observation.observed_on, self.window),
            )
        )
        by_kind: dict[str, list[Observation]] = {}
        for row in rows:
            by_kind.setdefault(row.kind_key, []).append(row)
        return by_kind

    @cached_property
    def _later(self) -> Placed:
        later: Counter[Cell] = Counter()
        for day_cell, n in self._received_later:
            later[day_cell.cell] += n
        return _placed(later)

    @cached_property
    def _kept(self) -> Placed:
        return _placed(self._counted - self._excluded)

    @cached_property
    def _left_out(self) -> Placed:
        return _placed(self._excluded)

    @cached_property
    def _counted(self) -> Counter[Cell]:
        counted = tallies.counted(self.session, self.contract_id, self.window)
        for day_cell, n in self._received_later:
            counted[day_cell.cell] -= n
        for day_cell, n in self._withdrawn_later:
            counted[day_cell.cell] += n
        return counted

    @cached_property
    def _excluded(self) -> Counter[Cell]:
        by_day: Counter[DayCell] = Counter()
        for left in self.left:
            cells = tallies.counted_by_day(self.session, self.contract_id, left.window, left.points)
            by_day |= Counter(dict(cells))
        for day_cell, n in self._received_later:
            if day_cell in by_day:
                by_day[day_cell] -= n
        for day_cell, n in self._withdrawn_later:
            if self._is_left(day_cell):
                by_day[day_cell] += n
        excluded: Counter[Cell] = Counter()
        for day_cell, n in by_day.items():
            excluded[day_cell.cell] += n
        return excluded

    @cached_property
    def _received_later(self) -> list[tuple[DayCell, int]]:
        if self.known_at is None:
            return []
        return list(tallies.received_after(self.session, self.contract_id, self.window, self.known_at))

    @cached_property
    def _withdrawn_later(self) -> list[tuple[DayCell, int]]:
        if self.known_at is None:
            return []
        return list(tallies.withdrawn_after(self.session, self.contract_id, self.window, self.known_at))

    def _is_left(self, day_cell: DayCell) -> bool:
        return any(
            day_cell.cell.point_id in each.points and day_cell.rated_on in each.window for each in self.left
        )

    def _not_withdrawn(self) -> ColumnElement[bool]:
        never = Response.withdrawn_at.is_(None)
        return never if self.known_at is None else or_(never, Response.withdrawn_at > self.known_at)

    def _known(self, column: SQLColumnExpression[Any]) -> list[ColumnElement[bool]]:
        return [] if self.known_at is None else [column <= self.known_at]

    def _agreed(self) -> Iterable[Exclusion]:
        return self.session.scalars(
            select(Exclusion).where(
                Exclusion.contract_id == self.contract_id,
                *self._known(Exclusion.provider_agreed_at),
                *self._known(Exclusion.client_agreed_at),
                Exclusion.provider_agreed_at.is_not(None),
                Exclusion.client_agreed_at.is_not(None),
            )
        )

    def _found(self, scope: Scope) -> frozenset[int]:
        sites = self.agreement.descendants(scope.sites) if scope.sites else None
        return frozenset(
            point_id
            for point_id, (site, touchpoint) in self.places.items()
            if (sites is None or site in sites) and (not scope.touchpoints or touchpoint in scope.touchpoints)
        )

    def _summed(self, placed: Placed, question: str, scope: Scope) -> dict[int, int]:
        question_id = self.question_ids[question]
        counts: Counter[int] = Counter()
        for point_id in self.points(scope):
            for persona, score, n in placed.get((question_id, point_id), ()):
                if not scope.personas or persona in scope.personas:
                    counts[score] += n
        return dict(counts)


def _placed(cells: Counter[Cell]) -> Placed:
    placed: Placed = {}
    for cell, n in cells.items():
        placed.setdefault((cell.question_id, cell.point_id), []).append((cell.persona, cell.score, n))
    return placed
