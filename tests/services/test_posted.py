"""Posted responses: all of them or none, each external id once, every flaw named."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.models import Response
from xla.services.posted import Posted, PostRefused, take_responses

GOOD = Posted(ratings=[("clean", 4)], rated_at="2026-03-10T10:00:00+01:00")


def test_responses_are_taken_as_told(session: Session) -> None:
    contract = make.contract(session)
    told = Posted(
        ratings=[("clean", 1), ("food", 5)],
        date="2026-03-10",
        site="A",
        persona="visitor",
        channel="kiosk",
        reasons=["smell", "smell"],
        comment="No.",
    )
    assert take_responses(session, contract, [GOOD, told], now=make.NOW) == (2, 0)
    first, second = session.scalars(select(Response).order_by(Response.id))
    assert (first.source, first.reasons, first.channel) == ("api", None, "")
    assert (second.rated_at, second.reasons, second.comment, second.channel) == (
        None,
        "smell",
        "No.",
        "kiosk",
    )


def test_an_external_id_counts_once(session: Session) -> None:
    contract = make.contract(session)
    own = GOOD._replace(external_id="e-1")
    more = own._replace(ratings=[("clean", 4), ("food", 5)])
    assert take_responses(session, contract, [own, own, GOOD], now=make.NOW) == (2, 1)
    assert take_responses(session, contract, [own], now=make.NOW) == (0, 1)
    assert take_responses(session, contract, [more], now=make.NOW) == (1, 0)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"ratings": [("clean", 6)]}, "1.ratings.0.score"),
        ({"ratings": [("clean", 4), ("clean", 4)]}, "1.ratings.1.question"),
        ({"ratings": [("rain", 4)]}, "1.ratings.0.question"),
        ({"date": "2026-03-10"}, "1.date"),
        ({"rated_at": ""}, "1.rated_at"),
        ({"rated_at": "", "date": "2025-12-31"}, "1.date"),
        ({"site": "z"}, "1.site"),
        ({"touchpoint": "z"}, "1.touchpoint"),
        ({"persona": "z"}, "1.persona"),
        ({"channel": "z" * 201}, "1.channel"),
        ({"respondent": "z" * 201}, "1.respondent"),
        ({"external_id": "z" * 201}, "1.external_id"),
        ({"comment": "z" * 5_001}, "1.comment"),
        ({"reasons": ["paper", "z"]}, "1.reasons.1"),
    ],
)
def test_one_flaw_keeps_all_out(session: Session, change: dict[str, Any], column: str) -> None:
    contract = make.contract(session)
    with pytest.raises(PostRefused) as refused:
        take_responses(session, contract, [GOOD, GOOD._replace(**change)], now=make.NOW)
    assert [wrong.column for wrong in refused.value.wrongs] == [column]
    assert session.scalars(select(Response)).all() == []
