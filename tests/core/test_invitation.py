"""Invitations: addresses, due times, links, and where an event's fields stand."""

from datetime import timedelta

import pytest

from make import utc
from xla.core import event, invitation, invitation_link

NOW = utc(2026, 6, 15, 12)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("karin@ekhaga.se", True),
        ("k.a+b_c'd@sub.ekhaga-hus.co", True),
        ("karin", False),
        ("karin@ekhaga", False),
        ("a..b@ekhaga.se", False),
        ("a@b@ekhaga.se", False),
        ("karin@-ekhaga.se", False),
        ("kårin@ekhaga.se", False),
        ("karin@ekhaga.se\r\nBcc: all@ekhaga.se", False),
        ("karin@ekhaga.se\n", False),
        ("Karin <karin@ekhaga.se>", False),
        (f"{'a' * 250}@ekhaga.se", False),
    ],
)
def test_an_address_is_plain_and_safe_in_a_mails_head(text: str, *, is_one: bool) -> None:
    assert invitation.is_address(text) is is_one


@pytest.mark.parametrize(
    ("address", "is_one"),
    [("a@b.example", True), ("a@EXAMPLE.com", True), ("a@x.test", True), ("a@myexample.com", False)],
)
def test_reserved_names_belong_to_nobody(address: str, *, is_one: bool) -> None:
    assert invitation.is_reserved(address) is is_one


def test_a_reminder_after_the_link_has_ended_is_none() -> None:
    ends = invitation.expiry(NOW, 7)
    assert invitation.reminder_due(NOW, 3, ends) == NOW + timedelta(days=3)
    assert invitation.reminder_due(NOW, 7, ends) is None
    assert invitation.reminder_due(NOW, None, ends) is None
    assert invitation.is_over(ends, ends)
    assert not invitation.is_over(None, NOW)


def test_a_mail_that_could_not_go_out_for_a_week_is_given_up() -> None:
    due = invitation.first_due(NOW, 24)
    assert due == NOW + timedelta(hours=24)
    assert not invitation.is_given_up(due, NOW, due + timedelta(days=7))
    assert invitation.is_given_up(due, NOW, due + timedelta(days=7, seconds=1))
    assert not invitation.is_given_up(due, due + timedelta(days=5), due + timedelta(days=8))


def test_an_answer_is_dated_by_its_day_alone() -> None:
    assert invitation.answered_on(utc(2026, 6, 15, 12, 3, 4)) == utc(2026, 6, 15)


def test_a_link_is_known_by_who_made_it_only() -> None:
    token = invitation_link.token_of("secret", 17)
    assert invitation_link.id_of("secret", token) == 17
    assert invitation_link.token_of("secret", 17) == token
    assert invitation_link.id_of("another", token) is None
    for forged in ("", "17", token.replace("17", "18"), token[:-1], "99999999999-" + token[3:], token + "\n"):
        assert invitation_link.id_of("secret", forged) is None
    assert invitation_link.id_of("secret", invitation_link.token_of("secret", 2**31)) is None


def test_a_person_is_one_however_their_address_is_written() -> None:
    key = invitation_link.person_key("secret", "Karin@Ekhaga.se ")
    assert key == invitation_link.person_key("secret", "karin@ekhaga.se")
    assert key != invitation_link.person_key("another", "karin@ekhaga.se")
    assert "karin" not in key
    assert invitation_link.response_key("secret", 1) not in invitation_link.token_of("secret", 1)


TICKET = {
    "ticket": {
        "id": 4711,
        "requester": {"email": " karin@ekhaga.se ", "tags": []},
        "lines": [{"sku": "a"}, {"sku": "b"}],
    }
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ticket.id", 4711),
        ("ticket.lines.1.sku", "b"),
        ("ticket.lines.2.sku", None),
        ("ticket.lines.-1.sku", None),
        ("ticket.lines.²", None),
        ("ticket.id.more", None),
        ("nothing", None),
    ],
)
def test_a_path_leads_through_fields_and_lists(path: str, value: object) -> None:
    assert event.at(TICKET, path) == value


def test_an_event_is_shown_as_it_would_be_read() -> None:
    mapping = event.parsed(
        {
            "persona": "ticket.who",
            "email": " ticket.requester.email ",
            "external_id": "ticket.id",
            "site": "ticket.requester.tags",
            "language": "",
        }
    )
    assert [tuple(each) for each in event.read(TICKET, mapping)] == [
        ("email", "ticket.requester.email", "karin@ekhaga.se", ""),
        ("external_id", "ticket.id", "4711", ""),
        ("site", "ticket.requester.tags", "", "kind"),
        ("persona", "ticket.who", "", ""),
    ]
    with pytest.raises(event.Unfit) as unfit:
        event.texts(TICKET, mapping)
    assert (unfit.value.field, unfit.value.path, unfit.value.problem) == (
        "site",
        "ticket.requester.tags",
        "kind",
    )
    assert event.texts(TICKET, event.READY["ticket"])["email"] == "karin@ekhaga.se"
    with pytest.raises(event.Unfit, match="email: missing"):
        event.texts({}, event.READY["order"])


@pytest.mark.parametrize(
    ("mapping", "field", "reason"),
    [
        ({"email": "a"}, "external_id", "missing"),
        ({"email": "a", "external_id": "b", "colour": "c"}, "colour", "unknown"),
        ({"email": "a..b", "external_id": "b"}, "email", "empty"),
        ({"email": "a\x00", "external_id": "b"}, "email", "empty"),
        ({"email": "a", "external_id": "x" * 201}, "external_id", "long"),
        ({"email": "a", "external_id": "x." * 13}, "external_id", "long"),
    ],
)
def test_a_mapping_is_refused_by_its_field(mapping: dict[str, str], field: str, reason: str) -> None:
    with pytest.raises(event.BadMapping) as bad:
        event.written(mapping)
    assert (bad.value.field, bad.value.reason) == (field, reason)


@pytest.mark.parametrize("name", event.READY)
def test_ready_mappings_are_sound(name: str) -> None:
    assert event.kept(event.written(event.READY[name])) == event.READY[name]
