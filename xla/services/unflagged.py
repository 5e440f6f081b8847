"""Unflagged: what is known of a contract without the responses that look unusual."""

from collections import Counter
from functools import cached_property

from sqlalchemy import ColumnElement

from xla.core.agreement import Scope
from xla.models import Response
from xla.services import tallies
from xla.services.knowledge import Knowledge
from xla.services.tallies import Cell, DayCell


class Unflagged(Knowledge):
    """As if nobody had given them: exact, from the few flagged responses themselves."""

    def responses(self, scope: Scope) -> list[ColumnElement[bool]]:
        """Also not flagged."""
        return [*super().responses(scope), Response.flags.is_(None)]

    @cached_property
    def _counted(self) -> Counter[Cell]:
        counted = super()._counted
        for day_cell, n in self._flagged:
            counted[day_cell.cell] -= n
        return counted

    @cached_property
    def _excluded(self) -> Counter[Cell]:
        excluded = super()._excluded
        for day_cell, n in self._flagged:
            if self._is_left(day_cell):
                excluded[day_cell.cell] -= n
        return excluded

    @cached_property
    def _flagged(self) -> list[tuple[DayCell, int]]:
        known = (*self._known(Response.received_at), self._not_withdrawn())
        return list(tallies.flagged(self.session, self.contract_id, self.window, *known))
