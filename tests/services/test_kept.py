"""What never changes is worked out once."""

from xla.services.kept import Kept


def test_work_is_done_once_for_a_key() -> None:
    done: list[str] = []
    kept = Kept()
    assert [kept.of("a", lambda: done.append("a") or len(done)) for _ in range(3)] == [1, 1, 1]
    assert done == ["a"]


def test_the_longest_unused_goes_first() -> None:
    kept = Kept(most=2)
    for key in ("a", "b", "a", "c"):
        kept.of(key, lambda key=key: key)
    assert kept.of("a", lambda: "new") == "a"
    assert kept.of("b", lambda: "new") == "new"
