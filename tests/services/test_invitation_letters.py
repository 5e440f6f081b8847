"""Invitation letters: every answer a link, in the person's language, with nothing of theirs in it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

import asked
import make
from xla.models import RatingPoint
from xla.outside.mail import Letter, Sender, message
from xla.services.invitation_letters import letter

BASE = "https://xla.nordfast.se/"
SENDER = Sender("Nordfast", "no-reply@nordfast.se", "nordfast.se")


def written(session: Session, question: str = "clean", language: str = "en", **place: str) -> Letter:
    plan = asked.plan(session, make.contract(session, make.agreement(questions=QUESTIONS)))
    point = session.get_one(RatingPoint, plan.point_id)
    point.question_keys = question
    for name, value in place.items():
        setattr(point, name, value)
    row = asked.invited(session, plan)
    row.language = language
    session.flush()
    (mail,) = asked.send(session, make.NOW + timedelta(days=1))
    return letter(mail, provider="Nordfast & <Co>", base_url=BASE)


LABELS = {str(score): {"en": f"Label {score}"} for score in range(1, 4)}
QUESTIONS = [
    *make.HARBOUR["questions"],
    {"key": "smiley", "scale": "smiley4", "text": {"en": "Well?", "sv": "Nå?"}},
    {"key": "easy", "scale": "ces7", "text": {"en": "Easy?"}},
    {"key": "named", "scale": {"min": 1, "max": 3}, "text": {"en": "How?"}, "labels": LABELS},
    {"key": "bare", "scale": {"min": 1, "max": 3}, "text": {"en": "How many?"}},
]


def test_each_face_is_a_link_that_preselects_it(session: Session) -> None:
    made = written(session)
    assert made.subject == "Is it clean?"
    for score, word in enumerate(("Very poor", "Poor", "Okay", "Good", "Very good"), 1):
        assert f"?score={score}" in made.html
        assert f"?score={score}" in made.text
        assert word in made.html
        assert word in made.text
    assert set(made.pictures) == {f"face-{face}" for face in range(1, 6)}
    assert "House A" in made.text
    assert "Nordfast &amp; &lt;Co&gt;" in made.html
    assert asked.EMAIL not in made.html + made.text
    assert made.unsubscribe.endswith("/stop")
    assert made.unsubscribe in made.text


@pytest.mark.parametrize(
    ("question", "words", "pictures"),
    [
        ("smiley", ["Very poor", "Very good"], 4),
        ("recommend", ["0 = Not at all likely", "10 = Extremely likely"], 0),
        ("easy", ["1 = Do not agree at all", "7 = Agree completely"], 0),
        ("ideal", ["1 = Not at all", "10 = Completely"], 0),
        ("named", ["1 Label 1", "3 Label 3"], 0),
        ("bare", ["1 = Worst", "3 = Best"], 0),
    ],
)
def test_a_scale_is_shown_with_its_words(
    session: Session, question: str, words: list[str], pictures: int
) -> None:
    made = written(session, question)
    assert len(made.pictures) == pictures
    for word in words:
        assert word in made.html


def test_a_letter_speaks_the_persons_language_and_names_the_place(session: Session) -> None:
    made = written(session, "smiley", "sv", title="Restroom & <b>")
    assert made.subject == "Nå?"
    assert "Restroom &amp; &lt;b&gt;" in made.html
    assert "Restroom & <b>" in made.text


def test_a_place_without_a_site_is_named_by_its_moment(session: Session) -> None:
    assert "Arrive" in written(session, site_key="").text


def test_on_the_wire_it_can_be_unsubscribed_with_one_post(session: Session) -> None:
    told = message(written(session), SENDER, make.NOW)
    assert told["List-Unsubscribe"].startswith("<https://xla.nordfast.se/i/")
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    kinds = [part.get_content_type() for part in told.walk()]
    assert kinds == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        *["image/png"] * 5,
    ]
    assert len(bytes(told)) < 40_000
