"""Who is told of a notice: whoever sees the contract, may hear of it and wants to; each once."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import breached
import make
from xla.core.notice import Event
from xla.core.role import Role
from xla.core.work import Kind
from xla.models import Contract, Membership, Notice, NoticeChoice, Person, Telling, Webhook, WorkItem
from xla.services import memberships, notice_choices, notices, people, tellings, webhooks


@pytest.fixture
def contract(session: Session) -> Contract:
    """A contract with a manager, a client and an auditor; an admin who is no member, and a stranger."""
    contract = make.contract(session)
    for role in Role:
        person = breached.person(session, role)
        if role is not Role.ADMIN:
            memberships.add_member(session, person.id, contract.id)
    people.add(session, "stranger@nordfast.example", name="Stranger", role=Role.MANAGER, now=make.NOW)
    return contract


def noticed(session: Session, contract: Contract, event: str = "breach_overdue", **told: object) -> Notice:
    notices.write(session, contract.id, event=(event, "a key"), document=told, now=make.NOW)
    return session.scalars(select(Notice).where(Notice.kind == event)).one()


def told(session: Session, notice: Notice) -> list[str]:
    return [person.role for person in tellings.people(session, notice)]


def choose(session: Session, role: Role, event: Event, *, wanted: bool) -> None:
    person = breached.person(session, role)
    session.add(NoticeChoice(person_id=person.id, event=event, wanted=wanted))
    session.flush()


def hook(session: Session, name: str, events: list[Event], contract_id: int | None = None) -> Webhook:
    webhook, _secret = webhooks.create(
        session, name, url="https://hooks.example/", events=events, now=make.NOW
    )
    webhook.contract_id = contract_id
    session.flush()
    return webhook


def test_a_notice_is_written_with_the_work_of_telling_it(session: Session, contract: Contract) -> None:
    notice = noticed(session, contract)
    item = session.scalars(select(WorkItem).where(WorkItem.kind == Kind.TELL)).one()
    assert (item.key, item.contract_id, item.due_at) == ("breach_overdue/a key", contract.id, make.NOW)
    assert json.loads(item.document) == {"notice": notice.id}


def test_members_and_admins_are_told_as_their_roles_have_it(session: Session, contract: Contract) -> None:
    assert told(session, noticed(session, contract)) == ["admin", "manager", "client"]


def test_a_choice_is_heeded_either_way(session: Session, contract: Contract) -> None:
    choose(session, Role.CLIENT, Event.BREACH_OVERDUE, wanted=False)
    choose(session, Role.AUDITOR, Event.BREACH_OVERDUE, wanted=True)
    assert told(session, noticed(session, contract)) == ["admin", "manager", "auditor"]


def test_nobody_is_told_what_their_role_may_not_hear(session: Session, contract: Contract) -> None:
    choose(session, Role.CLIENT, Event.POOR_RATING, wanted=True)
    assert told(session, noticed(session, contract, "poor_rating")) == ["manager"]


def test_who_is_disabled_is_not_told(session: Session, contract: Contract) -> None:
    breached.person(session, Role.MANAGER).disabled_at = make.NOW
    session.flush()
    assert told(session, noticed(session, contract)) == ["admin", "client"]


def test_a_notice_that_names_people_is_for_them_alone_unless_they_chose_otherwise(
    session: Session, contract: Contract
) -> None:
    owner = breached.person(session, Role.AUDITOR)
    assert told(session, noticed(session, contract, "breach_acknowledged", to=[owner.id])) == ["auditor"]
    choose(session, Role.AUDITOR, Event.BREACH_OVERDUE, wanted=False)
    assert told(session, noticed(session, contract, to=[owner.id])) == []


def test_nobody_is_told_what_they_did_themselves(session: Session, contract: Contract) -> None:
    manager = breached.person(session, Role.MANAGER)
    assert told(session, noticed(session, contract, by_id=manager.id)) == ["admin", "client"]
    assert told(session, noticed(session, contract, "breach_opened", by_id=None)) == ["manager", "client"]


def test_webhooks_are_told_of_what_they_asked_for_of_their_contract_or_of_all(
    session: Session, contract: Contract
) -> None:
    other = make.contract(session, make.agreement(contract={"key": "annex"}))
    overdue = [Event.BREACH_CLOSED, Event.BREACH_OVERDUE]
    hook(session, "all", overdue)
    hook(session, "ours", overdue, contract.id)
    hook(session, "another's", overdue, other.id)
    hook(session, "of other events", [Event.BREACH_CLOSED])
    hook(session, "off", overdue).disabled_at = make.NOW
    found = tellings.webhooks(session, noticed(session, contract))
    assert [webhook.name for webhook in found] == ["all", "ours"]


def test_each_is_told_once_however_often_it_is_fanned_out(session: Session, contract: Contract) -> None:
    webhook = hook(session, "all", [Event.BREACH_OVERDUE])
    notice = noticed(session, contract)
    first = tellings.fan_out(session, notice, make.NOW)
    assert [(each.person_id is None, each.webhook_id) for each in first] == [
        (False, None), (False, None), (False, None), (True, webhook.id),
    ]  # fmt: skip
    assert notice.sent_at == make.NOW
    assert tellings.fan_out(session, notice, make.NOW) == []
    assert len({each.message_id for each in session.scalars(select(Telling))}) == 4
    assert first[3].message_id.startswith("msg_")


def test_only_who_is_told_at_once_has_something_sent_now(session: Session, contract: Contract) -> None:
    breached.person(session, Role.CLIENT).digest = "daily"
    hook(session, "all", [Event.BREACH_OVERDUE])
    new = tellings.fan_out(session, noticed(session, contract), make.NOW)
    wanted = tellings.sendings(session, new, make.NOW)
    assert [(each.kind, each.key) for each in wanted] == [
        (Kind.SEND, f"telling/{new[number].id}") for number in (0, 1, 3)
    ]
    assert {each.contract_id for each in wanted} == {contract.id}


def test_who_waits_for_another_host_stands_in_another_lane(session: Session, contract: Contract) -> None:
    hook(session, "all", [Event.BREACH_OVERDUE]).url = "https://Desk.example/in"
    new = tellings.fan_out(session, noticed(session, contract), make.NOW)
    manager = breached.person(session, Role.MANAGER)
    lanes = [each.lane for each in tellings.sendings(session, new, make.NOW)]
    assert lanes[-1] == "web/desk.example"
    assert f"mail/{manager.email.partition('@')[2]}" in lanes


def test_who_lost_the_contract_meanwhile_may_not_be_told(session: Session, contract: Contract) -> None:
    manager = breached.person(session, Role.MANAGER)
    found = [each for each in tellings.fan_out(session, noticed(session, contract), make.NOW)
             if each.person_id == manager.id]  # fmt: skip
    assert tellings.theirs(session, manager, found) == found
    session.delete(session.get_one(Membership, (manager.id, contract.id)))
    session.flush()
    assert tellings.theirs(session, manager, found) == []


def test_what_somebody_switched_off_meanwhile_does_not_come(session: Session, contract: Contract) -> None:
    manager = breached.person(session, Role.MANAGER)
    found = [each for each in tellings.fan_out(session, noticed(session, contract), make.NOW)
             if each.person_id == manager.id]  # fmt: skip
    choose(session, Role.MANAGER, Event.BREACH_CLOSED, wanted=False)
    assert tellings.theirs(session, manager, found) == found
    choose(session, Role.MANAGER, Event.BREACH_OVERDUE, wanted=False)
    assert tellings.theirs(session, manager, found) == []


def test_nor_what_their_role_is_told_only_by_choice(session: Session, contract: Contract) -> None:
    auditor = breached.person(session, Role.AUDITOR)
    choose(session, Role.AUDITOR, Event.BREACH_OVERDUE, wanted=True)
    found = [each for each in tellings.fan_out(session, noticed(session, contract), make.NOW)
             if each.person_id == auditor.id]  # fmt: skip
    assert tellings.theirs(session, auditor, found) == found != []
    notice_choices.choose(session, auditor, [])
    assert tellings.theirs(session, auditor, found) == []


def waiting(session: Session, person: Person) -> list[int]:
    return [each.id for each in tellings.waiting(session, person.id)]


def test_what_was_sent_or_given_up_waits_no_more(session: Session, contract: Contract) -> None:
    person = breached.person(session, Role.MANAGER)
    for event in ("breach_overdue", "breach_opened", "breach_closed"):
        tellings.fan_out(session, noticed(session, contract, event), make.NOW)
    first, second, third = waiting(session, person)
    tellings.told(session, [first], make.NOW)
    tellings.failed(session, [second], "the server says 451", is_over=False, now=make.NOW)
    assert waiting(session, person) == [second, third]
    tellings.failed(session, [second], "the server says 451", is_over=True, now=make.NOW)
    tellings.give_up(session, [first, third], "no mail server is set", make.NOW)
    assert waiting(session, person) == []
    session.expire_all()
    rows = [session.get_one(Telling, number) for number in (first, second, third)]
    assert [(row.sent_at, row.given_up_at, row.problem) for row in rows] == [
        (make.NOW, None, None),
        (None, make.NOW, "the server says 451"),
        (None, make.NOW, "no mail server is set"),
    ]


def test_what_nobody_was_told_of_is_to_be_told(session: Session, contract: Contract) -> None:
    notice = noticed(session, contract)
    assert notices.untold(session) == [notices.telling(notice)]
    notice.sent_at = make.NOW
    session.flush()
    assert notices.untold(session) == []
