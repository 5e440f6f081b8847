"""The events people and machines can be told of."""

from xla.core.notice import Event


def test_an_events_key_is_the_one_outboxes_and_webhooks_know() -> None:
    assert {event.value for event in Event} == {
        "early_warning",
        "breach_opened",
        "breach_acknowledged",
        "breach_overdue",
        "breach_closed",
        "period_proposed",
        "period_accepted",
        "period_disputed",
        "period_final",
        "report_issued",
        "poor_rating",
        "import_failed",
    }
