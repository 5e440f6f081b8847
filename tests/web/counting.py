"""How many statements a page asks the database."""

from flask.testing import FlaskClient
from sqlalchemy import Engine

from statements import sent


def asked(store: Engine, browser: FlaskClient, address: str) -> int:
    """How many statements one GET sends."""
    with sent(store) as statements:
        answer = browser.get(address)
    assert answer.status_code == 200
    return len(statements)
