"""Seal checks: what is changed, removed, added or re-dated after its day was sealed is found and named."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

import breached
import make
import raw
from rated import rate, respond
from xla.models import (
    Breach,
    BreachStep,
    DaySeal,
    Evaluation,
    Exclusion,
    Period,
    Rating,
    Report,
    Response,
    SealSecret,
    WorkItem,
)
from xla.services import breach_work, seal_checks, seals
from xla.services.verification import verify
from xla.services.withdrawals import withdraw

DAY = date(2026, 4, 5)
"""The close, and ratings beside it."""
LAST = date(2026, 4, 20)


@pytest.fixture
def breach(session: Session) -> Breach:
    """April sealed up to the twentieth: ratings, a close, a breach and work on it, an exclusion, a report."""
    found = breached.build(session)
    contract = breached.contract_of(session, found)
    respond(session, contract, {"clean": 4, "food": 5}, times=3, at=make.utc(2026, 4, 6), comment="Fine")
    withdraw(session, contract.id, Response.id == last_id(session), make.utc(2026, 4, 7))
    breach_work.acknowledge(session, breached.held(session, found), breached.NOW)
    exclusion = Exclusion(
        contract_id=contract.id, site_key="a", start_on=DAY, end_on=LAST, reason="Flood",
        proposed_at=breached.NOW, provider_agreed_at=breached.NOW, client_agreed_at=None, withdrawn_at=None,
        proposed_by=None,
    )  # fmt: skip
    session.add(exclusion)
    raw.insert(
        session,
        Report(
            contract_id=contract.id, period_id=found.period_id, issue=1, language="en",
            issued_at=breached.NOW, sha256="ab" * 32, pdf=b"%PDF",
        ),
    )  # fmt: skip
    session.flush()
    seals.make_secret(session)
    assert seals.keep(session, seals.seal(session, LAST, breached.NOW + timedelta(days=1)))
    return found


def last_id(session: Session) -> int:
    return session.scalars(select(Response.id).order_by(Response.id.desc())).first() or 0


def problems(session: Session) -> list[str]:
    session.flush()
    session.expire_all()
    return [f"{where}: {what}" for where, what in seal_checks.problems(session)]


@pytest.mark.usefixtures("breach")
def test_what_nobody_touched_is_sound(session: Session) -> None:
    assert problems(session) == []


@pytest.mark.usefixtures("breach")
def test_verify_tells_of_them(session: Session) -> None:
    spoiled = step(session, 0)
    spoiled.sentence = "It was nothing."
    session.flush()
    found = [str(each) for each in verify(session, breached.NOW)]
    assert f"seal 2026-04-05: step {spoiled.id} was changed" in found


def response_of_sixth(session: Session) -> Response:
    return session.scalars(select(Response).where(Response.received_at == make.utc(2026, 4, 6))).first()


def rating(session: Session) -> Rating:
    found = select(Rating).where(Rating.response_id == response_of_sixth(session).id)
    return session.scalars(found.order_by(Rating.question_id)).first()


def add_rating(session: Session) -> None:
    session.add(Rating(response_id=response_of_sixth(session).id, question_id=3, score=9))


def gone(session: Session) -> None:
    found = response_of_sixth(session).id
    session.execute(delete(Rating).where(Rating.response_id == found))
    session.execute(delete(Response).where(Response.id == found))


def received(session: Session, later: timedelta) -> None:
    response_of_sixth(session).received_at += later


def felt(session: Session) -> None:
    response_of_sixth(session).rated_on += timedelta(days=1)


def taken(session: Session, at: datetime | None) -> None:
    session.execute(update(Response).where(Response.withdrawn_at.is_not(None)).values(withdrawn_at=at))


def retold(session: Session) -> None:
    frozen = session.scalars(select(Period)).one().evaluation_id
    session.execute(update(Evaluation).where(Evaluation.id == frozen).values(document="{}"))


def step(session: Session, number: int) -> BreachStep:
    return session.scalars(select(BreachStep).order_by(BreachStep.id)).all()[number]


def exclusion(session: Session, **values: object) -> None:
    session.execute(update(Exclusion).values(**values))


SPOILS: list[tuple[str, Callable[[Session], object]]] = [
    ("2026-04-06: response was changed", lambda s: setattr(rating(s), "score", 1)),
    ("2026-04-06: response was changed", lambda s: s.delete(rating(s))),
    ("2026-04-06: response was changed", add_rating),
    ("2026-04-06: response is gone", gone),
    ("2026-04-06: response was changed", lambda s: received(s, timedelta(hours=1))),
    ("2026-04-06: response was changed", lambda s: received(s, timedelta(days=3))),
    ("2026-04-06: response was changed", felt),
    ("2026-04-06: response was changed", lambda s: setattr(response_of_sixth(s), "comment", "Bad")),
    ("2026-04-06: response was changed", lambda s: setattr(response_of_sixth(s), "comment", None)),
    ("2026-04-06: response was changed", lambda s: setattr(response_of_sixth(s), "reasons", "smell")),
    ("2026-04-07: withdrawal is gone", lambda s: taken(s, None)),
    ("2026-04-07: withdrawal was changed", lambda s: taken(s, make.utc(2026, 4, 8))),
    ("2026-04-05: closing was changed", retold),
    ("2026-04-05: step was changed", lambda s: setattr(step(s, 0), "at", make.utc(2026, 4, 4))),
    ("2026-04-20: step is gone", lambda s: s.delete(step(s, 1))),
    ("2026-04-20: exclusion_proposed was changed", lambda s: exclusion(s, reason="Fire")),
    ("2026-04-20: exclusion_provider is gone", lambda s: exclusion(s, provider_agreed_at=None)),
    ("2026-04-20: report was changed", lambda s: s.execute(update(Report).values(sha256="cd" * 32))),
]


@pytest.mark.usefixtures("breach")
def test_each_spoiled_row_is_named_with_its_day(session: Session) -> None:
    for what, spoil in SPOILS:
        spoiling = session.begin_nested()
        spoil(session)
        found = problems(session)
        assert what in map(plain, found), (what, found)
        if "response" in what:
            assert len(found) == 1
        spoiling.rollback()
    assert problems(session) == []


def plain(problem: str) -> str:
    """Without the row's number: PostgreSQL goes on counting from test to test."""
    return re.sub(r" \d+ (?=was|is|says)", " ", problem)


