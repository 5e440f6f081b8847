"""The demo: a believable provider to look at."""

from sqlalchemy import Engine, select

from xla import database
from xla.models import Contract


def is_empty(engine: Engine) -> bool:
    """Whether the database knows no contract yet."""
    with database.reading(engine) as session:
        return session.scalar(select(Contract.id).limit(1)) is None
