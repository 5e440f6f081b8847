"""The question's page is made once a second, and each reader gets a key of their own."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

import make
import tapping
from statements import sent
from xla import database
from xla.models import RatingPoint, Response
from xla.web import fresh

KEY = re.compile(r'name="key" value="([^"]+)"')
LINK = f"/r/{tapping.TOKEN}"


@pytest.fixture
def phone(app: Flask, store: Engine) -> FlaskClient:
    with database.transaction(store) as session:
        tapping.point(session, make.contract(session))
    return app.test_client()


def test_within_a_second_the_database_is_asked_once_and_every_key_differs(
    phone: FlaskClient, store: Engine
) -> None:
    first = phone.get(LINK).text
    with sent(store) as statements:
        pages = [phone.get(LINK) for _ in range(3)]
    assert statements == []
    keys = {KEY.findall(page.text)[0] for page in pages} | {KEY.findall(first)[0]}
    assert len(keys) == 4
    assert fresh.KEY_PLACE not in first
    assert {len(page.data) for page in pages} == {int(pages[0].headers["Content-Length"])}


def test_a_page_that_was_got_from_memory_can_be_tapped_on(phone: FlaskClient, store: Engine) -> None:
    for score in (2, 5):
        key = KEY.findall(phone.get(LINK).text)[0]
        answer = phone.post(LINK, data={"key": key, "question": "clean", "score": str(score)})
        assert answer.status_code == 303
    with database.reading(store) as session:
        assert len(session.scalars(select(Response).where(Response.source == "web")).all()) == 2


def test_each_language_and_channel_has_its_own_page(phone: FlaskClient) -> None:
    pages = [phone.get(LINK), phone.get(LINK, query_string={"via": "poster"})]
    assert [("via=poster" in page.text) for page in pages] == [False, True]


def test_after_a_second_a_closed_point_is_found_closed(
    phone: FlaskClient, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert phone.get(LINK).status_code == 200
    with database.transaction(store) as session:
        row = session.scalars(select(RatingPoint).where(RatingPoint.token == tapping.TOKEN)).one()
        row.closed_at = row.opened_at
    assert phone.get(LINK).status_code == 200
    monkeypatch.setattr(fresh, "FRESH_S", 0)
    assert phone.get(LINK).status_code == 410


def test_only_so_many_pages_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "MOST", 2)
    some = fresh.Fresh()
    made: list[int] = []
    for number in (1, 2, 3, 1):
        some.of(number, lambda number=number: made.append(number))  # type: ignore[misc]  # told at once
    assert made == [1, 2, 3, 1]
