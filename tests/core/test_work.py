"""Work: every kind has its rule, and patience grows."""

from datetime import timedelta

from xla.core.work import LONGEST_WAIT, RULES, Kind, wait_after


def test_every_kind_has_a_rule() -> None:
    assert set(RULES) == set(Kind)


def test_waits_double_up_to_six_hours_and_differ_between_items() -> None:
    waits = [wait_after(Kind.SEND, "a", attempts) for attempts in range(1, 40)]
    for number, wait in enumerate(waits):
        whole = min(timedelta(seconds=30) * 2 ** min(number, 20), LONGEST_WAIT)
        assert whole / 2 <= wait <= whole
    assert wait_after(Kind.SEND, "a", 9) != wait_after(Kind.SEND, "b", 9)


def test_a_mail_is_tried_for_over_two_days_and_under_five() -> None:
    waits = RULES[Kind.SEND].attempts - 1
    for name in map(str, range(200)):
        tried = sum((wait_after(Kind.SEND, name, number + 1) for number in range(waits)), timedelta())
        assert timedelta(days=2) < tried < timedelta(days=5)
