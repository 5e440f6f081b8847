"""What was done is told where people said it: finished, about what is asked there, and nothing else."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import tapping
from web import world
from xla.models import Action, Breach
from xla.services import places
from xla.services.agreements import contract_of
from xla.services.done_here import Done, done_here
from xla.services.kept import Kept

DONE_ON = date(2026, 4, 9)
NOW = datetime(2026, 4, 20, 9, tzinfo=UTC)


def planned(session: Session, title: str, **given: Any) -> None:
    breach = session.scalars(
        select(Breach).where(Breach.contract_id == contract_of(session, "harbour").id)
    ).one()
    told: dict[str, Any] = {"due_on": DONE_ON, "done_on": DONE_ON, "created_at": NOW} | given
    session.add(Action(breach_id=breach.id, title=title, owner="Maja", **told))
    session.flush()


def told(session: Session, **point: Any) -> list[Done]:
    row = tapping.point(session, contract_of(session, "harbour"), **({"touchpoint_key": "lunch"} | point))
    place = places.by_token(session, str(row.token), Kept(), NOW)
    assert place
    return done_here(session, place)


@pytest.fixture(autouse=True)
def _world(session: Session) -> None:
    world.add_people(session)
    world.add_contracts(session)


def test_the_newest_finished_actions_are_told_with_what_they_were_about(session: Session) -> None:
    planned(session, "Air it more often", reason_key="smell")
    planned(session, "Night round", done_on=date(2026, 4, 12))
    assert told(session) == [
        Done(
            {"en": "Clean house", "sv": "Rent hus"},
            is_reason=False,
            title="Night round",
            done_on=date(2026, 4, 12),
        ),
        Done({"en": "Smell"}, is_reason=True, title="Air it more often", done_on=DONE_ON),
    ]


def test_what_is_not_done_or_was_dropped_is_never_told(session: Session) -> None:
    planned(session, "Not yet", done_on=None)
    planned(session, "Not at all", dropped_at=NOW)
    assert told(session) == []


@pytest.mark.parametrize(
    ("site", "point", "is_told"),
    [
        ("a", "a-1", True),
        ("a-1", "a-1", True),
        ("a-1", "a", False),
        ("b", "a-1", False),
        (None, "", True),
        ("a", "", False),
    ],
)
def test_what_was_done_at_a_site_is_told_there_and_inside_it(
    session: Session, site: str | None, point: str, *, is_told: bool
) -> None:
    planned(session, "Night round", site_key=site)
    assert bool(told(session, site_key=point)) == is_told


def test_what_was_done_about_other_questions_is_not_told(session: Session) -> None:
    planned(session, "Night round")
    assert told(session, question_keys="food") == []


def test_the_same_thing_done_twice_is_told_once_and_three_things_at_most(session: Session) -> None:
    for day in range(1, 6):
        planned(session, "Night round", done_on=date(2026, 4, day))
        planned(session, f"Round {day}", done_on=date(2026, 4, day))
    assert [done.title for done in told(session)] == ["Round 5", "Night round", "Round 4"]
