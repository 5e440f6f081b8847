"""What must be short-lived goes when its time is over, and not before."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
import tapping
from xla.models import DeviceSalt, GivenAnswer, Kiosk
from xla.services import keys, retention


@pytest.fixture
def _given(session: Session) -> None:
    """Of today: an answer, a code and a salt."""
    point = tapping.point(session, make.contract(session))
    key, _ = keys.create(
        session, "Till", scopes=["read"], contract_id=None, expires_at=None, by=None, now=make.NOW
    )
    told = {"request_sha256": "7", "status": 200, "answer": "{}", "created_at": make.NOW}
    session.add_all([
        GivenAnswer(api_key_id=key.id, idempotency_key="k", **told),
        DeviceSalt(day=make.NOW.date(), salt=b"7"),
        Kiosk(
            point_id=point.id, name="Entrance", created_at=make.NOW, code_sha256="7",
            code_expires_at=make.NOW + timedelta(minutes=15),
        ),
    ])  # fmt: skip
    session.flush()


def left(session: Session) -> tuple[int, int, str | None]:
    session.expire_all()
    return (
        len(session.scalars(select(GivenAnswer)).all()),
        len(session.scalars(select(DeviceSalt)).all()),
        session.scalars(select(Kiosk.code_sha256)).one(),
    )


@pytest.mark.usefixtures("_given")
def test_what_is_not_over_stays(session: Session) -> None:
    retention.forget(session, make.NOW + timedelta(minutes=15))
    assert left(session) == (1, 1, "7")


@pytest.mark.usefixtures("_given")
def test_what_is_over_goes(session: Session) -> None:
    retention.forget(session, make.NOW + timedelta(minutes=16))
    assert left(session) == (1, 1, None)
    retention.forget(session, make.NOW + timedelta(days=3))
    assert left(session) == (0, 0, None)
