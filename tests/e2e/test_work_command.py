"""`xla work`: what failed for good is listed with its reason, and begun anew."""

from datetime import UTC, datetime

from commands import Xla
from xla import database
from xla.core.work import Kind, Queue
from xla.services import work
from xla.services.work import Wanted

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_what_is_parked_is_listed_with_its_reason_and_begun_anew(xla: Xla, database_url: str) -> None:
    assert xla("work", "--parked").out == "Nothing is parked.\n"
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        work.put(session, [Wanted(Kind.SEND, "telling/7", NOW)], NOW)
        item = work.take(session, [Queue.NOTIFY], NOW)
        assert item
        work.park(session, item, "the address does not exist", NOW)
    engine.dispose()
    listed = {
        "id": item.id, "kind": "send", "key": "telling/7", "attempts": 1,
        "error": "the address does not exist",
    }  # fmt: skip
    assert xla("work", "--parked", "--json").document == {"parked": [listed]}
    assert xla("work", "--parked").out == f"{item.id} send telling/7: attempt 1, the address does not exist\n"
    assert xla("work", "--retry", str(item.id)).out == f"Item {item.id} begins anew.\n"
    assert xla("work", "--parked").out == "Nothing is parked.\n"


def test_only_what_is_parked_is_begun_anew(xla: Xla) -> None:
    ran = xla("work", "--retry", "7")
    assert (ran.code, ran.err) == (2, "there is no parked item 7; `xla work --parked` lists them\n")
