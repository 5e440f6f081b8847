"""Notices: every event may be told to somebody, and is told by default only to who may hear it."""

import pytest

from xla.core.notice import Event, events_for, is_default
from xla.core.role import Role


@pytest.mark.parametrize("event", [event for event in Event if event is not Event.EARLY_WATCH])
def test_every_event_is_told_to_somebody_and_to_nobody_who_may_not_hear_it(event: Event) -> None:
    told = {role for role in Role if is_default(event, role)}
    assert told
    assert all(event in events_for(role) for role in told)


def test_what_cries_wolf_is_told_only_to_who_asks_for_it() -> None:
    assert not any(is_default(Event.EARLY_WATCH, role) for role in Role)
    assert Event.EARLY_WATCH in events_for(Role.MANAGER)


def test_what_is_overdue_for_a_week_is_the_admins_matter() -> None:
    assert [role for role in Role if is_default(Event.BREACH_ESCALATED, role)] == [Role.ADMIN]


def test_the_providers_own_work_is_not_told_to_clients_and_auditors() -> None:
    own = {
        Event.EARLY_WATCH,
        Event.EARLY_WARNING,
        Event.BREACH_REMINDER,
        Event.BREACH_ESCALATED,
        Event.POOR_RATING,
        Event.IMPORT_FAILED,
        Event.POINT_SILENT,
        Event.KIOSK_SILENT,
    }
    for role in (Role.CLIENT, Role.AUDITOR):
        assert not own & set(events_for(role))
    assert set(events_for(Role.MANAGER)) == set(Event)


def test_an_auditor_is_told_nothing_they_did_not_ask_for() -> None:
    assert not any(is_default(event, Role.AUDITOR) for event in Event)


def test_an_events_key_is_the_one_outboxes_and_webhooks_know() -> None:
    assert {event.value for event in Event} == {
        "early_watch",
        "early_warning",
        "breach_opened",
        "breach_acknowledged",
        "breach_reminder",
        "breach_overdue",
        "breach_escalated",
        "breach_closed",
        "period_proposed",
        "period_accepted",
        "period_disputed",
        "period_final",
        "report_issued",
        "poor_rating",
        "import_failed",
        "point_silent",
        "kiosk_silent",
    }
