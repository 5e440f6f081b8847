"""Ratings that come in within milliseconds of a close: each counts in it or is late, and none is neither.

`make survive` closes a thousand periods; tests hold what was acknowledged against what was frozen.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from secrets import token_urlsafe
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

import make
import tapping
from xla import clock, database
from xla.core.window import CalendarPeriod, periods_from
from xla.models import Evaluation, Period, Rating, Response
from xla.services import keys, periods, places, taps
from xla.services.agreements import contract_of
from xla.services.kept import Kept
from xla.services.taps import Tap
from xla.services.verification import verify
from xla.settings import Settings
from xla.web import create_app

TIMES = int(os.environ.get("XLA_SURVIVE", "1"))
CLOSES = 30 if TIMES == 1 else 10 * TIMES
MONTHS = 10
"""Closed of each contract."""
START = date(2025, 1, 1)
ZONE = ZoneInfo("Europe/Stockholm")
KPIS = [{"key": "clean", "question": "clean", "metric": "csat", "target": 80, "floor": 70}]
TELLS = {"tap": 2, "API": 1}
"""Who rates during a close: threads of each way in."""


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        for number in range(-(-CLOSES // MONTHS)):
            told = {"key": f"c{number}", "starts_on": f"{START}", "ends_on": None}
            terms = make.agreement(contract=told, kpis=KPIS, effective_from=f"{START}")
            contract = make.contract(session, terms, clock.now())
            tapping.point(session, contract, token=f"point-{number}", opened_at=clock.now())
    yield engine
    engine.dispose()


class Month:
    """One period of one contract: rated from all sides, and closed in the middle of it."""

    def __init__(self, store: Engine, browser: Callable[[], FlaskClient], number: int) -> None:
        self.store, self.browser = store, browser
        self.contract, self.token = f"c{number // MONTHS}", f"point-{number // MONTHS}"
        self.period: CalendarPeriod = list(periods_from(START, date(2027, 1, 1), "month"))[number % MONTHS]
        self.felt_at = datetime(self.period.start.year, self.period.start.month, 10, 12, tzinfo=ZONE)
        self.acknowledged: list[str] = []
        self.enough, self.over = threading.Event(), threading.Event()

    def close(self, key: str) -> None:
        """Close it while people rate."""
        ways = [self._tapping] * TELLS["tap"] + [lambda: self._sending(key)] * TELLS["API"]
        people = [threading.Thread(target=way) for way in ways]
        for each in people:
            each.start()
        assert self.enough.wait(60)
        now = clock.now()
        with database.transaction(self.store) as session:
            contract = contract_of(session, self.contract)
            assert periods.close(session, contract, self.period, known_at=now, now=now).is_new
        time.sleep(0.003)
        self.over.set()
        for each in people:
            each.join()

    def _noted(self, name: str) -> None:
        self.acknowledged.append(name)
        if len(self.acknowledged) > len(TELLS):
            self.enough.set()

    def _tapping(self) -> None:
        kept = Kept()
        with database.reading(self.store) as session:
            place = places.by_token(session, self.token, kept, clock.now())
        assert place
        while not self.over.is_set():
            told = Tap("clean", 4, token_urlsafe(16), "qr", self.felt_at)
            with database.transaction(self.store) as session:
                taps.tap(session, place, told, kept, clock.now())
            self._noted(told.key)

    def _sending(self, key: str) -> None:
        browser = self.browser()
        while not self.over.is_set():
            name = token_urlsafe(16)
            told = {
                "rated_at": self.felt_at.isoformat(),
                "external_id": name,
                "site": "a",
                "ratings": [{"question": "clean", "score": 2}],
            }
            answer = browser.post(
                f"/api/v1/contracts/{self.contract}/responses",
                json=told,
                headers={"Authorization": f"Bearer {key}"},
            )
            assert answer.status_code == 201, answer.text
            self._noted(name)


def test_each_rating_around_a_close_is_counted_or_late(store: Engine) -> None:
    app = create_app(Settings(), store)
    with database.transaction(store) as session:
        told = {"scopes": ["ratings:write"], "contract_id": None}
        _row, key = keys.create(session, "a system", **told, now=clock.now())
    months = [Month(store, app.test_client, number) for number in range(CLOSES)]
    for month in months:
        month.close(key)
    with database.reading(store) as session:
        for month in months:
            counted, late, frozen = split(session, month)
            assert counted + late == len(month.acknowledged)
            assert frozen == counted
        assert verify(session, clock.now()) == []
    print(sum(len(month.acknowledged) for month in months), "ratings around", CLOSES, "closes")  # noqa: T201  # shown by `make survive`


def split(session: Session, month: Month) -> tuple[int, int, int]:
    """How many ratings of the period were known at its close, how many came later, and what is frozen."""
    contract = contract_of(session, month.contract)
    evaluation = session.scalars(
        select(Evaluation)
        .join(Period, Period.evaluation_id == Evaluation.id)
        .where(Period.contract_id == contract.id, Period.start_on == month.period.start)
    ).one()
    of_it = (
        select(func.count(Rating.response_id))
        .join(Response, Response.id == Rating.response_id)
        .where(
            Response.contract_id == contract.id,
            Response.rated_on >= month.period.start,
            Response.rated_on < month.period.end,
        )
    )
    known = Response.received_at <= evaluation.known_at
    (kpi,) = json.loads(evaluation.document)["kpis"]
    return session.scalar(of_it.where(known)), session.scalar(of_it.where(~known)), kpi["n"]
