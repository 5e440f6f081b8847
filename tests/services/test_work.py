"""Work: what is wanted is there once; who takes it has it alone; it ends once, or is tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from xla.core.work import RULES, Kind, Queue
from xla.models import WorkItem
from xla.services import work
from xla.services.work import LeaseLost, Taken, Wanted

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
EVERY = tuple(Queue)


def forget(key: str, due_at: datetime = NOW) -> Wanted:
    return Wanted(Kind.FORGET, key, due_at, document={"told": key})


def take(session: Session, now: datetime = NOW) -> Taken:
    taken = work.take(session, EVERY, now)
    assert taken
    return taken


def state(session: Session) -> str:
    session.expire_all()
    (row,) = session.query(WorkItem).all()
    return str(row.state)


def test_the_same_thing_wanted_twice_is_there_once(session: Session) -> None:
    assert work.put(session, [forget("a"), forget("b")], NOW) == 2
    assert work.put(session, [forget("b", NOW + SECOND), forget("c")], NOW) == 1
    assert work.put(session, [], NOW) == 0


def test_what_is_due_longest_is_taken_first_and_only_once(session: Session) -> None:
    work.put(session, [forget("later", NOW), forget("first", NOW - SECOND)], NOW)
    taken = take(session)
    assert (taken.kind, taken.key, taken.document, taken.attempts) == (
        Kind.FORGET,
        "first",
        {"told": "first"},
        1,
    )
    assert take(session).key == "later"
    assert work.take(session, EVERY, NOW) is None


def test_nothing_is_taken_before_it_is_due_or_from_another_queue(session: Session) -> None:
    work.put(session, [forget("a", NOW + SECOND)], NOW)
    assert work.take(session, EVERY, NOW) is None
    assert work.take(session, [Queue.NOTIFY], NOW + SECOND) is None
    asked = ((EVERY, NOW), (EVERY, NOW + SECOND), ([Queue.RENDER], NOW + SECOND))
    assert [work.is_due(session, *each) for each in asked] == [False, True, False]


def test_one_item_can_be_asked_for(session: Session) -> None:
    work.put(session, [forget("a"), forget("b")], NOW)
    ids = {row.key: row.id for row in session.query(WorkItem)}
    taken = work.take(session, EVERY, NOW, item_id=ids["b"])
    assert taken
    assert taken.key == "b"
    assert work.take(session, EVERY, NOW, item_id=ids["b"]) is None


def test_what_is_done_is_done(session: Session) -> None:
    work.put(session, [forget("a")], NOW)
    work.finish(session, take(session), NOW)
    assert state(session) == "done"
    assert work.take(session, EVERY, NOW + timedelta(days=40)) is None
    assert not work.is_due(session, EVERY, NOW + timedelta(days=40))


def test_another_takes_it_once_the_lease_ran_out_and_the_first_can_do_nothing_more(session: Session) -> None:
    work.put(session, [forget("a")], NOW)
    first = take(session)
    over = NOW + RULES[Kind.FORGET].lease
    assert work.take(session, EVERY, over - SECOND) is None
    assert work.is_due(session, EVERY, over)
    second = take(session, over)
    assert second.attempts == 2
    for attempt in (work.finish, work.hold):
        with pytest.raises(LeaseLost, match="forget a is another's now"):
            attempt(session, first, over)
    work.finish(session, second, over)
    assert state(session) == "done"


def test_a_lease_is_held_on_by_who_still_works(session: Session) -> None:
    work.put(session, [forget("a")], NOW)
    taken = take(session)
    lease = RULES[Kind.FORGET].lease
    work.hold(session, taken, NOW + lease / 2)
    assert work.take(session, EVERY, NOW + lease) is None


def test_a_failure_is_tried_again_later_and_parked_with_its_reason_after_the_last(session: Session) -> None:
    work.put(session, [forget("a")], NOW)
    now = NOW
    for attempt in range(1, RULES[Kind.FORGET].attempts + 1):
        taken = take(session, now)
        assert taken.attempts == attempt
        is_over = work.fail(session, taken, "no room", now)
        assert is_over is (attempt == RULES[Kind.FORGET].attempts)
        assert work.take(session, EVERY, now) is None
        now += timedelta(hours=1)
    assert state(session) == "parked"
    (row,) = work.parked(session, 10)
    assert row.error == "no room"


def test_after_a_failure_the_next_attempt_is_not_before_an_instant_that_is_asked_for(
    session: Session,
) -> None:
    work.put(session, [forget("a"), forget("b")], NOW)
    work.fail(session, take(session), "busy", NOW, after=NOW + timedelta(hours=2))
    work.fail(session, take(session), "busy", NOW, after=NOW)
    assert take(session, NOW + timedelta(minutes=1)).key == "b"
    assert take(session, NOW + timedelta(hours=2)).key == "b"
    assert take(session, NOW + timedelta(hours=2)).key == "a"


def test_who_dies_each_time_without_a_word_parks_it(session: Session) -> None:
    work.put(session, [forget("a")], NOW)
    now = NOW
    for _ in range(RULES[Kind.FORGET].attempts):
        take(session, now)
        now += RULES[Kind.FORGET].lease
    assert work.take(session, EVERY, now) is None
    (row,) = work.parked(session, 10)
    assert row.error == "whoever did it ended without a word, or took too long"


def test_what_is_given_back_cost_no_attempt(session: Session) -> None:
    work.put(session, [forget("a")], NOW)
    work.give_back(session, take(session), NOW + SECOND)
    assert work.take(session, EVERY, NOW) is None
    assert take(session, NOW + SECOND).attempts == 1


def test_what_is_parked_can_be_begun_anew(session: Session) -> None:
    work.put(session, [forget("a")], NOW)
    taken = take(session)
    assert not work.retry(session, taken.id, NOW)
    work.park(session, taken, "it can't work", NOW)
    assert work.retry(session, taken.id, NOW)
    assert take(session).attempts == 1


def test_the_backlog_says_what_waits_since_when_and_what_is_parked(session: Session) -> None:
    work.put(session, [forget("a", NOW - timedelta(hours=2)), forget("b"), forget("c", NOW + SECOND)], NOW)
    work.put(session, [Wanted(Kind.RENDER, "r", NOW)], NOW)
    taken = work.take(session, [Queue.RENDER], NOW)
    assert taken
    work.park(session, taken, "too large", NOW)
    close, notify, render = work.backlog(session, NOW)
    assert (close.queue, close.waiting, close.late_since, close.parked) == (
        Queue.CLOSE,
        2,
        NOW - timedelta(hours=2),
        0,
    )
    assert (notify.waiting, notify.late_since, notify.parked) == (0, None, 0)
    assert (render.waiting, render.late_since, render.parked) == (0, None, 1)


def test_what_was_done_long_ago_is_forgotten_where_it_is_not_wanted_again(session: Session) -> None:
    work.put(session, [forget("a"), Wanted(Kind.CLOSE, "harbour/2026-05", NOW)], NOW)
    for _ in range(2):
        work.finish(session, take(session), NOW)
    work.forget(session, NOW + work.KEPT)
    assert len(session.query(WorkItem).all()) == 2
    work.forget(session, NOW + work.KEPT + SECOND)
    assert [row.kind for row in session.query(WorkItem)] == ["close"]


def test_of_a_full_lane_nothing_is_taken_and_others_are_not_delayed(session: Session) -> None:
    lanes = ["mail/slow", "mail/quick", "web/slow", ""]
    wanted = [Wanted(Kind.SEND, lane, NOW, lane=lane) for lane in lanes]
    work.put(session, wanted, NOW)
    taken = work.take(session, EVERY, NOW, full=["mail/slow"])
    assert taken
    assert (taken.key, taken.lane) == ("mail/quick", "mail/quick")
    others = [work.take(session, EVERY, NOW, full=["mail/", "web/other"]) for _ in range(3)]
    assert [each and each.key for each in others] == ["web/slow", "", None]


def test_what_a_dead_worker_holds_can_be_begun_at_once_and_what_is_done_stays_done(session: Session) -> None:
    work.put(session, [forget("a"), forget("b")], NOW)
    first, second = take(session), take(session)
    work.finish(session, second, NOW)
    work.end_leases(session, [first.id, second.id], NOW)
    again = take(session)
    assert (again.key, again.attempts) == ("a", 2)
    assert work.take(session, EVERY, NOW) is None


# --- a clock that ran ahead ---------------------------------------------------------------------------------

DAYS = timedelta(days=40)


def test_a_lease_written_in_the_future_blocks_nobody(session: Session) -> None:
    work.put(session, [forget("a")], NOW)
    take(session, NOW + DAYS)
    assert take(session, NOW).attempts == 2
    longest = work.LONGEST_LEASE + work.APART
    assert work.take(session, EVERY, NOW - (longest - RULES[Kind.FORGET].lease)) is None


def test_another_attempt_planned_in_the_future_follows_now(session: Session) -> None:
    work.put(session, [forget("a")], NOW)
    work.fail(session, take(session, NOW + DAYS), "no room", NOW + DAYS)
    assert take(session, NOW).attempts == 2


def test_what_was_due_at_once_in_a_future_that_has_not_come_is_due_now(session: Session) -> None:
    work.put(session, [forget("a", NOW + DAYS)], NOW + DAYS)
    assert take(session, NOW).key == "a"


def test_what_waits_for_its_day_goes_on_waiting(session: Session) -> None:
    work.put(session, [forget("a", NOW + DAYS), forget("b", NOW)], NOW)
    taken = take(session)
    work.fail(session, taken, "no room", NOW)
    work.give_back(session, take(session, NOW + timedelta(minutes=1)), NOW + DAYS)
    assert work.take(session, EVERY, NOW + timedelta(days=39)) is None


def test_what_is_done_and_found_to_be_still_to_do_is_begun_anew(session: Session) -> None:
    work.put(session, [forget("a")], NOW)
    work.finish(session, take(session), NOW)
    work.want(session, [forget("a", NOW + SECOND), forget("b", NOW + 2 * SECOND)], NOW)
    assert work.take(session, EVERY, NOW) is None
    assert take(session, NOW + SECOND).attempts == 1
    work.want(session, [forget("a")], NOW)
    assert work.take(session, EVERY, NOW + SECOND) is None
