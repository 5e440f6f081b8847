"""Acceptance: one party proposes, the other agrees, and only then it ends."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import breached
from breached import NOW, held, last
from xla.core.role import Party, Role
from xla.models import AuditEntry, Breach, BreachWork, Notice
from xla.services import acceptances
from xla.services.breach_work import NotNow

SIDES: list[tuple[Party, Role, Party, Role]] = [
    ("provider", Role.MANAGER, "client", Role.CLIENT),
    ("client", Role.CLIENT, "provider", Role.MANAGER),
]


@pytest.fixture
def breach(session: Session) -> Breach:
    return breached.build(session)


def by(session: Session, breach: Breach) -> Party | None:
    return acceptances.proposed_by(session.get(BreachWork, breach.id))


@pytest.mark.parametrize(("one", "who", "other", "whom"), SIDES)
def test_one_proposes_and_the_other_agrees(
    session: Session, breach: Breach, one: Party, who: Role, other: Party, whom: Role
) -> None:
    acceptances.propose(session, held(session, breach, who), one, reason="A burst pipe.", now=NOW)
    assert by(session, breach) == one
    assert (last(breach).kind, last(breach).state, last(breach).sentence) == (
        "acceptance",
        "open",
        "A burst pipe.",
    )
    with pytest.raises(NotNow, match="can't be proposed now"):
        acceptances.propose(session, held(session, breach, whom), other, reason="Again", now=NOW)
    with pytest.raises(NotNow, match="the other party does not propose"):
        acceptances.agree(session, held(session, breach, who), one, NOW)
    acceptances.agree(session, held(session, breach, whom), other, NOW)
    assert (last(breach).state, breach.closed_at) == ("accepted", NOW)
    assert by(session, breach) is None
    assert session.scalar(select(Notice.kind).where(Notice.kind == "breach_closed"))
    audited = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert audited == ["breach.propose_acceptance", "breach.accepted"]


@pytest.mark.parametrize(("one", "who", "other", "whom"), SIDES)
def test_only_who_proposed_takes_it_back(
    session: Session, breach: Breach, one: Party, who: Role, other: Party, whom: Role
) -> None:
    acceptances.propose(session, held(session, breach, who), one, reason="A burst pipe.", now=NOW)
    with pytest.raises(NotNow, match=f"the {other} does not propose"):
        acceptances.withdraw(session, held(session, breach, whom), other, NOW)
    acceptances.withdraw(session, held(session, breach, who), one, NOW)
    assert by(session, breach) is None
    assert session.get_one(BreachWork, breach.id).acceptance_reason is None
    with pytest.raises(NotNow, match="the other party does not propose"):
        acceptances.agree(session, held(session, breach, whom), other, NOW)


def test_once_ended_nothing_is_proposed_agreed_or_taken_back(session: Session, breach: Breach) -> None:
    acceptances.propose(session, held(session, breach), "provider", reason="A burst pipe.", now=NOW)
    acceptances.agree(session, held(session, breach, Role.CLIENT), "client", NOW)
    for late in (
        lambda: acceptances.propose(session, held(session, breach), "provider", reason="x", now=NOW),
        lambda: acceptances.agree(session, held(session, breach), "provider", NOW),
        lambda: acceptances.withdraw(session, held(session, breach), "provider", NOW),
    ):
        with pytest.raises(NotNow):
            late()


def test_without_work_nobody_proposes() -> None:
    assert acceptances.proposed_by(None) is None
