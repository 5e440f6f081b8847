"""Verification: each deliberate spoil is found and named, and sound data raises no alarm."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

import make
import raw
from closed_march import KPIS, MARCH, build, findings
from rated import rate
from xla.models import (
    AgreementVersion,
    Contract,
    Question,
    Rating,
    RatingPoint,
    Response,
    Tally,
)
from xla.services import agreements, periods


@pytest.fixture
def contract(session: Session) -> Contract:
    return build(session)


def said(session: Session, *what: str) -> bool:
    """Whether there is exactly one finding for each start given, in that order."""
    found = findings(session)
    return len(found) == len(what) and all(map(str.startswith, found, what))


@pytest.mark.usefixtures("contract")
def test_sound_data_raises_no_alarm(session: Session) -> None:
    assert findings(session) == []
    agreements.apply(session, make.agreement(effective_from="2026-03-15", note="Backdated"), make.NOW)
    assert findings(session) == []


def test_an_empty_database_is_sound(session: Session) -> None:
    assert findings(session) == []


def test_a_version_applied_later_does_not_rewrite_a_closed_period(session: Session) -> None:
    """Also one from a day before that period: it was judged by what held when it was closed."""
    contract = make.contract(session, make.agreement(effective_from="2026-01-01", kpis=KPIS))
    periods.close(session, contract, MARCH, known_at=make.NOW, now=make.NOW)
    stricter = [{**KPIS[0], "target": 99, "floor": 98}]
    agreements.apply(session, make.agreement(effective_from="2026-02-01", kpis=stricter), make.NOW)
    assert findings(session) == []


# --- tallies and ratings ------------------------------------------------------------------------------------


def a_tally(session: Session) -> Tally:
    return session.query(Tally).order_by(Tally.n.desc()).first()


def a_rating(session: Session, score: int = 5) -> Rating:
    return session.query(Rating).filter_by(score=score).order_by(Rating.response_id).first()


def response_of(session: Session, rating: Rating) -> Response:
    return session.get_one(Response, rating.response_id)


@pytest.mark.usefixtures("contract")
def test_a_changed_tally_is_found(session: Session) -> None:
    a_tally(session).n += 1
    found = findings(session)
    assert found[0].startswith("tally question")
    assert found[0].endswith("persona '', score 5: says 21, the ratings say 20")
    # The period it lies in no longer measures what it was frozen with.
    assert found[1].startswith("period harbour from 2026-03-01: ")


@pytest.mark.usefixtures("contract")
def test_a_removed_tally_is_found(session: Session) -> None:
    session.delete(a_tally(session))
    assert "says 0, the ratings say 20" in findings(session)[0]


@pytest.mark.usefixtures("contract")
def test_an_added_tally_is_found(session: Session) -> None:
    cell = a_tally(session)
    raw.insert(
        session,
        Tally(
            question_id=cell.question_id, rated_on=date(2026, 5, 1), point_id=cell.point_id,
            persona="employee", score=1, n=7,
        ),
    )  # fmt: skip
    assert said(session, "tally question")
    assert "2026-05-01" in findings(session)[0]
    assert "says 7, the ratings say 0" in findings(session)[0]


@pytest.mark.usefixtures("contract")
def test_a_rating_scored_anew_is_found(session: Session) -> None:
    a_rating(session).score = 1
    found = findings(session)
    assert "score 1: says 3, the ratings say 4" in found[0]
    assert "score 5: says 20, the ratings say 19" in found[1]


@pytest.mark.usefixtures("contract")
def test_a_rating_dated_anew_is_found(session: Session) -> None:
    response_of(session, a_rating(session)).rated_on = date(2026, 5, 5)
    found = findings(session)
    assert [each.split(",")[1] for each in found if each.startswith("tally")] == [
        " 2026-03-10",
        " 2026-05-05",
    ]


@pytest.mark.usefixtures("contract")
def test_a_rating_told_to_have_come_later_is_found(session: Session) -> None:
    response_of(session, a_rating(session)).received_at = make.NOW + timedelta(days=1)
    clean, people, weeks, score = findings(session)
    where = "period harbour from 2026-03-01: "
    assert clean == where + "clean: n was frozen as 35; as known then it is 34"
    assert people == where + "people: n was frozen as 35; as known then it is 34"
    assert weeks.startswith(where + "weeks: n was frozen")
    assert score.startswith(where + "score value was frozen as ")


@pytest.mark.usefixtures("contract")
def test_a_removed_rating_is_found(session: Session) -> None:
    rating = a_rating(session)
    session.delete(rating)
    found = findings(session)
    assert "says 20, the ratings say 19" in found[0]
    assert f"rating response {rating.response_id}: has no rating" in found


@pytest.mark.usefixtures("contract")
def test_a_rating_without_its_response_is_found(session: Session) -> None:
    rating = a_rating(session)
    session.delete(response_of(session, rating))
    assert f"rating response {rating.response_id}: rates, but its response is gone" in findings(session)


@pytest.mark.usefixtures("contract")
def test_an_added_rating_is_found(session: Session) -> None:
    rating = a_rating(session)
    food = session.query(Question).filter_by(key="food").one()
    raw.insert(session, Rating(response_id=rating.response_id, question_id=food.id, score=5))
    assert said(session, f"tally question {food.id}")


@pytest.mark.usefixtures("contract")
def test_a_rating_off_its_scale_is_found_and_does_not_stop_the_rest(session: Session) -> None:
    rating = a_rating(session)
    rating.score = 9
    session.add(
        Tally(
            question_id=rating.question_id, rated_on=date(2026, 3, 10), persona="",
            point_id=response_of(session, rating).point_id, score=9, n=1,
        )
    )  # fmt: skip
    a_tally(session).n -= 1
    found = findings(session)
    assert "or off its scale" in found[0]
    assert found[-1].startswith("period harbour from 2026-03-01: can't be read or measured again: ValueError")


def test_a_rating_at_another_contracts_point_or_question_is_found(
    session: Session, contract: Contract
) -> None:
    other = make.contract(session, make.agreement(contract={"key": "other"}))
    rate(session, other, "clean", {5: 1}, site="b")
    response = session.query(Response).filter_by(contract_id=other.id).one()
    response.contract_id = contract.id
    found = findings(session)
    assert f"rating response {response.id}: was given at a rating point its contract does not have" in found
    problem = "answers a question its contract does not have, or off its scale"
    assert f"rating response {response.id}: {problem}" in found
    assert session.query(RatingPoint).filter_by(contract_id=other.id).count() == 1


# --- agreements ---------------------------------------------------------------------------------------------


def version(session: Session) -> AgreementVersion:
    return session.query(AgreementVersion).one()


@pytest.mark.usefixtures("contract")
def test_an_edited_agreement_is_found(session: Session) -> None:
    version(session).document = version(session).document.replace('"target":"80"', '"target":"60"')
    found = findings(session)
    assert found[0] == "agreement harbour version 1: does not have the digest it was applied with"
    assert "target was frozen as 80; as known then it is 60" in found[1]


@pytest.mark.usefixtures("contract")
@pytest.mark.parametrize("document", ["", "{", "[]", "null", "{}", '{"format": "xla-agreement/9"}'])
def test_an_unreadable_agreement_is_found_and_does_not_stop_the_rest(session: Session, document: str) -> None:
    version(session).document = document
    a_tally(session).n += 1
    found = findings(session)
    assert found[0].startswith("tally")
    assert found[1] == "agreement harbour version 1: does not have the digest it was applied with"
    assert found[2].startswith("agreement harbour version 1: can't be read: ")
    assert found[3].startswith("period harbour from 2026-03-01: can't be read or measured again: ")
    assert len(found) == 4
    assert "\n" not in "".join(found)


def test_a_missing_version_is_found(session: Session, contract: Contract) -> None:
    for day in ("2026-04-01", "2026-05-01"):
        agreements.apply(session, make.agreement(effective_from=day), make.NOW)
    session.delete(agreements.versions(session, contract)[1])
    assert findings(session) == ["agreement harbour version 2: is missing"]


def test_a_contract_without_any_version_is_found(session: Session) -> None:
    made = make.contract(session)
    session.delete(version(session))
    assert made.id
    assert findings(session) == ["agreement harbour: has no version"]


def test_a_version_kept_from_another_day_is_found(session: Session) -> None:
    make.contract(session)
    version(session).effective_from = date(2025, 1, 1)
    assert findings(session) == [
        "agreement harbour version 1: is kept for harbour from 2025-01-01, but says harbour from 2026-01-01"
    ]
