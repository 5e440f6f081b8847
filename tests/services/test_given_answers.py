"""Given answers: claimed once, given again, forgotten after a week."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.models import ApiKey, GivenAnswer
from xla.services import given_answers, keys
from xla.services.given_answers import OtherRequest


@pytest.fixture
def key(session: Session) -> ApiKey:
    return keys.create(session, "Till", scopes=["ratings:write"], now=make.NOW)[0]


def test_a_request_is_the_first_ones_and_answered_to_the_others(session: Session, key: ApiKey) -> None:
    assert given_answers.claim(session, key.id, "k", "aa", make.NOW) is None
    given_answers.keep(session, key.id, "k", status=201, answer="{}")
    again = given_answers.claim(session, key.id, "k", "aa", make.NOW)
    assert again
    assert (again.status, again.answer) == (201, "{}")
    with pytest.raises(OtherRequest):
        given_answers.claim(session, key.id, "k", "bb", make.NOW)


def test_answers_are_forgotten_after_a_week(session: Session, key: ApiKey) -> None:
    for name, days in (("old", 8), ("young", 6)):
        given_answers.claim(session, key.id, name, "aa", make.NOW - timedelta(days=days))
    given_answers.forget(session, make.NOW)
    assert session.scalars(select(GivenAnswer.idempotency_key)).all() == ["young"]
