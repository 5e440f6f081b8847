"""Raw rows, past every service: what the database itself must forbid, and how tests spoil it."""

from sqlalchemy.orm import Session

from xla.models import Row


def insert(session: Session, row: Row) -> None:
    """Put one row in, in a savepoint of its own, so that a refusal leaves the session usable."""
    with session.begin_nested():
        session.add(row)
        session.flush()
