"""Given answers: claimed once, given again."""

import pytest
from sqlalchemy.orm import Session

import make
from xla.models import ApiKey
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
