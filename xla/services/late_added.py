"""Late added: what is known of a contract with the ratings that came after the instant asked for."""

from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_

from xla.models import Response
from xla.services.knowledge import Knowledge
from xla.services.tallies import DayCell


class LateAdded(Knowledge):
    """As if they had come in time; exclusions, observations and what was taken back are as known then."""

    @cached_property
    def _received_later(self) -> list[tuple[DayCell, int]]:
        return []

    def _known(self, column: SQLColumnExpression[Any]) -> list[ColumnElement[bool]]:
        return [] if column is Response.received_at else super()._known(column)

    def _not_withdrawn(self) -> ColumnElement[bool]:
        """What came late and was taken back since was never to be counted."""
        in_time = Response.received_at <= self.known_at
        return or_(Response.withdrawn_at.is_(None), and_(in_time, Response.withdrawn_at > self.known_at))