@pytest.mark.usefixtures("breach")
def test_the_row_is_named_by_its_number(session: Session) -> None:
    spoiled = response_of_sixth(session)
    spoiled.persona = "visitor"
    assert problems(session) == [f"2026-04-06: response {spoiled.id} was changed"]


@pytest.mark.usefixtures("breach")
def test_a_rating_put_into_a_sealed_day_is_found_before_and_after_the_next_seal(session: Session) -> None:
    contract = breached.contract_of(session, session.scalars(select(Breach)).one())
    rate(session, contract, "clean", {5: 1}, at=make.utc(2026, 4, 6))
    added = last_id(session)
    assert problems(session) == [f"2026-04-06: response {added} is in no seal: it came late, or was added"]
    seals.keep(session, seals.seal(session, LAST + seals.DAY, breached.NOW + timedelta(days=2)))
    assert problems(session) == [
        f"2026-04-21: response {added} says it was received on 2026-04-06: it came late, or was added"
    ]


@pytest.mark.usefixtures("breach")
def test_a_taking_back_put_into_a_sealed_day_is_found(session: Session) -> None:
    response_of_sixth(session).withdrawn_at = make.utc(2026, 4, 9)
    assert [each[:23] for each in problems(session)] == ["2026-04-09: withdrawal "]


