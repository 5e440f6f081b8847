"""How many statements a page asks the database."""

from flask.testing import FlaskClient
from sqlalchemy import Engine, event


def asked(store: Engine, browser: FlaskClient, address: str) -> int:
    """How many statements one GET sends."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(store, "before_cursor_execute", note)
    answer = browser.get(address)
    event.remove(store, "before_cursor_execute", note)
    assert answer.status_code == 200
    return len(statements)
