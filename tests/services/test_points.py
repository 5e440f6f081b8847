"""Points: opened singly and from the tree, each with a link of its own; changed, closed, opened again."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from rated import rate
from xla.models import AuditEntry, Contract, RatingPoint
from xla.services import points
from xla.services.agreements import ChangedMeanwhile, Refused
from xla.services.points import ALPHABET, LENGTH, NothingAsked, Opened, Taken, Terms, TooMany, Where

ARRIVE = Where("a", "arrive")
CLEAN_IN_A = [
    {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "scope": {"sites": ["a"]}}
]


def opened(session: Session, contract: Contract, where: Where = ARRIVE, **terms: object) -> RatingPoint:
    return points.create(
        session,
        None,
        contract,
        where=where,
        terms=Terms(**terms),
        now=make.NOW,  # type: ignore[arg-type]  # its fields
    )


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_new_point_has_a_short_link_nobody_can_misread(session: Session) -> None:
    contract = make.contract(session)
    tokens = {
        opened(session, contract, Where("a", "arrive")).token,
        opened(session, contract, Where("a", "")).token,
    }
    assert len(tokens) == 2
    for token in tokens:
        assert token is not None
        assert len(token) == LENGTH
        assert set(token) <= set(ALPHABET)
    assert not set("0o1il") & set(ALPHABET)
    assert actions(session) == ["point.open", "point.open"]


def test_a_point_that_came_with_a_file_gets_its_link_and_keeps_its_ratings(session: Session) -> None:
    contract = make.contract(session)
    rate(session, contract, "clean", {5: 3}, site="a", touchpoint="arrive")
    known = session.scalars(select(RatingPoint)).one()
    assert not points.is_open(known)
    assert opened(session, contract, title="Door") is known
    assert points.is_open(known)


def test_one_place_has_one_point(session: Session) -> None:
    contract = make.contract(session)
    first = opened(session, contract)
    points.close(session, None, first, make.NOW)
    with pytest.raises(Taken) as taken:
        opened(session, contract)
    assert taken.value.point is first


def test_a_place_where_nothing_would_be_asked_is_not_opened(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=CLEAN_IN_A))
    with pytest.raises(NothingAsked):
        opened(session, contract, Where("b", "lunch"))
    assert opened(session, contract, Where("b", "lunch"), questions=("food",)).question_keys == "food"


def test_a_place_the_agreement_does_not_know_is_refused(session: Session) -> None:
    with pytest.raises(Refused):
        opened(session, make.contract(session), Where("cellar", "arrive"))


def test_all_chosen_sites_are_combined_with_all_chosen_touchpoints(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=CLEAN_IN_A))
    opened(session, contract, Where("a", "lunch"))
    chosen = {"sites": ["a", "a-1", "b"], "touchpoints": ["arrive", "lunch"]}
    assert points.from_tree(session, None, contract, **chosen, now=make.NOW) == Opened(3, 1, 2)
    assert points.from_tree(session, None, contract, **chosen, now=make.NOW) == Opened(0, 4, 2)
    assert actions(session) == ["point.open", "point.open_many"]


def test_too_many_points_at_once_are_none(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "MOST_AT_ONCE", 1)
    contract = make.contract(session)
    with pytest.raises(TooMany):
        points.from_tree(session, None, contract, sites=["a", "b"], touchpoints=["lunch"], now=make.NOW)


def test_a_change_is_made_to_what_was_seen(session: Session) -> None:
    contract = make.contract(session)
    point = opened(session, contract)
    seen = points.fingerprint(points.terms_of(point))
    wanted = Terms("Front door", ("food", "clean"), "visitor")
    points.edit(session, None, point, terms=wanted, seen=seen, now=make.NOW)
    assert points.terms_of(point) == wanted
    with pytest.raises(ChangedMeanwhile):
        points.edit(session, None, point, terms=Terms("Mine"), seen=seen, now=make.NOW)
    same = points.fingerprint(wanted)
    points.edit(session, None, point, terms=wanted, seen=same, now=make.NOW)
    assert points.terms_of(point) == wanted
    assert actions(session) == ["point.open", "point.change"]


def test_a_change_that_leaves_nothing_to_ask_is_refused(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=CLEAN_IN_A))
    point = opened(session, contract, Where("b", "lunch"), questions=("food",))
    seen = points.fingerprint(points.terms_of(point))
    with pytest.raises(NothingAsked):
        points.edit(session, None, point, terms=Terms(), seen=seen, now=make.NOW)


def test_a_closed_point_keeps_its_link_and_opens_again_with_it(session: Session) -> None:
    contract = make.contract(session)
    point = opened(session, contract)
    token = point.token
    for _ in range(2):
        points.close(session, None, point, make.NOW)
    assert (points.is_open(point), point.token) == (False, token)
    for _ in range(2):
        points.reopen(session, None, point, make.NOW)
    assert (points.is_open(point), point.token) == (True, token)
    assert actions(session) == ["point.open", "point.close", "point.reopen"]


def test_a_point_is_found_in_its_own_contract_only(session: Session) -> None:
    contract = make.contract(session)
    other = make.contract(session, make.agreement(contract={"key": "quay"}))
    point = opened(session, contract)
    assert points.point_of(session, contract, point.id) is point
    assert points.point_of(session, other, point.id) is None


def test_a_point_is_called_by_its_title_else_its_place_else_its_contract(session: Session) -> None:
    contract = make.contract(session)
    terms = make.agreement()
    assert points.named(terms, opened(session, contract, title="Front door")) == "Front door"
    assert points.named(terms, opened(session, contract, Where("a-1", "lunch"))) == "Floor 1 / lunch"
    assert points.named(terms, opened(session, contract, Where("", ""))) == "Harbour house"


def test_before_the_first_agreement_holds_its_places_are_known(session: Session) -> None:
    contract = make.contract(session)
    assert points.agreement_today(session, contract, make.utc(2025, 6, 1)).site_keys == ("a", "a-1", "b")