@pytest.mark.usefixtures("breach")
def test_scores_changed_at_random_are_all_found(session: Session) -> None:
    random = Random(6)  # noqa: S311  # a choice, no secret
    rows = list(session.execute(select(Rating.response_id, Rating.question_id, Rating.score)))
    for response_id, question_id, score in random.sample(rows, 8):
        here = (Rating.response_id == response_id, Rating.question_id == question_id)
        session.execute(update(Rating).where(*here).values(score=score % 5 + 1))
        assert any(f"response {response_id} was changed" in each for each in problems(session))
        session.execute(update(Rating).where(*here).values(score=score))
    assert problems(session) == []


# --- the chain ----------------------------------------------------------------------------------------------


def seal_of(session: Session, day: int) -> DaySeal:
    return session.get_one(DaySeal, date(2026, 4, day))


@pytest.mark.usefixtures("breach")
def test_a_day_cut_out_of_the_chain_is_found(session: Session) -> None:
    session.delete(seal_of(session, 10))
    assert problems(session) == [
        "2026-04-10: the chain is cut: this day's seal is missing",
        "2026-04-11: the chain is forked: it follows upon another seal than that of the day before",
    ]


@pytest.mark.usefixtures("breach")
def test_an_end_that_was_cut_off_is_found(session: Session) -> None:
    for key, state in (("2026-04-19", "done"), ("2026-04-20", "done"), ("2026-04-21", "waiting")):
        now = breached.NOW
        session.add(
            WorkItem(
                kind="seal", key=key, queue="close", lane="", document="{}", state=state, attempts=1,
                created_at=now, due_at=now, wanted_at=now, done_at=now,
            )
        )  # fmt: skip
    assert problems(session) == []
    session.delete(seal_of(session, 20))
    cut = "2026-04-20: the chain is cut: this day was sealed, and its seal is missing"
    assert cut in problems(session)
    session.execute(delete(DaySeal))
    assert problems(session) == [cut]


@pytest.mark.usefixtures("breach")
def test_a_seal_made_anew_for_other_rows_forks_the_chain(session: Session) -> None:
    seal = seal_of(session, 6)
    seal.root = "00" * 32
    assert problems(session) == [
        "2026-04-06: its place in the chain was changed",
        "2026-04-06: its root is not that of its rows",
    ]
    seal_of(session, 6).chained = seals.chained(seal.previous, "00" * 32, date(2026, 4, 6))
    assert "2026-04-07: the chain is forked" in " ".join(problems(session))


@pytest.mark.usefixtures("breach")
@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"leaf_count": 1}, "its root is not that of its rows"),
        ({"root": "no hash"}, "its place in the chain was changed"),
        ({"covers": "[]"}, "can't be read: AttributeError"),
        ({"covers": "{}"}, "its root is not that of its rows"),
        ({"scheme": "xla-seal/9"}, "is of a scheme unknown here, xla-seal/9"),
    ],
)
def test_a_spoiled_seal_is_found(session: Session, values: dict[str, object], what: str) -> None:
    session.execute(update(DaySeal).where(DaySeal.day == date(2026, 4, 6)).values(**values))
    assert f"2026-04-06: {what}" in problems(session)


@pytest.mark.usefixtures("breach")
def test_without_the_secret_nothing_can_be_checked(session: Session) -> None:
    session.execute(delete(SealSecret))
    assert problems(session) == ["secret: is gone, or can't be read: no seal can be checked"]


def test_before_the_first_seal_there_is_nothing_to_check(session: Session) -> None:
    assert problems(session) == []


@pytest.mark.usefixtures("breach")
def test_of_one_kind_so_many_are_named_and_no_other_is_blamed_for_them(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal_checks, "MOST", 2)
    session.execute(update(Response).values(channel="kiosk"))
    found = [each for each in problems(session) if each.startswith("2026-04-05")]
    assert len(found) == 2
    assert all("response" in each for each in found)
