"""Point sheets: a poster in the languages its questions have, labels of a building in their order."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.models import Contract, RatingPoint
from xla.services import installations, point_sheets, points
from xla.services.points import Terms, Where

QUESTIONS = [
    {"key": "clean", "scale": "csat5", "text": {"en": "Clean?", "sv": "Rent?", "fi": "Siisti?"}},
    {"key": "food", "scale": "nps11", "text": {"en": "Good food?", "sv": "God mat?"}},
]
KPIS = [{"key": "clean", "question": "clean", "metric": "csat", "target": 80, "scope": {"sites": ["a"]}}]
TERMS = make.agreement(
    questions=QUESTIONS,
    kpis=KPIS,
    promise={"en": "You like it.", "sv": "Du trivs."},
    journey=[
        {"key": "arrive", "title": {"en": "Arrive", "sv": "Komma"}},
        {"key": "lunch", "title": {"en": "Lunch"}},
    ],
)


def opened(session: Session, contract: Contract, where: Where, terms: Terms | None = None) -> RatingPoint:
    return points.create(session, None, contract, where=where, terms=terms or Terms(), now=make.NOW)


def test_a_poster_speaks_the_languages_all_its_questions_have_the_contracts_first(session: Session) -> None:
    contract = make.contract(session, TERMS)
    installations.choose_logo(session, b"png", make.NOW)
    point = opened(session, contract, Where("a", "arrive"), Terms("", ("food", "clean")))
    told: dict[str, Any] = {
        "size": "a5",
        "address": "https://x.example/r/t",
        "provider": "Nordfast",
        "now": make.NOW,
    }
    said = point_sheets.poster(session, contract, point, spoken=(), **told)
    assert [(side.language, side.question, side.more) for side in said.sides] == [
        ("en", "Good food?", 1),
        ("sv", "God mat?", 1),
    ]
    assert [(side.promise, side.site, side.moment) for side in said.sides] == [
        ("You like it.", "House A", "Arrive"),
        ("Du trivs.", "House A", "Komma"),
    ]
    assert (said.scores, said.logo) == (11, b"png")
    only = point_sheets.poster(session, contract, point, spoken=("sv", "fi"), **told)
    assert [side.language for side in only.sides] == ["sv"]
    none = point_sheets.poster(session, contract, point, spoken=("da",), **told)
    assert [side.language for side in none.sides] == ["en", "sv"]


def test_a_poster_where_nothing_is_asked_any_more_still_has_its_place_and_promise(session: Session) -> None:
    contract = make.contract(session, TERMS)
    point = opened(session, contract, Where("b", "lunch"), Terms("", ("food",)))
    point.question_keys = "gone"
    said = point_sheets.poster(
        session, contract, point, size="a4", spoken=(), address="", provider="", now=make.NOW
    )
    assert [(side.question, side.more, side.site, side.moment) for side in said.sides] == [
        ("", 0, "House B", "Lunch")
    ]
    assert said.scores == 0


def labelled(session: Session, contract: Contract, site: str) -> list[tuple[str, str, str]]:
    sheet = point_sheets.labels(
        session, contract, site=site, grid="3x8", address="/r/{}".format, provider="", now=make.NOW
    )
    return [(label.title, label.around, label.question) for label in sheet.labels]


def test_labels_are_those_of_a_site_and_inside_it_in_order_without_closed_ones(session: Session) -> None:
    contract = make.contract(session, TERMS)
    for where, terms in (
        (Where("a-1", "lunch"), Terms()),
        (Where("a", "lunch"), Terms()),
        (Where("a", "arrive"), Terms("Front door")),
        (Where("b", "lunch"), Terms("", ("food",))),
        (Where("", ""), Terms("", ("food",))),
    ):
        opened(session, contract, where, terms)
    shut = opened(session, contract, Where("a-1", "arrive"))
    points.close(session, None, shut, make.NOW)
    house = [
        ("Front door", "", "Clean?"),
        ("House A", "Lunch", "Clean?"),
        ("Floor 1", "House A · Lunch", "Clean?"),
    ]
    assert labelled(session, contract, "a") == house
    assert labelled(session, contract, "") == [
        ("Harbour house", "", "Good food?"),
        *house,
        ("House B", "Lunch", "Good food?"),
    ]


def test_a_label_leads_to_its_own_link(session: Session) -> None:
    contract = make.contract(session, TERMS)
    opened(session, contract, Where("a", "lunch"))
    sheet = point_sheets.labels(
        session, contract, site="a", grid="2x5", address="/r/{}".format, provider="", now=make.NOW
    )
    token = session.scalars(select(RatingPoint.token)).one()
    assert [label.address for label in sheet.labels] == [f"/r/{token}"]
