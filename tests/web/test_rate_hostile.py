"""Whatever is sent to the public pages: an answer of ours, and nothing stored that is off its scale."""

import os
import string
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

import serving
import tapping
from xla import clock, database
from xla.models import Question, Rating
from xla.services.verification import verify
from xla.settings import Settings
from xla.web import create_app
from xla.web.post import POST

TIMES = int(os.environ.get("XLA_SURVIVE", "1"))
EXAMPLES = 300 if TIMES == 1 else 1_000 * TIMES
OUR_ANSWERS = {200, 303, 308, *range(400, 432)}
KEYS = st.sampled_from(["a" * 22, "b" * 22, "short", "c" * 65]) | st.text(max_size=70)
SCORES = (
    st.integers(-3, 12).map(str)
    | st.sampled_from(["", "5.0", "\u0663", "1e0", "NaN", "0x1", " 3", "\uff13"])
    | st.text()
)
QUESTIONS = st.sampled_from(["clean", "food", "recommend", "gone", "CLEAN", ""]) | st.text(max_size=20)
TEXTS = st.text(max_size=200) | st.sampled_from(["\0", "</script><b>{{7*7}}", "\u202e", "x" * 10_000])
FORMS = st.fixed_dictionaries(
    {"key": KEYS, "question": QUESTIONS, "score": SCORES},
    optional={
        "reason": TEXTS,
        "comment": TEXTS,
        "contact": TEXTS,
        "score-food": SCORES,
        "score-clean": SCORES,
    },
) | st.dictionaries(TEXTS, TEXTS, max_size=5)
NAMES = string.ascii_letters + string.digits + "/.%;:@&=+$,-_~ "
PATHS = st.sampled_from(
    [
        f"/r/{tapping.TOKEN}{rest}"
        for rest in ("", "/" + "a" * 22, "/" + "b" * 22 + "/change", "/answers", "/x/thanks")
    ]
) | st.text(NAMES, max_size=30).map(lambda text: f"/r/{text}")
TYPES = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/html",
        "",
    ]
)
HEADERS = ["User-Agent", "Accept-Language", "X-Forwarded-For", "Cookie", "Origin", "Content-Encoding"]
WORDS = st.text(string.ascii_letters + string.punctuation + " ", max_size=60)
METHODS = ["GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"]
REQUESTS = st.fixed_dictionaries(
    {"method": st.sampled_from(METHODS)},
    optional={
        "data": FORMS | st.binary(max_size=300),
        "content_type": TYPES,
        "query_string": st.dictionaries(
            st.sampled_from(["lang", "via", "x"]), st.text(max_size=30), max_size=3
        ),
        "headers": st.dictionaries(st.sampled_from(HEADERS), WORDS, max_size=3),
    },
)


NEARLY_SOUND = st.tuples(
    st.sampled_from(["", "", "/" + "a" * 22]).map(lambda rest: f"/r/{tapping.TOKEN}{rest}"),
    st.fixed_dictionaries(
        {
            "method": st.just("POST"),
            "data": st.fixed_dictionaries(
                {"key": st.sampled_from(["a" * 22, "b" * 22]), "question": st.just("clean")}
                | {"score": st.sampled_from("12345") | SCORES},
                optional={
                    "comment": TEXTS,
                    "contact": TEXTS,
                    "score-food": st.sampled_from("12345") | SCORES,
                },
            ),
        }
    ),
)


@pytest.fixture
def engine_of_it(empty_database_url: str) -> Iterator[Engine]:
    engine = database.connect(empty_database_url)
    serving.collecting(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def app(engine_of_it: Engine, tmp_path: Any) -> Iterator[Flask]:
    made = create_app(Settings(instance=tmp_path), engine_of_it)
    yield made
    made.extensions[POST].executor.shutdown()


def test_whatever_is_sent_only_ratings_on_their_scale_are_stored(app: Flask, engine_of_it: Engine) -> None:
    browser = app.test_client()

    @settings(
        max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None
    )
    @given(NEARLY_SOUND | st.tuples(PATHS, REQUESTS))
    def send(sent: tuple[str, dict[str, Any]]) -> None:
        path, request = sent
        with browser.open(path, **request) as answer:
            assert answer.status_code in OUR_ANSWERS
            assert "Set-Cookie" not in answer.headers

    send()
    off = (Rating.score < Question.lowest) | (Rating.score > Question.highest)
    with database.reading(engine_of_it) as session:
        rows = select(func.count()).select_from(Rating).join(Question, Question.id == Rating.question_id)
        assert session.scalar(rows.where(off)) == 0
        assert (session.scalar(rows) or 0) > 0  # some were sound
        assert verify(session, clock.now()) == []
