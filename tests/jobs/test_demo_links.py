"""The demo's links: every rating point at a site has one, the same in every demo."""

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.jobs.demo import links
from xla.jobs.demo.plan import scripts
from xla.models import RatingPoint
from xla.services.agreements import apply, contract_of
from xla.services.points import Where, is_open, new_point, terms_of

NOW = datetime(2026, 6, 17, 9, 30, tzinfo=UTC)


def test_points_at_sites_get_the_same_link_every_time_and_ask_what_is_answered_there(
    session: Session,
) -> None:
    played = scripts(date(2025, 5, 1))
    for script in played:
        apply(session, script.agreement, NOW)
    park, airport = contract_of(session, "office-park"), contract_of(session, "airport-terminals")
    for contract, where in (
        (park, Where("restaurant", "lunch")),
        (park, Where("", "lunch")),
        (airport, Where("a", "")),
    ):
        new_point(session, contract, where)
    session.flush()
    assert links.open_missing(session, played) == 2
    assert links.open_missing(session, played) == 0
    lunch, untold, gate = session.scalars(select(RatingPoint).order_by(RatingPoint.id))
    assert (lunch.token, gate.token) == ("mrjjn5hhq", "y5w2cbr5k")
    assert (is_open(lunch), is_open(untold)) == (True, False)
    assert terms_of(lunch).questions == ("lunch",)
    assert terms_of(gate).questions == ()
